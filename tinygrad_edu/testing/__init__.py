"""Instruments to check derivatives, and whatever else people build on this package."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.testing.case import *
from tinygrad_edu.testing.compare import *
from tinygrad_edu.testing.comparison import *
from tinygrad_edu.testing.conformance import *
from tinygrad_edu.testing.datasets import *
from tinygrad_edu.testing.gradcheck import *
from tinygrad_edu.testing.laws import *
from tinygrad_edu.testing.modules import *
from tinygrad_edu.testing.numeric import *
from tinygrad_edu.testing.training import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
