"""Losses that ask for a margin between right and wrong, or between near and far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import value_of
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.nn.functional._common import check_reduction, matching, reduce
from tinygrad_edu.nn.functional.activation import normalize
from tinygrad_edu.nn.functional.classification import class_weight, label_array
from tinygrad_edu.ops.classification import check_labels
from tinygrad_edu.tensor import Tensor

__all__ = [
    "categorical_hinge_loss", "circle_loss", "contrastive_loss", "cosine_embedding_loss",
    "cosine_similarity", "hinge_embedding_loss", "hinge_loss", "margin_ranking_loss",
    "multi_margin_loss", "multilabel_margin_loss", "multilabel_soft_margin_loss",
    "pairwise_distance", "perceptron_loss", "soft_margin_loss", "squared_hinge_loss",
    "triplet_margin_loss", "triplet_margin_with_distance_loss",
]  # fmt: skip


def _signs(owner: str, input: Any, target: Any) -> Any:
    """``target`` of -1 and 1 in the dtype of ``input``."""
    target = matching(owner, input, target)
    raw = value_of(target)
    if not ((raw == 1) | (raw == -1)).all():
        wrong = raw[(raw != 1) & (raw != -1)].flat[0]
        advice = "; for labels 0 and 1 use 2 * target - 1" if wrong == 0 else ""
        raise ValueError(f"{owner}: targets must be -1 or 1, got {wrong:g}{advice}")
    return target


# ---- one score for each sample


def hinge_loss(input: Any, target: Any, margin: float = 1.0, reduction: str = "mean") -> Any:
    """Loss of the support vector machine.  max(0, margin - t x), t = ±1.  Cortes & Vapnik 1995."""
    t = _signs("hinge_loss", input, target)
    return reduce("hinge_loss", ops.relu(margin - t * input), reduction)


def squared_hinge_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """Square of the hinge loss.  max(0, margin - t x)², t = ±1."""
    t = _signs("squared_hinge_loss", input, target)
    return reduce("squared_hinge_loss", ops.square(ops.relu(margin - t * input)), reduction)


def perceptron_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Loss whose gradient step is the perceptron's rule.  max(0, -t x), t = ±1.

    Rosenblatt 1958.
    """
    t = _signs("perceptron_loss", input, target)
    return reduce("perceptron_loss", ops.relu(-t * input), reduction)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Logistic loss.  ln(1 + e^(-t x)), t = ±1."""
    t = _signs("soft_margin_loss", input, target)
    return reduce("soft_margin_loss", -ops.logsigmoid(t * input), reduction)


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """Distances: small for the like, above a margin for the unlike.  x, or max(0, margin - x)."""
    t = _signs("hinge_embedding_loss", input, target)
    losses = ops.where(ops.equal(t, 1.0), input, ops.relu(margin - input))
    return reduce("hinge_embedding_loss", losses, reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """Order: x₁ above x₂ where t = 1, below where t = -1.  max(0, margin - t (x₁ - x₂))."""
    input2 = matching("margin_ranking_loss", input1, input2, "input2")
    t = _signs("margin_ranking_loss", input1, target)
    return reduce("margin_ranking_loss", ops.relu(margin - t * (input1 - input2)), reduction)


# ---- a score for each class


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
    if p not in (1, 2):
        raise ValueError(f"{owner}: p must be 1 or 2, received {p!r}")
    x, labels, single = _scores(owner, input, target)
    rows, classes = np.arange(len(labels)), x.shape[1]
    losses = ops.relu(margin - ops.expand_dims(x[rows, labels], axis=1) + x)
    if p == 2:
        losses = ops.square(losses)
    others = (labels[:, None] != np.arange(classes)).astype(x.dtype)
    losses = ops.sum(losses * others, axis=1) * (1.0 / classes)
    weight = class_weight(owner, weight, classes, x.dtype)
    if weight is not None:
        losses = losses * weight[labels]
    return reduce(owner, ops.squeeze(losses, 0) if single else losses, reduction)


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


def _scores(owner: str, input: Any, target: Any) -> tuple[Any, Any, bool]:
    labels, single = label_array(target), input.ndim == 1
    x = ops.expand_dims(input, axis=0) if single else input
    labels = labels.reshape(1) if single and labels.ndim == 0 else labels
    if x.ndim != 2 or labels.shape != x.shape[:1]:
        raise ValueError(
            f"{owner}: expected input (N, C) and one label for each row, got {input.shape} and "
            f"{np.shape(target)}"
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
            f"{owner}: expected input (N, C) and labels (N, C), ended by -1, got {input.shape} "
            f"and {labels.shape}"
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


def multilabel_soft_margin_loss(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean"
) -> Any:
    """Logistic loss of every class.  -Σ w (t ln σ(x) + (1 - t) ln σ(-x)) / C, t = 0 or 1."""
    owner = "multilabel_soft_margin_loss"
    target = matching(owner, input, target)
    losses = ops.binary_cross_entropy_with_logits(input, target)
    weight = class_weight(owner, weight, input.shape[-1], input.dtype)
    if weight is not None:
        losses = losses * weight
    return reduce(owner, ops.mean(losses, axis=-1), reduction)


# ---- distances


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Any:
    """Length of x₁ - x₂ + ε on the last axis, in the p-norm."""
    x2 = matching("pairwise_distance", x1, x2, "x2")
    return ops.vector_norm(x1 - x2 + eps, ord=p, axis=-1, keepdims=keepdim)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """Cosine of the angle.  x₁ · x₂ / (max(‖x₁‖, ε) max(‖x₂‖, ε)) over an axis."""
    x2 = matching("cosine_similarity", x1, x2, "x2")
    n1 = ops.clip(ops.vector_norm(x1, axis=dim, keepdims=True), eps, None)
    n2 = ops.clip(ops.vector_norm(x2, axis=dim, keepdims=True), eps, None)
    return ops.sum((x1 / n1) * (x2 / n2), axis=dim)


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
    t = _signs(owner, cos, target)
    losses = ops.where(ops.equal(t, 1.0), 1.0 - cos, ops.relu(cos - margin))
    return reduce(owner, losses, reduction)


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
    check_number("triplet_margin_loss", "p", p, 0.0, open_low=True)
    return triplet_margin_with_distance_loss(
        anchor,
        positive,
        negative,
        distance_function=lambda a, b: pairwise_distance(a, b, p, eps),
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


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


def circle_loss(
    input: Any,
    target: Any,
    gamma: float = 80.0,
    margin: float = 0.4,
    remove_diagonal: bool = True,
    detach_weights: bool = False,
    reduction: str = "mean",
) -> Any:
    """Cosines in a batch: near 1 within a class, near 0 across, the worst pairs first.

    Row i, with s_j the cosine of i and j:

        ln(1 + Σ_{j unlike i} e^(γ α_j (s_j - m)) · Σ_{j like i} e^(-γ β_j (s_j - 1 + m))),
        α_j = max(0, s_j + m),  β_j = max(0, 1 + m - s_j),  m the margin

    A row without its like, or without its unlike, has loss 0 and gradient 0, and the mean divides
    by the number of the other rows, as in Keras. Sun et al. 2020.

    Parameters
    ----------
    input : Tensor of shape (N, D)
        Vectors of any length: each is divided by its own.
    target : integers of shape (N,)
        The class of each vector.
    gamma : float
        The scale.
    margin : float
    remove_diagonal : bool
        Whether a vector is not counted among its like.
    detach_weights : bool
        Take α and β as constants in the gradient, as the paper does; Keras does not.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    ValueError
        For other shapes, and a mean where no row has both its like and its unlike.
    TypeError
        For labels that are no integers.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    >>> tg.nn.functional.circle_loss(x, tg.tensor([5, 5, 7]), gamma=8.0, reduction="none")
    tensor([0.1012, 1.0635, 0.    ])
    """
    owner = "circle_loss"
    check_reduction(owner, reduction)
    check_number(owner, "gamma", gamma, 0.0, open_low=True)
    check_number(owner, "margin", margin, 0.0)
    labels = label_array(target)
    if input.ndim != 2 or labels.shape != input.shape[:1]:
        raise ValueError(
            f"{owner}: expected input (N, D) and labels (N,), got {input.shape} and {labels.shape}"
        )
    if labels.dtype.kind not in "iub":
        raise TypeError(f"{owner}: class labels must be integers, got dtype {labels.dtype}")
    unlike = labels[:, None] != labels
    like = ~unlike
    if remove_diagonal:
        np.fill_diagonal(like, False)
    unit = normalize(input)
    s = ops.matmul(unit, ops.transpose(unit))
    fixed = s.detach() if detach_weights and isinstance(s, Tensor) else s
    far = gamma * ops.relu(fixed + margin) * (s - margin)
    near = -gamma * ops.relu(1.0 + margin - fixed) * (s - (1.0 - margin))
    # A sum over nothing is e^-∞, and adds neither to the loss nor to the slope.
    total = ops.logsumexp(ops.where(unlike, far, -np.inf), axis=1) + ops.logsumexp(
        ops.where(like, near, -np.inf), axis=1
    )
    losses = ops.logaddexp(total, 0.0)
    if reduction != "mean":
        return reduce(owner, losses, reduction)
    counted = np.count_nonzero(like.any(axis=1) & unlike.any(axis=1))
    if not counted:
        raise ValueError(
            f"{owner}: the mean over nothing is undefined: "
            + ("no row has both its like and its unlike" if labels.size else "the batch is empty")
        )
    return ops.sum(losses) * (1.0 / counted)
