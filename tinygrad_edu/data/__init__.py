"""Data: datasets, the loader that batches them, transforms, and well-known sets to train on.

Datasets and loaders give tensors; `load` and its like give arrays.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.data.ahead import *
from tinygrad_edu.data.catalog import *
from tinygrad_edu.data.cifar import *
from tinygrad_edu.data.collate import *
from tinygrad_edu.data.dataset import *
from tinygrad_edu.data.digits import *
from tinygrad_edu.data.download import *
from tinygrad_edu.data.errors import *
from tinygrad_edu.data.idx import *
from tinygrad_edu.data.loader import *
from tinygrad_edu.data.mnist import *
from tinygrad_edu.data.samplers import *
from tinygrad_edu.data.subset import *
from tinygrad_edu.data.toy import *
from tinygrad_edu.data.transforms import *
from tinygrad_edu.data.vision import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
