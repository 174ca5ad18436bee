"""Losses of single numbers."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu.testing.specs.base import (
    BINARY,
    UNARY,
    away_from,
    between,
    by_element,
    sample,
    spec,
)

__all__ = ["SPECS"]


def _huber(x: float, delta: float = 1.0) -> float:
    return x * x / 2 if abs(x) <= delta else delta * (abs(x) - delta / 2)


def _bce(p: float, t: float) -> float:
    return -t * math.log(p) - (1 - t) * math.log(1 - p)


def _bce_logits(x: float, t: float, pos_weight: float = 1.0) -> float:
    positive, negative = math.log1p(math.exp(-x)), math.log1p(math.exp(x))
    return pos_weight * t * positive + (1 - t) * negative


def _torch_logits(torch: Any, x: Any, t: Any, pos_weight: Any = None) -> Any:
    if pos_weight is None:
        pos_weight = torch.ones((), dtype=x.dtype)
    F = torch.nn.functional
    return -pos_weight * t * F.logsigmoid(x) - (1 - t) * F.logsigmoid(-x)


_UNIT = between(0.05, 0.95)

SPECS = [
    spec(
        "huber",
        *UNARY,
        sample((2, 3), delta=0.6),
        reference=by_element(_huber),
        torch=lambda torch, x, delta=1.0: torch.nn.functional.huber_loss(
            x, torch.zeros_like(x), reduction="none", delta=delta
        ),
        domain=away_from(-1.0, -0.6, 0.0, 0.6, 1.0),
    ),
    spec(
        "log_cosh",
        *UNARY,
        sample((9,), domain=away_from(-0.5, 0.0, 0.5, low=-30.0, high=30.0)),
        reference=by_element(lambda x: math.log(math.cosh(x))),
        torch=lambda torch, x: torch.log(torch.cosh(x)),
    ),
    spec(
        "binary_cross_entropy",
        *(sample(*s.inputs) for s in BINARY),
        reference=by_element(_bce),
        torch=lambda torch, p, t: -t * torch.log(p) - (1 - t) * torch.log(1 - p),
        domain=_UNIT,
    ),
    spec(
        "binary_cross_entropy_with_logits",
        *BINARY,
        sample((2, 3), (2, 3), (3,)),
        sample((2, 3), (2, 3), (2, 3)),
        sample((4, 3), (4, 1), ()),
        sample((0, 3), (3,), (1,)),
        reference=by_element(_bce_logits),
        torch=_torch_logits,
    ),
]
