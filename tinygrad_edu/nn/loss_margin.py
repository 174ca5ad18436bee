"""Losses that ask for a margin, as modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.nn.loss import Loss, constant_buffer

__all__ = [
    "CategoricalHingeLoss", "CircleLoss", "ContrastiveLoss", "CosineEmbeddingLoss",
    "HingeEmbeddingLoss", "HingeLoss", "MarginRankingLoss", "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss", "MultiMarginLoss", "PerceptronLoss", "SoftMarginLoss",
    "SquaredHingeLoss", "TripletMarginLoss", "TripletMarginWithDistanceLoss",
]  # fmt: skip


class _MarginLoss(Loss):
    """Checks the margin once."""

    def __init__(self, margin: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.margin = check_number(type(self).__name__, "margin", margin)


# ---- one score for each sample


class HingeLoss(_MarginLoss):
    """Loss of the support vector machine.  max(0, margin - t x), t = ±1.  Cortes & Vapnik 1995.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> loss = tg.nn.HingeLoss(reduction="none")
    >>> loss(tg.tensor([0.25, 2.0]), tg.tensor([1, 1])).tolist()
    [0.75, 0.0]
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores ``input`` for ``target`` of -1 and 1."""
        return F.hinge_loss(input, target, self.margin, self.reduction)


class SquaredHingeLoss(_MarginLoss):
    """Square of the hinge loss.  max(0, margin - t x)², t = ±1."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores ``input`` for ``target`` of -1 and 1."""
        return F.squared_hinge_loss(input, target, self.margin, self.reduction)


class PerceptronLoss(Loss):
    """Loss whose gradient step is the perceptron's rule.  max(0, -t x), t = ±1.

    Rosenblatt 1958.
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores ``input`` for ``target`` of -1 and 1."""
        return F.perceptron_loss(input, target, self.reduction)


class SoftMarginLoss(Loss):
    """Logistic loss.  ln(1 + e^(-t x)), t = ±1."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores ``input`` for ``target`` of -1 and 1."""
        return F.soft_margin_loss(input, target, self.reduction)


class HingeEmbeddingLoss(_MarginLoss):
    """Distances: small for the like, above a margin for the unlike.  x, or max(0, margin - x)."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of distances ``input`` for ``target`` of -1 and 1."""
        return F.hinge_embedding_loss(input, target, self.margin, self.reduction)


class MarginRankingLoss(_MarginLoss):
    """Order: x₁ above x₂ where t = 1, below where t = -1.  max(0, margin - t (x₁ - x₂))."""

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__(margin, reduction=reduction)

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        """Return the loss of two scores for ``target`` of -1 and 1."""
        return F.margin_ranking_loss(input1, input2, target, self.margin, self.reduction)


# ---- a score for each class


class MultiMarginLoss(Loss):
    """Multi-class hinge.  w_t Σ_{c ≠ t} max(0, margin - x_t + x_c)ᵖ / C, p = 1 or 2."""

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: Any = None, *, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p must be 1 or 2, received {p!r}")
        self.p = p
        self.margin = check_number("MultiMarginLoss", "margin", margin)
        self.weight = constant_buffer(weight)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) for labels (N,)."""
        return F.multi_margin_loss(input, target, self.p, self.margin, self.weight, self.reduction)


class CategoricalHingeLoss(_MarginLoss):
    """Hinge against the best wrong class.  max(0, margin - x_t + max_{c ≠ t} x_c).

    Crammer & Singer 2001.
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) for labels (N,)."""
        return F.categorical_hinge_loss(input, target, self.margin, self.reduction)


class MultiLabelMarginLoss(Loss):
    """Hinge of each right class against each wrong one.  Σ max(0, 1 - x_j + x_i) / C.

    The target lists the right classes of each sample, then -1.
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) for lists of labels (N, C)."""
        return F.multilabel_margin_loss(input, target, self.reduction)


class MultiLabelSoftMarginLoss(Loss):
    """Logistic loss of every class.  -Σ w (t ln σ(x) + (1 - t) ln σ(-x)) / C, t = 0 or 1."""

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = constant_buffer(weight)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) for ``target`` (N, C) of 0 and 1."""
        return F.multilabel_soft_margin_loss(input, target, self.weight, self.reduction)


# ---- distances


class CosineEmbeddingLoss(_MarginLoss):
    """Angles: small for the like, wide for the unlike.  1 - cos, or max(0, cos - margin)."""

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__(margin, reduction=reduction)

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        """Return the loss of vectors (N, D) for ``target`` (N,) of -1 and 1."""
        return F.cosine_embedding_loss(input1, input2, target, self.margin, self.reduction)


class TripletMarginLoss(_MarginLoss):
    """Nearer to the like than to the unlike, in the p-norm.  max(0, d(a, p) - d(a, n) + margin).

    ``swap`` measures the unlike from the like too and takes the smaller. Balntas et al. 2016.
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, reduction=reduction)
        self.p = check_number("TripletMarginLoss", "p", p, 0.0, open_low=True)
        self.eps = check_number("TripletMarginLoss", "eps", eps, 0.0)
        self.swap = swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """Return the loss of three batches of vectors (N, D)."""
        return F.triplet_margin_loss(
            anchor,
            positive,
            negative,
            self.margin,
            self.p,
            self.eps,
            self.swap,
            self.reduction,
        )


class TripletMarginWithDistanceLoss(_MarginLoss):
    """`TripletMarginLoss` with any distance of two batches of vectors."""

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, reduction=reduction)
        self.distance_function = distance_function
        self.swap = swap

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Any:
        """Return the loss of three batches of vectors (N, D)."""
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


class ContrastiveLoss(_MarginLoss):
    """Pull the like together, push the unlike apart.  ½ d², or ½ max(0, margin - d)² where t = 0.

    Hadsell, Chopra & LeCun 2006.
    """

    def forward(self, input1: Any, input2: Any, target: Any) -> Any:
        """Return the loss of vectors (N, D) for ``target`` (N,) of 0 and 1."""
        return F.contrastive_loss(input1, input2, target, self.margin, self.reduction)


class CircleLoss(Loss):
    """Cosines in a batch: near 1 within a class, near 0 across.  Sun et al. 2020.

    See `functional.circle_loss` for the formula, the parameters and what is raised.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    >>> tg.nn.CircleLoss(gamma=8.0)(x, tg.tensor([5, 5, 7]))
    tensor(0.5823)
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        detach_weights: bool = False,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.gamma = check_number("CircleLoss", "gamma", gamma, 0.0, open_low=True)
        self.margin = check_number("CircleLoss", "margin", margin, 0.0)
        self.remove_diagonal = remove_diagonal
        self.detach_weights = detach_weights

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of vectors (N, D) of the classes (N,)."""
        return F.circle_loss(
            input,
            target,
            self.gamma,
            self.margin,
            self.remove_diagonal,
            self.detach_weights,
            self.reduction,
        )
