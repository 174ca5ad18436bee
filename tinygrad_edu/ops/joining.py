"""Operations that join arrays along an axis, and that split one into parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from tinygrad_edu.engine import Node, primitive
from tinygrad_edu.engine.composite import composite, unambiguous
from tinygrad_edu.ops.indexing import checked_axis, getitem

__all__ = ["chunk", "concatenate", "hstack", "split", "stack", "unbind", "vstack"]


# ---- joining


def _parts(g: Any, y: Any, *arrays: Any, positions: Sequence[int], axis: int) -> list[Any]:
    axis %= y.ndim
    ends = list(accumulate((a.shape[axis] for a in arrays), initial=0))
    before = (slice(None),) * axis
    return [g[(*before, slice(ends[k], ends[k + 1]))] for k in positions]


@primitive(_parts, numpy=np.concatenate)
def concatenate(*arrays, axis=0):
    """Join along an existing axis.  Each input's gradient is its part of ȳ."""
    return np.concatenate(arrays, axis=axis)


def _layers(g: Any, y: Any, *arrays: Any, positions: Sequence[int], axis: int) -> list[Any]:
    before = (slice(None),) * (axis % y.ndim)
    return [g[(*before, k)] for k in positions]


@primitive(_layers, numpy=np.stack)
def stack(*arrays, axis=0):
    """Join along a new axis.  Each input's gradient is its layer of ȳ."""
    return np.stack(arrays, axis=axis)


def _at_least(x: Any, ndim: int) -> Any:
    x = x if isinstance(x, Node) else np.asarray(x)
    return x if x.ndim >= ndim else x.reshape((1,) * (ndim - x.ndim) + x.shape)


@composite(numpy=np.hstack)
def hstack(arrays: Sequence[Any]) -> Any:
    """Join along the second axis, or the first of 1-D arrays."""
    parts = [_at_least(a, 1) for a in arrays]
    return np.concatenate(parts, axis=0 if parts[0].ndim == 1 else 1)


@composite(numpy=np.vstack)
def vstack(arrays: Sequence[Any]) -> Any:
    """Join along the first axis; 1-D arrays are rows."""
    return np.concatenate([_at_least(a, 2) for a in arrays], axis=0)


# ---- splitting


def _piece(x: Any, axis: int, start: int, stop: int) -> Any:
    return getitem(x, index=(slice(None),) * axis + (slice(start, stop),))


def _pieces(x: Any, axis: int, ends: Sequence[int]) -> tuple[Any, ...]:
    starts = [0, *ends[:-1]]
    return tuple(_piece(x, axis, a, b) for a, b in zip(starts, ends, strict=True))


@unambiguous(
    "a number is how many parts in NumPy and their size in PyTorch; write split_size=..., or "
    "indices_or_sections=..., or chunk(x, n) for n parts",
    "split_size",
    "indices_or_sections",
)
@composite(numpy=np.split)
def split(
    x: Any,
    indices_or_sections: int | Sequence[int] | None = None,
    axis: int = 0,
    *,
    split_size: int | Sequence[int] | None = None,
) -> tuple[Any, ...]:
    """Cut along an axis: into so many equal parts, or at these positions, as in NumPy.

    PyTorch means sizes instead: ``split_size=3`` cuts parts of 3, the last one maybe smaller, and
    ``split_size=[2, 5]`` parts of 2 and 5. So the keyword must be written; ``np.split(x, 2)`` and
    the method ``x.split(2)``, which only PyTorch has, need none.

    >>> import tinygrad_edu as tg
    >>> x = tg.arange(5)
    >>> tg.split(x, indices_or_sections=[2])
    (tensor([0, 1]), tensor([2, 3, 4]))
    >>> tg.split(x, split_size=2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    axis = checked_axis("split", x, axis)
    n = x.shape[axis]
    if (indices_or_sections is None) == (split_size is None):
        raise TypeError("split: give either the number or positions of the cuts, or split_size=")
    if isinstance(split_size, int):
        if split_size < 1:
            raise ValueError(f"split: split_size must be at least 1, received {split_size}")
        return _pieces(x, axis, [min(e, n) for e in range(split_size, n + split_size, split_size)])
    if split_size is not None:
        if sum(split_size) != n:
            raise ValueError(
                f"split: the sizes {list(split_size)} add up to {sum(split_size)}, not to {n}"
            )
        return _pieces(x, axis, [int(e) for e in np.cumsum(split_size)])
    if isinstance(indices_or_sections, int):
        parts = indices_or_sections
        if parts < 1 or n % parts:
            raise ValueError(
                f"split: axis {axis} of size {n} has no {parts} equal parts; "
                "chunk allows a smaller last one"
            )
        return _pieces(x, axis, [n // parts * (k + 1) for k in range(parts)])
    return _pieces(x, axis, [*(int(i) for i in indices_or_sections or ()), n])


@composite()
def chunk(x: Any, chunks: int, axis: int = 0) -> tuple[Any, ...]:
    """Cut along an axis into at most ``chunks`` parts of one size, the last one maybe smaller."""
    axis = checked_axis("chunk", x, axis)
    if chunks < 1:
        raise ValueError(f"chunk: chunks must be at least 1, received {chunks}")
    n = x.shape[axis]
    size = max(-(-n // chunks), 1)
    return _pieces(x, axis, [min(e, n) for e in range(size, max(n, 1) + size, size)])


@composite(numpy=getattr(np, "unstack", ()))  # NumPy 2.1
def unbind(x: Any, axis: int = 0) -> tuple[Any, ...]:
    """The slices along an axis, without that axis."""
    axis = checked_axis("unbind", x, axis)
    lead = (slice(None),) * axis
    return tuple(getitem(x, index=(*lead, k)) for k in range(x.shape[axis]))
