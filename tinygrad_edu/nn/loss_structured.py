"""Losses of structured predictions as modules: of a regularized maximum, and of a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.loss import Loss


class FenchelYoungLoss(Loss):
    """Loss that a maximum function brings with it.  Ω*(θ) + Ω(y) - θ·y.  Blondel et al. 2020.

    See `functional.fenchel_young_loss` for the functions that there are, the shapes and what is
    raised.

    Parameters
    ----------
    max_function : callable
        Ω*, e.g. ``tg.logsumexp`` or ``nn.functional.sparsemax_conjugate``.
    regularizer : callable, optional
        Ω.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> loss = tg.nn.FenchelYoungLoss(tg.nn.functional.sparsemax_conjugate)
    >>> loss(tg.tensor([[2.0, 0.0], [0.0, 0.0]]), tg.tensor([[1.0, 0.0], [0.0, 1.0]]))
    tensor(0.125)
    """

    def __init__(
        self,
        max_function: Callable[..., Any] = ops.logsumexp,
        regularizer: Callable[[Any], Any] | None = None,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.max_function = max_function
        self.regularizer = regularizer

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (..., C) for ``target`` (..., C)."""
        return F.fenchel_young_loss(
            input, target, self.max_function, self.regularizer, self.reduction
        )
