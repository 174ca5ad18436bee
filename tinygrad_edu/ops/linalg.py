"""Matrix products."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive

__all__ = ["linear", "matmul"]


def _product(a: Any, b: Any) -> Any:
    """The matrix product; of a column and a row NumPy makes it seven times as slow as this one."""
    return a * b if a.shape[-1] == 1 else a @ b


def _matmul_left(g: Any, y: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return np.expand_dims(g, -1) * b
    if a.ndim == 1:
        return np.squeeze(b @ np.expand_dims(g, -1), -1)
    return _product(g, np.swapaxes(b, -1, -2))


def _matmul_right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1:
        return np.expand_dims(a, -1) * np.expand_dims(g, -2) if b.ndim > 1 else g * a
    if b.ndim == 1:
        return np.squeeze(np.swapaxes(a, -1, -2) @ np.expand_dims(g, -1), -1)
    return _product(np.swapaxes(a, -1, -2), g)


@primitive(_matmul_left, _matmul_right, numpy=np.matmul)
def matmul(a, b):
    """Matrix product.  y = a b,  ā = ȳ bᵀ,  b̄ = aᵀ ȳ.

    Shapes as in NumPy: (..., n, k) @ (..., k, m) -> (..., n, m), leading axes broadcast; a 1-D
    operand is a row on the left and a column on the right.
    """
    return a @ b


def _rows(x: Any) -> Any:
    """X as a matrix of rows, whatever its leading axes."""
    return x if x.ndim == 2 else x.reshape((-1, x.shape[-1]))


@primitive(
    lambda g, y, x, weight, bias: g @ weight,
    lambda g, y, x, weight, bias: _product(_rows(g).T, _rows(x)),
    lambda g, y, x, weight, bias: g,
)
def linear(x, weight, bias=None):
    """Affine map.  y = x Wᵀ + b,  x̄ = ȳ W,  W̄ = ȳᵀ x,  b̄ = Σ ȳ.

    x (..., in), weight (out, in), bias (out,) or None; y (..., out).
    """
    if x.ndim == 2 and len(x) <= 32:
        # BLAS is up to twice as quick when the short operand comes last. The sum brings the rows
        # back into order; for more of them, that costs more than it gains.
        y = (weight @ x.T).T
        return np.ascontiguousarray(y) if bias is None else np.add(y, bias, order="C")
    y = x @ weight.T
    if bias is None:
        return y
    return np.add(y, bias, out=y) if y.ndim and y.dtype == bias.dtype else y + bias
