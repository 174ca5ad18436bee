"""Diagonals and triangles of matrices; leading axes are a batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.indexing import add_at, checked_axis, getitem
from tinygrad_edu.ops.shaping import reshape

__all__ = ["diag", "diag_embed", "diagonal", "trace", "tril", "triu"]


def _places(rows: int, columns: int, offset: int) -> tuple[Any, Any]:
    """Row and column numbers of a diagonal, 0 the main one, above it positive."""
    n = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    k = np.arange(n)
    return k - min(offset, 0), k + max(offset, 0)


def _matrix(name: str, x: Any, axis1: int = -2, axis2: int = -1) -> Any:
    """``x`` with ``axis1`` and ``axis2`` as its last two axes."""
    if x.ndim < 2:
        raise ValueError(f"{name}: needs a matrix, received shape {tuple(x.shape)}")
    first, second = checked_axis(name, x, axis1), checked_axis(name, x, axis2)
    if first == second:
        raise ValueError(f"{name}: the two axes must differ, received {axis1} and {axis2}")
    moved = (first, second) != (x.ndim - 2, x.ndim - 1)
    return np.moveaxis(x, (axis1, axis2), (-2, -1)) if moved else x


def _below(x: Any, k: int) -> Any:
    """Whether an element of a matrix is on diagonal ``k`` or below it."""
    return np.tri(x.shape[-2], x.shape[-1], k, dtype=bool)


def _line(x: Any, offset: int) -> Any:
    """A copy of the diagonal of the last two axes."""
    return getitem(x, index=(..., *_places(x.shape[-2], x.shape[-1], offset)))


@composite(numpy=np.diagonal)
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The elements x[i, i + offset] of two axes, along a new last axis.

    A view of a matrix that is contiguous, so ``x.diagonal().fill_(0)`` changes x; else a copy that
    refuses to be changed.
    """
    x = _matrix("diagonal", x, axis1, axis2)
    if not value_of(x).flags.c_contiguous:
        line = _line(x, offset)
        value_of(line).flags.writeable = False
        return line
    rows, columns = x.shape[-2:]
    i, _ = _places(rows, columns, offset)
    flat = reshape(x, shape=(*x.shape[:-2], rows * columns))
    start, step = max(offset, 0) - min(offset, 0) * columns, columns + 1
    return getitem(flat, index=(..., slice(start, start + len(i) * step, step)))


@composite()
def diag_embed(x: Any, offset: int = 0) -> Any:
    """Matrices with the last axis of x on a diagonal, and 0 elsewhere."""
    n = x.shape[-1] + abs(offset)
    return add_at(x, index=(..., *_places(n, n, offset)), shape=(*x.shape[:-1], n, n))


@composite(numpy=np.diag)
def diag(x: Any, k: int = 0) -> Any:
    """The diagonal of a matrix, or the matrix with this diagonal."""
    if x.ndim not in (1, 2):
        raise ValueError(f"diag: needs one or two axes, received shape {tuple(x.shape)}")
    return diag_embed(x, k) if x.ndim == 1 else _line(x, k)


@composite(numpy=np.trace)
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    """Sum of a diagonal, in ``dtype``.  y = Σ x_ii."""
    line = _line(_matrix("trace", x, axis1, axis2), offset)
    return np.sum(line if dtype is None else line.astype(dtype), axis=-1)


@composite(numpy=np.linalg.diagonal)
def linalg_diagonal(x: Any, *, offset: int = 0) -> Any:
    """``np.linalg.diagonal`` on tensors: `diagonal` of the last two axes."""
    return diagonal(x, offset, -2, -1)


@composite(numpy=np.linalg.trace)
def linalg_trace(x: Any, *, offset: int = 0, dtype: Any = None) -> Any:
    """``np.linalg.trace`` on tensors: `trace` of the last two axes."""
    return trace(x, offset, -2, -1, dtype)


@composite(numpy=np.tril)
def tril(x: Any, k: int = 0) -> Any:
    """Lower triangle: 0 above diagonal ``k`` of the last two axes."""
    x = _matrix("tril", x)
    return np.where(_below(x, k), x, x.dtype.type(0))


@composite(numpy=np.triu)
def triu(x: Any, k: int = 0) -> Any:
    """Upper triangle: 0 below diagonal ``k`` of the last two axes."""
    x = _matrix("triu", x)
    return np.where(_below(x, k - 1), x.dtype.type(0), x)
