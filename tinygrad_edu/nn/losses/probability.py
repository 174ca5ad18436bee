"""Losses of probabilities: yes or no, and one distribution against another."""

from __future__ import annotations

import warnings
from dataclasses import KW_ONLY
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import float_dtype, matching
from tinygrad_edu.nn.losses._common import REDUCTIONS, Loss, reduce

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "GaussianKLLoss", "KLDivLoss", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "gaussian_kl", "kl_div",
]  # fmt: skip


def binary_cross_entropy(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean"
) -> Any:
    """Cross entropy of probabilities p for yes.  -t ln p - (1 - t) ln(1 - p), logarithms >= -100.

    Raises
    ------
    ValueError
        For probabilities or targets outside [0, 1].

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.binary_cross_entropy(tg.tensor([0.5]), tg.tensor([1.0]))
    tensor(0.6931)
    """
    owner = "binary_cross_entropy"
    target = matching(owner, input, target)
    in_unit_interval(owner, "input", input, "; for scores use binary_cross_entropy_with_logits")
    in_unit_interval(owner, "target", target)
    return _weighted(owner, ops.binary_cross_entropy(input, target), weight, reduction)


class BCELoss(Loss, of=binary_cross_entropy):
    """Cross entropy of probabilities p for yes.  -t ln p - (1 - t) ln(1 - p), logarithms >= -100.

    Refuses probabilities outside [0, 1]; for scores, `BCEWithLogitsLoss` is stable and quicker.

    Parameters
    ----------
    weight : array, optional
        Factor on each element's loss; broadcast to the input.
    """

    weight: Any = None
    _: KW_ONLY
    reduction: str = "mean"


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Any:
    """Cross entropy of scores for yes, stable at any size.  -w t ln σ(x) - (1 - t) ln σ(-x).

    ``pos_weight`` w counts positives more, e.g. one number per class on the last axis.
    """
    owner = "binary_cross_entropy_with_logits"
    target = matching(owner, input, target)
    in_unit_interval(owner, "target", target)
    if pos_weight is None:
        pos_weight = 1.0
    elif not isinstance(pos_weight, (Node, int, float)):
        pos_weight = np.asarray(pos_weight, dtype=float_dtype(input))
    losses = ops.binary_cross_entropy_with_logits(input, target, pos_weight)
    if losses.shape != input.shape:
        raise ValueError(
            f"{owner}: pos_weight of shape {np.shape(pos_weight)} does not fit an input of "
            f"{tuple(input.shape)}"
        )
    return _weighted(owner, losses, weight, reduction)


class BCEWithLogitsLoss(Loss, of=binary_cross_entropy_with_logits):
    """Cross entropy of scores for yes, stable at any size.  -w t ln σ(x) - (1 - t) ln σ(-x).

    Parameters
    ----------
    weight : array, optional
        Factor on each element's loss; broadcast to the input.
    pos_weight : array, optional
        w: counts positives more, e.g. one number per class on the last axis.
    """

    weight: Any = None
    _: KW_ONLY
    reduction: str = "mean"
    pos_weight: Any = None


def _weighted(owner: str, losses: Any, weight: Any, reduction: str) -> Any:
    if weight is not None:
        weight = weight if isinstance(weight, Node) else np.asarray(weight)
        if weight.dtype != losses.dtype:
            weight = weight.astype(losses.dtype)
        if np.broadcast_shapes(weight.shape, losses.shape) != losses.shape:
            raise ValueError(
                f"{owner}: weight of shape {tuple(weight.shape)} does not fit an input of "
                f"{tuple(losses.shape)}"
            )
        losses = losses * weight
    return reduce(owner, losses, reduction)


def in_unit_interval(owner: str, name: str, values: Any, advice: str = "") -> None:
    """Raise ValueError unless all ``values`` lie in [0, 1]."""
    raw = value_of(values)
    if raw.size and not (raw.min() >= 0 and raw.max() <= 1):
        raise ValueError(
            f"{owner}: {name} must lie in [0, 1], got values from {raw.min():.4g} to "
            f"{raw.max():.4g}{advice}"
        )


@rounded_once
def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """Kullback-Leibler divergence of t from eˣ.  t (ln t - x), elementwise.

    The input x are log-probabilities.

    ``reduction="batchmean"`` is the divergence itself: the sum divided by the size of the first
    axis. ``"mean"`` divides by the number of elements, as PyTorch does.
    """
    check_choice("kl_div", "reduction", reduction, (*REDUCTIONS, "batchmean"))
    target = matching("kl_div", input, target)
    raw = value_of(input)
    if raw.size and raw.max() > 1e-6:
        warnings.warn(
            f"kl_div: the input holds {raw.max():.4g}, but a log-probability is never above 0; "
            "apply log_softmax first",
            stacklevel=3,
        )
    if log_target:
        losses = ops.exp(target) * (target - input)
    else:
        in_unit_interval("kl_div", "target", target, "; for logarithms pass log_target=True")
        # 0 ln 0 is 0, and no -∞ on the side that is not chosen may spoil the gradient.
        positive = ops.greater(target, 0.0)
        t, x = ops.where(positive, target, 1.0), ops.where(positive, input, 0.0)
        losses = ops.where(positive, t * (ops.log(t) - x), 0.0)
    if reduction == "batchmean":
        if not losses.shape or not losses.shape[0]:
            raise ValueError(
                f"kl_div: batchmean needs a batch, the input has shape {tuple(losses.shape)}"
            )
        return ops.sum(losses) * (1.0 / losses.shape[0])
    return reduce("kl_div", losses, reduction)


class KLDivLoss(Loss, of=kl_div):
    """Kullback-Leibler divergence of t from eˣ.  t (ln t - x); the input are *log*-probabilities.

    ``reduction="batchmean"`` is the divergence itself, ``"mean"`` divides by all elements.
    """

    reductions = (*REDUCTIONS, "batchmean")
    log_target: bool = False


@rounded_once
def gaussian_kl(mean: Any, log_var: Any, reduction: str = "mean") -> Any:
    """Divergence of N(mean, e^log_var) from N(0, 1), summed over all axes but the first.

    ½ Σ (e^v + μ² - 1 - v), the regularizer of a variational autoencoder. Kingma & Welling 2014.
    """
    log_var = matching("gaussian_kl", mean, log_var, "log_var")
    losses = 0.5 * (ops.exp(log_var) + ops.square(mean) - 1.0 - log_var)
    if losses.ndim > 1:
        losses = ops.sum(losses, axis=tuple(range(1, losses.ndim)))
    return reduce("gaussian_kl", losses, reduction)


class GaussianKLLoss(Loss, of=gaussian_kl):
    """Divergence of N(μ, e^v) from N(0, 1): the regularizer of a variational autoencoder.

    ½ Σ (e^v + μ² - 1 - v) over all axes but the first. Kingma & Welling 2014.
    """
