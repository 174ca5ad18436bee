"""Operations that change the shape, the order of the axes or the dtype, and keep the values."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from tinygrad_edu._checks import check_choice
from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of

__all__ = [
    "astype", "broadcast_to", "expand_dims", "flatten", "matrix_transpose", "moveaxis", "reshape",
    "rollaxis", "squeeze", "swapaxes", "transpose",
]  # fmt: skip


@primitive(lambda g, y, x, shape: g.reshape(x.shape))
def reshape(x, *, shape):
    """The same values in another shape; one size may be -1.  x̄ = ȳ in the shape of x."""
    if shape is None:
        raise TypeError("reshape: shape must be integers, received None")
    return np.reshape(x, shape)


@composite(numpy=np.reshape)
def numpy_reshape(x: Any, shape: Any, order: str = "C", copy: Any = None) -> Any:
    """``np.reshape`` on tensors: `reshape`, in the order of rows (C) or of columns (F)."""
    (x,) = arrays_of([x])
    if check_choice("numpy_reshape", "order", order, ("C", "F")) == "C":
        return reshape(x, shape=shape)
    sizes = (shape,) if np.ndim(shape) == 0 else tuple(shape)
    return transpose(reshape(transpose(x), shape=sizes[::-1]))


@composite(numpy=np.ravel)
def numpy_ravel(x: Any, order: str = "C") -> Any:
    """``np.ravel`` on tensors: `flatten` of all axes, in the order of rows (C) or columns (F)."""
    return numpy_reshape(x, -1, order)


def _inverse(axes: tuple[int, ...] | None) -> tuple[int, ...] | None:
    return None if axes is None else tuple(int(i) for i in np.argsort(np.mod(axes, len(axes))))


@primitive(
    lambda g, y, x, axes: np.transpose(g, axes=_inverse(axes)),
    numpy=(np.transpose, np.permute_dims),
)
def transpose(x, *, axes=None):
    """Permute the axes, reverse them by default.  x̄ = ȳ with the inverse permutation."""
    return np.transpose(x, axes)


@primitive(lambda g, y, x, shape: g, numpy=np.broadcast_to)
def broadcast_to(x, *, shape):
    """Repeat x to ``shape``, read-only and without a copy.  x̄ = Σ ȳ, summed by the engine."""
    return np.broadcast_to(x, shape)


@primitive(lambda g, y, x, axis: g.reshape(x.shape), numpy=np.expand_dims)
def expand_dims(x, *, axis):
    """Insert axes of size 1.  x̄ = ȳ in the shape of x."""
    return np.expand_dims(x, axis)


@primitive(lambda g, y, x, axis: g.reshape(x.shape), numpy=np.squeeze)
def squeeze(x, *, axis=None):
    """Remove axes of size 1, all by default.  x̄ = ȳ in the shape of x."""
    return np.squeeze(x, axis)


@primitive(lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2), numpy=np.swapaxes)
def swapaxes(x, *, axis1, axis2):
    """Exchange two axes.  x̄ = ȳ exchanged back."""
    return np.swapaxes(x, axis1, axis2)


@primitive(
    lambda g, y, x, source, destination: np.moveaxis(g, destination, source), numpy=np.moveaxis
)
def moveaxis(x, *, source, destination):
    """Move axes to other places.  x̄ = ȳ moved back."""
    return np.moveaxis(x, source, destination)


@primitive(lambda g, y, x, dtype: g.astype(x.dtype))
def astype(x, *, dtype):
    """The same values in another dtype.  x̄ = ȳ in the dtype of x."""
    return x.astype(dtype)


# ---- composites


@composite(numpy=np.rollaxis)
def rollaxis(x: Any, axis: int, start: int = 0) -> Any:
    """Move an axis back until it stands before axis ``start``; `moveaxis` is clearer."""
    axis = normalize_axis_index(axis, x.ndim)
    place = x.ndim if start == x.ndim else normalize_axis_index(start, x.ndim)
    return moveaxis(x, source=axis, destination=place - (axis < place))


@composite(numpy=(np.matrix_transpose, np.linalg.matrix_transpose))
def matrix_transpose(x: Any) -> Any:
    """Exchange the last two axes."""
    if x.ndim < 2:
        raise ValueError(
            f"matrix_transpose: needs two axes or more, received shape {tuple(x.shape)}"
        )
    return swapaxes(x, axis1=-1, axis2=-2)


@composite()
def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Merge the axes from ``start_dim`` to ``end_dim`` into one, in C order."""
    if x.ndim == 0:
        return x.reshape((1,))
    start, end = (normalize_axis_index(axis, x.ndim) for axis in (start_dim, end_dim))
    if start > end:
        raise ValueError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    merged = math.prod(x.shape[start : end + 1])
    return x.reshape((*x.shape[:start], merged, *x.shape[end + 1 :]))
