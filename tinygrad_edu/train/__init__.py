"""Training: the loop, what it remembers, how good the result is, and keeping it."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.train.history import *
from tinygrad_edu.train.metrics import *
from tinygrad_edu.train.saving import *
from tinygrad_edu.train.trainer import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
