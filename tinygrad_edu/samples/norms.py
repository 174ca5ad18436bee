"""Norms."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import AXES, EMPTY, between, by_row, sample, spec

__all__ = ["SPECS"]

_ORDERS = tuple(
    sample((2, 3, 4), axis=axis, ord=order)
    for order, axis in [
        (1, None), (0, 1), (3, (0, 2)), (1.5, 0), (0.5, 2), (-2, 1), (4.0, -1),
    ]
)  # fmt: skip
# Magnitudes must lie apart too, so the signs are equal.
_LARGEST = (
    sample((2, 3, 4), ord=math.inf, domain=between(-3.0, -0.1)),
    sample((2, 3, 4), ord=math.inf, axis=1, domain=between(0.1, 3.0)),
    sample((2, 3, 4), ord=-math.inf, axis=(0, 1), domain=between(-3.0, -0.1)),
)
_NO_VALUE = {"nan_is_not_hidden": "LAPACK raises where a matrix holds NaN"}


def _norm(values: list[float], ord: float = 2) -> float:
    sizes = [abs(v) for v in values]
    if ord == 0:
        return float(sum(v != 0 for v in values))
    if math.isinf(ord):
        return max(sizes) if ord > 0 else min(sizes)
    return math.pow(math.fsum(math.pow(v, ord) for v in sizes), 1 / ord)


# Of a matrix m and its singular values s.
_MATRIX_NORMS: dict[Any, Callable[[Any, Any], Any]] = {
    "fro": lambda m, s: math.sqrt(math.fsum((m * m).flat)),
    "nuc": lambda m, s: s.sum(),
    2: lambda m, s: s.max(),
    -2: lambda m, s: s.min(),
    1: lambda m, s: max(math.fsum(map(abs, c)) for c in m.T),
    -1: lambda m, s: min(math.fsum(map(abs, c)) for c in m.T),
    math.inf: lambda m, s: max(math.fsum(map(abs, r)) for r in m),
    -math.inf: lambda m, s: min(math.fsum(map(abs, r)) for r in m),
}


def _matrix_norm(x: Any, ord: Any = "fro", axis: Any = (-2, -1), keepdims: bool = False) -> Any:
    matrices = np.moveaxis(x, axis, (-2, -1))
    y = np.empty(matrices.shape[:-2])
    for at in np.ndindex(*y.shape):
        m = matrices[at]
        gram = m @ m.T if m.shape[0] <= m.shape[1] else m.T @ m
        singular = np.sqrt(np.linalg.eigvals(gram).real)
        y[at] = _MATRIX_NORMS[ord](m, singular)
    return np.expand_dims(y, tuple(sorted(a % x.ndim for a in axis))) if keepdims else y


SPECS = [
    spec(
        "vector_norm",
        *AXES,
        *EMPTY,
        *_ORDERS,
        *_LARGEST,
        reference=by_row(_norm),
    ),
    spec(
        "matrix_norm",
        *(sample((2, 3), ord=o) for o in _MATRIX_NORMS),
        *(sample((4, 2, 3), ord=o, axis=(2, 0), keepdims=True) for o in _MATRIX_NORMS),
        sample((1, 3), ord=2),
        reference=_matrix_norm,
        exempt=_NO_VALUE,
    ),
    spec(
        "norm",
        sample((2, 3)),
        sample((4,), ord=3),
        sample((2, 3), ord=2),
        sample((2, 3, 4), axis=1),
        sample((2, 3, 4), axis=(0, 2), ord=1),
        sample((2, 3), axis=0, ord=math.inf, keepdims=True, domain=between(0.1, 3.0)),
        sample((1,), ord=1),
        reference=lambda x, ord=None, axis=None, keepdims=False: (
            _matrix_norm(x, ord, axis or (0, 1), keepdims)
            if ord is not None and (x.ndim if axis is None else np.size(axis)) == 2
            else by_row(_norm)(x, axis=axis, keepdims=keepdims, ord=2 if ord is None else ord)
        ),
        exempt=_NO_VALUE,
    ),
]
