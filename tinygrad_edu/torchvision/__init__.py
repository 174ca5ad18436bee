"""torchvision's data sets, transforms and pictures, as PyTorch's scripts write them.

>>> from tinygrad_edu.torchvision import datasets, transforms
>>> transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
Compose(
    ToTensor()
    Normalize(mean=(0.5,), std=(0.5,))
)
"""

from typing import Any as _Any

from tinygrad_edu.torchvision import datasets as datasets
from tinygrad_edu.torchvision import io as io
from tinygrad_edu.torchvision import models as models
from tinygrad_edu.torchvision import transforms as transforms
from tinygrad_edu.torchvision import utils as utils
from tinygrad_edu.torchvision._missing import no_name as _no_name

# The version of torchvision whose names these are, and after the plus whose work they are.
__version__ = "0.28.0+tinygrad.edu"


def __getattr__(name: str) -> _Any:
    raise _no_name(__name__, name)
