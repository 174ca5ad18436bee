"""Losses, function and class side by side: of classes, of probabilities, of numbers, of margins."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.nn.losses._common import Loss as Loss
from tinygrad_edu.nn.losses.classification import *
from tinygrad_edu.nn.losses.distance import *
from tinygrad_edu.nn.losses.margin import *
from tinygrad_edu.nn.losses.probability import *
from tinygrad_edu.nn.losses.regression import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
