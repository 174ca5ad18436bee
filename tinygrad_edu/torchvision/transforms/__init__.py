"""Transforms of images, as in torchvision: of Pillow's, and of tensors (..., C, H, W)."""

from typing import TYPE_CHECKING
from typing import Any as _Any

from tinygrad_edu._face import face
from tinygrad_edu.torchvision._missing import no_name as _no_name
from tinygrad_edu.torchvision.transforms import functional as functional
from tinygrad_edu.torchvision.transforms.augment import *
from tinygrad_edu.torchvision.transforms.colour import *
from tinygrad_edu.torchvision.transforms.compose import *
from tinygrad_edu.torchvision.transforms.conversion import *
from tinygrad_edu.torchvision.transforms.functional import InterpolationMode as InterpolationMode
from tinygrad_edu.torchvision.transforms.geometry import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals(), "functional", "v2")


def __getattr__(name: str) -> _Any:
    raise _no_name(__name__, name)
