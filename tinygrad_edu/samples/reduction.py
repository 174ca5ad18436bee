"""Sums, means, extrema."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.samples.rearranging import joined
from tinygrad_edu.testing.specs import AXES, EMPTY, EMPTY_BUT_REDUCIBLE, by_row, sample, spec

__all__ = ["SPECS"]


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _var(values: list[float], ddof: float = 0) -> float:
    mean = _mean(values)
    n = len(values) - ddof
    return math.fsum((v - mean) ** 2 for v in values) / n if n > 0 else math.nan


def _std(values: list[float], ddof: float = 0) -> float:
    return math.sqrt(_var(values, ddof))


def _logsumexp(values: list[float]) -> float:
    return math.log(math.fsum(map(math.exp, values))) if values else -math.inf


_DDOF = tuple(sample((2, 3, 4), axis=a, ddof=1) for a in (None, 0, (1, 2)))
# The square root has an infinite slope where one value varies not at all.
_VARYING = tuple(s for s in AXES if s.inputs[0] not in ((), (1,)) and s.params.get("axis") != 1)

SPECS = [
    spec("sum", *AXES, *EMPTY, reference=by_row(math.fsum), analytic=True),
    spec("mean", *AXES, *EMPTY, reference=by_row(_mean), analytic=True),
    spec(
        "max",
        *AXES,
        *EMPTY_BUT_REDUCIBLE,
        reference=by_row(max),
    ),
    spec(
        "min",
        *AXES,
        *EMPTY_BUT_REDUCIBLE,
        reference=by_row(min),
    ),
    spec(
        "amax",
        *AXES,
        reference=by_row(max),
    ),
    spec(
        "amin",
        *AXES,
        reference=by_row(min),
    ),
    spec(
        "logsumexp",
        *AXES,
        *EMPTY,
        reference=by_row(_logsumexp),
    ),
    spec(
        "var",
        *AXES,
        *EMPTY_BUT_REDUCIBLE,
        *_DDOF,
        reference=by_row(_var),
        analytic=True,
    ),
    spec(
        "std",
        *_VARYING,
        *_DDOF,
        reference=by_row(_std),
        analytic=True,
    ),
]


# Where one value stands alone the deviation is 0, and has a kink.


def _both(first: Any, second: Any) -> Any:
    def reference(x: Any, axis: Any = None, keepdims: bool = False, **params: Any) -> Any:
        parts = [
            by_row(first)(x, axis=axis, keepdims=keepdims, **params),
            by_row(second)(x, axis=axis, keepdims=keepdims),
        ]
        return np.concatenate([p.reshape(-1) for p in parts])

    return reference


SPECS += [
    spec(
        "var_mean",
        *AXES,
        sample((2, 3), axis=1, ddof=1),
        reference=_both(_var, _mean),
        call=joined(ops.var_mean),
        analytic=True,
    ),
    spec(
        "std_mean",
        *_VARYING,
        sample((1, 3), axis=1, ddof=1),
        reference=_both(lambda v, ddof=0: math.sqrt(_var(v, ddof)), _mean),
        call=joined(ops.std_mean),
    ),
    spec(
        "aminmax",
        *AXES,
        reference=_both(min, max),
        call=joined(ops.aminmax),
    ),
    spec(
        "ptp",
        *AXES,
        reference=by_row(lambda v: max(v) - min(v)),
    ),
]
