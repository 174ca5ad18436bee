"""Products of vectors and matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.einsum import tensordot

__all__ = ["dot", "inner", "kron", "linear", "matmul", "outer", "vdot"]


def _product(a: Any, b: Any) -> Any:
    """The matrix product; for a column and a row, seven times as quick as NumPy's ``@``."""
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
    """The last axis of x as the rows of one matrix; the leading axes are flattened."""
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


# ---- products that NumPy names


def _flat(x: Any) -> Any:
    return x.reshape((math.prod(x.shape),))


@composite(numpy=np.outer)
def outer(a: Any, b: Any) -> Any:
    """All products of an element of a with one of b, both flattened.  y_ij = a_i b_j."""
    return np.expand_dims(_flat(a), 1) * _flat(b)


@composite(numpy=np.dot)
def dot(a: Any, b: Any) -> Any:
    """NumPy's product: last axis of a with the second last of b, or its only one."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    return np.matmul(a, b) if a.ndim <= 2 and b.ndim <= 2 else _tensor_dot(a, b)


def _tensor_dot(a: Any, b: Any) -> Any:
    return tensordot(a, b, ([a.ndim - 1], [max(b.ndim - 2, 0)]))


@composite(numpy=np.vdot)
def vdot(a: Any, b: Any) -> Any:
    """Scalar product of all elements.  y = Σ a_i b_i."""
    return np.matmul(_flat(a), _flat(b))


@composite(numpy=np.inner)
def inner(a: Any, b: Any) -> Any:
    """Sum of products over the last axes."""
    return a * b if a.ndim == 0 or b.ndim == 0 else tensordot(a, b, ([a.ndim - 1], [b.ndim - 1]))


@composite(numpy=np.kron)
def kron(a: Any, b: Any) -> Any:
    """Kronecker product: blocks, each an element of a times b."""
    n = max(a.ndim, b.ndim)
    shape_a = (1,) * (n - a.ndim) + a.shape
    shape_b = (1,) * (n - b.ndim) + b.shape
    blocks = a.reshape(tuple(k for size in shape_a for k in (size, 1)))
    cells = b.reshape(tuple(k for size in shape_b for k in (1, size)))
    return (blocks * cells).reshape(tuple(p * q for p, q in zip(shape_a, shape_b, strict=True)))
