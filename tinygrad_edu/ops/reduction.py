"""Sums, means, extrema and other reductions over axes."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.ops._masked import averaging, deviating, folding
from tinygrad_edu.ops._named import named
from tinygrad_edu.ops.cumulative import later
from tinygrad_edu.ops.elementwise import divide, quiet

__all__ = [
    "amax", "amin", "aminmax", "argmax", "argmin", "count_nonzero", "max", "mean", "min", "prod",
    "ptp", "std", "std_mean", "sum", "var", "var_mean",
]  # fmt: skip


def reduced_axes(x: Any, axis: Any) -> tuple[int, ...]:
    """The axes that ``axis`` names, as non-negative numbers; ``None`` names them all."""
    if axis is None:
        return tuple(range(x.ndim))
    if x.ndim == 0:
        return ()
    return tuple(a % x.ndim for a in (axis if isinstance(axis, (tuple, list)) else (axis,)))


def count(x: Any, axis: Any) -> int:
    """How many elements of x one element of the reduction over ``axis`` is made of."""
    return math.prod(x.shape[a] for a in reduced_axes(x, axis))


def keep_axes(r: Any, x: Any, axis: Any) -> Any:
    """``r``, a reduction of x over ``axis``, with those axes kept as size 1."""
    axes = reduced_axes(x, axis)
    return r.reshape(tuple(1 if a in axes else n for a, n in enumerate(x.shape)))


def as_lines(x: Any, axis: Any) -> Any:
    """``x`` with the axes of a reduction as one, the last; raises where x has no such axes."""
    if axis is None or (x.ndim == 0 and axis in (0, -1)):
        return x.reshape((-1,))
    axes = normalize_axis_tuple(axis, x.ndim)
    kept = [a for a in range(x.ndim) if a not in axes]
    n = math.prod(x.shape[a] for a in axes)
    return np.transpose(x, (*kept, *axes)).reshape((*(x.shape[a] for a in kept), n))


def spread(g: Any, x: Any, axis: Any) -> Any:
    """Repeat ``g`` along the reduced axes: the adjoint of a sum is a broadcast."""
    return np.broadcast_to(keep_axes(g, x, axis), x.shape)


def largest(x: Any, axis: Any) -> Any:
    """The largest element over axes, which are kept; 0 where there is none."""
    return (np.max if np.size(x) else np.sum)(x, axis=axis, keepdims=True)


@primitive(
    lambda g, y, x, axis, keepdims: spread(g, x, axis),
    numpy=(np.sum, np.add.reduce),
    wide=True,
    further=folding(np.add, 0),
)
def sum(x, *, axis=None, keepdims=False):
    """Sum over axes.  y = Σ x,  x̄ = ȳ repeated along the summed axes."""
    return np.sum(x, axis=axis, keepdims=keepdims)


@primitive(
    lambda g, y, x, axis, keepdims: spread(g / (count(x, axis) or 1), x, axis),
    numpy=np.mean,
    wide=True,
    further=averaging,
)
@quiet
def mean(x, *, axis=None, keepdims=False):
    """Mean over axes.  y = Σ x / n,  x̄ = ȳ / n repeated; NaN for an empty mean."""
    if x.size == 0 and count(x, axis) == 0:
        return np.sum(x, axis=axis, keepdims=keepdims) * math.nan
    return np.mean(x, axis=axis, keepdims=keepdims)


def _product_of_others(x: Any) -> Any:
    """For each element, the product of the others along the last axis."""
    before = later(np.cumprod(x, axis=-1), -1, 1, 1.0)
    after = later(np.cumprod(np.flip(x, -1), axis=-1), -1, 1, 1.0)
    return before * np.flip(after, -1)


def _prod_vjp(g: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    axes = reduced_axes(x, axis)
    kept = tuple(a for a in range(x.ndim) if a not in axes)
    order = kept + axes
    lines = np.transpose(x, order)
    n = count(x, axis)
    others = _product_of_others(lines.reshape((*lines.shape[: len(kept)], n)))
    back = tuple(int(i) for i in np.argsort(order))
    return keep_axes(g, x, axis) * np.transpose(others.reshape(lines.shape), back)


@primitive(
    _prod_vjp,
    numpy=(np.prod, np.multiply.reduce),
    wide=True,
    further=folding(np.multiply, 1),
)
@quiet
def prod(x, *, axis=None, keepdims=False):
    """Product over axes.  y = Π x,  x̄_j = ȳ Π_(i≠j) x_i; correct at zeros, at every order."""
    return np.prod(x, axis=axis, keepdims=keepdims)


def _extremum_vjp(g: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    tied = x == keep_axes(y, x, axis)
    share = keep_axes(g, x, axis) / np.sum(tied, axis=axis, keepdims=True).astype(x.dtype)
    return np.where(tied, share, 0.0)


@primitive(
    _extremum_vjp,
    numpy=(np.max, np.amax, np.maximum.reduce),
    kinks=True,
    wide=True,
    further=folding(np.maximum),
)
def max(x, *, axis=None, keepdims=False):
    """Largest element over axes.  The gradient is shared evenly among ties."""
    return np.max(x, axis=axis, keepdims=keepdims)


@primitive(
    _extremum_vjp,
    numpy=(np.min, np.amin, np.minimum.reduce),
    kinks=True,
    wide=True,
    further=folding(np.minimum),
)
def min(x, *, axis=None, keepdims=False):
    """Smallest element over axes.  The gradient is shared evenly among ties."""
    return np.min(x, axis=axis, keepdims=keepdims)


@composite()
def amax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Largest element over axes, as `max`."""
    return max(x, axis=axis, keepdims=keepdims)


@composite()
def amin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Smallest element over axes, as `min`."""
    return min(x, axis=axis, keepdims=keepdims)


@primitive(None, numpy=np.argmax)
def argmax(x, *, axis=None, keepdims=False):
    """Index of the first largest element; no gradient."""
    return np.argmax(x, axis=axis, keepdims=keepdims)


@primitive(None, numpy=np.argmin)
def argmin(x, *, axis=None, keepdims=False):
    """Index of the first smallest element; no gradient."""
    return np.argmin(x, axis=axis, keepdims=keepdims)


# ---- moments


def _over_degrees(name: str, total: Any, x: Any, axis: Any, ddof: float) -> Any:
    """``total`` / (n - ddof); by 0, with a warning, where that is not positive, as in NumPy."""
    n = count(x, axis) - ddof
    if n > 0:
        return total * (1.0 / n)
    text = f"{name}: {count(x, axis)} values and ddof={ddof:g} leave nothing to divide by"
    warnings.warn(text + ": the result is infinite, or NaN", RuntimeWarning, stacklevel=4)
    return divide(total, 0.0)


@composite(numpy=np.var, further=deviating(root=False))
@rounded_once
def var(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    """Variance over axes.  y = Σ (x - mean)² / (n - ddof).

    ``ddof`` is 0 as in NumPy; PyTorch's ``correction`` (there 1 by default) is accepted too.
    """
    centered = x - mean(x, axis=axis, keepdims=True)
    total = sum(centered * centered, axis=axis, keepdims=keepdims)
    return _over_degrees("var", total, x, axis, ddof)


def _std_vjp(g: Any, y: Any, x: Any, axis: Any, ddof: float, keepdims: bool) -> Any:
    g, y = keep_axes(g, x, axis), keep_axes(y, x, axis)
    centered = x - np.mean(x, axis=reduced_axes(x, axis), keepdims=True)
    n = count(x, axis) - ddof
    return g * np.where(y == 0, 0.0, centered / (y * (n if n > 0 else 0)))


@primitive(_std_vjp, numpy=np.std, kinks=True, wide=True, further=deviating(root=True))
@quiet
def std(x, *, axis=None, ddof: float = 0, keepdims=False):
    """Standard deviation over axes.  y = √var,  x̄ = ȳ (x - mean) / (y (n - ddof)); 0 at y = 0.

    ``ddof`` is 0 as in NumPy; PyTorch's ``correction`` (there 1 by default) is accepted too.
    """
    centered = x - mean(x, axis=axis, keepdims=True)
    total = np.sum(centered * centered, axis=axis, keepdims=keepdims)
    return np.sqrt(_over_degrees("std", total, x, axis, ddof))


@composite()
def var_mean(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> tuple[Any, Any]:
    """Variance and mean over axes, as `var` and `mean`."""
    return var(x, axis, ddof, keepdims), mean(x, axis=axis, keepdims=keepdims)


@composite()
def std_mean(x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> tuple[Any, Any]:
    """Standard deviation and mean over axes, as `std` and `mean`."""
    return (
        std(x, axis=axis, ddof=ddof, keepdims=keepdims),
        mean(x, axis=axis, keepdims=keepdims),
    )


@composite()
def aminmax(x: Any, axis: Any = None, keepdims: bool = False) -> tuple[Any, Any]:
    """Smallest and largest element over axes, as `min` and `max`."""
    smallest, largest = (of(x, axis=axis, keepdims=keepdims) for of in (min, max))
    return named("aminmax", min=smallest, max=largest)


@composite(numpy=np.ptp)
def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Range over axes: the largest less the smallest element."""
    return max(x, axis=axis, keepdims=keepdims) - min(x, axis=axis, keepdims=keepdims)


# ---- counting


@primitive(None, numpy=np.count_nonzero)
def count_nonzero(x, *, axis=None, keepdims=False):
    """How many elements differ from 0; no gradient."""
    # np.count_nonzero of NumPy 2.0 gives an int of Python.
    return np.sum(x != 0, axis=axis, keepdims=keepdims, dtype=np.intp)
