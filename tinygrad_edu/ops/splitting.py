"""Operations that cut an array into parts along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_count, check_list
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.indexing import checked_axis, getitem

__all__ = [
    "array_split", "chunk", "dsplit", "hsplit", "split", "tensor_split", "unbind", "vsplit",
]  # fmt: skip


def _piece(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    return getitem(x, index=(slice(None),) * axis + (slice(start, stop),))


def _pieces(x: Any, axis: int, ends: Sequence[int | None]) -> tuple[Any, ...]:
    starts = [0, *ends[:-1]]
    return tuple(_piece(x, axis, a, b) for a, b in zip(starts, ends, strict=True))


def _places(name: str, cuts: Any) -> list[int]:
    """Where to cut."""
    given = check_list(name, "indices_or_sections", cuts, "integers")
    return [check_count(name, "indices_or_sections", cut, at_least=None) for cut in given]


def _sizes(name: str, split_size: Any, n: int) -> list[int]:
    """The ends of parts of one size, or of these sizes."""
    if np.ndim(split_size) == 0:
        size = check_count(name, "split_size", split_size)
        return [min(e, n) for e in range(size, n + size, size)]
    given = check_list(name, "split_size", split_size, "integers")
    sizes = [check_count(name, "split_size", size, at_least=0) for size in given]
    if sum(sizes) != n:
        raise ValueError(f"{name}: the sizes {sizes} add up to {sum(sizes)}, not to {n}")
    return [int(e) for e in np.cumsum(sizes)]


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
    if (indices_or_sections is None) == (split_size is None):
        raise TypeError("split: give either the number or positions of the cuts, or split_size=")
    if split_size is not None:
        axis = checked_axis("split", x, axis)
        return _pieces(x, axis, _sizes("split", split_size, x.shape[axis]))
    return _cut("split", x, indices_or_sections, axis)


def _cut(name: str, x: Any, cuts: Any, axis: int) -> tuple[Any, ...]:
    """Equal parts, or parts that end at these positions."""
    axis = checked_axis(name, x, axis)
    n = x.shape[axis]
    if np.ndim(cuts) == 0 and n % check_count(name, "indices_or_sections", cuts):
        raise ValueError(
            f"{name}: axis {axis} of size {n} has no {cuts} equal parts; "
            "array_split and chunk allow smaller ones"
        )
    return _shared_out(name, x, cuts, axis)


def _shared_out(name: str, x: Any, cuts: Any, axis: int) -> tuple[Any, ...]:
    if np.ndim(cuts):
        return _pieces(x, axis, [*_places(name, cuts), None])
    count = check_count(name, "indices_or_sections", cuts)
    size, larger = divmod(x.shape[axis], count)
    return _pieces(x, axis, [size * k + min(k, larger) for k in range(1, count + 1)])


@composite(numpy=np.array_split)
def array_split(x: Any, indices_or_sections: int | Sequence[int], axis: int = 0) -> tuple[Any, ...]:
    """Cut along an axis into so many parts, the first ones maybe larger by 1, or at positions.

    >>> import tinygrad_edu as tg
    >>> tg.array_split(tg.arange(5), 3)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    axis = checked_axis("array_split", x, axis)
    return _shared_out("array_split", x, indices_or_sections, axis)


tensor_split = array_split


@composite(numpy=np.hsplit)
def hsplit(x: Any, indices_or_sections: int | Sequence[int]) -> tuple[Any, ...]:
    """Cut along the second axis, or the only one, as `split` does."""
    return _cut("hsplit", x, indices_or_sections, 0 if x.ndim == 1 else 1)


@composite(numpy=np.vsplit)
def vsplit(x: Any, indices_or_sections: int | Sequence[int]) -> tuple[Any, ...]:
    """Cut a matrix, or what has more axes, along the first axis, as `split` does."""
    if x.ndim < 2:
        raise ValueError(f"vsplit: needs two axes or more, received shape {tuple(x.shape)}")
    return _cut("vsplit", x, indices_or_sections, 0)


@composite(numpy=np.dsplit)
def dsplit(x: Any, indices_or_sections: int | Sequence[int]) -> tuple[Any, ...]:
    """Cut along the third axis, as `split` does."""
    return _cut("dsplit", x, indices_or_sections, 2)


@composite()
def chunk(x: Any, chunks: int, axis: int = 0) -> tuple[Any, ...]:
    """Cut along an axis into at most ``chunks`` parts of one size, the last one maybe smaller."""
    axis = checked_axis("chunk", x, axis)
    check_count("chunk", "chunks", chunks)
    n = x.shape[axis]
    size = max(-(-n // chunks), 1)
    return _pieces(x, axis, [min(e, n) for e in range(size, max(n, 1) + size, size)])


@composite(numpy=getattr(np, "unstack", ()))  # NumPy 2.1
def unbind(x: Any, axis: int = 0) -> tuple[Any, ...]:
    """The slices along an axis, without that axis."""
    axis = checked_axis("unbind", x, axis)
    lead = (slice(None),) * axis
    return tuple(getitem(x, index=(*lead, k)) for k in range(x.shape[axis]))
