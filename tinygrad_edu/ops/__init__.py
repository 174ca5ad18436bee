"""Every differentiable operation: one table of derivatives, cut by subject."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.ops.activation import *
from tinygrad_edu.ops.bitwise import *
from tinygrad_edu.ops.classification import *
from tinygrad_edu.ops.combining import *
from tinygrad_edu.ops.comparison import *
from tinygrad_edu.ops.convolution import *
from tinygrad_edu.ops.cumulative import *
from tinygrad_edu.ops.decomposition import *
from tinygrad_edu.ops.diagonals import *
from tinygrad_edu.ops.einsum import *
from tinygrad_edu.ops.elementwise import *
from tinygrad_edu.ops.indexing import *
from tinygrad_edu.ops.linalg import *
from tinygrad_edu.ops.losses import *
from tinygrad_edu.ops.normalization import *
from tinygrad_edu.ops.norms import *
from tinygrad_edu.ops.padding import *
from tinygrad_edu.ops.pooling import *
from tinygrad_edu.ops.pooling1d import *
from tinygrad_edu.ops.rearranging import *
from tinygrad_edu.ops.reduction import *
from tinygrad_edu.ops.resizing import *
from tinygrad_edu.ops.rounding import *
from tinygrad_edu.ops.shaping import *
from tinygrad_edu.ops.solving import *
from tinygrad_edu.ops.sorting import *
from tinygrad_edu.ops.special import *
from tinygrad_edu.ops.trigonometry import *
from tinygrad_edu.ops.windows import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
