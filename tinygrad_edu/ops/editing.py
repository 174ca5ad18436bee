"""Operations that put elements in, take some out, or repeat them to another size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers
from tinygrad_edu._checks import check_choice, check_count
from tinygrad_edu.engine import value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops.indexing import checked_axis, getitem
from tinygrad_edu.ops.joining import concatenate

__all__ = ["compress", "delete", "extract", "insert", "resize", "trim_zeros"]


def _along(name: str, x: Any, axis: Any) -> tuple[Any, int]:
    """``x`` and the axis, counted from 0; flattened where the axis is None."""
    (x,) = arrays_of([x])
    return (x.reshape((-1,)), 0) if axis is None else (x, checked_axis(name, x, axis))


def _at(x: Any, axis: int, places: Any) -> Any:
    return getitem(x, index=(*(slice(None),) * axis, places))


def _positions(name: str, obj: Any, n: int) -> Any:
    """The numbers that an integer, a list, a mask or a slice names, on an axis of size ``n``."""
    if isinstance(obj, slice):
        return np.arange(*obj.indices(n))
    places = np.asarray(value_of(obj))
    if places.dtype.kind == "b":
        if places.shape != (n,):
            raise ValueError(f"{name}: a mask must have shape ({n},), received {places.shape}")
        return np.flatnonzero(places)
    if places.size == 0:
        return places.astype(np.int64)
    if places.dtype.kind not in "iu" or places.ndim > 1:
        raise TypeError(f"{name}: obj must be an integer, a list of them, or a slice, not {obj!r}")
    return places


@composite(numpy=np.delete)
def delete(x: Any, obj: Any, axis: int | None = None) -> Any:
    """Take out the slices that ``obj`` names along an axis, or elements of x flattened.

    ``obj`` is an integer, a list of integers, a mask, or a slice.

    >>> import tinygrad_edu as tg
    >>> tg.delete(tg.tensor([1.0, 2.0, 3.0]), 1)
    tensor([1., 3.])
    """
    x, axis = _along("delete", x, axis)
    n = x.shape[axis]
    return _at(x, axis, np.delete(np.arange(n), _positions("delete", obj, n)))


@composite(numpy=np.insert)
def insert(x: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """Put ``values`` in before the places that ``obj`` names; they take the dtype of x.

    The places are those of x along an axis, or of x flattened. As in NumPy, an integer puts in as
    many slices as ``values`` has along its first axis, and a list puts in one for each.

    >>> import tinygrad_edu as tg
    >>> tg.insert(tg.tensor([1.0, 4.0]), 1, [2.0, 3.0])
    tensor([1., 2., 3., 4.])
    """
    check_numbers("insert", "values", values)
    (x, axis), (_, values) = _along("insert", x, axis), arrays_of([x, values])
    n = x.shape[axis]
    places = _positions("insert", obj, n)
    if values.ndim < x.ndim:
        values = values.reshape((1,) * (x.ndim - values.ndim) + values.shape)
    if places.size == 1:
        if places.ndim == 0:
            values = np.moveaxis(values, 0, axis)
        places = np.repeat(places, values.shape[axis])
    shape = (*x.shape[:axis], places.size, *x.shape[axis + 1 :])
    if values.dtype != x.dtype:
        values = values.astype(x.dtype)
    both = concatenate([x, np.broadcast_to(values, shape)], axis=axis)
    order = np.insert(np.arange(n), places, n + np.arange(places.size))
    return _at(both, axis, order)


@composite(numpy=np.compress)
def compress(condition: Any, x: Any, axis: int | None = None) -> Any:
    """The slices along an axis, or elements of x flattened, where a 1-D condition holds.

    A condition that is shorter than the axis does not hold for the rest.
    """
    mask = np.asarray(value_of(condition))
    if mask.ndim != 1:
        raise ValueError(f"compress: the condition must have one axis, received {mask.shape}")
    x, axis = _along("compress", x, axis)
    return _at(x, axis, np.flatnonzero(mask))


@composite(numpy=np.extract)
def extract(condition: Any, x: Any) -> Any:
    """The elements of x where the condition holds, both flattened: `masked_select` of one shape."""
    mask = np.asarray(value_of(condition))
    x, axis = _along("extract", x, None)
    return _at(x, axis, np.flatnonzero(mask))


@composite(numpy=np.resize)
def resize(x: Any, new_shape: Any) -> Any:
    """The elements of x, repeated in C order or cut off, in ``new_shape``; zeros if x is empty.

    >>> import tinygrad_edu as tg
    >>> tg.resize(tg.tensor([1.0, 2.0]), (2, 3))
    tensor([[1., 2., 1.],
            [2., 1., 2.]])
    """
    sizes = new_shape if isinstance(new_shape, (tuple, list)) else (new_shape,)
    shape = tuple(check_count("resize", "new_shape", n, at_least=0) for n in sizes)
    x, axis = _along("resize", x, None)
    if not x.shape[0]:
        x = concatenate([x, np.zeros(1, x.dtype)])
    return _at(x, axis, np.arange(math.prod(shape)) % x.shape[0]).reshape(shape)


@composite(numpy=np.trim_zeros)
def trim_zeros(x: Any, trim: str = "fb", axis: Any = None) -> Any:
    """Cut off the zeros at the front (``"f"``), at the back (``"b"``), or at both ends (``"fb"``).

    With several axes, all of them are cut, or those in ``axis``: slices of zeros at their ends go.
    """
    (x,) = arrays_of([x])
    ends = check_choice("trim_zeros", "trim", trim.lower(), ("fb", "bf", "f", "b"))
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    chosen = {checked_axis("trim_zeros", x, a) for a in axes}
    places = np.argwhere(value_of(x))
    index = [slice(None)] * x.ndim
    for a in chosen:
        start = places[:, a].min() if len(places) and "f" in ends else 0
        stop = places[:, a].max() + 1 if len(places) and "b" in ends else None
        index[a] = slice(start, stop if len(places) else 0)
    return getitem(x, index=tuple(index))
