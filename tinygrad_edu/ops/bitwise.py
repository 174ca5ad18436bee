"""Logic on the bits of integers; on booleans it is ordinary logic. No gradients."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.engine import primitive

__all__ = ["bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor"]


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
