"""Order, search and counting as only PyTorch has them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice
from tinygrad_edu.compat.functions._plain import like, plain
from tinygrad_edu.compat.spelled import picked, sort
from tinygrad_edu.compat.spelling import of_torch
from tinygrad_edu.engine import value_of
from tinygrad_edu.ops._named import named

__all__ = [
    "bucketize", "cartesian_prod", "combinations", "cummax", "cummin", "histc", "histogram", "isin",
    "mode", "msort", "searchsorted", "unique_consecutive",
]  # fmt: skip


@of_torch
def msort(input: Any) -> Any:
    """Values in order along the first axis."""
    return sort(input, 0).values


@of_torch
def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Any:
    """(values, indices) of what occurs most often along an axis, the smallest of several.

    >>> import tinygrad_edu as tg
    >>> tg.mode(tg.tensor([3, 1, 3, 2])).values
    tensor(3)
    """
    array = np.asarray(value_of(input))
    lines = np.moveaxis(array if array.ndim else array.reshape(1), dim, -1)
    found = np.apply_along_axis(_most_frequent, -1, lines) if lines.size else lines[..., 0]
    indices = np.expand_dims(found, dim if array.ndim else 0)
    return picked("mode", input, like(indices, input), dim, keepdim)


def _most_frequent(line: Any) -> Any:
    """The last place of the smallest of the values that occur most often."""
    values, counts = np.unique(line, return_counts=True)
    return np.flatnonzero(line == values[np.argmax(counts)])[-1]


def _running(name: str, input: Any, dim: int, run: Any) -> Any:
    array = np.asarray(value_of(input))
    line = array if array.ndim else array.reshape(1)
    best = run.accumulate(line, axis=dim)
    hit = (line == best) | (line != line)
    numbers = np.arange(line.shape[dim]).reshape([-1 if a == dim % line.ndim else 1
                                                  for a in range(line.ndim)])  # fmt: skip
    indices = np.maximum.accumulate(np.where(hit, numbers, 0), axis=dim)
    return picked(name, input, like(indices, input), dim, True)


@of_torch
def cummax(input: Any, dim: int) -> Any:
    """(values, indices) of the largest element so far along an axis, the last of equal ones."""
    return _running("cummax", input, dim, np.maximum)


@of_torch
def cummin(input: Any, dim: int) -> Any:
    """(values, indices) of the smallest element so far along an axis, the last of equal ones."""
    return _running("cummin", input, dim, np.minimum)


@of_torch
def unique_consecutive(
    input: Any, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The elements without those that equal the one before; no gradient.

    >>> import tinygrad_edu as tg
    >>> tg.unique_consecutive(tg.tensor([1, 1, 2, 1]), return_counts=True)
    (tensor([1, 2, 1]), tensor([2, 1, 1]))
    """
    array = np.asarray(value_of(input))
    lines = array.reshape(-1) if dim is None else np.moveaxis(array, dim, 0)
    changed = (lines[1:] != lines[:-1]).reshape(max(len(lines) - 1, 0), -1).any(axis=1)
    starts = np.concatenate([np.ones(min(len(lines), 1), bool), changed])
    kept = lines[starts] if dim is None else np.moveaxis(lines[starts], 0, dim)
    inverse = np.cumsum(starts) - 1
    inverse = inverse.reshape(array.shape) if dim is None else inverse
    parts = [kept]
    parts += [inverse] if return_inverse else []
    parts += [np.diff(np.append(np.flatnonzero(starts), len(lines)))] if return_counts else []
    made = tuple(like(part, input) for part in parts)
    return made if len(made) > 1 else made[0]


# ---- search


@of_torch
def searchsorted(
    sorted_sequence: Any,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Any = None,
) -> Any:
    """Where numbers belong in sequences in order, along the last axis; no gradient.

    >>> import tinygrad_edu as tg
    >>> tg.searchsorted(tg.tensor([1.0, 3.0]), tg.tensor([0.0, 3.0, 4.0]))
    tensor([0, 1, 2])
    """
    check_choice("searchsorted", "side", side, (None, "left", "right"))
    sequence, values = np.asarray(value_of(sorted_sequence)), np.asarray(value_of(input))
    if sorter is not None:
        sequence = np.take_along_axis(sequence, np.asarray(value_of(sorter)), -1)
    where: Any = side or ("right" if right else "left")
    if sequence.ndim == 1:
        found = np.searchsorted(sequence, values, where)
    elif sequence.shape[:-1] == values.shape[:-1]:
        rows = zip(sequence.reshape(-1, sequence.shape[-1]), values.reshape(-1, values.shape[-1]),
                   strict=True)  # fmt: skip
        found = np.array([np.searchsorted(a, b, where) for a, b in rows]).reshape(values.shape)
    else:
        raise ValueError(
            f"searchsorted: the leading axes must be equal, received {sequence.shape} and "
            f"{values.shape}"
        )
    dtype = np.int32 if out_int32 else np.int64
    return like(np.asarray(found).astype(dtype), sorted_sequence, input)


@of_torch
def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """Between which of the boundaries each number lies; see `searchsorted`; no gradient."""
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


@of_torch
def isin(
    elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False
) -> Any:
    """Whether each element is one of ``test_elements``; no gradient."""
    return plain(lambda a, b: np.isin(a, b, invert=invert), elements, test_elements)


# ---- counts


def _range(array: Any, low: float, high: float) -> tuple[float, float]:
    if low == high and array.size:
        low, high = float(array.min()), float(array.max())
    return (low - 1.0, high + 1.0) if low == high else (low, high)


@of_torch
def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many elements lie in each of ``bins`` equal parts of [min, max]; no gradient.

    Elements outside do not count; without bounds they are the smallest and largest element.
    """
    array = np.asarray(value_of(input))
    counts = np.histogram(array, bins, _range(array, min, max))[0]
    return like(counts.astype(array.dtype), input)


@of_torch
def histogram(
    input: Any, bins: Any = 100, *, range: Any = None, weight: Any = None, density: bool = False
) -> Any:
    """(hist, bin_edges): counts in equal parts of a range, or between edges; no gradient."""
    array = np.asarray(value_of(input))
    edges = np.asarray(value_of(bins)) if np.ndim(value_of(bins)) else bins
    weights = None if weight is None else np.asarray(value_of(weight)).reshape(-1)
    span = _range(array, *map(float, range or (0.0, 0.0)))
    counts, places = np.histogram(array.reshape(-1), edges, span, density, weights)
    hist, bin_edges = (like(part.astype(array.dtype), input) for part in (counts, places))
    return named("histogram", hist=hist, bin_edges=bin_edges)


# ---- choices of several


@of_torch
def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """All choices of ``r`` elements of a vector, in order: a row for each."""
    of = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    chosen = np.array(list(of(range(input.shape[0]), r)), np.int64).reshape(-1, r)
    return ops.getitem(input, index=chosen)


@of_torch
def cartesian_prod(*tensors: Any) -> Any:
    """All pairs of an element of each vector: a row for each."""
    if len(tensors) == 1:
        return tensors[0]
    grids = ops.meshgrid(*tensors, indexing="ij")
    return ops.stack([grid.reshape((-1,)) for grid in grids], axis=-1)
