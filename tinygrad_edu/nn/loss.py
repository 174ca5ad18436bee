"""Losses as modules: a thin layer that holds the settings of the function of the same name."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.nn.functional._common import REDUCTIONS, check_reduction
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Buffer


class Loss(Module):
    """Base of all losses: it checks ``reduction``, once.

    A loss never broadcasts its input against its target.
    """

    reductions: tuple[str, ...] = REDUCTIONS

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = check_reduction(type(self).__name__, reduction, self.reductions)


def class_weight(weight: Any) -> Buffer | None:
    """The weights of classes as a buffer, so that they convert and travel with the loss."""
    if weight is None:
        return None
    array = np.asarray(weight.data if isinstance(weight, Buffer) else weight)
    return Buffer(array if array.dtype.kind == "f" and isinstance(weight, np.ndarray) else weight)


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
        self.weight = class_weight(weight)
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
        self.weight = class_weight(weight)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of log-probabilities ``input`` for labels ``target``."""
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class MSELoss(Loss):
    """Squared error.  (x - t)²."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.mse_loss(input, target, self.reduction)
