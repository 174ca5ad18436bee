"""Sums, means, extrema."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu.testing.specs.base import AXES, EMPTY, EMPTY_BUT_REDUCIBLE, by_row, sample, spec

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


def _torch_var(name: str) -> Any:
    def call(torch: Any, x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        return getattr(torch, name)(x, dim=axis, correction=ddof, keepdim=keepdims)

    return call


def _torch_logsumexp(torch: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis
    return torch.logsumexp(x, dim=axes, keepdim=keepdims) if x.ndim else x


_DDOF = tuple(sample((2, 3, 4), axis=a, ddof=1) for a in (None, 0, (1, 2)))
# The square root has an infinite slope where one value varies not at all.
_VARYING = tuple(s for s in AXES if s.inputs[0] not in ((), (1,)) and s.params.get("axis") != 1)

SPECS = [
    spec("sum", *AXES, *EMPTY, reference=by_row(math.fsum), torch="sum", analytic=True),
    spec("mean", *AXES, *EMPTY, reference=by_row(_mean), torch="mean", analytic=True),
    spec("max", *AXES, *EMPTY_BUT_REDUCIBLE, reference=by_row(max), torch="amax"),
    spec("min", *AXES, *EMPTY_BUT_REDUCIBLE, reference=by_row(min), torch="amin"),
    spec("amax", *AXES, reference=by_row(max), torch="amax"),
    spec("amin", *AXES, reference=by_row(min), torch="amin"),
    spec("logsumexp", *AXES, *EMPTY, reference=by_row(_logsumexp), torch=_torch_logsumexp),
    spec(
        "var",
        *AXES,
        *EMPTY_BUT_REDUCIBLE,
        *_DDOF,
        reference=by_row(_var),
        torch=_torch_var("var"),
        analytic=True,
    ),
    spec(
        "std",
        *_VARYING,
        *_DDOF,
        reference=by_row(_std),
        torch=_torch_var("std"),
        analytic=True,
    ),
]
