"""Trigonometric and hyperbolic functions and their inverses, each with its derivative.

Slopes are written so that they neither overflow nor cancel: √(1 + x²) is ``hypot(1, x)``, and
1 - x² is (1 - x)(1 + x).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.ops.elementwise import quiet

__all__ = [
    "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh",
    "asin", "asinh", "atan", "atan2", "atanh", "cos", "cosh", "deg2rad", "degrees", "hypot",
    "rad2deg", "radians", "sin", "sinh", "tan", "unwrap",
]  # fmt: skip

# ---- circular


@primitive(lambda g, y, x: g * np.cos(x), numpy=np.sin)
@quiet
def sin(x):
    """Sine.  y = sin x,  x̄ = ȳ cos x."""
    return np.sin(x)


@primitive(lambda g, y, x: -g * np.sin(x), numpy=np.cos)
@quiet
def cos(x):
    """Cosine.  y = cos x,  x̄ = -ȳ sin x."""
    return np.cos(x)


@primitive(lambda g, y, x: g * (1.0 + y * y), numpy=np.tan)
@quiet
def tan(x):
    """Tangent.  y = tan x,  x̄ = ȳ (1 + y²)."""
    return np.tan(x)


@primitive(lambda g, y, x: g / np.sqrt((1.0 - x) * (1.0 + x)), numpy=np.arcsin)
@quiet
def arcsin(x):
    """Inverse sine, in [-π/2, π/2].  x̄ = ȳ / √(1 - x²); NaN outside [-1, 1]."""
    return np.arcsin(x)


@primitive(lambda g, y, x: -g / np.sqrt((1.0 - x) * (1.0 + x)), numpy=np.arccos)
@quiet
def arccos(x):
    """Inverse cosine, in [0, π].  x̄ = -ȳ / √(1 - x²); NaN outside [-1, 1]."""
    return np.arccos(x)


def _arctan_vjp(g: Any, y: Any, x: Any) -> Any:
    length = np.hypot(x, 1.0)  # 1 + x² would overflow
    return g / length / length


@primitive(_arctan_vjp, numpy=np.arctan)
def arctan(x):
    """Inverse tangent, in [-π/2, π/2].  x̄ = ȳ / (1 + x²)."""
    return np.arctan(x)


def _arctan2_slope(g: Any, towards: Any, a: Any, b: Any) -> Any:
    length = np.hypot(a, b)
    return g * np.where(length == 0, 0.0, towards / length / length)


@primitive(
    lambda g, y, a, b: _arctan2_slope(g, b, a, b),
    lambda g, y, a, b: _arctan2_slope(-g, a, a, b),
    numpy=np.arctan2,
    kinks=True,
)
def arctan2(a, b):
    """Angle of the point (b, a).  r² = a² + b²,  ā = ȳ b / r²,  b̄ = -ȳ a / r²; 0 at the origin."""
    return np.arctan2(a, b)


@primitive(
    lambda g, y, a, b: g * np.where(y == 0, 0.0, a / y),
    lambda g, y, a, b: g * np.where(y == 0, 0.0, b / y),
    numpy=np.hypot,
    kinks=True,
)
@quiet
def hypot(a, b):
    """Length of (a, b), without overflow.  y = √(a² + b²),  ā = ȳ a / y,  b̄ = ȳ b / y; 0 at 0.

    PyTorch's gradient at (0, 0) is NaN.
    """
    return np.hypot(a, b)


# ---- units of angles


@primitive(lambda g, y, x: g * (math.pi / 180.0), numpy=(np.deg2rad, np.radians))
def deg2rad(x):
    """Degrees as radians.  y = x π / 180."""
    return np.deg2rad(x)


@primitive(lambda g, y, x: g * (180.0 / math.pi), numpy=(np.rad2deg, np.degrees))
def rad2deg(x):
    """Radians as degrees.  y = x 180 / π."""
    return np.rad2deg(x)


@primitive(lambda g, y, x, discont, axis, period: g, numpy=np.unwrap, kinks=True)
def unwrap(x, *, discont: float | None = None, axis=-1, period=2.0 * math.pi):
    """Angles along an axis with multiples of ``period`` added, so that none jumps.  x̄ = ȳ.

    A step is a jump where it is larger than ``discont``, half a period by default.
    """
    return np.unwrap(x, discont, axis, period=period)


# ---- hyperbolic; tanh stands with the activations


@primitive(lambda g, y, x: g * np.cosh(x), numpy=np.sinh)
@quiet
def sinh(x):
    """Hyperbolic sine.  y = (eˣ - e⁻ˣ) / 2,  x̄ = ȳ cosh x."""
    return np.sinh(x)


@primitive(lambda g, y, x: g * np.sinh(x), numpy=np.cosh)
@quiet
def cosh(x):
    """Hyperbolic cosine.  y = (eˣ + e⁻ˣ) / 2,  x̄ = ȳ sinh x."""
    return np.cosh(x)


@primitive(lambda g, y, x: g / np.hypot(x, 1.0), numpy=np.arcsinh)
def arcsinh(x):
    """Inverse hyperbolic sine.  x̄ = ȳ / √(1 + x²)."""
    return np.arcsinh(x)


@primitive(lambda g, y, x: g / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0)), numpy=np.arccosh)
@quiet
def arccosh(x):
    """Inverse hyperbolic cosine, at least 0.  x̄ = ȳ / √(x² - 1); NaN below 1."""
    return np.arccosh(x)


def _arctanh_vjp(g: Any, y: Any, x: Any) -> Any:
    slope = g / ((1.0 - x) * (1.0 + x))
    return np.where(np.isnan(y), y, slope)  # a slope where there is no value means nothing


@primitive(_arctanh_vjp, numpy=np.arctanh)
@quiet
def arctanh(x):
    """Inverse hyperbolic tangent.  x̄ = ȳ / (1 - x²); NaN outside [-1, 1]."""
    return np.arctanh(x)


# PyTorch's names.
asin, acos, atan, atan2 = arcsin, arccos, arctan, arctan2
asinh, acosh, atanh = arcsinh, arccosh, arctanh
# NumPy's other names.
radians, degrees = deg2rad, rad2deg
