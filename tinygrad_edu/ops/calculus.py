"""Differences, slopes, integrals and interpolation of values on a grid."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.engine import value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.ops._inputs import arrays_of, floats_of
from tinygrad_edu.ops.indexing import checked_axis, getitem
from tinygrad_edu.ops.joining import concatenate

__all__ = ["diff", "ediff1d", "gradient", "interp", "trapezoid"]


def _part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """The slices of an axis from ``start`` to ``stop``."""
    return getitem(x, index=(*(slice(None),) * axis, slice(start, stop)))


def _steps(x: Any, axis: int) -> Any:
    """Differences of neighbours; of booleans, whether they differ."""
    after, before = _part(x, axis, 1, None), _part(x, axis, None, -1)
    return np.not_equal(after, before) if x.dtype.kind == "b" else after - before


@composite(numpy=np.diff)
def diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Difference of neighbours along an axis, ``n`` times.  y_k = x_(k+1) - x_k.

    ``prepend`` and ``append`` are joined to x first: an array, or a number for one slice.

    >>> import tinygrad_edu as tg
    >>> tg.diff(tg.tensor([1.0, 4.0, 9.0]), prepend=0)
    tensor([1., 3., 5.])
    """
    check_count("diff", "n", n, at_least=0)
    (x,) = arrays_of([x])
    axis = checked_axis("diff", x, axis)
    if n == 0:  # NumPy then joins nothing either
        return x
    ends = [_slice_of(end, x, axis) for end in (prepend, append)]
    parts = [part for part in (ends[0], x, ends[1]) if part is not None]
    x = concatenate(parts, axis=axis) if len(parts) > 1 else x
    for _ in range(n):
        x = _steps(x, axis)
    return x


def _slice_of(end: Any, x: Any, axis: int) -> Any:
    """What is joined to x: an array as it is, a number as one slice."""
    if end is None or np.ndim(end):
        return None if end is None else arrays_of([x, end])[1]
    shape = tuple(1 if a == axis else n for a, n in enumerate(x.shape))
    return np.broadcast_to(arrays_of([x, end])[1], shape)


@composite(numpy=np.ediff1d)
def ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """Differences of neighbours of x, flattened, between ``to_begin`` and ``to_end``."""
    (x,) = arrays_of([x])
    parts = [_steps(x.reshape((-1,)), 0)]
    for place, end in ((0, to_begin), (2, to_end)):
        if end is not None:
            parts.insert(place, arrays_of([x, end])[1].reshape((-1,)))
    return concatenate(parts, dtype=x.dtype) if len(parts) > 1 else parts[0]


# ---- slopes


@composite(numpy=np.gradient)
def gradient(x: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Slopes of values on a grid: (x_(k+1) - x_(k-1)) / 2h inside, of one side at the edges.

    The name is NumPy's: it is no derivative by backpropagation, and has one itself. ``spacing`` is
    a number for all axes, or for each axis a number h or the places of the values. The result has
    the shape of x, one for each axis, in a tuple where there are several.

    Parameters
    ----------
    edge_order : {1, 2}
        1: the difference to the neighbour at the edges; 2: the slope there of the parabola through
        three values.

    Raises
    ------
    ValueError
        Where an axis is shorter than ``edge_order + 1``, or the spacing does not fit it.

    >>> import tinygrad_edu as tg
    >>> np.gradient(tg.tensor([0.0, 1.0, 4.0, 9.0]))
    tensor([1., 2., 4., 5.])
    """
    if check_count("gradient", "edge_order", edge_order) > 2:
        raise ValueError(f"gradient: edge_order must be 1 or 2, received {edge_order}")
    (x,) = floats_of([x])
    given = range(x.ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    axes = [checked_axis("gradient", x, a) for a in given]
    if len(spacing) == 1 and np.ndim(spacing[0]) == 0:
        spacing *= len(axes)
    if len(spacing) not in (0, len(axes)):
        raise TypeError(
            f"gradient: spacing must be one number, or one entry for each of {len(axes)} axes; "
            f"received {len(spacing)}"
        )
    found = [
        _slopes(x, a, places, edge_order)
        for a, places in zip(axes, spacing or (1.0,) * len(axes), strict=True)
    ]
    return found[0] if len(found) == 1 else tuple(found)


def _slopes(x: Any, axis: int, places: Any, edge_order: int) -> Any:
    n = x.shape[axis]
    if n < edge_order + 1:
        raise ValueError(
            f"gradient: axis {axis} of size {n} is too short, edge_order={edge_order} needs "
            f"{edge_order + 1} values"
        )
    steps = _gaps(x, axis, places)
    below, above = _part(steps, axis, None, -1), _part(steps, axis, 1, None)
    rise = _steps(x, axis) / steps
    lower, upper = _part(rise, axis, None, -1), _part(rise, axis, 1, None)
    # The slope in the middle of the parabola through three values.
    inside = (above * lower + below * upper) / (below + above)
    first, last = _part(rise, axis, None, 1), _part(rise, axis, -1, None)
    if edge_order == 2:
        bend = (upper - lower) / (below + above)
        first = first - _part(below, axis, None, 1) * _part(bend, axis, None, 1)
        last = last + _part(above, axis, -1, None) * _part(bend, axis, -1, None)
    return concatenate([first, inside, last], axis=axis)


def _gaps(x: Any, axis: int, places: Any) -> Any:
    """The distances of neighbours along an axis, with as many axes as x."""
    (_, where) = arrays_of([x, places])
    n = x.shape[axis]
    if where.ndim == 0:
        return np.broadcast_to(where, (1,) * axis + (n - 1,) + (1,) * (x.ndim - axis - 1))
    if where.shape != (n,):
        raise ValueError(
            f"gradient: the places of axis {axis} must have shape ({n},), received {where.shape}"
        )
    return _steps(where, 0).reshape((1,) * axis + (n - 1,) + (1,) * (x.ndim - axis - 1))


# ---- integrals


@composite(numpy=np.trapezoid)
@rounded_once
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """Integral along an axis by the trapezoidal rule.  Σ (y_k + y_(k+1)) / 2 · (x_(k+1) - x_k).

    ``x`` holds the places of the values, of one axis or of the shape of y; without it they are
    ``dx`` apart.

    >>> import tinygrad_edu as tg
    >>> tg.trapezoid(tg.tensor([0.0, 1.0, 4.0]), dx=0.5)
    tensor(1.5000)
    """
    y, places = arrays_of([y, 0.0 if x is None else x])
    axis = checked_axis("trapezoid", y, axis)
    if x is None:
        steps = dx
    elif places.ndim == 1:
        steps = _steps(places, 0).reshape((-1,) + (1,) * (y.ndim - axis - 1))
    else:
        steps = _steps(places, checked_axis("trapezoid", places, axis - y.ndim))
    return np.sum(steps * (_part(y, axis, 1, None) + _part(y, axis, None, -1)) / 2.0, axis=axis)


# ---- interpolation


@composite(numpy=np.interp)
def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None
) -> Any:
    """Values at x of the line through the points (xp, fp).  x̄ = ȳ times the slope of the segment.

    x of any shape; xp and fp (n,), xp in ascending order. All three have a gradient. Left of all
    points the value is ``left``, right of them ``right``, by default that of the nearest point.
    With ``period``, xp in any order, the line is closed.

    Raises
    ------
    ValueError
        Where xp does not ascend, or xp and fp are not 1-D of one size.

    >>> import tinygrad_edu as tg
    >>> tg.interp(tg.tensor([0.5, 3.0]), [0.0, 1.0, 2.0], [0.0, 10.0, 30.0])
    tensor([ 5., 30.])
    """
    x, xp, fp = floats_of([x, xp, fp])
    if xp.ndim != 1 or xp.shape != fp.shape or not xp.shape[0]:
        raise ValueError(
            f"interp: xp and fp must have one shape (n,), received {xp.shape} and {fp.shape}"
        )
    if period is not None:
        x, xp, fp = _wound(x, xp, fp, abs(check_number("interp", "period", period)))
        left = right = None
    places = value_of(xp)
    if (places[1:] < places[:-1]).any():
        raise ValueError("interp: xp must ascend; sort xp and fp by np.argsort(xp)")
    inside = np.clip(x, xp[0], xp[-1])
    k = np.searchsorted(places[1:-1], value_of(inside), side="right")
    end = np.minimum(k + 1, len(places) - 1)
    wide = xp[end] - xp[k]
    slope = (fp[end] - fp[k]) / np.where(wide == 0, 1.0, wide)
    y = fp[k] + (inside - xp[k]) * slope
    y = y if left is None else np.where(x < xp[0], left, y)
    return y if right is None else np.where(x > xp[-1], right, y)


def _wound(x: Any, xp: Any, fp: Any, period: float) -> tuple[Any, Any, Any]:
    """All places in one period, with a point more at either end."""
    if period == 0:
        raise ValueError("interp: period must not be 0")
    x, xp = np.remainder(x, period), np.remainder(xp, period)
    order = np.argsort(value_of(xp), kind="stable")
    xp, fp = xp[order], fp[order]
    xp = concatenate([xp[-1:] - period, xp, xp[:1] + period])
    return x, xp, concatenate([fp[-1:], fp, fp[:1]])
