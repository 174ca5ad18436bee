"""Losses of structured predictions as modules: of a regularized maximum, and of a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_size, refuse_wider
from tinygrad_edu.nn.loss import Loss
from tinygrad_edu.nn.parameter import parameter_of

__all__ = ["FenchelYoungLoss", "LinearChainCRFLoss"]


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


class LinearChainCRFLoss(Loss):
    """Negative log-likelihood of tags among all sequences of tags.  ln Σ_z e^s(z) - s(y).

    The score s adds those of the tags, which a net gives, and those of their order, which are the
    parameters here: train them with the net's. They start at 0, where the loss is the cross
    entropy of the places, added up. See `functional.linear_chain_crf_loss` for the formula, the
    shapes and what is raised. Lafferty, McCallum & Pereira 2001.

    Parameters
    ----------
    num_tags : int
        C.
    reduction : {"mean", "sum", "none"}
        The mean divides by the number of sequences.
    dtype : NumPy dtype, default float32

    Shape
    -----
    Input (N, T, C), target (N, T), mask (N, T) or None; ``transitions`` (C, C), from tag i to
    tag j, ``start_transitions`` and ``end_transitions`` (C,).

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> crf = tg.nn.LinearChainCRFLoss(2)
    >>> scores = tg.tensor(np.zeros((1, 3, 2), np.float32))
    >>> crf(scores, tg.tensor([[0, 1, 1]]))  # 3 ln 2
    tensor(2.0794, grad_fn=mean)
    >>> crf.decode(scores + tg.tensor([0.0, 1.0]))
    tensor([[1, 1, 1]])
    """

    def __init__(self, num_tags: int, *, reduction: str = "mean", dtype: Any = None) -> None:
        super().__init__(reduction)
        self.num_tags = check_size("LinearChainCRFLoss", "num_tags", num_tags)
        dtype = np.float32 if dtype is None else dtype
        self.transitions = parameter_of(np.zeros((num_tags, num_tags), dtype))
        self.start_transitions = parameter_of(np.zeros(num_tags, dtype))
        self.end_transitions = parameter_of(np.zeros(num_tags, dtype))

    def forward(self, input: Any, target: Any, mask: Any = None) -> Any:
        """Return the loss of scores (N, T, C) for tags (N, T)."""
        refuse_wider(input, self.transitions)
        return F.linear_chain_crf_loss(
            input,
            target,
            self.transitions,
            self.start_transitions,
            self.end_transitions,
            mask,
            self.reduction,
        )

    def decode(self, input: Any, mask: Any = None) -> Any:
        """Return the best tags (N, T) for scores (N, T, C), -1 outside the mask."""
        return F.viterbi_decode(
            input, self.transitions, self.start_transitions, self.end_transitions, mask
        )
