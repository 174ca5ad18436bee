"""Operations that join arrays along an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_list
from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of

__all__ = [
    "append", "atleast_1d", "atleast_2d", "atleast_3d", "block", "column_stack", "concatenate",
    "dstack", "hstack", "stack", "vstack",
]  # fmt: skip


def _rule(casting: Any) -> Any:
    return "same_kind" if casting is None else casting


def _parts(
    g: Any, y: Any, *arrays: Any, positions: Sequence[int], axis: int | None, **cast: Any
) -> list[Any]:
    if axis is None:
        ends = list(accumulate((math.prod(a.shape) for a in arrays), initial=0))
        return [g[ends[k] : ends[k + 1]].reshape(arrays[k].shape) for k in positions]
    axis %= y.ndim
    ends = list(accumulate((a.shape[axis] for a in arrays), initial=0))
    before = (slice(None),) * axis
    return [g[(*before, slice(ends[k], ends[k + 1]))] for k in positions]


@primitive(_parts, numpy=np.concatenate)
def concatenate(*arrays, axis=0, dtype=None, casting=None):
    """Join along an existing axis, or flattened for None.  Each input's gradient is its part of ȳ.

    ``dtype`` is that of the result, and ``casting`` what may become it: ``"same_kind"`` by default.
    """
    return np.concatenate(arrays, axis=axis, dtype=dtype, casting=_rule(casting))


def _layers(
    g: Any, y: Any, *arrays: Any, positions: Sequence[int], axis: int, **cast: Any
) -> list[Any]:
    before = (slice(None),) * (axis % y.ndim)
    return [g[(*before, k)] for k in positions]


@primitive(_layers, numpy=np.stack)
def stack(*arrays, axis=0, dtype=None, casting=None):
    """Join along a new axis.  Each input's gradient is its layer of ȳ.

    ``dtype`` is that of the result, and ``casting`` what may become it: ``"same_kind"`` by default.
    """
    return np.stack(arrays, axis=axis, dtype=dtype, casting=_rule(casting))


# ---- as many axes as it takes


def _with_axes(x: Any, ndim: int) -> Any:
    """``x`` with axes of size 1 in front until it has ``ndim``."""
    return x if x.ndim >= ndim else x.reshape((1,) * (ndim - x.ndim) + x.shape)


def _pages(x: Any) -> Any:
    """``x`` with at least three axes: rows, columns, and one to join along."""
    return np.expand_dims(_with_axes(x, 2), -1) if x.ndim < 3 else x


def _one_or_several(arrays: list[Any]) -> Any:
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


def _given(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arrays of ``f(a, b)``, and of PyTorch's ``f((a, b))``."""
    return tuple(arrays[0]) if len(arrays) == 1 and isinstance(arrays[0], tuple) else arrays


@composite(numpy=np.atleast_1d)
def atleast_1d(*arrays: Any) -> Any:
    """Give an array without axes one, of size 1.  Of several arrays, a tuple.

    >>> import tinygrad_edu as tg
    >>> tg.atleast_1d(tg.tensor(3.0))
    tensor([3.])
    """
    return _one_or_several([_with_axes(a, 1) for a in arrays_of(_given(arrays))])


@composite(numpy=np.atleast_2d)
def atleast_2d(*arrays: Any) -> Any:
    """Add axes of size 1 in front until there are two.  Of several arrays, a tuple."""
    return _one_or_several([_with_axes(a, 2) for a in arrays_of(_given(arrays))])


@composite(numpy=np.atleast_3d)
def atleast_3d(*arrays: Any) -> Any:
    """Add axes of size 1 until there are three: (n,) to (1, n, 1), (m, n) to (m, n, 1)."""
    return _one_or_several([_pages(a) for a in arrays_of(_given(arrays))])


# ---- joining of what has fewer axes


def _listed(name: str, arrays: Any) -> list[Any]:
    """The arrays of a list, each as an array; or the rows of one."""
    found = arrays_of(check_list(name, "arrays", arrays, "arrays"))
    if not found:
        raise ValueError(f"{name}: needs at least one array, received {arrays!r}")
    return found


@composite(numpy=np.hstack)
def hstack(arrays: Sequence[Any], *, dtype: Any = None, casting: str | None = None) -> Any:
    """Join along the second axis, or the first of 1-D arrays."""
    parts = [_with_axes(a, 1) for a in _listed("hstack", arrays)]
    axis = 0 if parts[0].ndim == 1 else 1
    return concatenate(parts, axis=axis, dtype=dtype, casting=casting)


@composite(numpy=np.vstack)
def vstack(arrays: Sequence[Any], *, dtype: Any = None, casting: str | None = None) -> Any:
    """Join along the first axis; 1-D arrays are rows."""
    parts = [_with_axes(a, 2) for a in _listed("vstack", arrays)]
    return concatenate(parts, axis=0, dtype=dtype, casting=casting)


@composite(numpy=np.dstack)
def dstack(arrays: Sequence[Any]) -> Any:
    """Join along the third axis, after `atleast_3d`."""
    return concatenate([_pages(a) for a in _listed("dstack", arrays)], axis=2)


@composite(numpy=np.column_stack)
def column_stack(arrays: Sequence[Any]) -> Any:
    """Join along the second axis; 1-D arrays are columns.

    >>> import tinygrad_edu as tg
    >>> tg.column_stack([tg.ones(2), tg.zeros(2)])
    tensor([[1., 0.],
            [1., 0.]])
    """
    parts = [_with_axes(a, 1) for a in _listed("column_stack", arrays)]
    return concatenate([np.expand_dims(a, 1) if a.ndim == 1 else a for a in parts], axis=1)


@composite(numpy=np.append)
def append(x: Any, values: Any, axis: int | None = None) -> Any:
    """Join ``values`` behind x along an axis, or both flattened.

    >>> import tinygrad_edu as tg
    >>> tg.append(tg.tensor([1.0, 2.0]), 3.0)
    tensor([1., 2., 3.])
    """
    return concatenate(arrays_of([x, values]), axis=axis)


@composite(numpy=np.block)
def block(arrays: Any) -> Any:
    """Put a matrix together from blocks in nested lists.

    The innermost lists are joined along the last axis, those around them along the one before.

    Raises
    ------
    ValueError
        For an empty list, and where the lists are not nested equally deep.

    >>> import tinygrad_edu as tg
    >>> tg.block([[tg.ones(1, 2), 5.0], [tg.zeros(1, 3)]])
    tensor([[1., 1., 5.],
            [0., 0., 0.]])
    """
    leaves: list[Any] = []
    depth = _depth(arrays, leaves)
    parts = arrays_of(leaves)
    ndim = max(depth, *(a.ndim for a in parts))
    found = iter([_with_axes(a, ndim) for a in parts])
    return _joined_blocks(arrays, found, depth)


def _depth(arrays: Any, leaves: list[Any]) -> int:
    """How deep the lists are nested; what they hold is added to ``leaves``."""
    if isinstance(arrays, tuple):
        raise TypeError(f"block: takes lists, not tuples, received {arrays!r}")
    if not isinstance(arrays, list):
        leaves.append(arrays)
        return 0
    depths = {_depth(part, leaves) for part in arrays}
    if len(depths) != 1:
        what = "an empty list" if not depths else "lists that are not nested equally deep"
        raise ValueError(f"block: received {what}")
    return 1 + depths.pop()


def _joined_blocks(arrays: Any, found: Any, depth: int) -> Any:
    if not isinstance(arrays, list):
        return next(found)
    return concatenate([_joined_blocks(part, found, depth - 1) for part in arrays], axis=-depth)
