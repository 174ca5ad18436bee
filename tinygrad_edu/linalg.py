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
from typing import Any as _Any

from numpy.linalg import LinAlgError as LinAlgError

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

# Loaded at first use, by the name that they have in `compat.functions`.
_LATER = {
    "diagonal": "linalg_diagonal", "matrix_exp": "matrix_exp",
    "solve_triangular": "solve_triangular", "vander": "linalg_vander",
}  # fmt: skip

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals(), *_LATER)


def __getattr__(name: str) -> _Any:
    if name in _LATER:
        from tinygrad_edu.compat import functions

        return getattr(functions, _LATER[name])
    raise AttributeError(f"module 'tinygrad_edu.linalg' has no attribute {name!r}")
