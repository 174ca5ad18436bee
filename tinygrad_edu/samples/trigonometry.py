"""Trigonometric and hyperbolic functions."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu.testing.specs import BINARY, UNARY, between, by_element, spec

__all__ = ["SPECS"]

_INSIDE = between(-0.95, 0.95)
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
]
