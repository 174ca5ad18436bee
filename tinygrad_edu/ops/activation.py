"""Activation functions, each with its derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.ops.elementwise import quiet


@primitive(lambda g, y, x: np.where(y > 0, g, 0.0))
def relu(x):
    """Rectified linear unit.  y = max(x, 0),  x̄ = ȳ where x > 0, else 0 (0 at 0)."""
    return np.maximum(x, 0.0)


@primitive(lambda g, y, x, negative_slope: np.where(x > 0, g, g * negative_slope))
def leaky_relu(x, *, negative_slope=0.01):
    """Leaky rectifier.  y = x where x > 0, else s x;  x̄ = ȳ or s ȳ (s at 0)."""
    return np.where(x > 0, x, x * negative_slope)


@primitive(lambda g, y, x: g * y * (1.0 - y))
@quiet
def sigmoid(x):
    """Logistic function.  y = 1 / (1 + e⁻ˣ),  x̄ = ȳ y (1 - y).

    Computed from e^-|x|, which never overflows and keeps the small values.
    """
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1.0) / (1.0 + small)


@primitive(lambda g, y, x: g - g * y * y, numpy=np.tanh)
def tanh(x):
    """Hyperbolic tangent.  y = tanh x,  x̄ = ȳ (1 - y²)."""
    return np.tanh(x)


def _softplus_slope(g: Any, y: Any, x: Any, beta: float, threshold: float) -> Any:
    return g * np.where(x * beta > threshold, 1.0, sigmoid(x * beta))


@primitive(_softplus_slope)
@quiet
def softplus(x, *, beta=1.0, threshold=20.0):
    """Smooth rectifier.  y = ln(1 + e^(βx)) / β,  x̄ = ȳ σ(βx); linear where βx > threshold."""
    scaled = x * beta
    smooth = (np.maximum(scaled, 0.0) + np.log1p(np.exp(-np.abs(scaled)))) / beta
    return np.where(scaled > threshold, x, smooth)


@primitive(
    lambda g, y, x, axis: y * (g - np.sum(g * y, axis=axis, keepdims=True)),
)
@quiet
def softmax(x, *, axis):
    """Normalized exponential.  y = e^x / Σ e^x,  x̄ = y (ȳ - Σ ȳ y), sums over ``axis``."""
    shifted = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    return shifted / np.sum(shifted, axis=axis, keepdims=True)


@primitive(
    lambda g, y, x, axis: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),
)
@quiet
def log_softmax(x, *, axis):
    """Logarithm of softmax.  y = x - ln Σ e^x,  x̄ = ȳ - e^y Σ ȳ, sums over ``axis``."""
    shifted = x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
