"""The functions of PyTorch that few programs call; they are loaded when one of them is asked for.

Each is made of operations, so its gradient follows from theirs. What they are called, in `tg` and
as methods, stands in `compat.later`.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.compat.functions.elementwise import *
from tinygrad_edu.compat.functions.matrices import *
from tinygrad_edu.compat.functions.order import *
from tinygrad_edu.compat.functions.places import *
from tinygrad_edu.compat.functions.queries import *
from tinygrad_edu.compat.functions.shapes import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
