"""Operations that reverse, shift, rotate and repeat values, and grids of coordinates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_count
from tinygrad_edu.engine import primitive, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops.indexing import checked_axis, getitem

__all__ = [
    "broadcast_arrays", "flip", "fliplr", "flipud", "meshgrid", "repeat", "repeat_interleave",
    "roll", "rot90", "sliding_window_view", "tile",
]  # fmt: skip

# ---- order


@primitive(lambda g, y, x, axis: np.flip(g, axis), numpy=np.flip)
def flip(x, *, axis=None):
    """Reverse the order along axes, all by default.  x̄ = ȳ reversed."""
    return np.flip(x, axis).copy()  # as in PyTorch: NumPy's is a view


@composite(numpy=np.flipud)
def flipud(x: Any) -> Any:
    """Reverse the order along the first axis."""
    if x.ndim < 1:
        raise ValueError(f"flipud: needs an axis, received shape {tuple(x.shape)}")
    return flip(x, axis=0)


@composite(numpy=np.fliplr)
def fliplr(x: Any) -> Any:
    """Reverse the order along the second axis."""
    if x.ndim < 2:
        raise ValueError(f"fliplr: needs two axes or more, received shape {tuple(x.shape)}")
    return flip(x, axis=1)


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
    axis = checked_axis("repeat", x, axis)
    counts = np.asarray(value_of(repeats))
    if counts.dtype.kind not in "iu":
        raise TypeError(f"repeat: repeats must be integers, received {repeats!r}")
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


# ---- grids


@composite(numpy=np.meshgrid)
def meshgrid(
    *lines: Any, indexing: str = "xy", sparse: bool = False, copy: bool = True
) -> tuple[Any, ...]:
    """Grids of coordinates: 1-D arrays, each repeated along the axes of the others.

    ``indexing="xy"`` as in NumPy puts the first along axis 1 and the second along axis 0;
    ``"ij"``, PyTorch's default, puts each along its own. With ``sparse=True`` the other axes keep
    size 1. ``copy`` is accepted as in NumPy.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij', received {indexing!r}")
    if len(lines) == 1 and isinstance(lines[0], (list, tuple)):
        lines = tuple(lines[0])
    lines = tuple(arrays_of(lines))
    order = list(range(len(lines)))
    if indexing == "xy" and len(lines) > 1:
        order[:2] = [1, 0]
    grids = []
    for line, place in zip(lines, order, strict=True):
        shape = [1] * len(lines)
        shape[place] = -1
        grids.append(line.reshape(tuple(shape)))
    return tuple(grids) if sparse else broadcast_arrays(*grids)


@composite(numpy=np.broadcast_arrays)
def broadcast_arrays(*arrays: Any, subok: bool = False) -> tuple[Any, ...]:
    """The arrays, repeated without a copy to the one shape that fits all.

    ``subok`` is accepted as in NumPy.

    >>> import tinygrad_edu as tg
    >>> [a.shape for a in tg.broadcast_arrays(tg.ones(2, 1), tg.ones(3))]
    [torch.Size([2, 3]), torch.Size([2, 3])]
    """
    given = arrays_of(arrays)
    shape = np.broadcast_shapes(*(a.shape for a in given))
    return tuple(np.broadcast_to(a, shape) for a in given)


@composite(numpy=np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x: Any, window_shape: Any, axis: Any = None) -> Any:
    """All windows of a size that lie inside x along axes, all by default; their axes come last.

    (n,) with windows of k to (n - k + 1, k). x̄ is the sum of ȳ over the windows.

    >>> import tinygrad_edu as tg
    >>> tg.sliding_window_view(tg.arange(4), 2)
    tensor([[0, 1],
            [1, 2],
            [2, 3]])
    """
    name = "sliding_window_view"
    (x,) = arrays_of([x])
    sizes = np.atleast_1d(window_shape).tolist()
    given = range(x.ndim) if axis is None else np.atleast_1d(axis).tolist()
    axes = [checked_axis(name, x, a) for a in given]
    if len(sizes) != len(axes):
        raise ValueError(f"{name}: {len(axes)} axes need as many sizes, received {window_shape!r}")
    for a, size in zip(axes, sizes, strict=True):
        check_count(name, "window_shape", size)
        if size > x.shape[a]:
            raise ValueError(f"{name}: a window of {size} does not fit axis {a} of {x.shape}")
        starts = np.arange(x.shape[a] - size + 1)
        places = np.add.outer(starts, np.arange(size))
        x = np.moveaxis(getitem(x, index=(*(slice(None),) * a, places)), a + 1, -1)
    return x
