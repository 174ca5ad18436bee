"""Losses of the overlap of a mask with another."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import matching
from tinygrad_edu.nn.losses._common import Loss, reduce
from tinygrad_edu.nn.losses.probability import in_unit_interval

__all__ = ["DiceLoss", "TverskyLoss", "dice_loss", "tversky_loss"]


@rounded_once
def tversky_loss(
    input: Any,
    target: Any,
    alpha: float = 0.5,
    beta: float = 0.5,
    smooth: float = 1.0,
    reduction: str = "mean",
) -> Any:
    """Overlap of probabilities with a mask.  1 - (TP + s) / (TP + α FP + β FN + s), per sample.

    α = β = ½ is the dice loss. Salehi et al. 2017.
    """
    target = matching("tversky_loss", input, target)
    in_unit_interval("tversky_loss", "input", input, "; apply a sigmoid first")
    in_unit_interval("tversky_loss", "target", target)
    axes = tuple(range(1, input.ndim)) if input.ndim > 1 else None
    hit = ops.sum(input * target, axis=axes)
    false = ops.sum(input * (1.0 - target), axis=axes)
    missed = ops.sum((1.0 - input) * target, axis=axes)
    overlap = (hit + smooth) / (hit + alpha * false + beta * missed + smooth)
    return reduce("tversky_loss", 1.0 - overlap, reduction)


class TverskyLoss(Loss, of=tversky_loss, alpha="[0, inf)", beta="[0, inf)", smooth="[0, inf)"):
    """Dice with a choice between false alarms (α) and misses (β).  Salehi et al. 2017."""

    alpha: float = 0.5
    beta: float = 0.5
    smooth: float = 1.0
    _: KW_ONLY
    reduction: str = "mean"


def dice_loss(input: Any, target: Any, smooth: float = 1.0, reduction: str = "mean") -> Any:
    """Overlap of probabilities with a mask.  1 - (2 Σ p t + 2s) / (Σ p + Σ t + 2s), per sample.

    Milletari et al. 2016.
    """
    return tversky_loss(input, target, 0.5, 0.5, smooth, reduction)


class DiceLoss(Loss, of=dice_loss, smooth="[0, inf)"):
    """Overlap of probabilities with a mask.  1 - (2 Σ p t + 2s) / (Σ p + Σ t + 2s), per sample.

    Milletari et al. 2016.
    """

    smooth: float = 1.0
    _: KW_ONLY
    reduction: str = "mean"
