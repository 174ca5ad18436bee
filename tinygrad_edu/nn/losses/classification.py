"""Losses of classifiers over class labels or class probabilities."""

from __future__ import annotations

import warnings
from dataclasses import KW_ONLY
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import float_dtype, label_array, matching
from tinygrad_edu.nn.losses._common import REDUCTIONS, Loss, class_weight, reduce
from tinygrad_edu.ops.losses import check_labels, sample_weights

__all__ = [
    "CrossEntropyLoss", "NLLLoss", "cross_entropy", "nll_loss",
    "zero_one_loss",
]  # fmt: skip


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Cross entropy of scores against labels or probabilities.  -Σ_c w_c t_c ln softmax(x)_c.

    Parameters
    ----------
    input : Tensor of shape (N, C), (N, C, d1, ...) or (C,)
        Scores before any softmax ("logits").
    target : integers of shape (N,), (N, d1, ...) or (); or floats of the shape of ``input``
        Labels in [0, C), or a probability for each class.
    weight : array of shape (C,), optional
        How much each class counts.
    ignore_index : int
        Samples with this label count for nothing.
    reduction : {"mean", "sum", "none"}
        The mean over labels divides by the sum of their weights, that over probabilities by N.
    label_smoothing : float in [0, 1]
        ε: mixes the target with the uniform distribution, (1 - ε) t + ε / C.

    Raises
    ------
    ValueError
        For shapes that do not fit, probabilities that do not sum to 1, and a mean over nothing.
    IndexError
        For a label outside [0, C).

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> scores = tg.tensor([[2.0, 0.0], [0.0, 0.0]])
    >>> tg.nn.functional.cross_entropy(scores, tg.tensor([0, 1]))
    tensor(0.41)
    """
    check_choice("cross_entropy", "reduction", reduction, REDUCTIONS)
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(
            f"cross_entropy: label_smoothing must be in [0, 1], received {label_smoothing!r}"
        )
    if isinstance(input, Node) and input.op is not None and input.op.name == "softmax":
        warnings.warn(
            "cross_entropy: the input is the output of a softmax, but cross_entropy applies "
            "softmax itself; pass the scores (logits) and drop the softmax layer",
            stacklevel=2,
        )
    if not isinstance(target, Node):
        target = np.asarray(target)
    if target.dtype.kind == "f":
        return _from_probabilities(input, target, weight, reduction, label_smoothing)
    labels = label_array(target)
    shape = labels.shape
    if weight is not None:  # which would make floats of all that are integers, the labels too
        input = input if input.dtype.kind == "f" else input.astype(float_dtype(input))
    input, labels = _rows("cross_entropy", input, labels)
    weight = class_weight("cross_entropy", weight, input.shape[1], float_dtype(input))
    losses = ops.cross_entropy(
        input, labels, weight, ignore_index=ignore_index, reduction=reduction
    )
    if label_smoothing:
        spread = _log_likelihood_of_all(input, labels, weight, ignore_index, reduction)
        losses = losses * (1.0 - label_smoothing) - spread * (label_smoothing / input.shape[1])
    return ops.reshape(losses, shape=shape) if reduction == "none" else losses


@rounded_once
def _log_likelihood_of_all(
    input: Any, labels: Any, weight: Any, ignore_index: int, reduction: str
) -> Any:
    """What label smoothing adds: the logarithms of all classes of a sample, weighted, reduced."""
    spread = ops.log_softmax(input, axis=1)
    spread = spread.sum(axis=1) if weight is None else (spread * weight).sum(axis=1)
    counts = sample_weights(labels, None, ignore_index, input.dtype)
    if reduction == "mean":
        counts = counts / sample_weights(labels, weight, ignore_index, input.dtype).sum()
    spread = spread * counts
    return spread if reduction == "none" else ops.sum(spread)


def _rows(owner: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Scores as (samples, classes) and labels as (samples,), whatever further axes they have."""
    shape = tuple(input.shape)
    if len(shape) == 0:
        raise ValueError(f"{owner}: input needs a class axis, got a tensor without axes")
    wanted = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if target.shape != wanted:
        advice = ""
        if target.shape == shape:
            advice = "; for one row of class probabilities per sample, pass floats"
        elif target.size == np.prod(wanted):
            advice = f"; use target.reshape({', '.join(map(str, wanted))})"
        raise ValueError(
            f"{owner}: labels for input {shape} must have shape {wanted}, "
            f"got {tuple(target.shape)}{advice}"
        )
    if len(shape) == 2:
        return input, target
    if len(shape) == 1:
        return ops.reshape(input, shape=(1, shape[0])), target.reshape(1)
    input = ops.moveaxis(input, source=1, destination=-1)
    return ops.reshape(input, shape=(-1, shape[1])), target.reshape(-1)


def _from_probabilities(
    input: Any, target: Any, weight: Any, reduction: str, label_smoothing: float
) -> Any:
    if target.shape != input.shape:
        raise TypeError(
            f"cross_entropy: a target of {target.dtype.name} is read as class probabilities and "
            f"must have the input's shape {tuple(input.shape)}, got {tuple(target.shape)}; for "
            "class labels pass integers: target.astype(np.int64)"
        )
    target = matching("cross_entropy", input, target)
    axis = 1 if len(input.shape) > 1 else 0
    classes = input.shape[axis]
    check_probabilities("cross_entropy", label_array(target), axis)
    weight = class_weight("cross_entropy", weight, classes, float_dtype(input))
    if label_smoothing:
        target = target * (1.0 - label_smoothing) + label_smoothing / classes
    log_p = ops.log_softmax(input, axis=axis)
    # 0 · ln 0 is 0: a class that neither can be nor is has no part in the loss.
    impossible = np.isneginf(value_of(log_p)) & (value_of(target) == 0)
    if impossible.any():
        log_p = ops.where(impossible, 0.0, log_p)
    terms = log_p * target
    if weight is not None:
        terms = terms * weight.reshape((-1,) + (1,) * (len(input.shape) - axis - 1))
    return reduce("cross_entropy", -terms.sum(axis=axis), reduction)


def check_probabilities(owner: str, target: Any, axis: int) -> None:
    """Raise ValueError unless ``target`` is >= 0 and sums to 1 over ``axis``."""
    tolerance = 1e-6 if target.dtype == np.float64 else 1e-3
    sums = target.sum(axis=axis)
    if target.size and (target.min() < 0 or np.abs(sums - 1.0).max() > tolerance):
        raise ValueError(
            f"{owner}: class probabilities must be >= 0 and sum to 1, got a minimum of "
            f"{target.min():g} and sums from {sums.min():g} to {sums.max():g}"
        )


class CrossEntropyLoss(Loss, of=cross_entropy, label_smoothing="[0, 1]"):
    """Cross entropy of scores against class labels or probabilities.

    Applies softmax itself: the net must end with scores. See `functional.cross_entropy` for the
    formula, the shapes and what is raised.

    Parameters
    ----------
    weight : array of shape (C,), optional
        How much each class counts.
    ignore_index : int
        Samples with this label count for nothing.
    reduction : {"mean", "sum", "none"}
    label_smoothing : float in [0, 1]

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> loss = tg.nn.CrossEntropyLoss()
    >>> loss(tg.tensor([[2.0, 0.0], [0.0, 0.0]]), tg.tensor([0, 1]))
    tensor(0.41)
    """

    learned_weights: ClassVar[bool] = False

    weight: Any = None
    _: KW_ONLY
    ignore_index: int = -100
    reduction: str = "mean"
    label_smoothing: float = 0.0


@rounded_once
def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """Negative log-likelihood of labels.  -w_t x_t for log-probabilities x.

    input (N, C), (N, C, d1, ...) or (C,), from `log_softmax`; target, weight, ignore_index and
    reduction as in `cross_entropy`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> F = tg.nn.functional
    >>> F.nll_loss(F.log_softmax(tg.tensor([[2.0, 0.0]]), dim=1), tg.tensor([0]))
    tensor(0.1269)
    """
    check_choice("nll_loss", "reduction", reduction, REDUCTIONS)
    labels = label_array(target)
    shape = labels.shape
    input, labels = _rows("nll_loss", input, labels)
    check_labels(labels, input.shape[1], ignore_index)
    weight = class_weight("nll_loss", weight, input.shape[1], float_dtype(input))
    counts = sample_weights(labels, weight, ignore_index, input.dtype)
    kept = labels != ignore_index
    picked = input[np.arange(len(labels)), np.where(kept, labels, 0)]
    raw = label_array(picked)[kept]
    if raw.size and raw.max() > 0:
        warnings.warn(
            f"nll_loss: the input holds {raw.max():.4g}, but a log-probability is never above 0; "
            "apply log_softmax first, or use cross_entropy on the scores",
            stacklevel=3,
        )
    if not kept.all():  # an ignored -inf would become NaN as 0 · ∞
        picked = ops.where(kept, picked, 0.0)
    if reduction == "mean":
        total = float(counts.sum())
        if total == 0.0:
            raise ValueError(
                "nll_loss: the mean over nothing is undefined: "
                + ("every label is ignored" if labels.size else "the batch is empty")
            )
        counts = counts / total
    losses = -(picked * counts)
    return ops.reshape(losses, shape=shape) if reduction == "none" else ops.sum(losses)


class NLLLoss(Loss, of=nll_loss):
    """Negative log-likelihood of labels, for a net that ends with `LogSoftmax`.

    Parameters as in `CrossEntropyLoss`.
    """

    learned_weights: ClassVar[bool] = False

    weight: Any = None
    _: KW_ONLY
    ignore_index: int = -100
    reduction: str = "mean"


def zero_one_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Share of wrong answers, to report; it has no gradient.  input (N, C) scores, target (N,)."""
    values, labels = label_array(input), label_array(target)
    of_right_class("zero_one_loss", values, labels)
    wrong = (values.argmax(axis=1) != labels).astype(values.dtype)
    return reduce("zero_one_loss", wrong, reduction)


def of_right_class(owner: str, values: Any, target: Any) -> Any:
    """The column of each row's label."""
    labels = label_array(target)
    if values.ndim != 2 or labels.shape != values.shape[:1]:
        raise ValueError(
            f"{owner}: expected input (N, C) and labels (N,), got {tuple(values.shape)} and "
            f"{tuple(labels.shape)}"
        )
    check_labels(labels, values.shape[1])
    return values[np.arange(len(labels)), labels]
