"""Layers and losses as functions: no parameters inside, everything is an argument.

Each stands in the file of the layer or loss that calls it; this is their face.
"""

from inspect import isfunction as _isfunction
from typing import TYPE_CHECKING

from tinygrad_edu import _checked
from tinygrad_edu._face import face
from tinygrad_edu.nn import _old_reduction
from tinygrad_edu.nn.activations import *
from tinygrad_edu.nn.adaptive import *
from tinygrad_edu.nn.attention import *
from tinygrad_edu.nn.batch_norm import *
from tinygrad_edu.nn.conv import *
from tinygrad_edu.nn.distance import *
from tinygrad_edu.nn.dropout import *
from tinygrad_edu.nn.embedding import *
from tinygrad_edu.nn.folding import *
from tinygrad_edu.nn.layer_norm import *
from tinygrad_edu.nn.linear import *
from tinygrad_edu.nn.losses import *
from tinygrad_edu.nn.more import *
from tinygrad_edu.nn.padding import *
from tinygrad_edu.nn.pooling import *
from tinygrad_edu.nn.resizing import *
from tinygrad_edu.nn.shuffling import *
from tinygrad_edu.nn.unpooling import *

if not TYPE_CHECKING:
    _checked.check_all(globals(), __name__, lists=True)
    for _name, _function in list(globals().items()):
        if _isfunction(_function) and "reduction" in _function.__annotations__:
            globals()[_name] = _old_reduction.old_reduction(_function)
    __all__, __dir__ = face(globals(), shows=lambda value: not isinstance(value, type))
