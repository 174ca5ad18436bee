"""Losses of numbers against numbers, as modules."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.nn.loss import Loss

__all__ = [
    "GaussianNLLLoss", "HalfSquaredErrorLoss", "HuberLoss", "L1Loss", "LogCoshLoss", "MAPELoss",
    "MSELoss", "MSLELoss", "PoissonNLLLoss", "QuantileLoss", "SmoothL1Loss",
]  # fmt: skip


class MSELoss(Loss):
    """Squared error.  (x - t)².

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.MSELoss()(tg.tensor([1.0, 3.0]), tg.tensor([0.0, 1.0]))
    tensor(2.5)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.mse_loss(input, target, self.reduction)


class HalfSquaredErrorLoss(Loss):
    """Squared error as lectures write it.  ½ Σ (x - t)² over all axes but the first.

    Its gradient is x - t itself; the reduction is over the samples.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> loss = tg.nn.HalfSquaredErrorLoss()
    >>> loss(tg.tensor([[1.0, 3.0]]), tg.tensor([[0.0, 1.0]]))
    tensor(2.5)
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.half_squared_error(input, target, self.reduction)


class L1Loss(Loss):
    """Absolute error.  |x - t|; slope 0 at 0."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.l1_loss(input, target, self.reduction)


class HuberLoss(Loss):
    """Squared near 0, absolute further out.  d²/2 where |d| <= δ, else δ (|d| - δ/2).

    Huber 1964.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = check_number("HuberLoss", "delta", delta, 0.0, open_low=True)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.huber_loss(input, target, self.reduction, self.delta)


class SmoothL1Loss(Loss):
    """Huber's loss divided by β, so that its arms have slope 1.  Girshick 2015."""

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        self.beta = check_number("SmoothL1Loss", "beta", beta, 0.0)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.smooth_l1_loss(input, target, self.reduction, self.beta)


class LogCoshLoss(Loss):
    """Logarithm of the hyperbolic cosine.  ln cosh(x - t): squared near 0, absolute further out."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.log_cosh_loss(input, target, self.reduction)


class QuantileLoss(Loss):
    """Pinball loss, least at the q-quantile.  q d where d = t - x > 0, else (q - 1) d."""

    def __init__(self, q: float = 0.5, *, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.q = check_number("QuantileLoss", "q", q, 0.0, 1.0)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.quantile_loss(input, target, self.q, self.reduction)


class MAPELoss(Loss):
    """Absolute error in percent of the target.  100 |x - t| / max(|t|, ε)."""

    def __init__(self, reduction: str = "mean", eps: float = 1e-7) -> None:
        super().__init__(reduction)
        self.eps = check_number("MAPELoss", "eps", eps, 0.0, open_low=True)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.mape_loss(input, target, self.reduction, self.eps)


class MSLELoss(Loss):
    """Squared error of logarithms.  (ln(1 + x) - ln(1 + t))², for x, t > -1."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of ``input`` for ``target``."""
        return F.msle_loss(input, target, self.reduction)


class PoissonNLLLoss(Loss):
    """Negative log-likelihood of counts.  eˣ - t x, or x - t ln(x + ε) with ``log_input=False``.

    ``full`` adds Stirling's approximation of ln t! where t > 1.
    """

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        *,
        eps: float = 1e-8,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        self.log_input = log_input
        self.full = full
        self.eps = check_number("PoissonNLLLoss", "eps", eps, 0.0)

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of (logarithms of) rates ``input`` for counts ``target``."""
        return F.poisson_nll_loss(
            input, target, self.log_input, self.full, self.eps, self.reduction
        )


class GaussianNLLLoss(Loss):
    """Negative log-likelihood of a normal distribution.  ½ (ln v + (x - t)² / v).

    v = max(var, ε); ``full`` adds ½ ln 2π.
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.full = full
        self.eps = check_number("GaussianNLLLoss", "eps", eps, 0.0, open_low=True)

    def forward(self, input: Any, target: Any, var: Any) -> Any:
        """Return the loss of means ``input`` and variances ``var`` for ``target``."""
        return F.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)
