"""Several moments or extrema at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs.base import AXES, by_row, sample, spec
from tinygrad_edu.testing.specs.rearranging import joined, torch_joined

__all__ = ["SPECS"]

# Where one value stands alone the deviation is 0, and has a kink.
_VARYING = tuple(s for s in AXES if s.inputs[0] not in ((), (1,)) and s.params.get("axis") != 1)


def _mean(v: list[float]) -> float:
    return math.fsum(v) / len(v)


def _var(v: list[float], ddof: float = 0) -> float:
    return math.fsum((a - _mean(v)) ** 2 for a in v) / (len(v) - ddof)


def _both(first: Any, second: Any) -> Any:
    def reference(x: Any, axis: Any = None, keepdims: bool = False, **params: Any) -> Any:
        parts = [
            by_row(first)(x, axis=axis, keepdims=keepdims, **params),
            by_row(second)(x, axis=axis, keepdims=keepdims),
        ]
        return np.concatenate([p.reshape(-1) for p in parts])

    return reference


def _torch_moments(name: str) -> Any:
    def call(torch: Any, x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        return getattr(torch, name)(x, dim=axis, correction=ddof, keepdim=keepdims)

    return torch_joined(call)


SPECS = [
    spec(
        "var_mean",
        *AXES,
        sample((2, 3), axis=1, ddof=1),
        reference=_both(_var, _mean),
        torch=_torch_moments("var_mean"),
        call=joined(ops.var_mean),
        analytic=True,
    ),
    spec(
        "std_mean",
        *_VARYING,
        sample((1, 3), axis=1, ddof=1),
        reference=_both(lambda v, ddof=0: math.sqrt(_var(v, ddof)), _mean),
        torch=_torch_moments("std_mean"),
        call=joined(ops.std_mean),
    ),
    spec(
        "aminmax",
        *AXES,
        reference=_both(min, max),
        torch=torch_joined(
            lambda torch, x, axis=None, keepdims=False: (
                torch.amin(x, () if axis is None else axis, keepdims),
                torch.amax(x, () if axis is None else axis, keepdims),
            )
        ),
        call=joined(ops.aminmax),
    ),
    spec(
        "ptp",
        *AXES,
        reference=by_row(lambda v: max(v) - min(v)),
        torch=lambda torch, x, axis=None, keepdims=False: (
            torch.amax(x, () if axis is None else axis, keepdims)
            - torch.amin(x, () if axis is None else axis, keepdims)
        ),
    ),
]
