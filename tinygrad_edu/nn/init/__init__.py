"""Initial values for weights: presets of one formula, and a few of their own.

A layer of n inputs with weights of variance 1/n keeps the variance of what passes through it; which
n to take, and what to make up for the nonlinearity, is all that the well-known initialisers differ
in. `variance_scaling_` is that formula.

All functions change a tensor in place, return it, and take ``generator=``.
"""

from typing import TYPE_CHECKING
from typing import Any as _Any

from tinygrad_edu import _checked
from tinygrad_edu._face import face
from tinygrad_edu.nn.init.distributions import *
from tinygrad_edu.nn.init.matrices import *
from tinygrad_edu.nn.init.scaling import *
from tinygrad_edu.nn.init.sequential import *

if not TYPE_CHECKING:
    _checked.check_all(globals(), __name__)
    __all__, __dir__ = face(globals())


def __getattr__(name: str) -> _Any:
    from tinygrad_edu.nn.init.renamed import renamed

    renamed(name)
