"""Shifting and scaling values to mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive


def _normalize_vjp(g: Any, y: Any, x: Any, cache: Any, axis: Any, eps: float, moments: Any) -> Any:
    # The mean and the variance depend on x too: hence the two means that are taken off.
    rstd = 1.0 / np.sqrt(np.var(x, axis=axis, keepdims=True) + eps) if cache is None else cache
    mean_g = np.mean(g, axis=axis, keepdims=True)
    mean_gy = np.mean(g * y, axis=axis, keepdims=True)
    return (g - mean_g - y * mean_gy) * rstd


@primitive(_normalize_vjp, cached=True)
def normalize(x, *, axis, eps=1e-5, moments=None):
    """Standardize over axes.  y = (x - μ) r,  x̄ = r (ȳ - mean ȳ - y mean ȳy),  r = 1 / √(σ² + ε).

    ``moments`` is ``(μ, σ²)`` of x over ``axis`` with the axes kept, for a caller that has computed
    them already. The derivative still goes through them.
    """
    if moments is None:
        moments = np.mean(x, axis=axis, keepdims=True), np.var(x, axis=axis, keepdims=True)
    mean, variance = moments
    rstd = 1.0 / np.sqrt(variance + eps)
    y = x - mean
    y *= rstd
    return y, rstd
