"""Softmax and its relatives: smooth maxima and the weights that belong to them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.ops.activation import sigmoid
from tinygrad_edu.ops.elementwise import quiet
from tinygrad_edu.ops.reduction import keep_axes, largest, reduced_axes

__all__ = ["log_softmax", "logaddexp", "logaddexp2", "logsumexp", "softmax", "sparsemax"]


def _logsumexp_vjp(g: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    y = keep_axes(y, x, axis)
    # At y = +∞ the infinite terms share the gradient, at y = -∞ there is none.
    top = (x == y) & (y > 0)
    at_infinity = top / np.maximum(np.sum(top, axis=axis, keepdims=True), 1).astype(x.dtype)
    finite = np.isfinite(y)
    shares = np.exp(np.where(finite, x, 0.0) - np.where(finite, y, 0.0))
    return keep_axes(g, x, axis) * np.where(finite, shares, at_infinity)


@primitive(_logsumexp_vjp, numpy=np.logaddexp.reduce, wide=True)
@quiet
def logsumexp(x, *, axis=None, keepdims=False):
    """Smooth maximum.  y = ln Σ e^x,  x̄ = ȳ e^(x - y); no overflow, ±∞ included.

    The gradient at y = -∞ is 0, and where y = +∞ the infinite terms share it.
    """
    top = largest(x, axis)
    top = np.where(np.isfinite(top), top, 0.0)
    y = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return y if keepdims else np.squeeze(y, axis=reduced_axes(x, axis))


def _logaddexp_vjp(g: Any, y: Any, a: Any, b: Any, log_of_base: float = 1.0) -> Any:
    # ∞ - ∞ would be NaN: equal infinities share the slope.
    ahead = np.where((a == b) & np.isinf(a), 0.0, (a - b) * log_of_base)
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
    lambda g, y, a, b: _logaddexp_vjp(g, y, a, b, math.log(2.0)),
    lambda g, y, a, b: _logaddexp_vjp(g, y, b, a, math.log(2.0)),
    numpy=np.logaddexp2,
)
@quiet
def logaddexp2(a, b):
    """Logarithm to base 2 of a sum of powers.  y = log₂(2ᵃ + 2ᵇ),  ā = ȳ σ((a - b) ln 2)."""
    return np.logaddexp2(a, b)


@primitive(
    lambda g, y, x, axis: y * (g - np.sum(g * y, axis=axis, keepdims=True)),
    wide=True,
)
@quiet
def softmax(x, *, axis):
    """Normalized exponential.  y = e^x / Σ e^x,  x̄ = y (ȳ - Σ ȳ y), sums over ``axis``."""
    shifted = np.exp(x - largest(x, axis))
    return shifted / np.sum(shifted, axis=axis, keepdims=True)


@primitive(
    lambda g, y, x, axis: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),
    wide=True,
)
@quiet
def log_softmax(x, *, axis):
    """Logarithm of softmax.  y = x - ln Σ e^x,  x̄ = ȳ - e^y Σ ȳ, sums over ``axis``."""
    shifted = x - largest(x, axis)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def _sparsemax_vjp(g: Any, y: Any, x: Any, axis: int) -> Any:
    support = y > 0
    inside = np.where(support, g, 0.0)
    share = 1.0 / np.sum(support, axis=axis, keepdims=True).astype(x.dtype)
    return np.where(support, g - np.sum(inside, axis=axis, keepdims=True) * share, 0.0)


@primitive(_sparsemax_vjp, kinks=True, wide=True)
def sparsemax(x, *, axis):
    """Nearest point of the simplex, often with exact zeros.  y = max(x - τ, 0), Σ y = 1.

    x̄ = ȳ less its mean over the support, 0 outside. Martins & Astudillo 2016.
    """
    ordered = -np.sort(-x, axis=axis)
    lengths = [1] * x.ndim
    lengths[axis] = -1
    k = np.arange(1, x.shape[axis] + 1).astype(x.dtype).reshape(lengths)
    sums = np.cumsum(ordered, axis=axis) - 1.0
    inside = np.sum(k * ordered > sums, axis=axis, keepdims=True)
    tau = np.take_along_axis(sums, inside - 1, axis=axis) / inside.astype(x.dtype)
    return np.maximum(x - tau, 0.0)
