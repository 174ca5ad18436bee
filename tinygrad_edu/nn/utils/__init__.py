"""Helpers around the parameters of a module, and around batches of sequences."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.autograd.clipping import clip_grad_norm_ as clip_grad_norm_
from tinygrad_edu.autograd.clipping import clip_grad_value_ as clip_grad_value_
from tinygrad_edu.nn.utils import parametrize as parametrize
from tinygrad_edu.nn.utils import prune as prune
from tinygrad_edu.nn.utils import rnn as rnn
from tinygrad_edu.nn.utils.normalized import *
from tinygrad_edu.nn.utils.parameters import *

# PyTorch's older name.
clip_grad_norm = clip_grad_norm_

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals(), "parametrize", "prune", "rnn")
