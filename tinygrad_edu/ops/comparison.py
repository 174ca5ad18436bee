"""Operations that answer questions: their results are booleans or integers and have no gradient."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.engine import primitive


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


@primitive(None, None, numpy=(np.logical_and, np.bitwise_and))
def logical_and(a, b):
    """Whether both hold, elementwise; no gradient."""
    return np.logical_and(a, b)


@primitive(None, None, numpy=(np.logical_or, np.bitwise_or))
def logical_or(a, b):
    """Whether one or both hold, elementwise; no gradient."""
    return np.logical_or(a, b)


@primitive(None, numpy=(np.logical_not, np.invert))
def logical_not(x):
    """Whether it does not hold, elementwise; no gradient."""
    return np.logical_not(x)


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


@primitive(None, numpy=np.argmax)
def argmax(x, *, axis=None, keepdims=False):
    """Index of the first largest element; no gradient."""
    return np.argmax(x, axis=axis, keepdims=keepdims)


@primitive(None, numpy=np.argmin)
def argmin(x, *, axis=None, keepdims=False):
    """Index of the first smallest element; no gradient."""
    return np.argmin(x, axis=axis, keepdims=keepdims)


@primitive(None, numpy=np.argsort)
def argsort(x, *, axis=-1):
    """Indices that sort x along an axis, ties in order; no gradient."""
    return np.argsort(x, axis=axis, kind="stable")


@primitive(None, numpy=np.any)
def any(x, *, axis=None, keepdims=False):
    """Whether any element is true; no gradient."""
    return np.any(x, axis=axis, keepdims=keepdims)


@primitive(None, numpy=np.all)
def all(x, *, axis=None, keepdims=False):
    """Whether all elements are true; no gradient."""
    return np.all(x, axis=axis, keepdims=keepdims)
