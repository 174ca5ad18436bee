"""Shifting and scaling values to mean 0 and variance 1."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive

__all__ = ["batch_norm", "normalize"]


def _inverse_deviation(variance: Any, eps: float) -> Any:
    """1 / √(σ² + ε), and NaN where squares overflowed: 0 there would pass for a result."""
    rstd = 1.0 / np.sqrt(variance + eps)
    if not isinstance(rstd, np.ndarray) or rstd.all():
        return rstd
    return np.where(rstd == 0, math.nan, rstd)


def _normalize_vjp(g: Any, y: Any, x: Any, cache: Any, axis: Any, eps: float, moments: Any) -> Any:
    # The mean and the variance depend on x too, which gives the two means that are subtracted.
    rstd = 1.0 / np.sqrt(np.var(x, axis=axis, keepdims=True) + eps) if cache is None else cache
    mean_g = np.mean(g, axis=axis, keepdims=True)
    mean_gy = np.mean(g * y, axis=axis, keepdims=True)
    return (g - mean_g - y * mean_gy) * rstd


@primitive(_normalize_vjp, cached=True, wide=True)
def normalize(x, *, axis, eps=1e-5, moments=None):
    """Standardize over axes.  y = (x - μ) r,  x̄ = r (ȳ - mean ȳ - y mean ȳy),  r = 1 / √(σ² + ε).

    ``moments`` is ``(μ, σ²)`` of x over ``axis`` with the axes kept, for a caller that has computed
    them already. The derivative still goes through them.
    """
    if moments is None:
        moments = np.mean(x, axis=axis, keepdims=True), np.var(x, axis=axis, keepdims=True)
    mean, variance = moments
    rstd = _inverse_deviation(variance, eps)
    y = x - mean
    y *= rstd
    return y, rstd


def _channels(x: Any) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """The axes that a channel's values lie on, the shape of one number per channel, their count.

    An empty batch counts as one value, so that its empty sums have a mean.
    """
    axes = (0, *range(2, x.ndim))
    return axes, (1, x.shape[1], *(1,) * (x.ndim - 2)), max(x.size // max(x.shape[1], 1), 1)


def channel_products(a: Any, b: Any) -> Any:
    """Σ a b for each channel of two arrays (N, C, ...), without the array of the products."""
    if a.ndim == 2:
        return np.einsum("nc,nc->c", a, b)
    flat = (a.shape[0], a.shape[1], math.prod(a.shape[2:]))
    return np.einsum("ncp,ncp->c", a.reshape(flat), b.reshape(flat))


def _centred(x: Any, cache: Any, eps: float) -> Any:
    """The pair x - μ and 1 / √(σ² + ε), as saved or computed again."""
    if cache is not None:
        return cache
    axes, _, n = _channels(x)
    centred = x - np.sum(x, axis=axes, keepdims=True) * (1.0 / n)
    return centred, 1.0 / np.sqrt(np.sum(centred * centred, axis=axes) * (1.0 / n) + eps)


def _batch_norm_x(
    g: Any, y: Any, x: Any, weight: Any, bias: Any, cache: Any, eps: float, moments: Any
) -> Any:
    axes, shape, n = _channels(x)
    centred, rstd = _centred(x, cache, eps)
    scale = (weight * rstd).reshape(shape)
    mean_g = np.sum(g, axis=axes, keepdims=True) * (1.0 / n)
    if cache is None:
        along = np.sum(g * centred, axis=axes) * (rstd * rstd * (1.0 / n))
        return scale * (g - mean_g - centred * along.reshape(shape))
    along = channel_products(g, centred) * (rstd * rstd * (-1.0 / n))
    x_bar = centred * along.reshape(shape)
    x_bar += g
    x_bar -= mean_g
    x_bar *= scale
    return x_bar


def _batch_norm_weight(
    g: Any, y: Any, x: Any, weight: Any, bias: Any, cache: Any, eps: float, moments: Any
) -> Any:
    centred, rstd = _centred(x, cache, eps)
    if cache is None:
        return np.sum(g * centred, axis=_channels(x)[0]) * rstd
    return channel_products(g, centred) * rstd


def _batch_norm_bias(
    g: Any, y: Any, x: Any, weight: Any, bias: Any, cache: Any, eps: float, moments: Any
) -> Any:
    return np.sum(g, axis=_channels(x)[0])


@primitive(_batch_norm_x, _batch_norm_weight, _batch_norm_bias, cached=True, wide=True)
def batch_norm(x, weight, bias, *, eps=1e-5, moments=None):
    """Standardize, scale and shift each channel.  y = w x̂ + b,  x̂ = (x - μ) r,  r = 1 / √(σ² + ε).

    x̄ = w r (ȳ - mean ȳ - x̂ mean ȳx̂),  w̄ = Σ ȳ x̂,  b̄ = Σ ȳ; x (N, C, ...), weight and bias (C,),
    means and sums over all axes but C. ``moments`` is ``(x - μ, σ²)`` for a caller that has
    computed them already; the derivative still goes through them.
    """
    axes, shape, n = _channels(x)
    if moments is None:
        centred = x - np.sum(x, axis=axes, keepdims=True) * (1.0 / n)
        moments = centred, channel_products(centred, centred) * (1.0 / n)
    centred, variance = moments
    rstd = _inverse_deviation(variance, eps)
    y = centred * (weight * rstd).reshape(shape)
    y += bias.reshape(shape)
    return y, (centred, rstd)
