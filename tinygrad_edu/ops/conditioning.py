"""What singular values tell of a matrix, and least squares."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._checks import check_choice
from tinygrad_edu.engine import primitive, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import floats_of
from tinygrad_edu.ops.decomposition import svdvals
from tinygrad_edu.ops.norms import matrix_norm
from tinygrad_edu.ops.solving import as_linalg, inv, pinv, square_matrix

__all__ = ["cond", "lstsq", "matrix_rank"]


@primitive(None, numpy=np.linalg.matrix_rank)
def matrix_rank(x, *, tol=None, hermitian: bool = False, rtol=None):
    """How many singular values are above ``tol``, by default the largest one max(m, n) ε.

    ``rtol`` is a tolerance in units of the largest one. It is a whole number: it has no gradient.
    """
    return np.linalg.matrix_rank(as_linalg(x), tol, hermitian, rtol=rtol)


@composite(numpy=np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """Condition number of matrices: the largest singular value over the smallest one.

    ``p`` takes another norm, ‖x‖ ‖x⁻¹‖: 1, -1, ±inf, ``"fro"`` or ``"nuc"`` as in `matrix_norm`; -2
    is the smallest singular value over the largest one. A singular matrix has infinity for None and
    2.

    Raises
    ------
    ValueError
        For a singular matrix and another ``p`` than None, 2 and -2.

    >>> import tinygrad_edu as tg
    >>> tg.cond(tg.tensor([[2.0, 0.0], [0.0, 8.0]]))
    tensor(4.)
    """
    (x,) = floats_of([x])
    check_choice("cond", "p", p, (None, 2, -2, 1, -1, math.inf, -math.inf, "fro", "nuc"))
    if p not in (None, 2, -2):
        square_matrix(x)
        return matrix_norm(x, p) * matrix_norm(inv(x), p)
    s = svdvals(x)
    largest, smallest = s[..., 0], s[..., -1]
    if p == -2:
        return smallest / largest
    none = value_of(smallest) == 0
    return np.where(none, math.inf, largest / np.where(none, 1.0, smallest))


class LstsqResult(NamedTuple):
    """What `lstsq` gives, by PyTorch's names."""

    solution: Any
    residuals: Any
    rank: Any
    singular_values: Any


@composite(numpy=np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: float | None = None) -> LstsqResult:
    """Least squares: the shortest y with the smallest ‖a y - b‖², for b (m,) or columns (m, k).

    The solution is y = a⁺ b, and has the derivative of `pinv`, while the rank stays the same.
    ``rcond`` is what a singular value must be above, in units of the largest one: max(m, n) ε by
    default.

    Returns
    -------
    (solution, residuals, rank, singular_values)
        a (m, n): (n,) or (n, k); the sums of squares Σ (a y - b)², for each column, or nothing
        where m ≤ n or the rank is below n; a number; (min(m, n),).

    >>> import tinygrad_edu as tg
    >>> tg.lstsq(tg.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), tg.tensor([1.0, 3.0, 5.0]))[0]
    tensor([1., 2.])
    """
    a, b = floats_of([a, b])
    if a.ndim != 2 or b.ndim not in (1, 2) or a.shape[0] != b.shape[0]:
        raise ValueError(
            f"lstsq: needs a (m, n) and b (m,) or (m, k), received {tuple(a.shape)} and "
            f"{tuple(b.shape)}"
        )
    m, n = a.shape
    relative = float(np.finfo(a.dtype).eps * max(m, n)) if rcond is None else rcond
    s = svdvals(a)
    rank = matrix_rank(a, rtol=relative)
    y = pinv(a, rcond=relative) @ b
    columns = b if b.ndim == 2 else np.expand_dims(b, 1)
    residuals = np.sum((a @ y.reshape((n, -1)) - columns) ** 2, axis=0)
    defined = m > n and int(value_of(rank)) == n
    return LstsqResult(y, residuals if defined else residuals[:0], rank, s)
