"""Standardizing to mean 0 and variance 1."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]


def _standardized(x: Any, axis: Any, eps: float = 1e-5) -> Any:
    axes = tuple(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,)))
    rest = [a for a in range(x.ndim) if a not in axes]
    y = np.empty_like(x)
    for at in np.ndindex(*(x.shape[a] for a in rest)):
        where: list[Any] = [slice(None)] * x.ndim
        for a, i in zip(rest, at, strict=True):
            where[a] = i
        group = x[tuple(where)]
        values = group.reshape(-1).tolist()
        if values:
            mean = math.fsum(values) / len(values)
            var = math.fsum((v - mean) ** 2 for v in values) / len(values)
            flat = [(v - mean) / math.sqrt(var + eps) for v in values]
            y[tuple(where)] = np.array(flat).reshape(group.shape)
    return y


def _batch_norm(x: Any, weight: Any, bias: Any, eps: float = 1e-5) -> Any:
    axes = (0, *range(2, x.ndim))
    shape = (1, -1, *(1,) * (x.ndim - 2))
    return _standardized(x, axes, eps) * weight.reshape(shape) + bias.reshape(shape)


SPECS = [
    spec(
        "batch_norm",
        sample((4, 3), (3,), (3,)),
        sample((5, 2, 3), (2,), (2,), eps=0.1),
        sample((2, 3, 5, 4), (3,), (3,)),
        sample((5, 1), (1,), (1,)),
        sample((0, 3), (3,), (3,)),
        reference=_batch_norm,
    ),
    spec(
        "normalize",
        sample((4, 3), axis=0),
        sample((4, 3), axis=-1, eps=0.1),
        sample((5, 2, 3), axis=(0, 2)),
        sample((2, 3, 4, 5), axis=(0, 2, 3)),
        sample((5,), axis=0, eps=1e-3),
        sample((0, 3), axis=1),
        sample((4, 1), axis=0),
        reference=_standardized,
        exempt={},
    ),
]
