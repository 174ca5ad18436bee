"""Losses that need a derivative of their own to be stable and quick."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_count
from tinygrad_edu.engine import primitive, value_of
from tinygrad_edu.ops.activation import sigmoid
from tinygrad_edu.ops.elementwise import quiet
from tinygrad_edu.ops.softmax import softmax

__all__ = [
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "huber",
    "log_cosh",
]  # fmt: skip


@primitive(lambda g, y, x, delta: g * np.minimum(np.maximum(x, -delta), delta))
def huber(x, *, delta=1.0):
    """Squared near 0, absolute further out.  y = x²/2 where |x| <= δ, else δ (|x| - δ/2).

    x̄ = ȳ x limited to ±δ.
    """
    size = np.abs(x)
    bent = np.minimum(size, delta)
    return bent * (size - 0.5 * bent)


@primitive(lambda g, y, x: g * np.tanh(x))
@quiet
def log_cosh(x):
    """Smooth absolute value.  y = ln cosh x,  x̄ = ȳ tanh x; no overflow."""
    size = np.abs(x)
    return np.where(
        # Near 0 the terms below cancel: the series, by log1p, keeps the digits.
        size < 0.5,
        np.log1p(2.0 * np.square(np.sinh(0.5 * np.minimum(size, 0.5)))),
        size + np.log1p(np.exp(-2.0 * size)) - math.log(2.0),
    )


def _log(x: Any) -> Any:
    return np.maximum(np.log(x), -100.0)


@primitive(
    lambda g, y, p, t: g * (p - t) / np.maximum(p * (1.0 - p), 1e-12),
    lambda g, y, p, t: g * (_log(1.0 - p) - _log(p)),
)
@quiet
def binary_cross_entropy(p, t):
    """Cross entropy of probabilities, elementwise.  y = -t ln p - (1 - t) ln(1 - p).

    p̄ = ȳ (p - t) / (p (1 - p)). As in PyTorch, logarithms end at -100 and the divisor at 1e-12,
    so that p = 0 and p = 1 give finite numbers.
    """
    return -(t * _log(p) + (1.0 - t) * np.maximum(np.log1p(-p), -100.0))


def _tails(x: Any) -> tuple[Any, Any]:
    """-ln σ(x) and -ln σ(-x), which are ln(1 + e⁻ˣ) and ln(1 + eˣ)."""
    small = np.log1p(np.exp(-np.abs(x)))
    return np.maximum(-x, 0.0) + small, np.maximum(x, 0.0) + small


def _by_target(g: Any, y: Any, x: Any, t: Any, pos_weight: Any) -> Any:
    positive, negative = _tails(x)
    return g * (positive * pos_weight - negative)


@primitive(
    lambda g, y, x, t, pos_weight: g * ((1.0 - t) * sigmoid(x) - pos_weight * t * sigmoid(-x)),
    _by_target,
    lambda g, y, x, t, pos_weight: g * t * _tails(x)[0],
)
@quiet
def binary_cross_entropy_with_logits(x, t, pos_weight=1.0):
    """Cross entropy of scores, elementwise.  y = -w t ln σ(x) - (1 - t) ln σ(-x).

    x̄ = ȳ ((1 - t) σ(x) - w t σ(-x)). A term whose factor is 0 counts for nothing, at ±∞ too.
    """
    positive, negative = _tails(x)
    return np.where(t == 0, 0.0, pos_weight * t * positive) + np.where(
        t == 1, 0.0, (1.0 - t) * negative
    )


# ---- cross entropy of classes


def check_labels(target: Any, classes: int, ignore_index: int | None = None) -> bool:
    """Raise TypeError or IndexError unless every label is an integer in [0, classes).

    NumPy would read label -1 as the last class, without a word. Returns whether some labels are
    ``ignore_index``, which is allowed outside the range.
    """
    if target.dtype.kind not in "iu":
        raise TypeError(
            f"class labels must be integers, got dtype {target.dtype}; "
            "use target.astype(np.int64), or one row of class probabilities per sample"
        )
    if target.size == 0:
        return False
    # Read as unsigned, a negative label is a large one, so that one look at them all is enough.
    if np.maximum.reduce(target.view(f"u{target.itemsize}"), axis=None) < classes:
        inside = ignore_index is not None and 0 <= ignore_index < classes
        return inside and bool((target == ignore_index).any())
    wrong = (target < 0) | (target >= classes)
    if ignore_index is not None:
        wrong &= target != ignore_index
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise IndexError(
            f"label {target[at]} at position {at[0] if len(at) == 1 else at}; "
            f"expected 0 to {classes - 1}"
        )
    return True


def sample_weights(target: Any, weight: Any, ignore_index: int, dtype: Any) -> Any:
    """The weight of each sample: its class's weight or 1, and 0 where the label is ignored.

    In ``dtype``, that of the scores; integers would cut the weights.
    """
    dtype = dtype if dtype.kind == "f" else np.float32
    kept = target != ignore_index
    if weight is None:
        return kept.astype(dtype)
    return np.where(kept, weight[np.where(kept, target, 0)], 0.0).astype(dtype, copy=False)


def _scale(
    target: Any, classes: int, weight: Any, ignore_index: int, reduction: str, dtype: Any
) -> Any:
    """How much the loss of each sample counts in the result: one number for all, or one each."""
    some_ignored = check_labels(target, classes, ignore_index)
    if weight is None and not some_ignored:
        if reduction != "mean":
            return 1.0
        if target.size:
            return 1.0 / target.size
    weights = sample_weights(target, weight, ignore_index, dtype)
    if reduction != "mean":
        return weights
    total = float(weights.sum())
    if total == 0.0:
        what = "every label is ignored or weighs nothing" if target.size else "the batch is empty"
        raise ValueError(f"the mean over nothing is undefined: {what}")
    return weights / total


def _cross_entropy_vjp(
    g: Any,
    y: Any,
    logits: Any,
    target: Any,
    weight: Any,
    cache: Any,
    ignore_index: int,
    reduction: str,
) -> Any:
    if cache is None:
        labels = value_of(target)
        weights = value_of(weight)
        scale = _scale(labels, logits.shape[1], weights, ignore_index, reduction, logits.dtype)
        onehot = (labels[:, None] == np.arange(logits.shape[1])).astype(logits.dtype)
        slope = g * scale
        column = np.expand_dims(slope, 1) if slope.ndim else slope
        return (softmax(logits, axis=1) - onehot) * column
    probabilities, rows, labels, scale = cache
    slope = scale * g
    x_bar = probabilities * (slope[:, None] if slope.ndim else slope)
    x_bar[rows, labels] -= slope
    return x_bar


@primitive(_cross_entropy_vjp, None, None, cached=True, wide=True)
@quiet
def cross_entropy(logits, target, weight=None, *, ignore_index=-100, reduction="mean"):
    """Cross entropy of logits against labels.  y = -w_t ln softmax(x)_t,  x̄ = (p - 1_t) w_t ȳ.

    logits (N, C), target (N,) integers, weight (C,) or None; y is (N,) for ``reduction="none"``,
    their sum for ``"sum"``, and their sum over Σ w_t for ``"mean"``. Labels equal to
    ``ignore_index`` count for nothing.
    """
    if logits.ndim != 2 or target.shape != logits.shape[:1]:
        raise ValueError("expected logits (N, C) and one label for each row, of shape (N,)")
    if weight is not None and weight.shape != logits.shape[1:]:
        raise ValueError(f"expected one weight for each of the {logits.shape[1]} classes")
    check_count("cross_entropy", "ignore_index", ignore_index, None)
    check_choice("cross_entropy", "reduction", reduction, ("none", "mean", "sum"))
    scale = _scale(target, logits.shape[1], weight, ignore_index, reduction, logits.dtype)
    rows = np.arange(len(target))
    # An ignored label names no class: read class 0 there, the scale makes it count for nothing.
    alike = isinstance(scale, float)
    labels = target if alike else np.where(target == ignore_index, 0, target)
    shifted = logits - np.maximum.reduce(logits, axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = np.add.reduce(exponentials, axis=1, keepdims=True)
    losses = np.log(sums[:, 0]) - shifted[rows, labels]
    exponentials /= sums
    if not alike:
        losses = np.where(scale == 0, 0.0, losses * scale)
    y = losses if reduction == "none" else np.add.reduce(losses)
    return (y * scale if alike else y), (exponentials, rows, labels, scale)
