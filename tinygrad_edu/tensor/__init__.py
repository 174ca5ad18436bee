"""A tensor: its class, its methods, and the functions that make one."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.tensor.creation import *
from tinygrad_edu.tensor.sampling import *
from tinygrad_edu.tensor.tensor import *
from tinygrad_edu.tensor.values import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
