"""Trigonometric and hyperbolic functions."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu.testing.specs.base import BINARY, UNARY, between, by_element, spec

__all__ = ["SPECS"]

_INSIDE = between(-0.95, 0.95)
_ABOVE = between(1.05, 4.0)


def _unary(name: str, torch: str = "", domain: Any = None, analytic: bool = True) -> Any:
    python = getattr(math, torch or name)
    settings: dict[str, Any] = {} if domain is None else {"domain": domain}
    return spec(
        name,
        *UNARY,
        reference=by_element(python),
        torch=torch or name,
        analytic=analytic,
        **settings,
    )


SPECS = [
    _unary("sin"),
    _unary("cos"),
    _unary("tan", domain=between(-1.4, 1.4)),
    _unary("arcsin", "asin", _INSIDE),
    _unary("arccos", "acos", _INSIDE),
    _unary("arctan", "atan"),
    _unary("sinh"),
    _unary("cosh"),
    _unary("arcsinh", "asinh"),
    _unary("arccosh", "acosh", _ABOVE),
    _unary("arctanh", "atanh", _INSIDE),
    spec("arctan2", *BINARY, reference=by_element(math.atan2), torch="atan2"),
    spec("hypot", *BINARY, reference=by_element(math.hypot), torch="hypot"),
]
