"""Products over axes, running sums and products."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import AXES, EMPTY, along, by_row, sample, spec

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


SPECS = [
    spec(
        "prod",
        *AXES,
        *EMPTY,
        *_ZEROS,
        reference=by_row(math.prod),
        analytic=True,
    ),
    spec(
        "cumsum",
        *_LINES,
        reference=_running(operator.add),
        analytic=True,
    ),
    spec(
        "cumprod",
        *_LINES,
        *_ZEROS,
        reference=_running(operator.mul),
        analytic=True,
    ),
]
