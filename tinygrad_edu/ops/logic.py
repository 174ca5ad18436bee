"""Logic on truth values and on the bits of integers; no gradients."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.ops._masked import folding

__all__ = [
    "all", "any", "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "logical_and",
    "logical_not", "logical_or", "logical_xor",
]  # fmt: skip


@primitive(None, None, numpy=np.logical_and)
def logical_and(a, b):
    """Whether both hold, elementwise; no gradient."""
    return np.logical_and(a, b)


@primitive(None, None, numpy=np.logical_or)
def logical_or(a, b):
    """Whether one or both hold, elementwise; no gradient."""
    return np.logical_or(a, b)


@primitive(None, numpy=np.logical_not)
def logical_not(x):
    """Whether it does not hold, elementwise; no gradient."""
    return np.logical_not(x)


@primitive(None, None, numpy=np.logical_xor)
def logical_xor(a, b):
    """Whether exactly one holds, elementwise; no gradient."""
    return np.logical_xor(a, b)


@primitive(
    None, numpy=(np.any, np.logical_or.reduce), further=folding(np.logical_or, neutral=False)
)
def any(x, *, axis=None, keepdims=False):
    """Whether any element is true; no gradient."""
    return np.any(x, axis=axis, keepdims=keepdims)


@primitive(
    None, numpy=(np.all, np.logical_and.reduce), further=folding(np.logical_and, neutral=True)
)
def all(x, *, axis=None, keepdims=False):
    """Whether all elements are true; no gradient."""
    return np.all(x, axis=axis, keepdims=keepdims)


# ---- bits


@primitive(None, None, numpy=np.bitwise_and)
def bitwise_and(a, b):
    """The bits set in both, ``a & b``; no gradient."""
    return np.bitwise_and(a, b)


@primitive(None, None, numpy=np.bitwise_or)
def bitwise_or(a, b):
    """The bits set in one or both, ``a | b``; no gradient."""
    return np.bitwise_or(a, b)


@primitive(None, None, numpy=np.bitwise_xor)
def bitwise_xor(a, b):
    """The bits set in exactly one, ``a ^ b``; no gradient."""
    return np.bitwise_xor(a, b)


@primitive(None, numpy=np.bitwise_not)
def bitwise_not(x):
    """Every bit the other way, ``~x``, which is -x - 1 for integers; no gradient."""
    return np.bitwise_not(x)
