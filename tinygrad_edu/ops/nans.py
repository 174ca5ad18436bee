"""Reductions that leave NaN out: those of `reduction` and `cumulative` on what is a number.

Each is the plain reduction with ``where=`` the numbers, so the gradient of a NaN is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops._masked import masked_count, truths
from tinygrad_edu.ops.cumulative import cumprod, cumsum
from tinygrad_edu.ops.reduction import max, mean, min, prod, std, sum, var

__all__ = [
    "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum",
    "nanvar",
]  # fmt: skip


def _numbers(x: Any, where: Any = True) -> tuple[Any, Any]:
    """``x``, a list too, as an array or a tensor, and where it is a number that counts."""
    (x,) = arrays_of([x])
    return x, ~np.isnan(value_of(x)) & truths(where)


@composite(numpy=np.nansum)
def nansum(
    x: Any,
    axis: Any = None,
    keepdims: bool = False,
    *,
    dtype: Any = None,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Sum over axes without NaN.  y = Σ x, x̄ = ȳ; 0 at a NaN."""
    x, numbers = _numbers(x, where)
    return sum(x, axis=axis, keepdims=keepdims, dtype=dtype, initial=initial, where=numbers)


@composite(numpy=np.nanprod)
def nanprod(
    x: Any,
    axis: Any = None,
    keepdims: bool = False,
    *,
    dtype: Any = None,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Product over axes without NaN.  y = Π x; 0 is the gradient of a NaN."""
    x, numbers = _numbers(x, where)
    return prod(x, axis=axis, keepdims=keepdims, dtype=dtype, initial=initial, where=numbers)


def _extremum(
    of: Any, lowest: float, x: Any, axis: Any, keepdims: bool, initial: Any, where: Any
) -> Any:
    x, numbers = _numbers(x, where)
    if x.dtype.kind != "f":
        more = {} if initial is None else {"initial": initial, "where": where}
        return of(x, axis=axis, keepdims=keepdims, **more)
    if initial is not None:
        return of(x, axis=axis, keepdims=keepdims, initial=initial, where=numbers)
    y = of(np.where(numbers, x, lowest), axis=axis, keepdims=keepdims)
    return np.where(masked_count(numbers, x, axis, keepdims) > 0, y, np.nan)


@composite(numpy=np.nanmax)
def nanmax(
    x: Any,
    axis: Any = None,
    keepdims: bool = False,
    *,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Largest number over axes; NaN where all are NaN.  Ties share the gradient, as in `max`."""
    return _extremum(max, -np.inf, x, axis, keepdims, initial, where)


@composite(numpy=np.nanmin)
def nanmin(
    x: Any,
    axis: Any = None,
    keepdims: bool = False,
    *,
    initial: Any = None,
    where: Any = True,
) -> Any:
    """Smallest number over axes; NaN where all are NaN.  Ties share the gradient, as in `min`."""
    return _extremum(min, np.inf, x, axis, keepdims, initial, where)


@composite(numpy=np.nanmean)
def nanmean(
    x: Any, axis: Any = None, keepdims: bool = False, *, dtype: Any = None, where: Any = True
) -> Any:
    """Mean of the numbers over axes; NaN where there is none.  x̄ = ȳ / n; 0 at a NaN."""
    x, numbers = _numbers(x, where)
    return mean(x, axis=axis, keepdims=keepdims, dtype=dtype, where=numbers)


def _deviation(
    of: Any, x: Any, axis: Any, ddof: float, keepdims: bool, where: Any, more: dict[str, Any]
) -> Any:
    x, numbers = _numbers(x, where)
    y = of(x, axis=axis, ddof=ddof, keepdims=keepdims, where=numbers, **more)
    # Where too few are left, NumPy has NaN here, and in `var` infinity.
    return np.where(masked_count(numbers, x, axis, keepdims) > ddof, y, np.nan)


@composite(numpy=np.nanvar)
@rounded_once
def nanvar(
    x: Any,
    axis: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    dtype: Any = None,
    mean: Any = None,
    where: Any = True,
) -> Any:
    """Variance of the n numbers over axes, as `var`; NaN where n ≤ ddof."""
    return _deviation(var, x, axis, ddof, keepdims, where, {"dtype": dtype, "mean": mean})


@composite(numpy=np.nanstd)
@rounded_once
def nanstd(
    x: Any,
    axis: Any = None,
    ddof: float = 0,
    keepdims: bool = False,
    *,
    dtype: Any = None,
    mean: Any = None,
    where: Any = True,
) -> Any:
    """Standard deviation of the n numbers over axes, as `std`; NaN where n ≤ ddof."""
    return _deviation(std, x, axis, ddof, keepdims, where, {"dtype": dtype, "mean": mean})


def _filled(x: Any, value: float) -> Any:
    x, numbers = _numbers(x)
    return np.where(numbers, x, value) if x.dtype.kind == "f" else x


@composite(numpy=np.nancumsum)
def nancumsum(x: Any, axis: Any = None, *, dtype: Any = None) -> Any:
    """Running sum in which a NaN counts as 0, over all elements by default."""
    return cumsum(_filled(x, 0.0), axis=axis, dtype=dtype)


@composite(numpy=np.nancumprod)
def nancumprod(x: Any, axis: Any = None, *, dtype: Any = None) -> Any:
    """Running product in which a NaN counts as 1, over all elements by default."""
    return cumprod(_filled(x, 1.0), axis=axis, dtype=dtype)
