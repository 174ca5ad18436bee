"""Rounding, remainders and signs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.samples.rearranging import joined
from tinygrad_edu.testing.specs import (
    BINARY,
    UNARY,
    away_from,
    between,
    by_element,
    sample,
    spec,
)

__all__ = ["SPECS"]

# The values at the steps themselves are among the special points.
_BETWEEN_STEPS = away_from(*(k / 2 for k in range(-6, 7)), low=-3.0, high=3.0, gap=0.02)
_BETWEEN_MULTIPLES = (
    away_from(*(0.65 * k for k in range(-5, 6)), low=-3.0, high=3.0, gap=0.06),
    between(0.645, 0.655),
)


def _round_half_even(x: float, decimals: int = 0) -> float:
    return round(x * 10.0**decimals) / 10.0**decimals


def _step(x: float, at_zero: float) -> float:
    return at_zero if x == 0 else float(x > 0)


def _flat(name: str, scalar: Any) -> Any:
    return spec(
        name,
        *UNARY,
        reference=by_element(lambda x: float(scalar(x))),
        domain=_BETWEEN_STEPS,
    )


SPECS = [
    _flat("floor", math.floor),
    _flat("ceil", math.ceil),
    _flat("trunc", math.trunc),
    _flat(
        "rint",
        round,
    ),
    spec(
        "round",
        *UNARY,
        sample((2, 3), decimals=1, domain=away_from(*(k / 20 for k in range(-60, 61)), gap=0.005)),
        reference=by_element(_round_half_even),
        domain=_BETWEEN_STEPS,
    ),
    spec(
        "frac",
        *UNARY,
        reference=by_element(lambda x: math.copysign(abs(x) % 1.0, x)),
        domain=_BETWEEN_STEPS,
    ),
    spec(
        "floor_divide",
        *BINARY,
        reference=by_element(lambda a, b: a // b),
        domain=_BETWEEN_MULTIPLES,
    ),
    spec(
        "remainder",
        *BINARY,
        reference=by_element(lambda a, b: a % b),
        domain=_BETWEEN_MULTIPLES,
    ),
    spec(
        "fmod",
        *BINARY,
        reference=by_element(math.fmod),
        domain=_BETWEEN_MULTIPLES,
    ),
    spec(
        "heaviside",
        *BINARY,
        sample(np.array([1.5, -0.0, 0.0, -2.0]), (4,)),
        reference=by_element(_step),
        no_gradient=(0,),
    ),
    spec(
        "copysign",
        *BINARY,
        reference=by_element(math.copysign),
    ),
    spec(
        "nan_to_num",
        *UNARY,
        sample((2, 3), nan=1.0, posinf=4.0),
        reference=by_element(lambda x, **replacements: x),
        exempt={"nan_is_not_hidden": "replacing NaN is what it is for"},
    ),
    spec(
        "divmod",
        *BINARY,
        reference=joined(np.divmod),
        domain=_BETWEEN_MULTIPLES,
        call=joined(ops.divmod),
    ),
    spec(
        "modf",
        *UNARY,
        reference=joined(np.modf),
        domain=_BETWEEN_STEPS,
        call=joined(ops.modf),
    ),
    spec(
        "frexp",
        *UNARY,
        reference=lambda x: np.frexp(x)[0],
        domain=away_from(*(s * 2.0**k for k in range(-4, 2) for s in (-1, 1)), 0.0, gap=0.01),
        call=lambda x: ops.frexp(x)[0],
    ),
]
