"""Sorting, searching and counting.

What has a gradient finds the order first, which has none, and then reads the values in that order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_count
from tinygrad_edu.engine import Node, primitive, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops._named import named
from tinygrad_edu.ops.indexing import add_at, getitem, take_along_axis
from tinygrad_edu.ops.reduction import as_lines, keep_axes

__all__ = [
    "argsort", "argwhere", "bincount", "kthvalue", "median", "nonzero", "partition", "sort", "topk",
    "unique",
]  # fmt: skip


def _first(x: Any, axis: int, n: int) -> Any:
    return getitem(x, index=(slice(None),) * (axis % x.ndim) + (slice(n),))


@primitive(None, numpy=np.argsort)
def argsort(x, *, axis=-1, descending=False):
    """Indices that sort x along an axis, NaN as the largest, ties in order; no gradient."""
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    # -x would change the order of unsigned integers; backwards twice keeps that of ties.
    backwards = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(backwards, axis)


@composite(numpy=np.sort)
def sort(
    x: Any,
    axis: int | None = -1,
    descending: bool = False,
    return_indices: bool = False,
    kind: str | None = None,
) -> Any:
    """Values in order along an axis, NaN last; ties keep their order.  x̄ = ȳ put back.

    A number is sorted too, over axis 0 or -1, as in PyTorch. With ``return_indices``, ``(values,
    indices)``, which is what PyTorch returns. The sort is always stable; ``kind`` is accepted as
    in NumPy.

    >>> import tinygrad_edu as tg
    >>> values, indices = tg.sort(tg.tensor([3.0, 1.0, 2.0]), return_indices=True)
    >>> values, indices
    (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """
    if axis is None:
        x, axis = x.reshape((-1,)), 0
    check_choice("sort", "kind", kind, (None, "stable", "quicksort", "mergesort", "heapsort"))
    line = x if x.shape else x.reshape((1,))
    indices = argsort(line, axis=axis, descending=descending)
    values = take_along_axis(line, indices, axis)
    if not x.shape:
        values, indices = values.reshape(()), indices.reshape(())
    return named("sort", values=values, indices=indices) if return_indices else values


@composite(numpy=np.partition)
def partition(x: Any, kth: Any, axis: int | None = -1) -> Any:
    """Values so far in order that ``kth`` stands where `sort` puts it, smaller ones before it.

    ``kth`` may be several. x̄ = ȳ put back.
    """
    if isinstance(kth, bool):  # NumPy 2.0 takes it for 0 or 1
        check_count("partition", "kth", kth, None)
    if axis is None:
        x, axis = x.reshape((-1,)), 0
    return take_along_axis(x, np.argpartition(value_of(x), kth, axis), axis)


@composite()
def topk(
    x: Any, k: int, axis: int = -1, largest: bool = True, sorted: bool = True
) -> tuple[Any, Any]:
    """The ``k`` largest (or smallest) values along an axis, in order, and their indices.

    Of equal values the first ones are taken. The result is always ``sorted``.
    """
    n = x.shape[axis]
    if not 0 <= k <= n:
        raise ValueError(f"topk: k must be in [0, {n}], the size of axis {axis}, received {k}")
    indices = _first(argsort(x, axis=axis, descending=largest), axis, k)
    return named("topk", values=take_along_axis(x, indices, axis), indices=indices)


@composite()
def kthvalue(x: Any, k: int, axis: int = -1, keepdims: bool = False) -> tuple[Any, Any]:
    """The k-th smallest value along an axis, counted from 1, and its index."""
    if not 1 <= k <= x.shape[axis]:
        raise ValueError(f"kthvalue: k must be in [1, {x.shape[axis]}], received {k}")
    indices = np.take(argsort(x, axis=axis), np.array([k - 1]), axis=axis)
    values = take_along_axis(x, indices, axis)
    if not keepdims:
        values, indices = np.squeeze(values, axis), np.squeeze(indices, axis)
    return named("kthvalue", values=values, indices=indices)


@composite(numpy=np.median)
def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Middle value, or the mean of the two middle ones, as in NumPy; NaN where there is a NaN.

    PyTorch takes the lower one of the two: ``kthvalue(x, (n + 1) // 2)``.
    """
    if axis is not None and not isinstance(axis, tuple):
        check_count("median", "axis", axis, at_least=None)
    lines = as_lines(x, axis)
    n = lines.shape[-1]
    if n == 0:
        raise ValueError(f"median: no values along axis {axis} of shape {tuple(x.shape)}")
    order = argsort(lines, axis=-1)
    middle = np.take(order, np.array([(n - 1) // 2, n // 2]), axis=-1)
    # NaN stands last in the order, and one makes the middle NaN too.
    last = np.take(order, np.array([n - 1, n - 1]), axis=-1)
    is_nan = np.isnan(take_along_axis(lines, last, -1))
    chosen = np.where(is_nan, last, middle)
    y = np.mean(take_along_axis(lines, chosen, -1), axis=-1)
    return keep_axes(y, x, axis) if keepdims else y


# ---- searching and counting


@primitive(None, numpy=np.argwhere)
def argwhere(x):
    """Where x differs from 0: one row of indices for each such element, in order; no gradient."""
    return np.argwhere(x)


@composite()
def nonzero(x: Any, as_tuple: bool = False) -> Any:
    """`argwhere`; with ``as_tuple`` one array of indices for each axis, to index with.

    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[0.0, 5.0], [6.0, 0.0]])
    >>> tg.nonzero(x)
    tensor([[0, 1],
            [1, 0]])
    >>> x[tg.nonzero(x, as_tuple=True)]
    tensor([5., 6.])
    """
    places = argwhere(x)
    return tuple(places[:, k] for k in range(places.shape[1])) if as_tuple else places


@primitive(None)
def unique_values(x, *, axis=None):
    """Different elements, or slices along an axis, in order; every NaN counts; no gradient."""
    return np.unique(x, axis=axis, equal_nan=False)


@composite()
def unique(
    x: Any,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
) -> Any:
    """Different elements, or slices along ``axis``, in order; every NaN counts; no gradient.

    With ``return_inverse`` and ``return_counts`` also, in this order, which of them each element
    is and how often each occurs. The result is always ``sorted``.

    >>> import tinygrad_edu as tg
    >>> tg.unique(tg.tensor([3, 1, 3]), return_inverse=True, return_counts=True)
    (tensor([1, 3]), tensor([1, 0, 1]), tensor([1, 2]))
    """
    values = unique_values(x, axis=axis)
    if not (return_inverse or return_counts):
        return values
    wrap = x.wrap if isinstance(x, Node) else np.asarray
    options: Any = {"return_inverse": True, "return_counts": True, "equal_nan": False}
    raw = np.asarray(value_of(x))
    _, inverse, counts = np.unique(raw, axis=axis, **options)
    inverse = inverse.reshape(raw.shape if axis is None else -1)
    extra = [(return_inverse, inverse), (return_counts, counts)]
    return (values, *(wrap(array) for wanted, array in extra if wanted))


@composite(numpy=np.bincount)
def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each number 0, 1, 2, ... occurs, or the sum of its ``weights`` in float64.

    x̄ does not exist; the gradient of a weight is that of the sum it is part of.
    """
    numbers = np.asarray(value_of(x))
    counts = np.bincount(numbers, minlength=minlength)
    if weights is None:
        return x.wrap(counts) if isinstance(x, Node) else counts
    return add_at(arrays_of([weights])[0].astype(np.float64), index=numbers, shape=counts.shape)
