"""Elementwise functions that only PyTorch has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.compat.functions._plain import plain
from tinygrad_edu.compat.spelling import of_torch

__all__ = [
    "bitwise_left_shift", "bitwise_right_shift", "clamp_max", "clamp_min", "conj_physical", "fill",
    "fix", "gcd", "isneginf",
    "isposinf", "isreal", "lcm", "log_ndtr", "logcumsumexp", "multigammaln", "mvlgamma",
    "nextafter", "rsub", "sgn",
]  # fmt: skip

conj_physical = ops.conj
fix = ops.trunc
sgn = ops.sign


@of_torch
def clamp_min(input: Any, min: Any) -> Any:
    """The elements, but none below ``min``."""
    return ops.clip(input, min, None)


@of_torch
def clamp_max(input: Any, max: Any) -> Any:
    """The elements, but none above ``max``."""
    return ops.clip(input, None, max)


@of_torch
def fill(input: Any, value: Any) -> Any:
    """A copy with ``value`` everywhere; its gradient goes to the value."""
    return ops.where(True, value, input)


@of_torch
def rsub(input: Any, other: Any, *, alpha: float = 1) -> Any:
    """The difference the other way round.  y = other - alpha input."""
    return ops.subtract(other, input if alpha == 1 else ops.multiply(input, alpha))


@of_torch
def logcumsumexp(input: Any, dim: int) -> Any:
    """Logarithms of running sums of exponentials.  y_i = ln Σ_(j ≤ i) exp x_j.

    >>> import tinygrad_edu as tg
    >>> tg.logcumsumexp(tg.tensor([1000.0, 1000.0]), dim=0)
    tensor([1000.0000, 1000.6932])
    """
    n = input.shape[dim]
    line = ops.moveaxis(input, dim, -1)
    seen = np.tri(n, dtype=bool)
    y = ops.logsumexp(ops.where(seen, np.expand_dims(line, -2), -np.inf), axis=-1)
    return ops.moveaxis(y, -1, dim)


@of_torch
def mvlgamma(input: Any, p: int) -> Any:
    """Logarithm of the multivariate gamma function.  y = p (p - 1) / 4 ln π + Σ ln Γ(x - i / 2)."""
    total = ops.lgamma(input)
    for i in range(1, p):
        total = total + ops.lgamma(input - i / 2)
    return total + p * (p - 1) / 4 * math.log(math.pi)


multigammaln = mvlgamma


@of_torch
def log_ndtr(input: Any) -> Any:
    """Logarithm of the normal distribution function, also where that vanishes."""
    near = ops.log(ops.ndtr(ops.clip(input, -10.0, None)))
    far = ops.clip(input, None, -10.0)
    r = 1.0 / (far * far)
    series = 1.0 - r * (1.0 - r * (3.0 - r * (15.0 - r * (105.0 - r * 945.0))))
    tail = -0.5 * far * far - ops.log(-far) - 0.5 * math.log(2 * math.pi) + ops.log(series)
    return ops.where(input > -10.0, near, tail)


# ---- without a gradient


@of_torch
def bitwise_left_shift(input: Any, other: Any) -> Any:
    """The bits of integers moved up, ``input << other``; no gradient."""
    return plain(np.left_shift, input, other)


@of_torch
def bitwise_right_shift(input: Any, other: Any) -> Any:
    """The bits of integers moved down, ``input >> other``; no gradient."""
    return plain(np.right_shift, input, other)


@of_torch
def gcd(input: Any, other: Any) -> Any:
    """Greatest common divisors of integers; no gradient."""
    return plain(np.gcd, input, other)


@of_torch
def lcm(input: Any, other: Any) -> Any:
    """Least common multiples of integers; no gradient."""
    return plain(np.lcm, input, other)


@of_torch
def nextafter(input: Any, other: Any) -> Any:
    """The next number that the dtype has, towards ``other``; no gradient."""
    return plain(np.nextafter, input, other)


@of_torch
def isposinf(input: Any) -> Any:
    """Whether each element is +∞; no gradient."""
    return plain(lambda x: x == np.inf, input)


@of_torch
def isneginf(input: Any) -> Any:
    """Whether each element is -∞; no gradient."""
    return plain(lambda x: x == -np.inf, input)


@of_torch
def isreal(input: Any) -> Any:
    """Whether each element is real: all are; no gradient."""
    return plain(np.isreal, input)
