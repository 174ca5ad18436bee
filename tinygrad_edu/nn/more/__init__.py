"""What a first course does not teach: rarer activations, losses and penalties.

The names stand in `nn` and `nn.functional` like all others; nothing outside of this folder needs
them.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.nn.more.activations import *
from tinygrad_edu.nn.more.classification import *
from tinygrad_edu.nn.more.contrastive import *
from tinygrad_edu.nn.more.crf import *
from tinygrad_edu.nn.more.fenchel_young import *
from tinygrad_edu.nn.more.overlap import *
from tinygrad_edu.nn.more.penalties import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
