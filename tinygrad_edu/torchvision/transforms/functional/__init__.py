"""Functions of images, which the transforms call."""

from typing import TYPE_CHECKING
from typing import Any as _Any

from tinygrad_edu._face import face
from tinygrad_edu.torchvision._missing import no_name as _no_name
from tinygrad_edu.torchvision.transforms.functional.colour import *
from tinygrad_edu.torchvision.transforms.functional.conversion import *
from tinygrad_edu.torchvision.transforms.functional.geometry import *
from tinygrad_edu.torchvision.transforms.functional.resizing import *
from tinygrad_edu.torchvision.transforms.functional.tones import *
from tinygrad_edu.torchvision.transforms.functional.warping import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())


def __getattr__(name: str) -> _Any:
    raise _no_name(__name__, name)
