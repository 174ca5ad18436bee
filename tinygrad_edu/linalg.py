"""Linear algebra under the names of ``numpy.linalg`` and ``torch.linalg``.

These are operations of `tinygrad_edu` itself, gathered in one namespace.

>>> import tinygrad_edu as tg
>>> a = tg.tensor([[2.0, 0.0], [1.0, 4.0]])
>>> tg.linalg.solve(a, tg.tensor([2.0, 9.0]))
tensor([1., 2.])
>>> tg.linalg.det is tg.det
True
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.ops.conditioning import *
from tinygrad_edu.ops.decomposition import *
from tinygrad_edu.ops.einsum import tensordot as tensordot
from tinygrad_edu.ops.norms import *
from tinygrad_edu.ops.products import cross as cross
from tinygrad_edu.ops.products import matmul as matmul
from tinygrad_edu.ops.products import multi_dot as multi_dot
from tinygrad_edu.ops.products import outer as outer
from tinygrad_edu.ops.products import vecdot as vecdot
from tinygrad_edu.ops.shaping import matrix_transpose as matrix_transpose
from tinygrad_edu.ops.solving import *

from tinygrad_edu.compat.spelled import vector_norm as vector_norm  # isort: skip  # the last wins

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
