"""Products and functions of matrices that only PyTorch has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.compat.spelling import of_torch
from tinygrad_edu.engine import value_of
from tinygrad_edu.ops._named import named

__all__ = [
    "addbmm", "addmm", "addmv", "addr", "adjoint", "baddbmm", "block_diag", "cdist", "chain_matmul",
    "dist", "frobenius_norm", "ger", "inverse", "linalg_diagonal", "linalg_vander", "logdet",
    "matrix_exp", "nuclear_norm", "pdist", "pinverse", "renorm", "solve_triangular",
    "triangular_solve",
]  # fmt: skip

ger = ops.outer
inverse = ops.inv
pinverse = ops.pinv


def _added(input: Any, product: Any, beta: float, alpha: float) -> Any:
    """β input + α product; for β = 0 the input is not read, so that its NaN does not count."""
    product = product if alpha == 1 else product * alpha
    if beta == 0:
        return product
    return (input if beta == 1 else input * beta) + product


@of_torch
def addmm(input: Any, mat1: Any, mat2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Product of matrices, added.  y = β input + α mat1 mat2.

    >>> import tinygrad_edu as tg
    >>> tg.addmm(tg.ones(2), tg.ones(2, 3), tg.ones(3, 2))
    tensor([[4., 4.],
            [4., 4.]])
    """
    return _added(input, ops.matmul(mat1, mat2), beta, alpha)


@of_torch
def addmv(input: Any, mat: Any, vec: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Product of a matrix and a vector, added.  y = β input + α mat vec."""
    return _added(input, ops.matmul(mat, vec), beta, alpha)


@of_torch
def addr(input: Any, vec1: Any, vec2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Outer product, added.  y = β input + α vec1 vec2ᵀ."""
    return _added(input, ops.outer(vec1, vec2), beta, alpha)


@of_torch
def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Products of matrices of a batch, added.  y = β input + α batch1 batch2."""
    return _added(input, ops.matmul(batch1, batch2), beta, alpha)


@of_torch
def addbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Sum of the products of a batch, added.  y = β input + α Σ batch1 batch2."""
    return _added(input, ops.sum(ops.matmul(batch1, batch2), axis=0), beta, alpha)


@of_torch
def chain_matmul(*matrices: Any) -> Any:
    """Product of several matrices, in the cheapest order; see `multi_dot`."""
    return matrices[0] if len(matrices) == 1 else ops.multi_dot(list(matrices))


@of_torch
def cdist(x1: Any, x2: Any, p: float = 2.0, compute_mode: str | None = None) -> Any:
    """Distances of order p between the rows of two matrices, (.., n, k) and (.., m, k) to (n, m).

    ``compute_mode`` is accepted and changes nothing: the differences are always taken.
    """
    return ops.vector_norm(np.expand_dims(x1, -2) - np.expand_dims(x2, -3), ord=p, axis=-1)


@of_torch
def pdist(input: Any, p: float = 2.0) -> Any:
    """Distances of order p between all pairs of rows, (n, k) to (n (n - 1) / 2,)."""
    first, second = np.triu_indices(input.shape[0], 1)
    return ops.vector_norm(input[first] - input[second], ord=p, axis=-1)


@of_torch
def dist(input: Any, other: Any, p: float = 2) -> Any:
    """Norm of order p of the difference."""
    return ops.vector_norm(input - other, ord=p)


@of_torch
def renorm(input: Any, p: float, dim: int, maxnorm: float) -> Any:
    """The slices along ``dim``, scaled down to the norm ``maxnorm`` where theirs is larger."""
    others = tuple(a for a in range(input.ndim) if a != dim % input.ndim)
    norms = ops.vector_norm(input, ord=p, axis=others, keepdims=True)
    large = value_of(norms) > maxnorm
    return input * ops.where(large, maxnorm / (norms + 1e-7), 1.0)


@of_torch
def frobenius_norm(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Length of all elements, or over axes."""
    return ops.vector_norm(input, axis=dim, keepdims=keepdim)


@of_torch
def nuclear_norm(input: Any, dim: Any = (-2, -1), keepdim: bool = False) -> Any:
    """Sum of the singular values."""
    return ops.matrix_norm(input, "nuc", tuple(dim), keepdim)


@of_torch
def block_diag(*tensors: Any) -> Any:
    """A matrix with the tensors as blocks on its diagonal, and 0 elsewhere."""
    rows = [ops.atleast_2d(x) for x in tensors]
    width = sum(x.shape[1] for x in rows)
    parts, start = [], 0
    for x in rows:
        after = width - start - x.shape[1]
        parts.append(np.pad(x, ((0, 0), (start, after))))
        start += x.shape[1]
    return ops.concatenate(parts, axis=0)


@of_torch
def adjoint(input: Any) -> Any:
    """The last two axes exchanged; all numbers are real."""
    return ops.swapaxes(input, axis1=-1, axis2=-2)


@of_torch
def logdet(input: Any) -> Any:
    """Logarithm of the determinant; NaN where that is negative, -∞ where it is 0."""
    sign, logabsdet = ops.slogdet(input)
    return ops.where(value_of(sign) < 0, math.nan, logabsdet)


@of_torch
def matrix_exp(input: Any) -> Any:
    """Exponential of a matrix.  y = Σ xⁿ / n!, of x / 2ˢ and squared s times.

    >>> import tinygrad_edu as tg
    >>> tg.matrix_exp(tg.zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    n = input.shape[-1]
    size = float(np.max(np.sum(np.abs(value_of(input)), axis=-1), initial=0.0))
    squarings = max(0, math.ceil(math.log2(size)) + 1) if 0 < size < math.inf else 0
    x = input * 0.5**squarings
    one = np.eye(n, dtype=value_of(input).dtype)
    y = one + x * (1.0 / 18.0)
    for k in range(17, 0, -1):
        y = one + ops.matmul(x, y) * (1.0 / k)
    for _ in range(squarings):
        y = ops.matmul(y, y)
    return y


@of_torch
def solve_triangular(
    input: Any, B: Any, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Any:
    """Solution of A X = B for a triangular A, or of X A = B for ``left=False``."""
    half = ops.triu(input) if upper else ops.tril(input)
    if unitriangular:
        one = np.eye(input.shape[-1], dtype=value_of(input).dtype)
        half = half * (1.0 - one) + one
    if left:
        return ops.solve(half, B)
    return adjoint(ops.solve(adjoint(half), adjoint(B)))


@of_torch
def triangular_solve(
    b: Any, A: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Any:
    """(solution, cloned_coefficient) of A x = b for a triangular A; see `solve_triangular`."""
    matrix, side = (adjoint(A), not upper) if transpose else (A, upper)
    x = solve_triangular(matrix, b, upper=side, unitriangular=unitriangular)
    return named("triangular_solve", solution=x, cloned_coefficient=ops.positive(A))


@of_torch
def linalg_diagonal(A: Any, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """`diagonal` of the last two axes."""
    return ops.diagonal(A, offset, dim1, dim2)


@of_torch
def linalg_vander(x: Any, N: int | None = None) -> Any:
    """Powers of x from 0 on, each a column."""
    return ops.vander(x, N, increasing=True)
