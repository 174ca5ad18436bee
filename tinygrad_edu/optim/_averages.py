"""Running averages in place: the formulas that most adaptive rules share."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.engine import Array

__all__ = ["blend", "blend_square"]


def blend(average: Array, value: Array, beta: float, out: Array) -> Array:
    """``average ← β average + (1 − β) value``, an exponential moving average; returns it.

    ``out`` is overwritten; it may be ``value`` itself.
    """
    np.multiply(value, 1 - beta, out=out)
    np.multiply(average, beta, out=average)
    return np.add(average, out, out=average)


def blend_square(average: Array, value: Array, beta: float, out: Array) -> Array:
    """``average ← β average + (1 − β) value²``; returns it. ``out`` is overwritten."""
    return blend(average, np.multiply(value, value, out=out), beta, out)
