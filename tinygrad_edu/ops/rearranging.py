"""Operations that reverse, rotate, repeat, split and lay out values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu.engine import Node, primitive, value_of
from tinygrad_edu.engine.composite import composite, unambiguous
from tinygrad_edu.ops.indexing import getitem

__all__ = [
    "chunk", "flip", "hstack", "meshgrid", "narrow", "repeat", "repeat_interleave", "roll", "rot90",
    "select", "split", "tile", "unbind", "vstack",
]  # fmt: skip

# ---- order


@primitive(lambda g, y, x, axis: np.flip(g, axis), numpy=np.flip)
def flip(x, *, axis=None):
    """Reverse the order along axes, all by default.  x̄ = ȳ reversed."""
    return np.flip(x, axis)


def _opposite(shift: Any) -> Any:
    return tuple(-s for s in shift) if isinstance(shift, (tuple, list)) else -shift


@primitive(lambda g, y, x, shift, axis: np.roll(g, _opposite(shift), axis), numpy=np.roll)
def roll(x, *, shift, axis=None):
    """Shift along axes, end around.  x̄ = ȳ shifted back."""
    return np.roll(x, shift, axis)


@composite(numpy=np.rot90)
def rot90(x: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """Turn by 90 degrees ``k`` times, from the first of ``axes`` towards the second."""
    first, second = (a % x.ndim for a in axes)
    if first == second:
        raise ValueError(f"rot90: the two axes must differ, received {axes}")
    if k % 4 == 2:
        return flip(x, axis=(first, second))
    if k % 4 == 0:
        return x
    turned = np.swapaxes(x, first, second)
    return flip(turned, axis=first if k % 4 == 1 else second)


# ---- repetition


@composite(numpy=np.repeat)
def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Repeat each element, or each slice along ``axis``, ``repeats`` times; one count, or one each.

    >>> import tinygrad_edu as tg
    >>> tg.repeat(tg.tensor([1.0, 2.0]), [3, 1])
    tensor([1., 1., 1., 2.])
    """
    if axis is None:
        x, axis = x.reshape((math.prod(x.shape),)), 0
    axis %= x.ndim
    counts = value_of(repeats)
    source = np.repeat(np.arange(x.shape[axis]), counts)
    return getitem(x, index=(slice(None),) * axis + (source,))


repeat_interleave = repeat


@composite(numpy=np.tile)
def tile(x: Any, reps: Any) -> Any:
    """Lay copies side by side, ``reps`` of them along each of the last axes, as in NumPy.

    >>> import tinygrad_edu as tg
    >>> tg.tile(tg.tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2., 1., 2.],
            [1., 2., 1., 2.]])
    """
    counts = (reps,) if isinstance(reps, (int, np.integer)) else tuple(reps)
    shape = (1,) * (len(counts) - x.ndim) + x.shape
    counts = (1,) * (len(shape) - len(counts)) + counts
    apart = tuple(n for size in shape for n in (1, size))
    spread = tuple(n for pair in zip(counts, shape, strict=True) for n in pair)
    together = tuple(c * n for c, n in zip(counts, shape, strict=True))
    return np.broadcast_to(x.reshape(apart), spread).reshape(together)


# ---- parts


def _piece(x: Any, axis: int, start: int, stop: int) -> Any:
    return getitem(x, index=(slice(None),) * axis + (slice(start, stop),))


def _pieces(x: Any, axis: int, ends: Sequence[int]) -> tuple[Any, ...]:
    starts = [0, *ends[:-1]]
    return tuple(_piece(x, axis, a, b) for a, b in zip(starts, ends, strict=True))


def _axis(name: str, x: Any, axis: int) -> int:
    ndim = len(x.shape)
    if not -ndim <= axis < ndim:
        raise ValueError(f"{name}: axis {axis} is out of range for shape {x.shape}")
    return axis % ndim


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
    axis = _axis("split", x, axis)
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
    axis = _axis("chunk", x, axis)
    if chunks < 1:
        raise ValueError(f"chunk: chunks must be at least 1, received {chunks}")
    n = x.shape[axis]
    size = max(-(-n // chunks), 1)
    return _pieces(x, axis, [min(e, n) for e in range(size, max(n, 1) + size, size)])


@composite(numpy=getattr(np, "unstack", ()))  # NumPy 2.1
def unbind(x: Any, axis: int = 0) -> tuple[Any, ...]:
    """The slices along an axis, without that axis."""
    axis = _axis("unbind", x, axis)
    lead = (slice(None),) * axis
    return tuple(getitem(x, index=(*lead, k)) for k in range(x.shape[axis]))


@composite()
def narrow(x: Any, axis: int, start: int, length: int) -> Any:
    """``length`` slices along an axis, from ``start`` on."""
    axis = _axis("narrow", x, axis)
    start += x.shape[axis] if start < 0 else 0
    if start < 0 or length < 0 or start + length > x.shape[axis]:
        raise ValueError(
            f"narrow: {length} from {start} on is not inside axis {axis} of shape {x.shape}"
        )
    return _piece(x, axis, start, start + length)


@composite()
def select(x: Any, axis: int, index: int) -> Any:
    """The slice number ``index`` along an axis, without that axis."""
    axis = _axis("select", x, axis)
    return getitem(x, index=(*(slice(None),) * axis, index))


# ---- joins and grids


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


@composite(numpy=np.meshgrid)
def meshgrid(*lines: Any, indexing: str = "xy") -> tuple[Any, ...]:
    """Grids of coordinates: 1-D arrays, each repeated along the axes of the others.

    ``indexing="xy"`` as in NumPy puts the first along axis 1 and the second along axis 0;
    ``"ij"``, PyTorch's default, puts each along its own.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij', received {indexing!r}")
    if len(lines) == 1 and isinstance(lines[0], (list, tuple)):
        lines = tuple(lines[0])
    order = list(range(len(lines)))
    if indexing == "xy" and len(lines) > 1:
        order[:2] = [1, 0]
    sizes = [math.prod(line.shape) for line in lines]
    shape = [0] * len(lines)
    for place, size in zip(order, sizes, strict=True):
        shape[place] = size
    return tuple(
        np.broadcast_to(
            line.reshape(tuple(size if a == place else 1 for a in range(len(lines)))), tuple(shape)
        )
        for line, place, size in zip(lines, order, sizes, strict=True)
    )
