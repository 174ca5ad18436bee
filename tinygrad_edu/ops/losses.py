"""Losses of single numbers that need a derivative of their own to be stable and quick."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.ops.activation import sigmoid
from tinygrad_edu.ops.elementwise import quiet

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "huber", "log_cosh"]


@primitive(lambda g, y, x, delta: g * np.minimum(np.maximum(x, -delta), delta))
def huber(x, *, delta=1.0):
    """Parabola with straight arms.  y = x²/2 where |x| <= δ, else δ (|x| - δ/2).

    x̄ = ȳ x limited to ±δ.
    """
    size = np.abs(x)
    bent = np.minimum(size, delta)
    return bent * (size - 0.5 * bent)


@primitive(lambda g, y, x: g * np.tanh(x))
@quiet
def log_cosh(x):
    """Smooth absolute value.  y = ln cosh x,  x̄ = ȳ tanh x; no overflow."""
    size = np.abs(x)
    return np.where(
        # Near 0 the terms below cancel: the series, by log1p, keeps the digits.
        size < 0.5,
        np.log1p(2.0 * np.square(np.sinh(0.5 * np.minimum(size, 0.5)))),
        size + np.log1p(np.exp(-2.0 * size)) - math.log(2.0),
    )


def _log(x: Any) -> Any:
    return np.maximum(np.log(x), -100.0)


@primitive(
    lambda g, y, p, t: g * (p - t) / np.maximum(p * (1.0 - p), 1e-12),
    lambda g, y, p, t: g * (_log(1.0 - p) - _log(p)),
)
@quiet
def binary_cross_entropy(p, t):
    """Cross entropy of probabilities, elementwise.  y = -t ln p - (1 - t) ln(1 - p).

    p̄ = ȳ (p - t) / (p (1 - p)). As in PyTorch, logarithms end at -100 and the divisor at 1e-12,
    so that p = 0 and p = 1 give finite numbers.
    """
    return -(t * _log(p) + (1.0 - t) * np.maximum(np.log1p(-p), -100.0))


def _tails(x: Any) -> tuple[Any, Any]:
    """-ln σ(x) and -ln σ(-x), which are ln(1 + e⁻ˣ) and ln(1 + eˣ)."""
    small = np.log1p(np.exp(-np.abs(x)))
    return np.maximum(-x, 0.0) + small, np.maximum(x, 0.0) + small


def _by_target(g: Any, y: Any, x: Any, t: Any, pos_weight: Any) -> Any:
    positive, negative = _tails(x)
    return g * (positive * pos_weight - negative)


@primitive(
    lambda g, y, x, t, pos_weight: g * ((1.0 - t) * sigmoid(x) - pos_weight * t * sigmoid(-x)),
    _by_target,
    lambda g, y, x, t, pos_weight: g * t * _tails(x)[0],
)
@quiet
def binary_cross_entropy_with_logits(x, t, pos_weight=1.0):
    """Cross entropy of scores, elementwise.  y = -w t ln σ(x) - (1 - t) ln σ(-x).

    x̄ = ȳ ((1 - t) σ(x) - w t σ(-x)). A term whose factor is 0 counts for nothing, at ±∞ too.
    """
    positive, negative = _tails(x)
    return np.where(t == 0, 0.0, pos_weight * t * positive) + np.where(
        t == 1, 0.0, (1.0 - t) * negative
    )
