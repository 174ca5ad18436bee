"""Rules, wrappers and limits that a first course does not teach; many are from recent papers.

The names stand in `optim` like all others; nothing outside of this folder needs them.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.optim.more.averaged_sgd import *
from tinygrad_edu.optim.more.averaging import *
from tinygrad_edu.optim.more.belief import *
from tinygrad_edu.optim.more.layerwise import *
from tinygrad_edu.optim.more.learning_rate_free import *
from tinygrad_edu.optim.more.matrix import *
from tinygrad_edu.optim.more.rprop import *
from tinygrad_edu.optim.more.schedule_free import *
from tinygrad_edu.optim.more.shampoo import *
from tinygrad_edu.optim.more.sign import *
from tinygrad_edu.optim.more.transforms import *
from tinygrad_edu.optim.more.wrappers import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
