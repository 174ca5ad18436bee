"""Graphs that know no operation: nodes, primitives, backprop, modes."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.engine import allocator as allocator
from tinygrad_edu.engine.backprop import *
from tinygrad_edu.engine.changes import *
from tinygrad_edu.engine.hooks import *
from tinygrad_edu.engine.inplace import *
from tinygrad_edu.engine.modes import *
from tinygrad_edu.engine.node import *
from tinygrad_edu.engine.out import *
from tinygrad_edu.engine.primitive import *
from tinygrad_edu.engine.switches import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
