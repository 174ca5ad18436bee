"""Rounding, remainders and signs; the slope of a step is 0 wherever it exists."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import Node, primitive, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.elementwise import ldexp, quiet

__all__ = [
    "ceil", "copysign", "divmod", "floor", "floor_divide", "fmod", "frac", "frexp", "heaviside",
    "mod", "modf", "nan_to_num", "remainder", "rint", "round", "signbit", "trunc",
]  # fmt: skip


def flat(g: Any, *rest: Any, **params: Any) -> Any:
    """The vjp of a step function: 0, even where the gradient that arrives is infinite."""
    return np.where(False, g, 0.0)


@primitive(flat, numpy=np.floor, kinks=True)
def floor(x):
    """Largest integer not above x.  x̄ = 0."""
    return np.floor(x)


@primitive(flat, numpy=np.ceil, kinks=True)
def ceil(x):
    """Smallest integer not below x.  x̄ = 0."""
    return np.ceil(x)


@primitive(flat, numpy=(np.trunc, np.fix), kinks=True)
def trunc(x):
    """Integer part of x, towards 0.  x̄ = 0."""
    return np.trunc(x)


@primitive(flat, numpy=(np.round, np.around), kinks=True)
def round(x, *, decimals=0):
    """Nearest integer, or multiple of 10^-decimals; halves go to the even one.  x̄ = 0."""
    return np.round(x, decimals)


@primitive(flat, numpy=np.rint, kinks=True)
def rint(x):
    """Nearest integer; halves go to the even one.  x̄ = 0."""
    return np.rint(x)


@primitive(lambda g, y, x: g, kinks=True)
def frac(x):
    """Fractional part with the sign of x.  y = x - trunc x,  x̄ = ȳ."""
    return x - np.trunc(x)


# ---- remainders


@primitive(flat, flat, numpy=np.floor_divide, kinks=True)
@quiet
def floor_divide(a, b):
    """Quotient rounded down.  y = ⌊a / b⌋,  ā = b̄ = 0."""
    return np.floor_divide(a, b)


@primitive(
    lambda g, y, a, b: g,
    lambda g, y, a, b: -g * np.floor_divide(a, b),
    numpy=np.remainder,
    kinks=True,
)
@quiet
def remainder(a, b):
    """Remainder with the sign of b.  y = a - b ⌊a / b⌋,  ā = ȳ,  b̄ = -ȳ ⌊a / b⌋."""
    return np.remainder(a, b)


mod = remainder


@composite(numpy=np.divmod)
def divmod(a: Any, b: Any) -> tuple[Any, Any]:
    """Quotient rounded down and remainder, as `floor_divide` and `remainder`."""
    return floor_divide(a, b), remainder(a, b)


@composite(numpy=np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    """Fractional and integer part, both with the sign of x, as `frac` and `trunc`."""
    return frac(np.where(np.isinf(x), 0.0, x)), trunc(x)


@composite(numpy=np.frexp)
def frexp(x: Any) -> tuple[Any, Any]:
    """Mantissa and exponent.  x = m 2ⁿ with ½ ≤ |m| < 1;  m̄ is that of x times 2⁻ⁿ."""
    exponent = np.frexp(np.asarray(value_of(x)))[1]
    return ldexp(x, -exponent), (x.wrap(exponent) if isinstance(x, Node) else exponent)


@primitive(
    lambda g, y, a, b: g,
    # The quotient is an integer but for rounding, and rint takes that away; a / b might not be.
    lambda g, y, a, b: -g * np.rint((a - y) / b),
    numpy=np.fmod,
    kinks=True,
)
@quiet
def fmod(a, b):
    """Remainder with the sign of a.  y = a - b trunc(a / b),  ā = ȳ,  b̄ = -ȳ trunc(a / b)."""
    return np.fmod(a, b)


# ---- signs and replacements


@primitive(flat, lambda g, y, x, at_zero: np.where(x == 0, g, 0.0), numpy=np.heaviside, kinks=True)
def heaviside(x, at_zero):
    """Step.  y = 0 below 0, 1 above it, ``at_zero`` at 0.  x̄ = 0; at_zero's is ȳ where x = 0."""
    return np.heaviside(x, at_zero)


@primitive(None, numpy=np.signbit)
def signbit(x):
    """Whether the sign is minus, that of -0 too, elementwise; no gradient."""
    return np.signbit(x)


def _copysign_vjp(g: Any, y: Any, a: Any, b: Any) -> Any:
    return np.where(a == 0, 0.0, g * np.where(np.signbit(a) == np.signbit(b), 1.0, -1.0))


@primitive(_copysign_vjp, flat, numpy=np.copysign, kinks=True)
def copysign(a, b):
    """``|a|`` with the sign of b, that of -0 too.  ā = ±ȳ (0 at a = 0),  b̄ = 0."""
    return np.copysign(a, b)


@primitive(
    lambda g, y, x, nan, posinf, neginf: np.where(np.isfinite(x), g, 0.0),
    numpy=np.nan_to_num,
)
def nan_to_num(x, *, nan=0.0, posinf: float | None = None, neginf: float | None = None):
    """Replace NaN and ±∞, by default with 0 and the largest numbers.  x̄ = ȳ where x is finite."""
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)
