"""Pictures: the graph behind a result, curves of training, confusion matrices, decision regions.

Needs ``pip install "tinygrad_edu[viz]"``; graphs can be printed as trees without it.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.viz.graph import *
from tinygrad_edu.viz.picture import *
from tinygrad_edu.viz.plots import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
