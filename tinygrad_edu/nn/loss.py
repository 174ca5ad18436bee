"""Losses as modules: a thin layer that holds the settings of the function of the same name."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.nn.functional._common import REDUCTIONS, check_reduction
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Buffer

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "DiceLoss", "FocalLoss", "GaussianKLLoss",
    "GeneralizedCrossEntropyLoss", "InfoNCELoss", "KLDivLoss", "Loss", "NLLLoss", "NTXentLoss",
    "Poly1CrossEntropyLoss", "SigmoidFocalLoss", "SparsemaxLoss", "TverskyLoss",
]  # fmt: skip


class Loss(Module):
    """Base of all losses: it checks ``reduction``, once.

    A loss never broadcasts its input against its target.
    """

    reductions: tuple[str, ...] = REDUCTIONS

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = check_reduction(type(self).__name__, reduction, self.reductions)


def constant_buffer(values: Any) -> Buffer | None:
    """Weights given to a loss as a buffer, so that they convert and travel with it."""
    if values is None:
        return None
    buffer = Buffer(values)
    return buffer if buffer.dtype.kind == "f" else Buffer(buffer.value.astype(np.float32))


class CrossEntropyLoss(Loss):
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

    def __init__(
        self,
        weight: Any = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(reduction)
        self.weight = constant_buffer(weight)
        self.ignore_index = ignore_index
        self.label_smoothing = check_number(
            "CrossEntropyLoss", "label_smoothing", label_smoothing, 0.0, 1.0
        )

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores ``input`` for ``target``."""
        return F.cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )


class NLLLoss(Loss):
    """Negative log-likelihood of labels, for a net that ends with `LogSoftmax`.

    Parameters as in `CrossEntropyLoss`.
    """

    def __init__(
        self, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        self.weight = constant_buffer(weight)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of log-probabilities ``input`` for labels ``target``."""
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class BCELoss(Loss):
    """Cross entropy of probabilities p for yes.  -t ln p - (1 - t) ln(1 - p), logarithms >= -100.

    Refuses probabilities outside [0, 1]; for scores, `BCEWithLogitsLoss` is stable and quicker.

    Parameters
    ----------
    weight : array, optional
        Factor on each element's loss; broadcast to the input.
    """

    def __init__(self, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.weight = constant_buffer(weight)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of probabilities ``input`` for ``target``."""
        return F.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(Loss):
    """Cross entropy of scores for yes, stable at any size.  -w t ln σ(x) - (1 - t) ln σ(-x).

    Parameters
    ----------
    weight : array, optional
        Factor on each element's loss; broadcast to the input.
    pos_weight : array, optional
        w: counts positives more, e.g. one number per class on the last axis.
    """

    def __init__(
        self, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None
    ) -> None:
        super().__init__(reduction)
        self.weight = constant_buffer(weight)
        self.pos_weight = constant_buffer(pos_weight)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores ``input`` for ``target``."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, self.reduction, self.pos_weight
        )


class KLDivLoss(Loss):
    """Kullback-Leibler divergence of t from eˣ.  t (ln t - x); the input are *log*-probabilities.

    ``reduction="batchmean"`` is the divergence itself, ``"mean"`` divides by all elements.
    """

    reductions = (*REDUCTIONS, "batchmean")

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input: Any, target: Any) -> Any:
        """Return the divergence."""
        return F.kl_div(input, target, self.reduction, self.log_target)


class FocalLoss(Loss):
    """Cross entropy that looks away from what is easy.  -w_t (1 - p_t)^γ ln p_t.

    Lin et al. 2017.
    """

    def __init__(self, gamma: float = 2.0, weight: Any = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.gamma = check_number("FocalLoss", "gamma", gamma, 0.0)
        self.weight = constant_buffer(weight)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) for labels (N,)."""
        return F.focal_loss(input, target, self.gamma, self.weight, self.reduction)


class SigmoidFocalLoss(Loss):
    """Focal loss of scores for yes.  -α_t (1 - p_t)^γ ln p_t.  Lin et al. 2017."""

    def __init__(
        self, alpha: float | None = 0.25, gamma: float = 2.0, *, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        name = "SigmoidFocalLoss"
        self.alpha = None if alpha is None else check_number(name, "alpha", alpha, 0.0, 1.0)
        self.gamma = check_number(name, "gamma", gamma, 0.0)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores ``input`` for ``target``."""
        return F.sigmoid_focal_loss(input, target, self.alpha, self.gamma, self.reduction)


class GeneralizedCrossEntropyLoss(Loss):
    """Between cross entropy and absolute error: bears wrong labels.  (1 - p_t^q) / q.

    Zhang & Sabuncu 2018.
    """

    def __init__(self, q: float = 0.7, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.q = check_number(type(self).__name__, "q", q, 0.0, 1.0, open_low=True)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) for labels (N,)."""
        return F.generalized_cross_entropy(input, target, self.q, self.reduction)


class Poly1CrossEntropyLoss(Loss):
    """Cross entropy with its first polynomial term changed.  -ln p_t + ε (1 - p_t).

    Leng et al. 2022.
    """

    def __init__(self, epsilon: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.epsilon = check_number(type(self).__name__, "epsilon", epsilon)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) for labels (N,)."""
        return F.poly1_cross_entropy(input, target, self.epsilon, self.reduction)


class SparsemaxLoss(Loss):
    """The loss whose gradient is sparsemax(x) - 1_t.  Martins & Astudillo 2016."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) for labels (N,)."""
        return F.sparsemax_loss(input, target, self.reduction)


class InfoNCELoss(Loss):
    """Find each query's own key among all keys: cross entropy of cosines / τ.

    van den Oord et al. 2018.
    """

    def __init__(self, temperature: float = 0.07, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        name = "InfoNCELoss"
        self.temperature = check_number(name, "temperature", temperature, 0.0, open_low=True)

    def forward(self, query: Any, key: Any) -> Any:
        """Return the loss of vectors (N, D) and their partners (N, D)."""
        return F.info_nce(query, key, self.temperature, self.reduction)


class NTXentLoss(Loss):
    """Contrast two views of a batch: each vector against the 2N - 1 others.  Chen et al. 2020."""

    def __init__(self, temperature: float = 0.5, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        name = "NTXentLoss"
        self.temperature = check_number(name, "temperature", temperature, 0.0, open_low=True)

    def forward(self, z1: Any, z2: Any) -> Any:
        """Return the loss of two views (N, D) of one batch."""
        return F.nt_xent(z1, z2, self.temperature, self.reduction)


class DiceLoss(Loss):
    """Overlap of probabilities with a mask.  1 - (2 Σ p t + 2s) / (Σ p + Σ t + 2s), per sample.

    Milletari et al. 2016.
    """

    def __init__(self, smooth: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.smooth = check_number("DiceLoss", "smooth", smooth, 0.0)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of probabilities ``input`` for the mask ``target``."""
        return F.dice_loss(input, target, self.smooth, self.reduction)


class TverskyLoss(Loss):
    """Dice with a choice between false alarms (α) and misses (β).  Salehi et al. 2017."""

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        smooth: float = 1.0,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.alpha = check_number("TverskyLoss", "alpha", alpha, 0.0)
        self.beta = check_number("TverskyLoss", "beta", beta, 0.0)
        self.smooth = check_number("TverskyLoss", "smooth", smooth, 0.0)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of probabilities ``input`` for the mask ``target``."""
        return F.tversky_loss(input, target, self.alpha, self.beta, self.smooth, self.reduction)


class GaussianKLLoss(Loss):
    """Divergence of N(μ, e^v) from N(0, 1): the regularizer of a variational autoencoder.

    ½ Σ (e^v + μ² - 1 - v) over all axes but the first. Kingma & Welling 2014.
    """

    def forward(self, mean: Any, log_var: Any) -> Any:
        """Return the divergence of means and logarithms of variances."""
        return F.gaussian_kl(mean, log_var, self.reduction)
