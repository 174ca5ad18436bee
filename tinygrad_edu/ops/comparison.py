"""Operations that answer questions: their results are booleans or integers and have no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import Node, primitive, value_of
from tinygrad_edu.engine.composite import composite

__all__ = [
    "all", "allclose", "any", "argmax", "argmin", "argsort", "argwhere", "bincount",
    "count_nonzero", "equal", "greater", "greater_equal", "isclose", "isfinite", "isinf", "isnan",
    "less", "less_equal", "logical_and", "logical_not", "logical_or", "logical_xor", "nonzero",
    "not_equal", "signbit", "unique",
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
def argsort(x, *, axis=-1, descending=False):
    """Indices that sort x along an axis, NaN as the largest, ties in order; no gradient."""
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    # -x would change the order of unsigned integers; backwards twice keeps that of ties.
    backwards = np.argsort(np.flip(x, axis), axis=axis, kind="stable")
    return x.shape[axis] - 1 - np.flip(backwards, axis)


@primitive(None, numpy=np.any)
def any(x, *, axis=None, keepdims=False):
    """Whether any element is true; no gradient."""
    return np.any(x, axis=axis, keepdims=keepdims)


@primitive(None, numpy=np.all)
def all(x, *, axis=None, keepdims=False):
    """Whether all elements are true; no gradient."""
    return np.all(x, axis=axis, keepdims=keepdims)


@primitive(None, None, numpy=np.logical_xor)
def logical_xor(a, b):
    """Whether exactly one holds, elementwise; no gradient."""
    return np.logical_xor(a, b)


@primitive(None, numpy=np.signbit)
def signbit(x):
    """Whether the sign is minus, that of -0 too, elementwise; no gradient."""
    return np.signbit(x)


@primitive(None, None, numpy=np.isclose)
def isclose(a, b, *, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether |a - b| ≤ atol + rtol |b|, elementwise; no gradient."""
    return np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan)


@primitive(None, None, numpy=np.allclose)
def allclose(a, b, *, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether |a - b| ≤ atol + rtol |b| for all elements; no gradient."""
    return np.asarray(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan))


@primitive(None, numpy=np.count_nonzero)
def count_nonzero(x, *, axis=None, keepdims=False):
    """How many elements differ from 0; no gradient."""
    return np.count_nonzero(x, axis=axis, keepdims=keepdims)


@primitive(None, numpy=np.bincount)
def bincount(x, *, minlength=0):
    """How often each number 0, 1, 2, ... occurs; no gradient."""
    return np.bincount(x, minlength=minlength)


@primitive(None, numpy=np.argwhere)
def argwhere(x):
    """Where x differs from 0: one row of indices for each such element, in order; no gradient."""
    return np.argwhere(x)


@composite()
def nonzero(x: Any, as_tuple: bool = False) -> Any:
    """`argwhere`; with ``as_tuple`` one array of indices for each axis, to index with.

    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[0.0, 5.0], [6.0, 0.0]])
    >>> tg.nonzero(x)
    tensor([[0, 1],
            [1, 0]])
    >>> x[tg.nonzero(x, as_tuple=True)]
    tensor([5., 6.])
    """
    places = argwhere(x)
    return tuple(places[:, k] for k in range(places.shape[1])) if as_tuple else places


@primitive(None)
def unique_values(x, *, axis=None):
    """Different elements, or slices along an axis, in order; every NaN counts; no gradient."""
    return np.unique(x, axis=axis, equal_nan=False)


@composite()
def unique(
    x: Any,
    *,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
) -> Any:
    """Different elements, or slices along ``axis``, in order; every NaN counts; no gradient.

    With ``return_inverse`` and ``return_counts`` also, in this order, which of them each element
    is and how often each occurs. The result is always ``sorted``.

    >>> import tinygrad_edu as tg
    >>> tg.unique(tg.tensor([3, 1, 3]), return_inverse=True, return_counts=True)
    (tensor([1, 3]), tensor([1, 0, 1]), tensor([1, 2]))
    """
    values = unique_values(x, axis=axis)
    if not (return_inverse or return_counts):
        return values
    wrap = x.wrap if isinstance(x, Node) else np.asarray
    options: Any = {"return_inverse": True, "return_counts": True, "equal_nan": False}
    raw = np.asarray(value_of(x))
    _, inverse, counts = np.unique(raw, axis=axis, **options)
    inverse = inverse.reshape(raw.shape if axis is None else -1)
    extra = [(return_inverse, inverse), (return_counts, counts)]
    return (values, *(wrap(array) for wanted, array in extra if wanted))
