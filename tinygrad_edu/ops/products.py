"""Products of vectors and matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_list
from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops.einsum import tensordot
from tinygrad_edu.ops.indexing import checked_axis

__all__ = [
    "cross", "dot", "inner", "kron", "linear", "matmul", "matvec", "multi_dot", "outer", "vdot",
    "vecdot", "vecmat",
]  # fmt: skip


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


@primitive(_matmul_left, _matmul_right, numpy=(np.matmul, np.linalg.matmul))
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


@composite(numpy=(np.outer, np.linalg.outer))
def outer(a: Any, b: Any) -> Any:
    """All products of an element of a with one of b, both flattened.  y_ij = a_i b_j."""
    a, b = arrays_of([a, b])
    return np.expand_dims(_flat(a), 1) * _flat(b)


@composite(numpy=np.dot)
def dot(a: Any, b: Any) -> Any:
    """NumPy's product: last axis of a with the second last of b, or its only one."""
    a, b = arrays_of([a, b])
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return np.matmul(a, b) if a.ndim <= 2 and b.ndim <= 2 else _tensor_dot(a, b)


def _tensor_dot(a: Any, b: Any) -> Any:
    return tensordot(a, b, ([a.ndim - 1], [max(b.ndim - 2, 0)]))


@composite(numpy=np.vdot)
def vdot(a: Any, b: Any) -> Any:
    """Scalar product of all elements.  y = Σ a_i b_i."""
    a, b = arrays_of([a, b])
    return np.matmul(_flat(a), _flat(b))


@composite(numpy=np.inner)
def inner(a: Any, b: Any) -> Any:
    """Sum of products over the last axes."""
    a, b = arrays_of([a, b])
    return a * b if a.ndim == 0 or b.ndim == 0 else tensordot(a, b, ([a.ndim - 1], [b.ndim - 1]))


@composite(numpy=(np.vecdot, np.linalg.vecdot))
@rounded_once
def vecdot(a: Any, b: Any, axis: int = -1) -> Any:
    """Scalar products of vectors, which lie along an axis; the others broadcast.  y = Σ a_i b_i."""
    a, b = arrays_of([a, b])
    products = a * b
    y = np.sum(products, axis=axis)
    return y if y.dtype == products.dtype else y.astype(products.dtype)


@composite(numpy=getattr(np, "matvec", ()))  # NumPy 2.2
def matvec(a: Any, v: Any) -> Any:
    """Matrices times vectors, (..., n, k) and (..., k) to (..., n); leading axes broadcast."""
    a, v = arrays_of([a, v])
    return np.squeeze(np.matmul(a, np.expand_dims(v, -1)), -1)


@composite(numpy=getattr(np, "vecmat", ()))  # NumPy 2.2
def vecmat(v: Any, a: Any) -> Any:
    """Vectors times matrices, (..., k) and (..., k, n) to (..., n); leading axes broadcast."""
    v, a = arrays_of([v, a])
    return np.squeeze(np.matmul(np.expand_dims(v, -2), a), -2)


@composite(numpy=np.kron)
def kron(a: Any, b: Any) -> Any:
    """Kronecker product: blocks, each an element of a times b."""
    a, b = arrays_of([a, b])
    n = max(a.ndim, b.ndim)
    shape_a = (1,) * (n - a.ndim) + a.shape
    shape_b = (1,) * (n - b.ndim) + b.shape
    blocks = a.reshape(tuple(k for size in shape_a for k in (size, 1)))
    cells = b.reshape(tuple(k for size in shape_b for k in (1, size)))
    return (blocks * cells).reshape(tuple(p * q for p, q in zip(shape_a, shape_b, strict=True)))


@composite(numpy=(np.cross, np.linalg.cross))
def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """Vector product in three dimensions.  y_i = a_j b_k - a_k b_j for (i, j, k) in circular order.

    The vectors lie along ``axis``, or along ``axisa`` of a, ``axisb`` of b and ``axisc`` of the
    result; the other axes broadcast.

    >>> import tinygrad_edu as tg
    >>> tg.cross(tg.tensor([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0])
    tensor([0., 0., 1.])
    """
    a, b = arrays_of([a, b])
    if axis is not None:
        axisa = axisb = axisc = axis
    a = np.moveaxis(a, checked_axis("cross", a, axisa), -1)
    b = np.moveaxis(b, checked_axis("cross", b, axisb), -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise ValueError(
            f"cross: needs vectors of 3 elements, received {a.shape[-1]} and {b.shape[-1]}; of two "
            "in the plane, write a[0] * b[1] - a[1] * b[0]"
        )
    left, right = [1, 2, 0], [2, 0, 1]
    y = a[..., left] * b[..., right] - a[..., right] * b[..., left]
    return np.moveaxis(y, -1, checked_axis("cross", y, axisc))


# ---- a chain of matrices


@composite(numpy=np.linalg.multi_dot)
def multi_dot(arrays: Any) -> Any:
    """Product of two or more matrices, in the order that needs the fewest multiplications.

    The first and the last may be vectors: a row and a column.

    >>> import tinygrad_edu as tg
    >>> tg.multi_dot([tg.ones(2, 3), tg.ones(3, 4), tg.ones(4)])
    tensor([12., 12.])
    """
    factors = arrays_of(check_list("multi_dot", "arrays", arrays, "arrays"))
    if len(factors) < 2:
        raise ValueError(f"multi_dot: needs at least two arrays, received {len(factors)}")
    ends = factors[0].ndim, factors[-1].ndim
    if any(m.ndim != 2 for m in factors[1:-1]) or not {1, 2}.issuperset(ends):
        shapes = ", ".join(str(m.shape) for m in factors)
        raise ValueError(f"multi_dot: takes matrices, vectors at the ends only, received {shapes}")
    if ends[0] == 1:
        factors[0] = np.expand_dims(factors[0], 0)
    if ends[1] == 1:
        factors[-1] = np.expand_dims(factors[-1], 1)
    y = _chain(factors, _best_cuts([*(m.shape[0] for m in factors), factors[-1].shape[1]]))
    return y.reshape(y.shape[ends[0] == 1 : 2 - (ends[1] == 1)])


def _best_cuts(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Where to cut each part of a chain of matrices in two; matrix k is sizes[k] × sizes[k + 1]."""
    cost: dict[tuple[int, int], int] = {}
    cuts: dict[tuple[int, int], int] = {}
    count = len(sizes) - 1
    for length in range(1, count + 1):
        for start in range(count - length + 1):
            stop = start + length
            found = [
                (cost[start, k] + cost[k, stop] + sizes[start] * sizes[k] * sizes[stop], k)
                for k in range(start + 1, stop)
            ]
            cost[start, stop], cuts[start, stop] = min(found, default=(0, start))
    return cuts


def _chain(
    factors: list[Any], cuts: dict[tuple[int, int], int], start: int = 0, stop: int = 0
) -> Any:
    stop = stop or len(factors)
    if stop - start == 1:
        return factors[start]
    k = cuts[start, stop]
    return np.matmul(_chain(factors, cuts, start, k), _chain(factors, cuts, k, stop))
