"""Matrix products."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]


def _matmul(a: Any, b: Any) -> Any:
    """Sums written out, element by element."""
    row, column = a.ndim == 1, b.ndim == 1
    a = a[None, :] if row else a
    b = b[:, None] if column else b
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = np.broadcast_to(a, lead + a.shape[-2:])
    b = np.broadcast_to(b, lead + b.shape[-2:])
    y = np.empty((*lead, a.shape[-2], b.shape[-1]))
    for *at, i, j in np.ndindex(*y.shape):
        left, right = a[(*at, i)], b[(*at, slice(None), j)]
        y[(*at, i, j)] = math.fsum(p * q for p, q in zip(left, right, strict=True))
    y = y[..., 0] if column else y
    return y[..., 0, :] if row and not column else y[..., 0] if row else y


def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    y = _matmul(x, weight.T)
    return y if bias is None else y + bias


def _vecdot(a: Any, b: Any, axis: int = -1) -> Any:
    a, b = np.broadcast_arrays(a, b)
    a, b = np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)
    y = np.empty(a.shape[:-1])
    for at in np.ndindex(*y.shape):
        y[at] = math.fsum(p * q for p, q in zip(a[at], b[at], strict=True))
    return y


def _chain(*factors: Any) -> Any:
    y = factors[0]
    for factor in factors[1:]:
        y = _matmul(y, factor)
    return y


SPECS = [
    spec(
        "cross",
        sample((3,), (3,)),
        sample((2, 3), (3,)),
        sample((2, 1, 3), (4, 3)),
        sample((3, 2), (3, 2), axis=0),
        sample((2, 3), (3, 2), axisb=0, axisc=0),
        sample((0, 3), (3,)),
        reference=np.cross,
        analytic=True,
    ),
    spec(
        "vecdot",
        sample((3,), (3,)),
        sample((2, 3), (3,)),
        sample((2, 1, 4), (3, 4)),
        sample((2, 3), (2, 3), axis=0),
        sample((0, 3), (3,)),
        reference=_vecdot,
        analytic=True,
    ),
    spec(
        "matvec",
        sample((2, 3), (3,)),
        sample((4, 2, 3), (4, 3)),
        sample((4, 1, 2, 3), (5, 3)),
        sample((1, 1), (1,)),
        reference=lambda a, v: (a @ v[..., None])[..., 0],
        analytic=True,
    ),
    spec(
        "vecmat",
        sample((2,), (2, 3)),
        sample((4, 2), (4, 2, 3)),
        sample((5, 2), (4, 1, 2, 3)),
        sample((1,), (1, 1)),
        reference=lambda v, a: (v[..., None, :] @ a)[..., 0, :],
        analytic=True,
    ),
    spec(
        "multi_dot",
        sample((2, 3), (3, 4)),
        sample((5, 2), (2, 6), (6, 3), (3, 4)),
        sample((2,), (2, 6), (6, 3), (3,)),
        sample((1, 2), (2, 3), (3,)),
        sample((4,), (4, 2), (2, 5)),
        reference=_chain,
        call=lambda *factors: ops.multi_dot(list(factors)),
        analytic=True,
    ),
    spec(
        "matmul",
        *(
            sample(a, b)
            for a, b in [
                ((2, 3), (3, 4)),
                ((5,), (5,)),
                ((3,), (3, 4)),
                ((2, 3), (3,)),
                ((5, 2, 3), (3, 4)),
                ((2, 3), (5, 3, 4)),
                ((5, 2, 3), (5, 3, 4)),
                ((1, 2, 3), (5, 3, 4)),
                ((3,), (5, 3, 4)),
                ((5, 2, 3), (3,)),
                ((6, 1, 2, 3), (5, 3, 4)),
                ((1, 3), (3, 1)),
                ((2, 0), (0, 3)),
                ((0, 3), (3, 4)),
                ((1,), (1, 1)),
            ]
        ),
        reference=_matmul,
        analytic=True,
    ),
    spec(
        "linear",
        sample((2, 3), (4, 3), (4,)),
        sample((2, 3), (4, 3), None),
        sample((2, 3), (4, 3)),
        sample((3,), (4, 3), (4,)),
        sample((3,), (4, 3)),
        sample((5, 2, 3), (4, 3), (4,)),
        sample((6, 5, 2, 3), (4, 3), (4,)),
        sample((0, 3), (4, 3), (4,)),
        sample((1, 3), (1, 3), (1,)),
        reference=_linear,
        analytic=True,
    ),
]
