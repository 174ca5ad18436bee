"""NumPy's functions for code that is also given complex numbers, on real ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.rounding import flat

__all__ = ["angle", "conj", "conjugate", "imag", "real", "real_if_close"]


@primitive(lambda g, y, x: g, numpy=np.conjugate)
def conjugate(x):
    """Complex conjugate, of a real number itself.  y = x,  x̄ = ȳ."""
    return np.conjugate(x)


conj = conjugate


@primitive(lambda g, y, x: g, numpy=np.real)
def real(x):
    """Real part, of a real number itself.  y = x,  x̄ = ȳ."""
    return np.real(x)


@composite(numpy=np.real_if_close)
def real_if_close(x: Any, tol: float = 100) -> Any:
    """Real part where all imaginary parts are near 0, as those of real numbers are.  y = x."""
    return real(x)


@primitive(flat, numpy=np.imag)
def imag(x):
    """Imaginary part, of a real number 0.  x̄ = 0."""
    return np.zeros_like(x)


@primitive(flat, numpy=np.angle, kinks=True)
def angle(x, *, deg=False):
    """Angle in the complex plane: 0, or π where the sign of x is minus; 180 with ``deg``.  x̄ = 0.

    -0 counts as negative, as in NumPy; NaN stays NaN.
    """
    return np.angle(x, deg)
