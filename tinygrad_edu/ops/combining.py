"""Functions that combine two or three arrays, elementwise."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.activation import sigmoid
from tinygrad_edu.ops.elementwise import divide, quiet

__all__ = ["addcdiv", "addcmul", "lerp", "logaddexp", "xlogy"]


def _logaddexp_vjp(g: Any, y: Any, a: Any, b: Any) -> Any:
    # ∞ - ∞ would be NaN: equal infinities share the slope.
    ahead = np.where((a == b) & np.isinf(a), 0.0, a - b)
    return np.where(y == -np.inf, 0.0, g * sigmoid(ahead))


@primitive(
    _logaddexp_vjp,
    lambda g, y, a, b: _logaddexp_vjp(g, y, b, a),
    numpy=np.logaddexp,
)
@quiet
def logaddexp(a, b):
    """Smooth maximum of two.  y = ln(eᵃ + eᵇ),  ā = ȳ σ(a - b),  b̄ = ȳ σ(b - a); 0 at y = -∞."""
    return np.logaddexp(a, b)


@primitive(
    lambda g, y, x, b: np.where((x == 0) & (b == 0), 0.0, g * np.log(b)),
    lambda g, y, x, b: np.where((x == 0) & (b == 0), 0.0, g * x / b),
)
@quiet
def xlogy(x, b):
    """Product with a logarithm.  y = x ln b, 0 where x = 0;  x̄ = ȳ ln b,  b̄ = ȳ x / b.

    At (0, 0) both gradients are 0; PyTorch has NaN for that of b.
    """
    return np.where((x == 0) & ~np.isnan(b), 0.0, x * np.log(b))


# ---- composites


@composite()
def lerp(start: Any, end: Any, weight: Any) -> Any:
    """Linear interpolation.  y = start + weight (end - start)."""
    return start + weight * (end - start)


@composite()
def addcmul(x: Any, a: Any, b: Any, value: float = 1.0) -> Any:
    """Scaled product added.  y = x + value a b."""
    return x + a * b * value


@composite()
def addcdiv(x: Any, a: Any, b: Any, value: float = 1.0) -> Any:
    """Scaled quotient added.  y = x + value a / b."""
    return x + divide(a, b) * value
