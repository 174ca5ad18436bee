"""Norms of vectors and matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import floats_of
from tinygrad_edu.ops.decomposition import svdvals
from tinygrad_edu.ops.elementwise import quiet
from tinygrad_edu.ops.reduction import keep_axes, reduced_axes

__all__ = ["matrix_norm", "norm", "vector_norm"]


def _euclidean(x: Any, axis: Any) -> Any:
    """√Σx², with the axes kept; scaled where the squares would overflow or vanish."""
    y = np.sqrt(np.sum(x * x, axis=axis, keepdims=True))
    tiny, huge = np.finfo(y.dtype).tiny ** 0.5 * 1e4, np.finfo(y.dtype).max ** 0.5
    if ((y > tiny) & (y < huge)).all():
        return y
    largest = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0).astype(x.dtype)
    scaled = x / scale
    return np.sqrt(np.sum(scaled * scaled, axis=axis, keepdims=True)) * scale


def _vector_norm_vjp(g: Any, y: Any, x: Any, axis: Any, ord: float, keepdims: bool) -> Any:
    g, y = keep_axes(g, x, axis), keep_axes(y, x, axis)
    if ord == 2:
        return g * np.where(y == 0, 0.0, x / y)
    if ord == 1:
        return g * np.sign(x)
    if ord == 0:
        return np.where(False, g + x, 0.0)
    if math.isinf(ord):
        tied = np.abs(x) == y
        share = g / np.sum(tied, axis=axis, keepdims=True).astype(x.dtype)
        return np.where(tied, share * np.sign(x), 0.0)
    return g * np.where(x == 0, 0.0, np.sign(x) * (np.abs(x) / y) ** (ord - 1.0))


@primitive(_vector_norm_vjp, numpy=np.linalg.vector_norm, kinks=True, wide=True)
@quiet
def vector_norm(x, *, axis=None, ord: float = 2, keepdims=False):
    """Norm of all elements, or over axes.  y = (Σ |x|ᵖ)^(1/p),  x̄ = ȳ sign x (|x| / y)ᵖ⁻¹.

    The order p may be any number: 2 is the length, 1 the sum of magnitudes, ±∞ the largest or
    smallest magnitude, 0 counts what is not 0. The gradient at x = 0 is 0; of the length it has no
    derivative there, which is NaN. Squares neither overflow nor vanish.
    """
    if x.dtype.kind in "iub":  # whose squares would overflow
        x = x.astype(np.float64)
    if ord == 2:
        y = _euclidean(x, axis)
    elif ord == 0:
        y = np.sum((x != 0).astype(x.dtype), axis=axis, keepdims=True)
    elif math.isinf(ord):
        pick = np.max if ord > 0 else np.min
        y = pick(np.abs(x), axis=axis, keepdims=True)
    else:
        magnitude = np.abs(x)
        largest = np.max(magnitude, axis=axis, keepdims=True, initial=0.0)
        scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0).astype(x.dtype)
        y = np.sum((magnitude / scale) ** ord, axis=axis, keepdims=True) ** (1.0 / ord) * scale
    return y if keepdims else np.squeeze(y, axis=axis)


@composite(numpy=np.linalg.matrix_norm)
def matrix_norm(
    x: Any, ord: Any = "fro", axis: tuple[int, int] = (-2, -1), keepdims: bool = False
) -> Any:
    """Norm of matrices, which lie in two axes.

    ``"fro"`` √Σx², ``"nuc"`` the sum of the singular values, 2 and -2 the largest and smallest of
    them, 1 and -1 the largest and smallest sum of magnitudes of a column, ±inf of a row.
    """
    if x.ndim < 2 or len(axis) != 2:
        raise ValueError(f"matrix_norm: needs two axes, received axis={axis!r} of shape {x.shape}")
    if isinstance(ord, bool):
        raise TypeError(f"matrix_norm: ord must be a number or a word, received {ord}")
    (x,) = floats_of([x])
    if ord == "fro":
        return vector_norm(x, axis=tuple(axis), keepdims=keepdims)
    rows, columns = (a % x.ndim for a in axis)
    if ord in ("nuc", 2, -2):
        s = svdvals(np.moveaxis(x, (rows, columns), (-2, -1)))
        y = np.sum(s, axis=-1) if ord == "nuc" else (np.max if ord > 0 else np.min)(s, axis=-1)
    elif ord in (1, -1, math.inf, -math.inf):
        summed, left = (rows, columns) if abs(ord) == 1 else (columns, rows)
        sums = np.sum(np.abs(x), axis=summed, keepdims=True)
        y = (np.max if ord > 0 else np.min)(sums, axis=(summed, left))
    else:
        raise ValueError(f"matrix_norm: ord must be 'fro', 'nuc', ±1, ±2 or ±inf, received {ord!r}")
    return np.expand_dims(y, tuple(sorted((rows, columns)))) if keepdims else y


@composite(numpy=np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False, p: Any = None) -> Any:
    """Norm of a vector or matrix, as ``np.linalg.norm``; see `vector_norm` and `matrix_norm`.

    Without ``ord``, the length of all elements or over ``axis``. With ``ord``, a matrix norm where
    there are two axes to reduce. ``p=`` is a vector norm always, as in ``torch.norm``.
    """
    if p is not None:
        return vector_norm(x, ord=2 if p == "fro" else p, axis=axis, keepdims=keepdims)
    axes = reduced_axes(x, axis)
    if ord is None:
        return vector_norm(x, axis=axis, keepdims=keepdims)
    if len(axes) == 2:
        return matrix_norm(x, ord, axes, keepdims)
    if len(axes) > 2 or isinstance(ord, str):
        raise ValueError(f"norm: ord={ord!r} of axes {axes} is not defined; see vector_norm")
    return vector_norm(x, ord=ord, axis=axis, keepdims=keepdims)
