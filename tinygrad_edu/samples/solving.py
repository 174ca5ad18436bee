"""Inverses, determinants, linear systems."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]

_SQUARE = (sample((3, 3)), sample((2, 4, 4)), sample((1, 1)), sample((0, 2, 2)))
_SINGULAR = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
_RANK_ONE = np.outer([1.0, 2.0, -1.0], [0.5, -1.0, 2.0])
_BATCH = np.stack([_SINGULAR, np.array([[2.0, 1.0, 0.5], [0.0, 1.5, 1.0], [1.0, -1.0, 3.0]])])
_INVERTIBLE_ONLY = {"layout_does_not_matter": "equal rows make a singular matrix"}


def _det(m: Any) -> float:
    """The sum over permutations."""
    n = len(m)
    terms = []
    for order in itertools.permutations(range(n)):
        swaps = sum(a > b for a, b in itertools.combinations(order, 2))
        terms.append((-1) ** swaps * math.prod(m[i][j] for i, j in enumerate(order)))
    return math.fsum(terms)


def _over_matrices(function: Any) -> Any:
    def reference(x: Any, *rest: Any, **params: Any) -> Any:
        found = [function(x[at], *rest, **params) for at in np.ndindex(*x.shape[:-2])]
        shape = np.shape(found[0]) if found else x.shape[-2:] if function is _inverse else ()
        return np.array(found, float).reshape((*x.shape[:-2], *shape))

    return reference


def _inverse(m: Any) -> Any:
    """Cramer's rule."""
    n = len(m)
    whole = _det(m)
    return np.array(
        [
            [(-1) ** (i + j) * _det(np.delete(np.delete(m, j, 0), i, 1)) / whole for j in range(n)]
            for i in range(n)
        ]
    )


def _power(m: Any, n: int) -> Any:
    factor = m if n >= 0 else _inverse(m)
    y = np.eye(len(m))
    for _ in range(abs(n)):
        y = y @ factor
    return y


def _solution(a: Any, b: Any) -> Any:
    inverse = _over_matrices(_inverse)(a)
    return inverse @ b


def _well(x: Any) -> Any:
    """Far from singular, whatever x."""
    return x + 3.0 * np.eye(x.shape[-1], dtype=x.dtype)


def _well_placed(a: Any, ind: int) -> Any:
    """The same of an array whose first ``ind`` axes are the rows."""
    n = int(np.prod(a.shape[:ind]))
    return a + 3.0 * np.eye(n, dtype=a.dtype).reshape(a.shape)


def _tensor_inverse(a: Any, ind: int = 2) -> Any:
    n = int(np.prod(a.shape[:ind]))
    return _inverse(_well_placed(a, ind).reshape(n, n)).reshape(*a.shape[ind:], *a.shape[:ind])


def _tensor_solution(a: Any, b: Any) -> Any:
    matrix = _inverse(_well_placed(a, b.ndim).reshape(b.size, b.size))
    return (matrix @ b.reshape(-1)).reshape(a.shape[b.ndim :])


def _least_squares(a: Any, b: Any) -> Any:
    """The normal equations, and the singular values from them."""
    gram = a.T @ a
    y = _inverse(gram) @ a.T @ b
    rest = (a @ y - b).reshape(len(b), -1)
    residuals = [math.fsum(column * column) for column in rest.T] if len(a) > len(gram) else []
    s = np.sqrt(np.sort(np.linalg.eigvals(gram).real)[::-1])
    return np.concatenate([y.reshape(-1), residuals, s])


def _lstsq(a: Any, b: Any) -> Any:
    y, residuals, _, s = ops.lstsq(a, b)
    return np.concatenate([y.reshape((-1,)), residuals, s])


def _condition(x: Any, p: Any = None) -> Any:
    squares = np.linalg.eigvals(
        np.swapaxes(x, -1, -2) @ x if x.shape[-2] >= x.shape[-1] else x @ np.swapaxes(x, -1, -2)
    ).real
    if p in (None, 2, -2):
        y = np.sqrt(squares.max(-1) / squares.min(-1))
        return 1.0 / y if p == -2 else y
    inverse = _over_matrices(_inverse)(x)
    return np.linalg.norm(x, p, (-2, -1)) * np.linalg.norm(inverse, p, (-2, -1))


SPECS = [
    spec(
        "tensorinv",
        sample((2, 3, 6)),
        sample((6, 3, 2), ind=1),
        sample((1, 1, 1)),
        reference=_tensor_inverse,
        call=lambda a, ind=2: ops.tensorinv(_well_placed(a, ind), ind),
    ),
    spec(
        "tensorsolve",
        sample((2, 3, 6), (2, 3)),
        sample((6, 3, 2), (6,)),
        sample((1, 1), (1,)),
        reference=_tensor_solution,
        call=lambda a, b: ops.tensorsolve(_well_placed(a, b.ndim), b),
    ),
    spec(
        "lstsq",
        sample((5, 3), (5,)),
        sample((4, 2), (4, 3)),
        sample((3, 3), (3,)),
        sample((1, 1), (1, 2)),
        reference=_least_squares,
        call=_lstsq,
        square=True,
        exempt={
            "layout_does_not_matter": "equal rows change the rank, where it has no derivative",
            "nan_is_not_hidden": "LAPACK raises where a matrix holds NaN",
        },
    ),
    spec(
        "cond",
        sample((3, 3)),
        sample((2, 4, 3)),
        sample((3, 4), -2),
        sample((2, 3, 3), 1),
        sample((3, 3), "fro"),
        sample((3, 3), math.inf),
        sample((1, 1), 2),
        reference=_condition,
        square=True,
        exempt={
            "layout_does_not_matter": "equal rows make a singular matrix",
            "nan_is_not_hidden": "LAPACK raises where a matrix holds NaN",
        },
    ),
    spec(
        "matrix_rank",
        sample((3, 4)),
        sample(_SINGULAR),
        sample(_RANK_ONE),
        sample((2, 1, 3)),
        sample(_RANK_ONE, tol=100.0),
        reference=lambda x, tol=None: np.sum(
            np.linalg.svd(x, compute_uv=False) > (1e-12 if tol is None else tol), axis=-1
        ),
        square=True,
    ),
    spec(
        "inv",
        *_SQUARE,
        reference=lambda x: _over_matrices(_inverse)(_well(x)),
        call=lambda x: ops.inv(_well(x)),
        square=True,
    ),
    spec(
        "solve",
        sample((3, 3), (3, 2)),
        sample((3, 3), (3,)),
        sample((2, 3, 3), (3,)),
        sample((2, 3, 3), (3, 4)),
        sample((3, 3), (2, 3, 4)),
        sample((1, 1), (1,)),
        reference=lambda a, b: _solution(_well(a), b),
        call=lambda a, b: ops.solve(_well(a), b),
        square=True,
    ),
    spec(
        "pinv",
        sample((2, 3)),
        sample((4, 3)),
        sample((2, 4, 3)),
        sample((1, 1)),
        reference=lambda x: (
            np.linalg.inv(np.swapaxes(x, -1, -2) @ x) @ np.swapaxes(x, -1, -2)
            if x.shape[-2] >= x.shape[-1]
            else np.swapaxes(x, -1, -2) @ np.linalg.inv(x @ np.swapaxes(x, -1, -2))
        ),
        exempt={
            "layout_does_not_matter": "equal rows change the rank, where it has no derivative",
            "nan_is_not_hidden": "LAPACK raises where a matrix holds NaN",
        },
    ),
    spec(
        "matrix_power",
        sample((3, 3), 3),
        sample((2, 4, 4), 2),
        sample((3, 3), -2),
        sample((3, 3), 0),
        sample((1, 1), 5),
        reference=lambda x, n: _over_matrices(_power)(_well(x), n),
        call=lambda x, n: ops.matrix_power(_well(x), n),
        square=True,
    ),
    spec(
        "det",
        *_SQUARE,
        sample(_SINGULAR),
        sample(_RANK_ONE),
        sample(_BATCH),
        reference=_over_matrices(_det),
        square=True,
    ),
    spec(
        "sign_det",
        *_SQUARE,
        reference=_over_matrices(lambda m: math.copysign(1.0, _det(m))),
        square=True,
    ),
    spec(
        "logabsdet",
        *_SQUARE,
        reference=_over_matrices(lambda m: math.log(abs(_det(m)))),
        square=True,
        exempt=_INVERTIBLE_ONLY,
    ),
    spec(
        "slogdet",
        *_SQUARE,
        reference=_over_matrices(lambda m: math.copysign(1.0, _det(m)) + math.log(abs(_det(m)))),
        call=lambda x: np.add(*ops.slogdet(x)),
        square=True,
        exempt=_INVERTIBLE_ONLY,
    ),
]
