"""Activation functions, each with its derivative."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.elementwise import absolute, masked, quiet, sqrt, where
from tinygrad_edu.ops.special import erf

__all__ = [
    "celu", "elu", "gelu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu",
    "logsigmoid", "mish", "prelu", "relu", "relu6", "selu", "sigmoid", "sign_through", "silu",
    "softplus", "softshrink", "softsign", "squareplus", "step_through", "tanh", "tanhshrink",
    "threshold",
]  # fmt: skip


@primitive(lambda g, y, x: masked(g, y > 0), kinks=True)
def relu(x):
    """Rectified linear unit.  y = max(x, 0),  x̄ = ȳ where x > 0, else 0 (0 at 0)."""
    return x.clip(0.0, np.inf)  # np.maximum with a number takes three times as long


def _leaky_relu_vjp(g: Any, y: Any, x: Any, negative_slope: float) -> Any:
    if 0.0 <= negative_slope <= 1.0:  # without np.where, which is slow on signs without pattern
        return g * np.greater(x, 0).astype(x.dtype).clip(negative_slope, 1.0)
    return np.where(x > 0, g, g * negative_slope)


@primitive(_leaky_relu_vjp, kinks=True)
def leaky_relu(x, *, negative_slope=0.01):
    """Leaky rectifier.  y = x where x > 0, else s x;  x̄ = ȳ or s ȳ (s at 0)."""
    return (np.maximum if negative_slope <= 1.0 else np.minimum)(x, x * negative_slope)


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


@primitive(_softplus_slope, kinks=True)
@quiet
def softplus(x, *, beta=1.0, threshold=20.0):
    """Smooth rectifier.  y = ln(1 + e^(βx)) / β,  x̄ = ȳ σ(βx); linear where βx > threshold."""
    scaled = x * beta
    smooth = (np.maximum(scaled, 0.0) + np.log1p(np.exp(-np.abs(scaled)))) / beta
    return np.where(scaled > threshold, x, smooth)


# ---- smooth, unbounded above


@primitive(lambda g, y, x, alpha: np.where(x > 0, g, g * (y + alpha)), kinks=True)
@quiet
def elu(x, *, alpha=1.0):
    """Exponential linear unit.  y = x where x > 0, else α (eˣ - 1);  x̄ = ȳ or ȳ (y + α), α at 0."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0)))


@primitive(lambda g, y, x, alpha: np.where(x > 0, g, g * (y * (1.0 / alpha) + 1.0)))
@quiet
def celu(x, *, alpha=1.0):
    """ELU with slope 1 at 0 for every α.  y = x where x > 0, else α (e^(x/α) - 1)."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0) / alpha))


@composite()
def selu(x: Any) -> Any:
    """Self-normalizing unit.  y = λ elu(x, α), λ = 1.0507..., α = 1.6732...  Klambauer et al. 2017.

    λ and α make mean 0 and variance 1 a fixed point, given LeCun's initial weights.
    """
    return elu(x, alpha=1.6732632423543772) * 1.0507009873554805


def _silu_vjp(g: Any, y: Any, x: Any) -> Any:
    s = sigmoid(x)
    return g * (s + y * (1.0 - s))


@primitive(_silu_vjp)
def silu(x):
    """Sigmoid-weighted unit, or swish.  y = x σ(x),  x̄ = ȳ (σ + y (1 - σ))."""
    return x * sigmoid(x)


def _mish_vjp(g: Any, y: Any, x: Any) -> Any:
    t = np.tanh(softplus(x))
    return g * (t + x * (1.0 - t * t) * sigmoid(x))


@primitive(_mish_vjp)
def mish(x):
    """Mish.  y = x tanh(ln(1 + eˣ)).  Misra 2019."""
    return x * np.tanh(softplus(x))


_TANH_SCALE = math.sqrt(2.0 / math.pi)


def _normal_cdf(x: Any) -> Any:
    return 0.5 + 0.5 * erf(x * math.sqrt(0.5))


def _gelu_vjp(g: Any, y: Any, x: Any, approximate: str) -> Any:
    if approximate == "tanh":
        t = np.tanh(_TANH_SCALE * (x + 0.044715 * x * x * x))
        inner = _TANH_SCALE * (1.0 + 3.0 * 0.044715 * x * x)
        return g * (0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * inner)
    density = np.exp(-0.5 * x * x) * (1.0 / math.sqrt(2.0 * math.pi))
    return g * (_normal_cdf(x) + x * density)


@primitive(_gelu_vjp)
def gelu(x, *, approximate="none"):
    """Gaussian error linear unit.  y = x Φ(x),  x̄ = ȳ (Φ + x φ).  Hendrycks & Gimpel 2016.

    Φ and φ are the normal distribution and its density. ``approximate="tanh"`` takes
    Φ ≈ (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
    """
    if approximate == "tanh":
        return 0.5 * x * (1.0 + np.tanh(_TANH_SCALE * (x + 0.044715 * x * x * x)))
    if approximate != "none":
        raise ValueError(f"approximate must be 'none' or 'tanh', received {approximate!r}")
    return x * _normal_cdf(x)


@composite()
def squareplus(x: Any, b: float = 4.0) -> Any:
    """Smooth rectifier without exponentials.  y = (x + √(x² + b)) / 2.  Barron 2021."""
    root = sqrt(x * x + b)
    # Below 0 the sum would cancel; the quotient is the same number.
    return where(x < 0, 0.5 * b / (root + absolute(x)), 0.5 * (x + root))


# ---- smooth, bounded or odd


@primitive(lambda g, y, x: g * sigmoid(-x))
@quiet
def logsigmoid(x):
    """Logarithm of the logistic function.  y = -ln(1 + e⁻ˣ),  x̄ = ȳ σ(-x)."""
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


def _softsign_vjp(g: Any, y: Any, x: Any) -> Any:
    d = 1.0 + np.abs(x)
    return g / (d * d)


@primitive(_softsign_vjp)
@quiet
def softsign(x):
    """Softsign.  y = x / (1 + |x|),  x̄ = ȳ / (1 + |x|)²."""
    return x / (1.0 + np.abs(x))


def _tanhshrink_vjp(g: Any, y: Any, x: Any) -> Any:
    t = np.tanh(x)
    return g * t * t


@primitive(_tanhshrink_vjp)
def tanhshrink(x):
    """Tanhshrink.  y = x - tanh x,  x̄ = ȳ tanh² x."""
    return x - np.tanh(x)


# ---- piecewise linear; the slope at a knot is that of the flat side


@primitive(lambda g, y, x, min_val, max_val: masked(g, (x > min_val) & (x < max_val)), kinks=True)
def hardtanh(x, *, min_val=-1.0, max_val=1.0):
    """Limit to [min_val, max_val].  x̄ = ȳ strictly inside, else 0."""
    return x.clip(min_val, max_val)


@composite()
def relu6(x: Any) -> Any:
    """Rectifier limited to [0, 6]; slope 0 at 0 and at 6."""
    return hardtanh(x, min_val=0.0, max_val=6.0)


@primitive(lambda g, y, x: masked(g * (1.0 / 6.0), (x > -3.0) & (x < 3.0)), kinks=True)
def hardsigmoid(x):
    """Piecewise linear sigmoid.  y = x/6 + 1/2 limited to [0, 1]; slope 0 at ±3."""
    return (x * (1.0 / 6.0) + 0.5).clip(0.0, 1.0)


def _hardswish_vjp(g: Any, y: Any, x: Any) -> Any:
    return np.where(x <= -3.0, 0.0, np.where(x < 3.0, g * (x * (1.0 / 3.0) + 0.5), g))


@primitive(_hardswish_vjp, kinks=True)
def hardswish(x):
    """Piecewise quadratic swish.  y = x · hardsigmoid(x); slope 0 at -3 and 1 at 3."""
    return x * (x * (1.0 / 6.0) + 0.5).clip(0.0, 1.0)


@primitive(lambda g, y, x, lambd: masked(g, np.abs(x) > lambd), kinks=True)
def hardshrink(x, *, lambd=0.5):
    """Set small values to 0.  y = x where |x| > λ, else 0."""
    # NaN compares false with everything, and must pass.
    return np.where(np.abs(x) <= lambd, 0.0, x)


@primitive(lambda g, y, x, lambd: masked(g, np.abs(x) > lambd), kinks=True)
def softshrink(x, *, lambd=0.5):
    """Shrink towards zero.  y = sign(x) max(|x| - λ, 0)."""
    return x - x.clip(-lambd, lambd)


@primitive(lambda g, y, x, threshold, value: masked(g, x > threshold), kinks=True)
def threshold(x, *, threshold: float, value: float):
    """Replace what is not above a threshold.  y = x where x > threshold, else value."""
    return np.where(x <= threshold, value, x)


@primitive(
    lambda g, y, x, slope: np.where(x > 0, g, g * slope),
    lambda g, y, x, slope: np.where(x > 0, 0.0, g * x),
    kinks=True,
)
def prelu(x, slope):
    """Leaky rectifier with learned slopes.  y = x where x > 0, else a x;  ā = ȳ x below 0."""
    return np.where(x > 0, x, x * slope)


# ---- straight-through estimators: the derivative of a step is 0, so another one replaces it


def _straight_through(g: Any, y: Any, x: Any) -> Any:
    return np.where(np.abs(x) <= 1.0, g, 0.0)


@primitive(_straight_through, kinks=True)
def step_through(x):
    """Step.  y = 1 where x > 0, else 0;  x̄ = ȳ on [-1, 1], else 0, *as if* y were x there.

    With this estimator a net can learn although a step has slope 0 everywhere.
    Bengio, Léonard & Courville 2013.
    """
    return np.heaviside(x, 0.0)


@primitive(_straight_through, kinks=True)
def sign_through(x):
    """Sign, 1 at 0.  y = ±1;  x̄ = ȳ on [-1, 1], else 0, as in `step_through`.

    Courbariaux et al. 2016.
    """
    return 2.0 * np.heaviside(x, 1.0) - 1.0
