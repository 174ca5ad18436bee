"""Functions of shapes that only PyTorch has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import checked
from tinygrad_edu.compat.spelled_axes import split
from tinygrad_edu.compat.spelling import of_torch
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.ops.indexing import checked_axis

__all__ = [
    "broadcast_shapes", "broadcast_tensors", "channel_shuffle", "cumulative_trapezoid",
    "detach", "diagflat", "narrow_copy", "pixel_shuffle", "pixel_unshuffle", "ravel",
    "row_stack", "split_with_sizes", "sum_to_size", "swapdims", "t", "trapz", "tril_indices",
    "triu_indices", "unflatten", "unfold_axis", "unravel_index", "unsafe_chunk",
    "unsafe_split", "unsafe_split_with_sizes",
]  # fmt: skip

row_stack = ops.vstack
trapz = ops.trapezoid
unsafe_chunk = ops.chunk
unsafe_split = split


@of_torch
def detach(input: Any) -> Any:
    """The same values, sharing memory, without history."""
    return input.detach()


@of_torch
def ravel(input: Any) -> Any:
    """All elements along one axis."""
    return ops.flatten(input)


@of_torch
def t(input: Any) -> Any:
    """A matrix with its axes exchanged; a vector as it is."""
    if input.ndim > 2:
        raise ValueError(f"t: takes a matrix, the shape is {tuple(input.shape)}; use .mT")
    return ops.transpose(input)


@of_torch
def swapdims(input: Any, dim0: int, dim1: int) -> Any:
    """Two axes exchanged."""
    return ops.swapaxes(input, axis1=dim0, axis2=dim1)


@of_torch
def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """One axis cut into several; one size may be -1.

    >>> import tinygrad_edu as tg
    >>> tuple(tg.unflatten(tg.zeros(2, 6), 1, (3, -1)).shape)
    (2, 3, 2)
    """
    axis = checked_axis("unflatten", input, dim)
    n, given = input.shape[axis], tuple(sizes)
    known = math.prod(size for size in given if size != -1)
    filled = tuple(n // max(known, 1) if size == -1 else size for size in given)
    if given.count(-1) > 1 or math.prod(filled) != n:
        raise ValueError(f"unflatten: sizes {given} do not fit an axis of size {n}")
    return ops.reshape(input, shape=(*input.shape[:axis], *filled, *input.shape[axis + 1 :]))


@of_torch
def unfold_axis(input: Any, dimension: int, size: int, step: int) -> Any:
    """The method ``x.unfold``: windows along an axis, every ``step``-th, as a last axis."""
    axis = checked_axis("unfold", input, dimension)
    windows = ops.sliding_window_view(input, size, axis=axis)
    return ops.getitem(windows, index=(*(slice(None),) * axis, slice(None, None, step)))


@of_torch
def diagflat(input: Any, offset: int = 0) -> Any:
    """A matrix with all elements on a diagonal."""
    return ops.diag_embed(ops.reshape(input, shape=(-1,)), offset)


@of_torch
def narrow_copy(input: Any, dim: int, start: int, length: int) -> Any:
    """`narrow` in memory of its own."""
    return ops.positive(ops.narrow(input, dim, start, length))


@of_torch
def split_with_sizes(input: Any, split_sizes: Any, dim: int = 0) -> Any:
    """Parts of these sizes along an axis."""
    return split(input, tuple(split_sizes), dim)


unsafe_split_with_sizes = split_with_sizes


@of_torch
def sum_to_size(input: Any, *size: Any) -> Any:
    """The sum over the axes that have to go so that the shape is ``size``."""
    shape = tuple(size[0]) if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    lead = input.ndim - len(shape)
    if np.broadcast_shapes(input.shape, shape) != tuple(input.shape):
        raise ValueError(f"sum_to_size: {shape} is not what broadcasts to {tuple(input.shape)}")
    y = ops.sum(input, axis=tuple(range(lead))) if lead else input
    axes = tuple(a for a, n in enumerate(shape) if n == 1 and y.shape[a] != 1)
    return ops.sum(y, axis=axes, keepdims=True) if axes else y


@of_torch
def broadcast_tensors(*tensors: Any) -> Any:
    """The tensors, repeated without a copy to the one shape that fits all."""
    return ops.broadcast_arrays(*tensors)


@checked
def broadcast_shapes(*shapes: Any) -> Any:
    """The shape that arrays of these shapes have together.

    >>> import tinygrad_edu as tg
    >>> tuple(tg.broadcast_shapes((3, 1), (4,)))
    (3, 4)
    """
    grid: Any = Node.wrap(np.broadcast_to(np.zeros(()), np.broadcast_shapes(*shapes)))
    return grid.shape


@checked
def tril_indices(row: int, col: int, offset: int = 0, dtype: Any = None, device: Any = None) -> Any:
    """Row and column numbers of the lower triangle of a matrix."""
    return Node.wrap(np.stack(np.tril_indices(row, offset, col)).astype(dtype or np.int64))


@checked
def triu_indices(row: int, col: int, offset: int = 0, dtype: Any = None, device: Any = None) -> Any:
    """Row and column numbers of the upper triangle of a matrix."""
    return Node.wrap(np.stack(np.triu_indices(row, offset, col)).astype(dtype or np.int64))


@of_torch
def unravel_index(indices: Any, shape: Any) -> Any:
    """The numbers of elements in C order as one index for each axis."""
    found = np.unravel_index(np.asarray(value_of(indices)), tuple(shape))
    return tuple(Node.wrap(np.asarray(part)) for part in found)


@of_torch
def channel_shuffle(input: Any, groups: int) -> Any:
    """The channels of images, cut into groups and dealt out in turn."""
    n, channels, *sizes = input.shape
    y = ops.reshape(input, shape=(n, groups, channels // groups, *sizes))
    return ops.reshape(ops.swapaxes(y, axis1=1, axis2=2), shape=input.shape)


@of_torch
def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """Channels laid out as pixels, (.., c r², h, w) to (.., c, h r, w r)."""
    *lead, channels, height, width = input.shape
    r = upscale_factor
    if channels % (r * r):
        raise ValueError(f"pixel_shuffle: {channels} channels are no multiple of {r}²")
    n = len(lead)
    y = ops.reshape(input, shape=(*lead, channels // (r * r), r, r, height, width))
    y = ops.transpose(y, axes=(*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return ops.reshape(y, shape=(*lead, channels // (r * r), height * r, width * r))


@of_torch
def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """Pixels laid out as channels, (.., c, h r, w r) to (.., c r², h, w)."""
    *lead, channels, height, width = input.shape
    r = downscale_factor
    if height % r or width % r:
        raise ValueError(f"pixel_unshuffle: {height} x {width} pixels are no multiple of {r}")
    n = len(lead)
    y = ops.reshape(input, shape=(*lead, channels, height // r, r, width // r, r))
    y = ops.transpose(y, axes=(*range(n), n, n + 2, n + 4, n + 1, n + 3))
    return ops.reshape(y, shape=(*lead, channels * r * r, height // r, width // r))


@of_torch
def cumulative_trapezoid(y: Any, x: Any = None, *, dx: float = 1.0, dim: int = -1) -> Any:
    """Running integral by the trapezoidal rule along an axis."""
    lines = np.moveaxis(y, dim, -1)
    width = dx if x is None else ops.diff(np.moveaxis(x, dim, -1) if x.ndim == y.ndim else x)
    parts = (lines[..., 1:] + lines[..., :-1]) * 0.5 * width
    return np.moveaxis(ops.cumsum(parts, axis=-1), -1, dim)
