"""Neural nets: modules, layers, losses, initialisers."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.nn import functional as functional
from tinygrad_edu.nn import init as init
from tinygrad_edu.nn import utils as utils
from tinygrad_edu.nn.activation import *
from tinygrad_edu.nn.activation_more import *
from tinygrad_edu.nn.container import *
from tinygrad_edu.nn.conv import *
from tinygrad_edu.nn.dropout import *
from tinygrad_edu.nn.embedding import *
from tinygrad_edu.nn.linear import *
from tinygrad_edu.nn.loss import *
from tinygrad_edu.nn.loss_margin import *
from tinygrad_edu.nn.loss_regression import *
from tinygrad_edu.nn.loss_structured import *
from tinygrad_edu.nn.module import *
from tinygrad_edu.nn.norm import *
from tinygrad_edu.nn.padding import *
from tinygrad_edu.nn.parameter import *
from tinygrad_edu.nn.pooling import *
from tinygrad_edu.nn.regularization import *
from tinygrad_edu.nn.reshape import *
from tinygrad_edu.nn.summarize import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals(), "functional", "init", "utils")
