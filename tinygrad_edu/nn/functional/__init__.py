"""Layers and losses as functions: no parameters inside, everything is an argument."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.nn.functional.activation import *
from tinygrad_edu.nn.functional.classification import *
from tinygrad_edu.nn.functional.convolution import *
from tinygrad_edu.nn.functional.crf import *
from tinygrad_edu.nn.functional.dropout import *
from tinygrad_edu.nn.functional.fenchel_young import *
from tinygrad_edu.nn.functional.lookup import *
from tinygrad_edu.nn.functional.margin import *
from tinygrad_edu.nn.functional.normalization import *
from tinygrad_edu.nn.functional.probability import *
from tinygrad_edu.nn.functional.regression import *
from tinygrad_edu.nn.functional.regularization import *
from tinygrad_edu.ops import gelu as gelu
from tinygrad_edu.ops import hardshrink as hardshrink
from tinygrad_edu.ops import linear as linear
from tinygrad_edu.ops import log_softmax as log_softmax
from tinygrad_edu.ops import logsigmoid as logsigmoid
from tinygrad_edu.ops import sigmoid as sigmoid
from tinygrad_edu.ops import softmax as softmax
from tinygrad_edu.ops import softplus as softplus
from tinygrad_edu.ops import softshrink as softshrink
from tinygrad_edu.ops import softsign as softsign
from tinygrad_edu.ops import sparsemax as sparsemax
from tinygrad_edu.ops import squareplus as squareplus
from tinygrad_edu.ops import tanh as tanh
from tinygrad_edu.ops import tanhshrink as tanhshrink

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
