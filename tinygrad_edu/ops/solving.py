"""Inverses, determinants and linear systems; leading axes are a batch."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._checks import check_count
from tinygrad_edu.engine import primitive, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops.elementwise import quiet
from tinygrad_edu.ops.indexing import checked_axis
from tinygrad_edu.ops.rounding import flat

__all__ = [
    "det", "inv", "matrix_power", "pinv", "slogdet", "solve", "tensorinv", "tensorsolve",
]  # fmt: skip


def transposed(x: Any) -> Any:
    """The last two axes exchanged."""
    return np.swapaxes(x, -1, -2)


def as_linalg(x: Any) -> Any:
    """``x`` in a dtype that LAPACK knows: float16 as float32, integers as float64."""
    if x.dtype.kind in "iub":
        return x.astype(np.float64)
    return x.astype(np.float32) if x.dtype == np.float16 else x


def in_kind(y: Any, x: Any) -> Any:
    """``y`` in the dtype of x; that of the results of integers is float64."""
    return y if x.dtype.kind in "iub" else y.astype(x.dtype, copy=False)


def square_matrix(x: Any) -> None:
    """Raise ValueError unless the last two axes are a square matrix."""
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError("needs a square matrix, or a batch of them")


# ---- inverse and solve


@primitive(lambda g, y, x: -(transposed(y) @ g @ transposed(y)), numpy=np.linalg.inv)
@quiet
def inv(x):
    """Inverse of square matrices.  y = x⁻¹,  x̄ = -yᵀ ȳ yᵀ."""
    return in_kind(np.linalg.inv(as_linalg(x)), x)


def _solve_right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if b.ndim > 1:
        return solve(transposed(a), g)
    return np.squeeze(solve(transposed(a), np.expand_dims(g, -1)), -1)


def _solve_left(g: Any, y: Any, a: Any, b: Any) -> Any:
    w = _solve_right(g, y, a, b)
    if b.ndim > 1:
        return -(w @ transposed(y))
    return -np.expand_dims(w, -1) * np.expand_dims(y, -2)


@primitive(_solve_left, _solve_right, numpy=np.linalg.solve)
@quiet
def solve(a, b):
    """Solution of a y = b.  b̄ = a⁻ᵀ ȳ,  ā = -b̄ yᵀ.

    a (.., n, n); b (.., n, k), or one vector (n,), as in NumPy 2.
    """
    both = np.empty(0, np.result_type(a, b))
    if b.ndim == 1:  # stays a vector over a batch of a
        return in_kind(np.linalg.solve(as_linalg(a), as_linalg(b)[:, None])[..., 0], both)
    return in_kind(np.linalg.solve(as_linalg(a), as_linalg(b)), both)


def _pinv_vjp(g: Any, y: Any, x: Any, rcond: float) -> Any:
    pull = transposed(g)
    inside = -(transposed(y) @ g @ transposed(y))
    left = pull @ y @ transposed(y)
    right = transposed(y) @ y @ pull
    return inside + left - x @ (y @ left) + right - (right @ y) @ x


@primitive(_pinv_vjp)
def pinv_(x, *, rcond):
    """Pseudo-inverse, with a tolerance; `pinv` is the function to call."""
    return in_kind(np.linalg.pinv(as_linalg(x), rcond), x)


@composite(numpy=np.linalg.pinv)
def pinv(
    x: Any, rcond: float | None = None, hermitian: bool = False, *, rtol: float | None = None
) -> Any:
    """Pseudo-inverse.  Its derivative holds while the rank stays the same.

    Singular values below ``rcond``, or ``rtol``, times the largest one count as 0: 1e-15 by
    default. ``hermitian=True`` says that x is symmetric: the symmetric part counts.

    Golub & Pereyra, 1973.
    """
    if rcond is not None and rtol is not None:
        raise ValueError("pinv: rcond and rtol are one setting, give one of them")
    chosen = rtol if rcond is None else rcond
    x = (x + transposed(x)) * 0.5 if hermitian else x
    return pinv_(x, rcond=1e-15 if chosen is None else chosen)


@composite(numpy=np.linalg.matrix_power)
def matrix_power(x: Any, n: int) -> Any:
    """Product of ``n`` factors x, by repeated squaring; of x⁻¹ for negative ``n``."""
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError(f"matrix_power: needs square matrices, received shape {tuple(x.shape)}")
    if n < 0:
        x, n = inv(x), -n
    y = None
    while n:
        if n & 1:
            y = x if y is None else y @ x
        n >>= 1
        x = x @ x if n else x
    return np.where(False, x, np.eye(x.shape[-1], dtype=x.dtype)) if y is None else y


@composite(numpy=np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """Solution y of ``tensordot(a, y, y.ndim) = b``; ``axes`` of a are moved to its end first."""
    a, b = arrays_of([a, b])
    if axes is not None:
        last = [checked_axis("tensorsolve", a, k) for k in axes]
        a = np.moveaxis(a, last, range(a.ndim - len(last), a.ndim))
    shape, n = a.shape[b.ndim :], math.prod(b.shape)
    if math.prod(a.shape) != n * n:
        raise ValueError(f"tensorsolve: a of shape {a.shape} is not square for b of {b.shape}")
    return solve(a.reshape((n, n)), b.reshape((n,))).reshape(shape)


@composite(numpy=np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """Inverse of ``tensordot(a, ·)``: the first ``ind`` axes of a come last in it."""
    first, rest = a.shape[: check_count("tensorinv", "ind", ind)], a.shape[ind:]
    n = math.prod(first)
    if math.prod(rest) != n:
        raise ValueError(f"tensorinv: a of shape {a.shape} is not square for ind={ind}")
    return inv(a.reshape((n, n))).reshape((*rest, *first))


# ---- determinants


def _unless_nan(y: Any, x: Any) -> Any:
    """``y`` of each matrix, NaN where the matrix holds one: LAPACK may call it singular instead."""
    holds_nan = np.isnan(x).any(axis=(-1, -2))
    y = in_kind(y, x)
    return np.where(holds_nan, y.dtype.type(math.nan), y)


def _is_singular(x: Any) -> Any:
    """Whether y x⁻ᵀ would lose more than about half of the digits."""
    raw = as_linalg(value_of(x))
    s = np.linalg.svd(np.where(np.isfinite(raw), raw, 0.0), compute_uv=False)
    return s[..., -1] <= s[..., 0] * np.finfo(raw.dtype).eps ** 0.5


def _cofactors(x: Any) -> Any:
    """Signed determinants of the minors: the derivative of det, of every order, everywhere."""
    n = x.shape[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], int).reshape(n, n - 1)
    minors = x[..., others[:, None, :, None], others[None, :, None, :]]
    sign = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    return det(minors) * sign.astype(x.dtype)


def _det_vjp(g: Any, y: Any, x: Any) -> Any:
    n = x.shape[-1]
    g, y = g.reshape((*g.shape, 1, 1)), y.reshape((*y.shape, 1, 1))
    singular = _is_singular(x) if n else np.zeros(x.shape[:-2], bool)
    if not singular.any():
        return g * y * transposed(inv(x))
    singular = singular[..., None, None]
    # The identity replaces singular matrices; what follows from it is not used.
    regular = g * y * transposed(inv(np.where(singular, np.eye(n, dtype=x.dtype), x)))
    return np.where(singular, g * _cofactors(x), regular)


@primitive(_det_vjp, numpy=np.linalg.det)
@quiet
def det(x):
    """Determinant.  x̄ = ȳ y x⁻ᵀ, or ȳ times the cofactors where x is singular, at every order."""
    square_matrix(x)
    return _unless_nan(np.linalg.det(as_linalg(x)), x)


@primitive(lambda g, y, x: flat(x), kinks=True)
@quiet
def sign_det(x):
    """Sign of the determinant: -1, 0 or 1.  x̄ = 0."""
    square_matrix(x)
    return _unless_nan(np.linalg.slogdet(as_linalg(x))[0], x)


def _logabsdet_vjp(g: Any, y: Any, x: Any) -> Any:
    return g.reshape((*g.shape, 1, 1)) * transposed(inv(x))


@primitive(_logabsdet_vjp)
@quiet
def logabsdet(x):
    """Logarithm of the magnitude of the determinant, without overflow.  x̄ = ȳ x⁻ᵀ."""
    square_matrix(x)
    return _unless_nan(np.linalg.slogdet(as_linalg(x))[1], x)


class SlogdetResult(NamedTuple):
    """What `slogdet` gives, by the names of NumPy and PyTorch."""

    sign: Any
    logabsdet: Any


@composite(numpy=np.linalg.slogdet)
def slogdet(x: Any) -> SlogdetResult:
    """Sign and logarithm of the magnitude of the determinant, without overflow.

    Raises
    ------
    ValueError
        In backward, where x is singular and the logarithm is ln 0.
    """
    return SlogdetResult(sign_det(x), logabsdet(x))
