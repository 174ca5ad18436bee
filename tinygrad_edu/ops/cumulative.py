"""Running sums and products; no product is ever divided by x."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.ops._masked import casting
from tinygrad_edu.ops.elementwise import quiet

__all__ = ["cumprod", "cumsum"]


def along(axis: int, piece: slice) -> tuple[Any, ...]:
    """The index that takes ``piece`` of an axis and all of the others."""
    return (slice(None),) * axis + (piece,) if axis >= 0 else (..., piece, *[slice(None)] * ~axis)


def later(x: Any, axis: int, steps: int, first: float) -> Any:
    """``x`` moved ``steps`` places up an axis, with ``first`` moved in."""
    steps = min(steps, x.shape[axis])
    kept = x[along(axis, slice(0, x.shape[axis] - steps))]
    shape = tuple(steps if a == axis % x.ndim else n for a, n in enumerate(x.shape))
    return np.concatenate([np.full(shape, first, x.dtype), kept], axis=axis)


# ---- sums


def _cumsum_vjp(g: Any, y: Any, x: Any, axis: Any) -> Any:
    if axis is None:
        return np.flip(np.cumsum(np.flip(g, 0), axis=0), 0).reshape(x.shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


@primitive(_cumsum_vjp, numpy=(np.cumsum, np.add.accumulate), wide=True, further=casting)
def cumsum(x, *, axis=None):
    """Running sum, over all elements in C order by default.  x̄ = running sum of ȳ from the end."""
    return np.cumsum(x, axis=axis, dtype=x.dtype if x.dtype.kind == "f" else None)


# ---- products


def _linear_recurrence(b: Any, a: Any, axis: int) -> Any:
    """The s of  s_k = b_k + a_k s_(k-1),  by doubling the number of terms that are combined.

    ⌈log₂ n⌉ steps on whole arrays: quick without a division, and recorded in as few operations.
    """
    steps = 1
    while steps < b.shape[axis]:
        b = b + a * later(b, axis, steps, 0.0)
        a = a * later(a, axis, steps, 0.0)
        steps *= 2
    return b


def _cumprod_vjp(g: Any, y: Any, x: Any, axis: Any) -> Any:
    # y_k = x_k y_(k-1). Going back, s_k = ȳ_k + x_(k+1) s_(k+1) gathers all that y_k leads to.
    if axis is None or not x.shape:
        return _cumprod_vjp(g, y, x.reshape(y.shape), 0).reshape(x.shape)
    s = _linear_recurrence(np.flip(g, axis), later(np.flip(x, axis), axis, 1, 0.0), axis)
    return np.flip(s, axis) * later(y, axis, 1, 1.0)


@primitive(_cumprod_vjp, numpy=(np.cumprod, np.multiply.accumulate), wide=True, further=casting)
@quiet
def cumprod(x, *, axis=None):
    """Running product, over all elements by default.  x̄_j = Σ_(k≥j) ȳ_k Π_(i≤k, i≠j) x_i.

    The default takes the elements in C order. Correct where x has zeros, at every order.
    """
    return np.cumprod(x, axis=axis, dtype=x.dtype if x.dtype.kind == "f" else None)
