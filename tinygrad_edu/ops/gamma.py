"""The logarithm of the gamma function and its derivatives.

Where x is large, Stirling's series holds; smaller x is moved up by recurrence, and negative x is
reflected. NIST Handbook of Mathematical Functions, 5.11 and 5.15.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_count
from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.elementwise import quiet

__all__ = ["digamma", "gammaln", "lgamma", "polygamma"]

# The Bernoulli numbers B₂, B₄, ...
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
# From here on the series of ψ is exact to rounding; that of a later derivative needs a larger x.
_LARGE = 12


def _log_gamma(x: float) -> float:
    """``math.lgamma``, infinite at the poles."""
    return math.inf if x <= 0 and x % 1 == 0 else math.lgamma(x)


def _slope(g: Any, y: Any, x: Any, n: int = -1) -> Any:
    """The vjp of all of them: each is the derivative of the one before."""
    return g * polygamma_of(x, n=n + 1)


@primitive(_slope)
@quiet
def gammaln(x):
    """Logarithm of the gamma function.  y = ln |Γ(x)|,  x̄ = ȳ ψ(x); +∞ at 0, -1, -2, ...

    Γ(n + 1) = n!, so this is ln n! without overflow.

    >>> import tinygrad_edu as tg
    >>> tg.gammaln(tg.tensor([1.0, 5.0, 171.0])).exp()[:2]
    tensor([ 1., 24.])
    """
    y = np.frompyfunc(_log_gamma, 1, 1)(np.asarray(x, np.float64))
    return np.asarray(y, np.result_type(x.dtype, np.float16))


lgamma = gammaln


def _series(n: int, x: Any) -> Any:
    """ψ⁽ⁿ⁾ at large x, but for the sign (-1)ⁿ⁻¹."""
    y = -np.log(x) if n == 0 else math.factorial(n - 1) / x**n
    y = y + math.factorial(n) / (2.0 * x ** (n + 1))
    for k, b in enumerate(_BERNOULLI, start=1):
        y = y + b * (math.factorial(2 * k + n - 1) / math.factorial(2 * k)) / x ** (2 * k + n)
    return y


def _slopes_of_cotangent(n: int, x: Any) -> Any:
    """The n-th derivative of π cot πx, a polynomial in the cotangent: c' = -π (1 + c²)."""
    polynomial = np.polynomial.Polynomial([0.0, 1.0])
    for _ in range(n):
        polynomial = -polynomial.deriv() * np.polynomial.Polynomial([1.0, 0.0, 1.0])
    near = x - np.rint(x)  # the same cotangent, without the rounding of a large πx
    return polynomial(1.0 / np.tan(math.pi * near)) * math.pi ** (n + 1)


def _positive(n: int, x: Any) -> Any:
    """ψ⁽ⁿ⁾ at x > 0: at x + m by the series, and down again by the recurrence."""
    steps = _LARGE + n
    below, moved = np.zeros_like(x), x
    for _ in range(steps):
        below = below + np.where(moved < steps, moved ** -(n + 1.0), 0.0)
        moved = np.where(moved < steps, moved + 1.0, moved)
    return (-1.0) ** (n + 1) * (_series(n, moved) + math.factorial(n) * below)


@primitive(_slope)
@quiet
def polygamma_of(x, *, n):
    """The n-th derivative of the digamma function.  y = ψ⁽ⁿ⁾(x),  x̄ = ȳ ψ⁽ⁿ⁺¹⁾(x)."""
    dtype = np.result_type(x.dtype, np.float16)
    x = np.asarray(x, np.float64)
    y = _positive(n, np.where(x > 0, x, 1.0 - x))
    if (x <= 0).any():
        reflected = (-1.0) ** n * y - _slopes_of_cotangent(n, x)
        pole = math.nan if n % 2 == 0 else math.inf
        y = np.where(x > 0, y, np.where(x == np.rint(x), pole, reflected))
    return np.asarray(y, dtype)


@composite()
def digamma(x: Any) -> Any:
    """Derivative of ln Γ.  y = ψ(x) = Γ'(x) / Γ(x),  x̄ = ȳ ψ'(x); NaN at 0, -1, -2, ...

    PyTorch has -∞ at 0.
    """
    return polygamma_of(x, n=0)


@composite()
def polygamma(n: int, x: Any) -> Any:
    """The n-th derivative of the digamma function.  y = ψ⁽ⁿ⁾(x),  x̄ = ȳ ψ⁽ⁿ⁺¹⁾(x).

    Raises
    ------
    ValueError
        For n below 0.

    >>> import math, tinygrad_edu as tg
    >>> tg.polygamma(1, tg.tensor(1.0)) * 6 / math.pi**2
    tensor(1.)
    """
    return polygamma_of(x, n=check_count("polygamma", "n", n, at_least=0))
