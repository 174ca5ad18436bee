"""Schedules of learning rates, and of any other number of a parameter group."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.optim.lr_scheduler.base import *
from tinygrad_edu.optim.lr_scheduler.compose import *
from tinygrad_edu.optim.lr_scheduler.cosine import *
from tinygrad_edu.optim.lr_scheduler.cyclic import *
from tinygrad_edu.optim.lr_scheduler.decay import *
from tinygrad_edu.optim.lr_scheduler.pieces import *
from tinygrad_edu.optim.lr_scheduler.plateau import *
from tinygrad_edu.optim.lr_scheduler.warmup import *

_LRScheduler = LRScheduler  # noqa: F405 (by star; PyTorch's older name)

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
