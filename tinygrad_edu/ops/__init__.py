"""Every differentiable operation: one table of derivatives, cut by subject."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.ops.activation import *
from tinygrad_edu.ops.calculus import *
from tinygrad_edu.ops.choosing import *
from tinygrad_edu.ops.comparison import *
from tinygrad_edu.ops.conditioning import *
from tinygrad_edu.ops.convolution import *
from tinygrad_edu.ops.cumulative import *
from tinygrad_edu.ops.decomposition import *
from tinygrad_edu.ops.diagonals import *
from tinygrad_edu.ops.editing import *
from tinygrad_edu.ops.einsum import *
from tinygrad_edu.ops.elementwise import *
from tinygrad_edu.ops.gamma import *
from tinygrad_edu.ops.indexing import *
from tinygrad_edu.ops.joining import *
from tinygrad_edu.ops.logic import *
from tinygrad_edu.ops.losses import *
from tinygrad_edu.ops.nans import *
from tinygrad_edu.ops.normalization import *
from tinygrad_edu.ops.norms import *
from tinygrad_edu.ops.padding import *
from tinygrad_edu.ops.polynomials import *
from tinygrad_edu.ops.pooling import *
from tinygrad_edu.ops.products import *
from tinygrad_edu.ops.real import *
from tinygrad_edu.ops.rearranging import *
from tinygrad_edu.ops.reduction import *
from tinygrad_edu.ops.resizing import *
from tinygrad_edu.ops.rounding import *
from tinygrad_edu.ops.shaping import *
from tinygrad_edu.ops.softmax import *
from tinygrad_edu.ops.solving import *
from tinygrad_edu.ops.sorting import *
from tinygrad_edu.ops.special import *
from tinygrad_edu.ops.splitting import *
from tinygrad_edu.ops.statistics import *
from tinygrad_edu.ops.trigonometry import *
from tinygrad_edu.ops.windows import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
