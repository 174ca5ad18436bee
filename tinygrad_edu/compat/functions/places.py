"""Copies of a tensor with some places written, as only PyTorch has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import shown
from tinygrad_edu._checks import check_choice
from tinygrad_edu.compat.spelling import of_torch
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.ops.indexing import add_at, checked_axis, set_at

__all__ = [
    "diagonal_scatter", "index_copy", "index_fill", "index_put", "index_reduce", "masked_scatter",
    "put", "scatter_reduce", "select_scatter", "slice_scatter", "take_along_dim",
]  # fmt: skip


def _along(name: str, x: Any, dim: int, index: Any) -> tuple[Any, ...]:
    """The full index of these slices along an axis."""
    return (*(slice(None),) * checked_axis(name, x, dim), _array(index))


def _array(index: Any) -> Any:
    return index if isinstance(index, slice) else np.asarray(value_of(index))


def _in_dtype(value: Any, x: Any) -> Any:
    """A number, or a tensor, in the dtype of x."""
    dtype = value_of(x).dtype
    if isinstance(value, Node):
        return value if value.value.dtype == dtype else ops.astype(value, dtype=dtype)
    return np.asarray(value, dtype)


@of_torch
def index_fill(input: Any, dim: int, index: Any, value: Any) -> Any:
    """A copy; the slices that ``index`` lists are ``value``."""
    return set_at(input, _in_dtype(value, input), index=_along("index_fill", input, dim, index))


@of_torch
def index_copy(input: Any, dim: int, index: Any, source: Any) -> Any:
    """A copy; the slices that ``index`` lists are those of ``source``."""
    return set_at(input, source, index=_along("index_copy", input, dim, index))


@of_torch
def index_put(input: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    """A copy with ``y[indices] = values``, or with the values added, repeats included."""
    index = tuple(map(_array, indices))
    values = _in_dtype(values, input)
    if not accumulate:
        return set_at(input, values, index=index)
    shape = value_of(input)[index].shape
    return input + add_at(ops.broadcast_to(values, shape=shape), index=index, shape=input.shape)


@of_torch
def put(input: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """A copy with the elements of ``source`` at these numbers, counted in C order."""
    flat = ops.reshape(input, shape=(-1,))
    made = index_put(flat, (index,), source, accumulate=accumulate)
    return ops.reshape(made, shape=input.shape)


@of_torch
def masked_scatter(input: Any, mask: Any, source: Any) -> Any:
    """A copy; where the mask holds stand the elements of ``source``, one after the other."""
    places = np.broadcast_to(np.asarray(value_of(mask)), input.shape)
    n = int(places.sum())
    flat = ops.reshape(source, shape=(-1,))
    if flat.shape[0] < n:
        raise ValueError(f"masked_scatter: {n} places are asked for, source has {flat.shape[0]}")
    return set_at(input, flat[:n], index=places)


@of_torch
def select_scatter(input: Any, src: Any, dim: int, index: int) -> Any:
    """A copy; the slice number ``index`` along an axis is ``src``."""
    axis = checked_axis("select_scatter", input, dim)
    return set_at(input, src, index=(*(slice(None),) * axis, index))


@of_torch
def slice_scatter(
    input: Any, src: Any, dim: int = 0, start: int | None = None, end: int | None = None,
    step: int = 1,
) -> Any:  # fmt: skip
    """A copy; the slices ``start:end:step`` along an axis are those of ``src``."""
    return set_at(input, src, index=_along("slice_scatter", input, dim, slice(start, end, step)))


@of_torch
def diagonal_scatter(input: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """A copy with ``src`` on a diagonal."""
    x = np.moveaxis(input, (dim1, dim2), (-2, -1))
    rows, columns = x.shape[-2:]
    n = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    k = np.arange(n)
    y = set_at(x, src, index=(..., k - min(offset, 0), k + max(offset, 0)))
    return np.moveaxis(y, (-2, -1), (dim1, dim2))


@of_torch
def take_along_dim(input: Any, indices: Any, dim: int | None = None) -> Any:
    """Read along one axis, y[i, j] = x[i, indices[i, j]]; see `take_along_axis`."""
    if dim is None:
        return ops.take_along_axis(input, ops.reshape(indices, shape=(-1,)), axis=None)
    return ops.take_along_axis(input, indices, axis=dim)


# ---- reductions into places

_FOLDS: dict[str, Any] = {"prod": np.multiply, "amax": np.maximum, "amin": np.minimum}


@of_torch
def scatter_reduce(
    input: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True
) -> Any:
    """A copy; what ``src`` brings to a place is joined: "sum", "mean", "prod", "amax", "amin".

    With ``include_self`` the old value counts too. "prod" has no gradient.

    >>> import tinygrad_edu as tg
    >>> tg.scatter_reduce(tg.zeros(2), 0, tg.tensor([0, 0, 1]), tg.tensor([1.0, 2.0, 3.0]), "sum")
    tensor([3., 3.])
    """
    check_choice("scatter_reduce", "reduce", reduce, ("sum", "mean", *_FOLDS))
    places = _array(index)
    if places.dtype.kind not in "iu":
        raise TypeError(f"scatter_reduce: index must be integers, received {shown(index)}")
    axis = checked_axis("scatter_reduce", input, dim)
    grids = np.ogrid[tuple(slice(n) for n in places.shape)]
    full = tuple(places if a == axis else grid for a, grid in enumerate(grids))
    if src.shape != places.shape:
        src = src[tuple(slice(n) for n in places.shape)]
    return _reduced(input, full, src, reduce, include_self)


def _reduced(x: Any, index: Any, src: Any, reduce: str, include_self: bool) -> Any:
    raw, shape = np.asarray(value_of(x)), x.shape
    hits = np.zeros(shape, np.int64)
    np.add.at(hits, index, 1)
    kept = np.ones(shape, bool) if include_self else hits == 0
    old = ops.where(kept, x, _in_dtype(0, x))
    if reduce == "sum":
        return old + add_at(src, index=index, shape=shape)
    if reduce == "mean":
        count = np.maximum(hits + kept, 1)
        total = old + add_at(src, index=index, shape=shape)
        floats = raw.dtype.kind == "f"
        return total / count.astype(raw.dtype) if floats else ops.floor_divide(total, count)
    best = np.where(kept, raw, _neutral(reduce, raw.dtype))
    _FOLDS[reduce].at(best, index, np.asarray(value_of(src)))
    if reduce == "prod":
        if any(isinstance(part, Node) and part.requires_grad for part in (x, src)):
            raise TypeError("scatter_reduce: 'prod' has no gradient; detach the tensors first")
        return Node.wrap(best) if isinstance(x, Node) else best
    # The gradient is shared evenly among ties.
    mine, theirs = kept & (raw == best), np.asarray(value_of(src)) == best[index]
    ties = mine.astype(raw.dtype)
    np.add.at(ties, index, theirs.astype(raw.dtype))
    found = ops.where(theirs, src, _in_dtype(0, src))
    total = ops.where(mine, x, _in_dtype(0, x)) + add_at(found, index=index, shape=shape)
    return total / ties if raw.dtype.kind == "f" else Node.wrap(best)


def _neutral(reduce: str, dtype: Any) -> Any:
    if reduce == "prod":
        return 1
    sign = -1 if reduce == "amax" else 1
    if dtype.kind == "f":
        return sign * np.inf
    return np.iinfo(dtype).min if sign < 0 else np.iinfo(dtype).max


@of_torch
def index_reduce(
    input: Any, dim: int, index: Any, source: Any, reduce: str, *, include_self: bool = True
) -> Any:
    """A copy; the slices of ``source`` are joined to those that ``index`` lists.

    See `scatter_reduce`.
    """
    axis = checked_axis("index_reduce", input, dim)
    shape = tuple(-1 if a == axis else 1 for a in range(input.ndim))
    places = np.broadcast_to(np.asarray(value_of(index)).reshape(shape), source.shape)
    return scatter_reduce(input, axis, places, source, reduce, include_self=include_self)
