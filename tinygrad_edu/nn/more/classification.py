"""Losses of classifiers beyond cross entropy."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_number
from tinygrad_edu.nn._inputs import float_dtype, label_array, matching
from tinygrad_edu.nn.losses._common import Loss, class_weight, reduce
from tinygrad_edu.nn.losses.classification import of_right_class
from tinygrad_edu.nn.losses.probability import in_unit_interval

__all__ = [
    "FocalLoss", "GeneralizedCrossEntropyLoss", "Poly1CrossEntropyLoss", "SigmoidFocalLoss",
    "SparsemaxLoss", "focal_loss", "generalized_cross_entropy", "poly1_cross_entropy",
    "sigmoid_focal_loss", "sparsemax_loss",
]  # fmt: skip


def focal_loss(
    input: Any, target: Any, gamma: float = 2.0, weight: Any = None, reduction: str = "mean"
) -> Any:
    """Cross entropy that looks away from what is easy.  -w_t (1 - p_t)^γ ln p_t.  Lin et al. 2017.

    input (N, C) scores, target (N,) labels, weight (C,) or None; the mean divides by N.
    """
    check_number("focal_loss", "gamma", gamma, "[0, inf)")
    log_p = of_right_class("focal_loss", ops.log_softmax(input, axis=1), target)
    losses = -log_p * ops.power(-ops.expm1(log_p), gamma)
    weight = class_weight("focal_loss", weight, input.shape[1], float_dtype(input), learned=True)
    if weight is not None:
        losses = losses * weight[label_array(target)]
    return reduce("focal_loss", losses, reduction)


class FocalLoss(Loss, of=focal_loss, gamma="[0, inf)"):
    """Cross entropy that looks away from what is easy.  -w_t (1 - p_t)^γ ln p_t.

    Lin et al. 2017.
    """

    gamma: float = 2.0
    weight: Any = None
    _: KW_ONLY
    reduction: str = "mean"


def sigmoid_focal_loss(
    input: Any,
    target: Any,
    alpha: float | None = 0.25,
    gamma: float = 2.0,
    reduction: str = "mean",
) -> Any:
    """Cross entropy of scores that looks away from what is easy.  -α_t (1 - p_t)^γ ln p_t.

    p_t is the probability of the right answer; α weights yes and 1 - α no, None neither.
    Lin et al. 2017.
    """
    owner = "sigmoid_focal_loss"
    check_number(owner, "gamma", gamma, "[0, inf)")
    target = matching(owner, input, target)
    in_unit_interval(owner, "target", target)
    p = ops.sigmoid(input)
    wrong = p + target - 2.0 * p * target  # 1 - p_t
    losses = ops.binary_cross_entropy_with_logits(input, target) * ops.power(wrong, gamma)
    if alpha is not None:
        check_number(owner, "alpha", alpha, "[0, 1]")
        losses = losses * (target * (2.0 * alpha - 1.0) + (1.0 - alpha))
    return reduce(owner, losses, reduction)


class SigmoidFocalLoss(Loss, of=sigmoid_focal_loss, alpha="[0, 1]", gamma="[0, inf)"):
    """Focal loss of scores for yes.  -α_t (1 - p_t)^γ ln p_t.  Lin et al. 2017."""

    alpha: float | None = 0.25
    gamma: float = 2.0
    _: KW_ONLY
    reduction: str = "mean"


def generalized_cross_entropy(
    input: Any, target: Any, q: float = 0.7, reduction: str = "mean"
) -> Any:
    """Between cross entropy (q → 0) and absolute error (q = 1).  (1 - p_t^q) / q.

    Bears wrong labels.

    input (N, C) scores, target (N,) labels. Zhang & Sabuncu 2018.
    """
    check_number("generalized_cross_entropy", "q", q, "(0, 1]")
    owner = "generalized_cross_entropy"
    log_p = of_right_class(owner, ops.log_softmax(input, axis=1), target)
    return reduce(owner, -ops.expm1(log_p * q) * (1.0 / q), reduction)


class GeneralizedCrossEntropyLoss(Loss, of=generalized_cross_entropy, q="(0, 1]"):
    """Between cross entropy and absolute error: bears wrong labels.  (1 - p_t^q) / q.

    Zhang & Sabuncu 2018.
    """

    q: float = 0.7
    _: KW_ONLY
    reduction: str = "mean"


def poly1_cross_entropy(
    input: Any, target: Any, epsilon: float = 1.0, reduction: str = "mean"
) -> Any:
    """Cross entropy with its first polynomial term changed.  -ln p_t + ε (1 - p_t).

    Leng et al. 2022.

    input (N, C) scores, target (N,) labels.
    """
    owner = "poly1_cross_entropy"
    log_p = of_right_class(owner, ops.log_softmax(input, axis=1), target)
    return reduce(owner, -log_p - epsilon * ops.expm1(log_p), reduction)


class Poly1CrossEntropyLoss(Loss, of=poly1_cross_entropy, epsilon="(-inf, inf)"):
    """Cross entropy with its first polynomial term changed.  -ln p_t + ε (1 - p_t).

    Leng et al. 2022.
    """

    epsilon: float = 1.0
    _: KW_ONLY
    reduction: str = "mean"


def sparsemax_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The loss whose gradient is sparsemax(x) - 1_t.  x·p - ½‖p‖² + ½ - x_t, p = sparsemax(x).

    input (N, C) scores, target (N,) labels. Martins & Astudillo 2016.
    """
    right = of_right_class("sparsemax_loss", input, target)
    p = ops.sparsemax(input, axis=1)
    losses = ops.sum(p * (input - 0.5 * p), axis=1) + 0.5 - right
    return reduce("sparsemax_loss", losses, reduction)


class SparsemaxLoss(Loss, of=sparsemax_loss):
    """The loss whose gradient is sparsemax(x) - 1_t.  Martins & Astudillo 2016."""
