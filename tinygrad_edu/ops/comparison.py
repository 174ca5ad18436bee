"""Comparisons of numbers; the results are booleans and have no gradient."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.engine import primitive

__all__ = [
    "allclose", "equal", "greater", "greater_equal", "isclose", "isfinite", "isinf", "isnan",
    "less", "less_equal", "not_equal",
]  # fmt: skip


@primitive(None, None, numpy=np.equal)
def equal(a, b):
    """Whether a = b, elementwise; no gradient."""
    return np.equal(a, b)


@primitive(None, None, numpy=np.not_equal)
def not_equal(a, b):
    """Whether a ≠ b, elementwise; no gradient."""
    return np.not_equal(a, b)


@primitive(None, None, numpy=np.less)
def less(a, b):
    """Whether a < b, elementwise; no gradient."""
    return np.less(a, b)


@primitive(None, None, numpy=np.less_equal)
def less_equal(a, b):
    """Whether a ≤ b, elementwise; no gradient."""
    return np.less_equal(a, b)


@primitive(None, None, numpy=np.greater)
def greater(a, b):
    """Whether a > b, elementwise; no gradient."""
    return np.greater(a, b)


@primitive(None, None, numpy=np.greater_equal)
def greater_equal(a, b):
    """Whether a ≥ b, elementwise; no gradient."""
    return np.greater_equal(a, b)


@primitive(None, numpy=np.isnan)
def isnan(x):
    """Whether it is NaN, elementwise; no gradient."""
    return np.isnan(x)


@primitive(None, numpy=np.isinf)
def isinf(x):
    """Whether it is ±∞, elementwise; no gradient."""
    return np.isinf(x)


@primitive(None, numpy=np.isfinite)
def isfinite(x):
    """Whether it is neither NaN nor ±∞, elementwise; no gradient."""
    return np.isfinite(x)


@primitive(None, None, numpy=np.isclose)
def isclose(a, b, *, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether |a - b| ≤ atol + rtol |b|, elementwise; no gradient."""
    return np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


@primitive(None, None, numpy=np.allclose)
def allclose(a, b, *, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether |a - b| ≤ atol + rtol |b| for all elements; no gradient."""
    return np.asarray(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan))
