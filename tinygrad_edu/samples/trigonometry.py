"""Trigonometric and hyperbolic functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import BINARY, UNARY, between, by_element, sample, spec

__all__ = ["SPECS"]

_INSIDE = between(-0.95, 0.95)
_TURNS = between(-9.0, 9.0)
_ABOVE = between(1.05, 4.0)


def _unary(name: str, domain: Any = None, analytic: bool = True) -> Any:
    python = getattr(math, name.replace("arc", "a"))  # math.asin
    settings: dict[str, Any] = {} if domain is None else {"domain": domain}
    return spec(
        name,
        *UNARY,
        reference=by_element(python),
        analytic=analytic,
        **settings,
    )


SPECS = [
    _unary("sin"),
    _unary("cos"),
    _unary("tan", domain=between(-1.4, 1.4)),
    _unary("arcsin", _INSIDE),
    _unary("arccos", _INSIDE),
    _unary("arctan"),
    _unary("sinh"),
    _unary("cosh"),
    _unary("arcsinh"),
    _unary("arccosh", _ABOVE),
    _unary("arctanh", _INSIDE),
    spec(
        "arctan2",
        *BINARY,
        reference=by_element(math.atan2),
    ),
    spec(
        "hypot",
        *BINARY,
        reference=by_element(math.hypot),
    ),
    spec("deg2rad", *UNARY, reference=by_element(math.radians)),
    spec("rad2deg", *UNARY, reference=by_element(math.degrees)),
    spec(
        "unwrap",
        *(sample(shape, domain=_TURNS) for shape in ((7,), (2, 3), (0, 3), (1,))),
        sample((3, 4), axis=0, domain=_TURNS),
        sample((7,), period=3.0, discont=1.6, domain=_TURNS),
        reference=np.unwrap,
    ),
]
