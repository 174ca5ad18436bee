"""Losses of distances and angles between vectors: near the like, far from the unlike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_number
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import matching
from tinygrad_edu.nn.distance import pairwise_distance
from tinygrad_edu.nn.losses._common import Loss, reduce
from tinygrad_edu.nn.losses.margin import signs

__all__ = [
    "ContrastiveLoss", "CosineEmbeddingLoss", "HingeEmbeddingLoss", "TripletMarginLoss",
    "TripletMarginWithDistanceLoss", "contrastive_loss", "cosine_embedding_loss",
    "hinge_embedding_loss", "triplet_margin_loss", "triplet_margin_with_distance_loss",
]  # fmt: skip


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """Distances: small for the like, above a margin for the unlike.  x, or max(0, margin - x)."""
    t = signs("hinge_embedding_loss", input, target)
    losses = ops.where(ops.equal(t, 1.0), input, ops.relu(margin - input))
    return reduce("hinge_embedding_loss", losses, reduction)


class HingeEmbeddingLoss(Loss, of=hinge_embedding_loss, margin="(-inf, inf)"):
    """Distances: small for the like, above a margin for the unlike.  x, or max(0, margin - x)."""

    margin: float = 1.0
    _: KW_ONLY
    reduction: str = "mean"


@rounded_once
def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """Angles: small for the like, above a margin for the unlike.  1 - cos, or max(0, cos - margin).

    input1, input2 (N, D) or (D,); target (N,) or (), -1 or 1.
    """
    owner = "cosine_embedding_loss"
    input2 = matching(owner, input1, input2, "input2")
    # ε under the root, as PyTorch has it here, keeps the slope at 0 finite.
    product = ops.sum(input1 * input2, axis=-1)
    size1 = ops.sum(ops.square(input1), axis=-1) + 1e-12
    size2 = ops.sum(ops.square(input2), axis=-1) + 1e-12
    cos = product / ops.sqrt(size1 * size2)
    t = signs(owner, cos, target)
    losses = ops.where(ops.equal(t, 1.0), 1.0 - cos, ops.relu(cos - margin))
    return reduce(owner, losses, reduction)


class CosineEmbeddingLoss(Loss, of=cosine_embedding_loss, margin="(-inf, inf)"):
    """Angles: small for the like, wide for the unlike.  1 - cos, or max(0, cos - margin)."""

    margin: float = 0.0
    _: KW_ONLY
    reduction: str = "mean"


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """Nearer to the like than to the unlike, in the p-norm.  max(0, d(a, p) - d(a, n) + margin).

    Balntas et al. 2016.
    """
    check_number("triplet_margin_loss", "p", p, "(0, inf]")
    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=lambda a, b: pairwise_distance(a, b, p, eps),
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


class TripletMarginLoss(
    Loss, of=triplet_margin_loss, p="(0, inf]", eps="[0, inf)", margin="(-inf, inf)"
):
    """Nearer to the like than to the unlike, in the p-norm.  max(0, d(a, p) - d(a, n) + margin).

    ``swap`` measures the unlike from the like too and takes the smaller. Balntas et al. 2016.
    """

    margin: float = 1.0
    p: float = 2.0
    eps: float = 1e-6
    swap: bool = False
    _: KW_ONLY
    reduction: str = "mean"


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """Nearer to the like than to the unlike.  max(0, d(a, p) - d(a, n) + margin).

    ``swap`` measures the unlike from ``positive`` too and takes the smaller.
    """
    owner = "triplet_margin_loss"
    distance = distance_function or pairwise_distance
    positive = matching(owner, anchor, positive, "positive")
    negative = matching(owner, anchor, negative, "negative")
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = ops.minimum(far, distance(positive, negative))
    return reduce(owner, ops.relu(near - far + margin), reduction)


class TripletMarginWithDistanceLoss(
    Loss, of=triplet_margin_with_distance_loss, margin="(-inf, inf)"
):
    """`TripletMarginLoss` with any distance of two batches of vectors."""

    _: KW_ONLY
    distance_function: Callable[[Any, Any], Any] | None = None
    margin: float = 1.0
    swap: bool = False
    reduction: str = "mean"


def contrastive_loss(
    input1: Any, input2: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """Pull the like together, push the unlike apart.  t ½ d² + (1 - t) ½ max(0, margin - d)².

    t = 1 for the like, 0 for the unlike; input1, input2 (N, D), target (N,). Hadsell,
    Chopra & LeCun 2006.
    """
    d = pairwise_distance(input1, input2, eps=0.0)
    t = matching("contrastive_loss", d, target)
    losses = 0.5 * (t * ops.square(d) + (1.0 - t) * ops.square(ops.relu(margin - d)))
    return reduce("contrastive_loss", losses, reduction)


class ContrastiveLoss(Loss, of=contrastive_loss, margin="(-inf, inf)"):
    """Pull the like together, push the unlike apart.  ½ d², or ½ max(0, margin - d)² where t = 0.

    Hadsell, Chopra & LeCun 2006.
    """

    margin: float = 1.0
    _: KW_ONLY
    reduction: str = "mean"
