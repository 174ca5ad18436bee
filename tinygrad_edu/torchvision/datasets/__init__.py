"""Data sets of images, which give one example after the other, as torchvision's do."""

from typing import TYPE_CHECKING
from typing import Any as _Any

from tinygrad_edu._face import face
from tinygrad_edu.torchvision._missing import no_name as _no_name
from tinygrad_edu.torchvision.datasets.cifar import *
from tinygrad_edu.torchvision.datasets.fake import *
from tinygrad_edu.torchvision.datasets.folder import *
from tinygrad_edu.torchvision.datasets.mnist import *
from tinygrad_edu.torchvision.datasets.vision import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())


def __getattr__(name: str) -> _Any:
    raise _no_name(__name__, name)
