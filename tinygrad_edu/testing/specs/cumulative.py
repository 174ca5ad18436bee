"""Products over axes, running sums and products."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs.base import AXES, EMPTY, along, by_row, sample, spec

__all__ = ["SPECS"]

_ONE_ZERO = np.array([[2.0, 0.0, 3.0], [1.5, -1.0, 0.5]])
_TWO_ZEROS = np.array([[2.0, 0.0, 3.0, 0.0], [0.0, -1.0, 0.5, 4.0], [1.0, 2.0, -0.5, 3.0]])
_ZEROS = (
    sample(_ONE_ZERO),
    sample(_ONE_ZERO, axis=1),
    sample(_TWO_ZEROS, axis=0),
    sample(_TWO_ZEROS, axis=-1),
    sample(np.array([0.0, 0.0, 0.0, 2.0])),
)
_LINES = (
    sample((4,)),
    sample((2, 3), axis=0),
    sample((2, 3), axis=-1),
    sample((2, 3)),
    sample((2, 1, 3, 5), axis=2),
    sample((7, 2), axis=0),
    sample((0, 3), axis=0),
    sample((0, 3), axis=1),
    sample((1,), axis=0),
    sample(()),
)


def _running(step: Any) -> Any:
    lines = along(lambda line: list(itertools.accumulate(line, step)))

    def reference(x: Any, axis: Any = None) -> Any:
        return lines(x, axis=axis) if axis is not None else lines(x.reshape(-1), axis=0)

    return reference


def _torch_running(name: str) -> Any:
    def call(torch: Any, x: Any, axis: Any = None) -> Any:
        return getattr(torch, name)(x.reshape(-1) if axis is None else x, dim=axis or 0)

    return call


def _torch_prod(torch: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    for a in sorted((a % x.ndim for a in axes), reverse=True):
        x = torch.prod(x, dim=a, keepdim=keepdims)
    return x


def _differences(x: Any, n: int = 1, axis: int = -1) -> Any:
    lines = np.moveaxis(x, axis, -1)
    y = np.empty((*lines.shape[:-1], max(lines.shape[-1] - n, 0)))
    for at in np.ndindex(*lines.shape[:-1]):
        line = lines[at].tolist()
        for _ in range(n):
            line = [b - a for a, b in itertools.pairwise(line)]
        y[at] = line
    return np.moveaxis(y, -1, axis)


SPECS = [
    spec(
        "prod",
        *AXES,
        *EMPTY,
        *_ZEROS,
        reference=by_row(math.prod),
        torch=_torch_prod,
        analytic=True,
    ),
    spec(
        "cumsum",
        *_LINES,
        reference=_running(operator.add),
        torch=_torch_running("cumsum"),
        analytic=True,
    ),
    spec(
        "cumprod",
        *_LINES,
        *_ZEROS,
        reference=_running(operator.mul),
        torch=_torch_running("cumprod"),
        analytic=True,
    ),
    spec(
        "diff",
        sample((4,)),
        sample((2, 3)),
        sample((5, 3), axis=0, n=2),
        sample((2, 3, 4), axis=1),
        sample((2, 3), n=0),
        sample((1,)),
        sample((0, 3), axis=1),
        reference=_differences,
        torch=lambda torch, x, n=1, axis=-1: torch.diff(x, n=n, dim=axis),
        analytic=True,
    ),
]
