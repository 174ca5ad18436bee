"""Functions from functions: derivatives and batches, for tensors in tuples, lists and dicts.

The derivatives are those of `tinygrad_edu.autograd`, under the names and with the arguments of
``torch.func``: they take the function alone, and return the function that does it.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.func.batches import *
from tinygrad_edu.func.derivatives import *
from tinygrad_edu.func.modules import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
