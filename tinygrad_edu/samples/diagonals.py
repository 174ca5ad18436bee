"""Diagonals and triangles."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]


def _diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    x = np.moveaxis(x, (axis1, axis2), (-2, -1))
    rows, columns = x.shape[-2:]
    pairs = [(i, i + offset) for i in range(rows) if 0 <= i + offset < columns]
    lines = [x[..., i, j] for i, j in pairs]
    return np.stack(lines, axis=-1) if lines else np.zeros((*x.shape[:-2], 0))


def _embedded(x: Any, offset: int = 0) -> Any:
    n = x.shape[-1] + abs(offset)
    y = np.zeros((*x.shape[:-1], n, n))
    for k in range(x.shape[-1]):
        y[..., k - min(offset, 0), k + max(offset, 0)] = x[..., k]
    return y


def _triangle(keep: Any) -> Any:
    def reference(x: Any, k: int = 0) -> Any:
        y = x.copy()
        for i, j in np.ndindex(*x.shape[-2:]):
            if not keep(j - i, k):
                y[..., i, j] = 0.0
        return y

    return reference


_MATRICES = (
    sample((2, 3)),
    sample((4, 3), k=1),
    sample((2, 5), k=-1),
    sample((4, 2, 3), k=2),
    sample((1, 1)),
    sample((0, 3)),
)

SPECS = [
    spec(
        "diagonal",
        sample((2, 3)),
        sample((4, 3), offset=-1),
        sample((2, 3, 4), offset=1, axis1=2, axis2=0),
        sample((2, 3), offset=5),
        sample((1, 1)),
        sample((0, 3)),
        reference=_diagonal,
        analytic=True,
    ),
    spec(
        "diag_embed",
        sample((3,)),
        sample((2, 3), offset=1),
        sample((2, 3), offset=-2),
        sample((1,)),
        sample((0,)),
        reference=_embedded,
        analytic=True,
    ),
    spec(
        "diag",
        sample((3,)),
        sample((3,), k=-1),
        sample((2, 3), k=1),
        sample((1, 1)),
        reference=lambda x, k=0: _embedded(x, k) if x.ndim == 1 else _diagonal(x, k),
        analytic=True,
    ),
    spec(
        "trace",
        sample((2, 3)),
        sample((4, 3), offset=-1),
        sample((2, 3, 4), axis1=1, axis2=2),
        sample((1, 1)),
        reference=lambda x, **where: np.sum(_diagonal(x, **where), axis=-1),
        analytic=True,
    ),
    spec(
        "tril",
        *_MATRICES,
        reference=_triangle(lambda d, k: d <= k),
        analytic=True,
    ),
    spec(
        "triu",
        *_MATRICES,
        reference=_triangle(lambda d, k: d >= k),
        analytic=True,
    ),
]
