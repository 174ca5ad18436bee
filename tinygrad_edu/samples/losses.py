"""Losses of single numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

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


def _huber(x: float, delta: float = 1.0) -> float:
    return x * x / 2 if abs(x) <= delta else delta * (abs(x) - delta / 2)


def _bce(p: float, t: float) -> float:
    return -t * math.log(p) - (1 - t) * math.log(1 - p)


def _bce_logits(x: float, t: float, pos_weight: float = 1.0) -> float:
    positive, negative = math.log1p(math.exp(-x)), math.log1p(math.exp(x))
    return pos_weight * t * positive + (1 - t) * negative


_UNIT = between(0.05, 0.95)

SPECS = [
    spec(
        "huber",
        *UNARY,
        sample((2, 3), delta=0.6),
        reference=by_element(_huber),
        domain=away_from(-1.0, -0.6, 0.0, 0.6, 1.0),
    ),
    spec(
        "log_cosh",
        *UNARY,
        sample((9,), domain=away_from(-0.5, 0.0, 0.5, low=-30.0, high=30.0)),
        reference=by_element(lambda x: math.log(math.cosh(x))),
    ),
    spec(
        "binary_cross_entropy",
        *(sample(*s.inputs) for s in BINARY),
        reference=by_element(_bce),
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
    ),
]


_LABELS = np.array([2, 0, 1, 2, 1])
_IGNORED = np.array([2, -100, 1, 0, -100])
_WEIGHT = np.array([0.5, 2.0, 1.5])


def _cross_entropy(
    logits: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    losses, weights = [], []
    for row, label in zip(logits.tolist(), target.tolist(), strict=True):
        w = 0.0 if label == ignore_index else 1.0 if weight is None else float(weight[label])
        log_sum = math.log(math.fsum(map(math.exp, row)))
        losses.append(w * (log_sum - row[label]) if w else 0.0)
        weights.append(w)
    if reduction == "none":
        return np.array(losses)
    return np.array(math.fsum(losses) / (math.fsum(weights) if reduction == "mean" else 1.0))


SPECS += [
    spec(
        "cross_entropy",
        sample((5, 3), _LABELS),
        sample((5, 3), _LABELS, None, reduction="sum"),
        sample((5, 3), _LABELS, None, reduction="none"),
        sample((5, 3), _LABELS, _WEIGHT),
        sample((5, 3), _LABELS, _WEIGHT, reduction="sum"),
        sample((5, 3), _LABELS, _WEIGHT, reduction="none"),
        sample((5, 3), _IGNORED),
        sample((5, 3), _IGNORED, _WEIGHT),
        sample((5, 3), _IGNORED, _WEIGHT, reduction="none"),
        sample((5, 3), _LABELS, None, ignore_index=1),
        sample((1, 3), np.array([1])),
        sample((0, 3), np.zeros(0, np.int64), None, reduction="sum"),
        reference=_cross_entropy,
    ),
]
