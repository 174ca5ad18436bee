"""Losses that ask for a margin between right and wrong."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice
from tinygrad_edu.engine import value_of
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import float_dtype, label_array, matching
from tinygrad_edu.nn.losses._common import Loss, class_weight, reduce
from tinygrad_edu.ops.losses import check_labels

__all__ = [
    "CategoricalHingeLoss", "HingeLoss", "MarginRankingLoss", "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss", "MultiMarginLoss", "PerceptronLoss", "SoftMarginLoss",
    "SquaredHingeLoss", "categorical_hinge_loss", "hinge_loss", "margin_ranking_loss",
    "multi_margin_loss", "multilabel_margin_loss", "multilabel_soft_margin_loss", "perceptron_loss",
    "soft_margin_loss", "squared_hinge_loss",
]  # fmt: skip


def hinge_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """Loss of the support vector machine.  max(0, margin - t x), t = ±1.  Cortes & Vapnik 1995."""
    t = signs("hinge_loss", input, target)
    return reduce("hinge_loss", ops.relu(margin - t * input), reduction)


class HingeLoss(Loss, of=hinge_loss, margin="(-inf, inf)"):
    """Loss of the support vector machine.  max(0, margin - t x), t = ±1.  Cortes & Vapnik 1995.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> loss = tg.nn.HingeLoss(reduction="none")
    >>> loss(tg.tensor([0.25, 2.0]), tg.tensor([1, 1])).tolist()
    [0.75, 0.0]
    """

    margin: float = 1.0
    _: KW_ONLY
    reduction: str = "mean"


def squared_hinge_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """Square of the hinge loss.  max(0, margin - t x)², t = ±1."""
    t = signs("squared_hinge_loss", input, target)
    return reduce("squared_hinge_loss", ops.square(ops.relu(margin - t * input)), reduction)


class SquaredHingeLoss(Loss, of=squared_hinge_loss, margin="(-inf, inf)"):
    """Square of the hinge loss.  max(0, margin - t x)², t = ±1."""

    margin: float = 1.0
    _: KW_ONLY
    reduction: str = "mean"


def perceptron_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Loss whose gradient step is the perceptron's rule.  max(0, -t x), t = ±1.

    Rosenblatt 1958.
    """
    t = signs("perceptron_loss", input, target)
    return reduce("perceptron_loss", ops.relu(-t * input), reduction)


class PerceptronLoss(Loss, of=perceptron_loss):
    """Loss whose gradient step is the perceptron's rule.  max(0, -t x), t = ±1.

    Rosenblatt 1958.
    """


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Logistic loss.  ln(1 + e^(-t x)), t = ±1."""
    t = signs("soft_margin_loss", input, target)
    return reduce("soft_margin_loss", -ops.logsigmoid(t * input), reduction)


class SoftMarginLoss(Loss, of=soft_margin_loss):
    """Logistic loss.  ln(1 + e^(-t x)), t = ±1."""


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """Order: x₁ above x₂ where t = 1, below where t = -1.  max(0, margin - t (x₁ - x₂))."""
    input2 = matching("margin_ranking_loss", input1, input2, "input2")
    t = signs("margin_ranking_loss", input1, target)
    return reduce("margin_ranking_loss", ops.relu(margin - t * (input1 - input2)), reduction)


class MarginRankingLoss(Loss, of=margin_ranking_loss, margin="(-inf, inf)"):
    """Order: x₁ above x₂ where t = 1, below where t = -1.  max(0, margin - t (x₁ - x₂))."""

    margin: float = 0.0
    _: KW_ONLY
    reduction: str = "mean"


def signs(owner: str, input: Any, target: Any) -> Any:
    """``target`` of -1 and 1 in the dtype of ``input``."""
    target = matching(owner, input, target)
    raw = value_of(target)
    if not ((raw == 1) | (raw == -1)).all():
        wrong = raw[(raw != 1) & (raw != -1)].flat[0]
        advice = "; for labels 0 and 1 use 2 * target - 1" if wrong == 0 else ""
        raise ValueError(f"{owner}: targets must be -1 or 1, got {wrong:g}{advice}")
    return target


# ---- a score for each class


@rounded_once
def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    reduction: str = "mean",
) -> Any:
    """Multi-class hinge.  w_t Σ_{c ≠ t} max(0, margin - x_t + x_c)ᵖ / C, p = 1 or 2.

    input (N, C) or (C,), target (N,) or (). Weston & Watkins 1999.
    """
    owner = "multi_margin_loss"
    check_choice(owner, "p", p, (1, 2))
    x, labels, single = _scores(owner, input, target)
    rows, classes = np.arange(len(labels)), x.shape[1]
    losses = ops.relu(margin - ops.expand_dims(x[rows, labels], axis=1) + x)
    if p == 2:
        losses = ops.square(losses)
    others = (labels[:, None] != np.arange(classes)).astype(x.dtype)
    losses = ops.sum(losses * others, axis=1) * (1.0 / classes)
    weight = class_weight(owner, weight, classes, float_dtype(x), learned=True)
    if weight is not None:
        losses = losses * weight[labels]
    return reduce(owner, ops.squeeze(losses, 0) if single else losses, reduction)


class MultiMarginLoss(Loss, of=multi_margin_loss, p=(1, 2), margin="(-inf, inf)"):
    """Multi-class hinge.  w_t Σ_{c ≠ t} max(0, margin - x_t + x_c)ᵖ / C, p = 1 or 2."""

    p: int = 1
    margin: float = 1.0
    weight: Any = None
    _: KW_ONLY
    reduction: str = "mean"


def categorical_hinge_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """Hinge against the best wrong class.  max(0, margin - x_t + max_{c ≠ t} x_c).

    input (N, C) or (C,), target (N,) or (). Crammer & Singer 2001.
    """
    owner = "categorical_hinge_loss"
    x, labels, single = _scores(owner, input, target)
    right = labels[:, None] == np.arange(x.shape[1])
    rival = ops.max(ops.where(right, -np.inf, x), axis=1)
    losses = ops.relu(margin - x[np.arange(len(labels)), labels] + rival)
    return reduce(owner, ops.squeeze(losses, 0) if single else losses, reduction)


class CategoricalHingeLoss(Loss, of=categorical_hinge_loss, margin="(-inf, inf)"):
    """Hinge against the best wrong class.  max(0, margin - x_t + max_{c ≠ t} x_c).

    Crammer & Singer 2001.
    """

    margin: float = 1.0
    _: KW_ONLY
    reduction: str = "mean"


def _scores(owner: str, input: Any, target: Any) -> tuple[Any, Any, bool]:
    labels, single = label_array(target), input.ndim == 1
    x = ops.expand_dims(input, axis=0) if single else input
    labels = labels.reshape(1) if single and labels.ndim == 0 else labels
    if x.ndim != 2 or labels.shape != x.shape[:1]:
        raise ValueError(
            f"{owner}: expected input (N, C) and one label for each row, got {tuple(input.shape)} "
            f"and {np.shape(target)}"
        )
    check_labels(labels, x.shape[1])
    return x, labels, single


def multilabel_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Hinge of each right class j against each wrong class i.  Σ max(0, 1 - x_j + x_i) / C.

    input (N, C) or (C,); target of that shape: the right classes of each sample, then -1.
    """
    owner = "multilabel_margin_loss"
    labels = label_array(target)
    if labels.shape != input.shape or input.ndim not in (1, 2):
        raise ValueError(
            f"{owner}: expected input (N, C) and labels (N, C), ended by -1, got "
            f"{tuple(input.shape)} and {tuple(labels.shape)}"
        )
    check_labels(labels, input.shape[-1], -1)
    # What follows the first -1 counts for nothing.
    listed = np.cumprod(labels >= 0, axis=-1).astype(bool)
    right = np.zeros(input.shape, bool)
    spots = np.nonzero(listed)
    right[(*spots[:-1], labels[listed])] = True
    x_right, x_wrong = ops.expand_dims(input, axis=-1), ops.expand_dims(input, axis=-2)
    pairs = right[..., :, None] & ~right[..., None, :]
    losses = ops.relu(1.0 - x_right + x_wrong) * pairs.astype(input.dtype)
    losses = ops.sum(losses, axis=(-2, -1)) * (1.0 / input.shape[-1])
    return reduce(owner, losses, reduction)


class MultiLabelMarginLoss(Loss, of=multilabel_margin_loss):
    """Hinge of each right class against each wrong one.  Σ max(0, 1 - x_j + x_i) / C.

    The target lists the right classes of each sample, then -1.
    """


def multilabel_soft_margin_loss(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean"
) -> Any:
    """Logistic loss of every class.  -Σ w (t ln σ(x) + (1 - t) ln σ(-x)) / C, t = 0 or 1."""
    owner = "multilabel_soft_margin_loss"
    target = matching(owner, input, target)
    losses = ops.binary_cross_entropy_with_logits(input, target)
    weight = class_weight(owner, weight, input.shape[-1], float_dtype(input), learned=True)
    if weight is not None:
        losses = losses * weight
    return reduce(owner, ops.mean(losses, axis=-1), reduction)


class MultiLabelSoftMarginLoss(Loss, of=multilabel_soft_margin_loss):
    """Logistic loss of every class.  -Σ w (t ln σ(x) + (1 - t) ln σ(-x)) / C, t = 0 or 1."""

    weight: Any = None
    _: KW_ONLY
    reduction: str = "mean"
