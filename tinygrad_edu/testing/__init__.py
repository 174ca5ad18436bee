"""Instruments to check derivatives, and whatever else people build on this package."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.testing.check_op import *
from tinygrad_edu.testing.gradcheck import *
from tinygrad_edu.testing.laws.case import Case as Case
from tinygrad_edu.testing.laws.datasets import *
from tinygrad_edu.testing.laws.modules import *
from tinygrad_edu.testing.laws.operations import *
from tinygrad_edu.testing.laws.optimizers import *
from tinygrad_edu.testing.laws.schedulers import *
from tinygrad_edu.testing.laws.verdict import ConformanceError as ConformanceError
from tinygrad_edu.testing.methods import *
from tinygrad_edu.testing.numeric import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
