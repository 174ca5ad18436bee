"""Losses of numbers against numbers."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_number
from tinygrad_edu.engine import value_of
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import float_dtype, matching
from tinygrad_edu.nn.losses._common import Loss, reduce

__all__ = [
    "GaussianNLLLoss", "HalfSquaredErrorLoss", "HuberLoss", "L1Loss", "LogCoshLoss", "MAPELoss",
    "MSELoss", "MSLELoss", "PoissonNLLLoss", "QuantileLoss", "SmoothL1Loss", "gaussian_nll_loss",
    "half_squared_error", "huber_loss", "l1_loss", "log_cosh_loss", "mape_loss", "mse_loss",
    "msle_loss", "poisson_nll_loss", "quantile_loss", "smooth_l1_loss",
]  # fmt: skip


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Squared error.  (x - t)².

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.mse_loss(tg.tensor([1.0, 3.0]), tg.tensor([0.0, 1.0]))
    tensor(2.5)
    """
    return reduce("mse_loss", ops.square(_difference("mse_loss", input, target)), reduction)


class MSELoss(Loss, of=mse_loss):
    """Squared error.  (x - t)².

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.MSELoss()(tg.tensor([1.0, 3.0]), tg.tensor([0.0, 1.0]))
    tensor(2.5)
    """


@rounded_once
def half_squared_error(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Squared error as lectures write it.  ½ Σ (x - t)² over all axes but the first.

    Its gradient is x - t itself. The reduction is over the first axis, the samples.
    """
    squares = ops.square(_difference("half_squared_error", input, target))
    if squares.ndim > 1:
        squares = ops.sum(squares, axis=tuple(range(1, squares.ndim)))
    return reduce("half_squared_error", 0.5 * squares, reduction)


class HalfSquaredErrorLoss(Loss, of=half_squared_error):
    """Squared error as lectures write it.  ½ Σ (x - t)² over all axes but the first.

    Its gradient is x - t itself; the reduction is over the samples.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> loss = tg.nn.HalfSquaredErrorLoss()
    >>> loss(tg.tensor([[1.0, 3.0]]), tg.tensor([[0.0, 1.0]]))
    tensor(2.5)
    """


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Absolute error.  |x - t|; slope 0 at 0."""
    return reduce("l1_loss", ops.absolute(_difference("l1_loss", input, target)), reduction)


class L1Loss(Loss, of=l1_loss):
    """Absolute error.  |x - t|; slope 0 at 0."""


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:
    """Squared near 0, absolute further out.  d²/2 where |d| <= δ, else δ (|d| - δ/2).

    Huber 1964.
    """
    check_number("huber_loss", "delta", delta, "(0, inf)")
    d = _difference("huber_loss", input, target)
    return reduce("huber_loss", ops.huber(d, delta=delta), reduction)


class HuberLoss(Loss, of=huber_loss, delta="(0, inf)"):
    """Squared near 0, absolute further out.  d²/2 where |d| <= δ, else δ (|d| - δ/2).

    Huber 1964.
    """

    delta: float = 1.0


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """Huber's loss divided by β, so that its arms have slope 1.  β = 0 is `l1_loss`.

    Girshick 2015.
    """
    check_number("smooth_l1_loss", "beta", beta, "[0, inf)")
    d = _difference("smooth_l1_loss", input, target)
    losses = ops.huber(d, delta=beta) * (1.0 / beta) if beta else ops.absolute(d)
    return reduce("smooth_l1_loss", losses, reduction)


class SmoothL1Loss(Loss, of=smooth_l1_loss, beta="[0, inf)"):
    """Huber's loss divided by β, so that its arms have slope 1.  Girshick 2015."""

    beta: float = 1.0


def log_cosh_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Logarithm of the hyperbolic cosine.  ln cosh(x - t): squared near 0, absolute further out."""
    d = _difference("log_cosh_loss", input, target)
    return reduce("log_cosh_loss", ops.log_cosh(d), reduction)


class LogCoshLoss(Loss, of=log_cosh_loss):
    """Logarithm of the hyperbolic cosine.  ln cosh(x - t): squared near 0, absolute further out."""


def quantile_loss(input: Any, target: Any, q: float = 0.5, reduction: str = "mean") -> Any:
    """Pinball loss, least at the q-quantile.  q d where d = t - x > 0, else (q - 1) d.

    Koenker & Bassett 1978.
    """
    check_number("quantile_loss", "q", q, "[0, 1]")
    d = -_difference("quantile_loss", input, target)
    return reduce("quantile_loss", ops.maximum(d * q, d * (q - 1.0)), reduction)


class QuantileLoss(Loss, of=quantile_loss, q="[0, 1]"):
    """Pinball loss, least at the q-quantile.  q d where d = t - x > 0, else (q - 1) d."""

    q: float = 0.5
    _: KW_ONLY
    reduction: str = "mean"


@rounded_once
def mape_loss(input: Any, target: Any, reduction: str = "mean", eps: float = 1e-7) -> Any:
    """Absolute error in percent of the target.  100 |x - t| / max(|t|, ε)."""
    target = matching("mape_loss", input, target)
    scale = ops.maximum(ops.absolute(target), eps)
    losses = 100.0 * ops.absolute(input - target) / scale
    return reduce("mape_loss", losses, reduction)


class MAPELoss(Loss, of=mape_loss, eps="(0, inf)"):
    """Absolute error in percent of the target.  100 |x - t| / max(|t|, ε)."""

    eps: float = 1e-7


def msle_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Squared error of logarithms.  (ln(1 + x) - ln(1 + t))², for x, t > -1."""
    target = matching("msle_loss", input, target)
    for name, values in (("input", input), ("target", target)):
        raw = value_of(values)
        if raw.size and raw.min() <= -1:
            raise ValueError(f"msle_loss: {name} must be above -1, its minimum is {raw.min():g}")
    losses = ops.square(ops.log1p(input) - ops.log1p(target))
    return reduce("msle_loss", losses, reduction)


class MSLELoss(Loss, of=msle_loss):
    """Squared error of logarithms.  (ln(1 + x) - ln(1 + t))², for x, t > -1."""


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Any:
    """Negative log-likelihood of counts t of a Poisson distribution.  eˣ - t x, or x - t ln(x + ε).

    x is the logarithm of the rate, or with ``log_input=False`` the rate. ``full`` adds Stirling's
    approximation of ln t! where t > 1.
    """
    target = matching("poisson_nll_loss", input, target)
    rate = ops.exp(input) if log_input else input
    log_rate = input if log_input else ops.log(input + eps)
    losses = rate - target * log_rate
    if full:
        large = ops.greater(target, 1.0)
        t = ops.where(large, target, 2.0)
        stirling = t * ops.log(t) - t + 0.5 * ops.log(t * (2.0 * math.pi))
        losses = losses + ops.where(large, stirling, 0.0)
    return reduce("poisson_nll_loss", losses, reduction)


class PoissonNLLLoss(Loss, of=poisson_nll_loss, eps="[0, inf)"):
    """Negative log-likelihood of counts.  eˣ - t x, or x - t ln(x + ε) with ``log_input=False``.

    ``full`` adds Stirling's approximation of ln t! where t > 1.
    """

    log_input: bool = True
    full: bool = False
    _: KW_ONLY
    eps: float = 1e-8
    reduction: str = "mean"


def gaussian_nll_loss(
    input: Any,
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Any:
    """Negative log-likelihood of a normal distribution.  ½ (ln v + (x - t)² / v), v = max(var, ε).

    var has the shape of ``input``, or size 1 or no size on the last axis, or is one number.
    ``full`` adds ½ ln 2π. The gradient for var passes the limit ε, as in PyTorch: a variance that
    has collapsed can grow again.
    """
    check_number("gaussian_nll_loss", "eps", eps, "(0, inf)")
    d = _difference("gaussian_nll_loss", input, target)
    if isinstance(var, (int, float)):
        var = np.full(input.shape, var, float_dtype(input))
    if var.shape != input.shape:
        if input.ndim and var.shape == input.shape[:-1]:
            var = ops.expand_dims(var, axis=-1)
        elif not input.ndim or var.shape != (*input.shape[:-1], 1):
            raise ValueError(
                f"gaussian_nll_loss: var of shape {tuple(var.shape)} fits no input of shape "
                f"{tuple(input.shape)}"
            )
    raw = value_of(var)
    if raw.size and raw.min() < 0:
        raise ValueError(f"gaussian_nll_loss: var must be >= 0, its minimum is {raw.min():g}")
    v = var + (np.maximum(raw, eps) - raw)
    losses = 0.5 * (ops.log(v) + ops.square(d) / v)
    if full:
        losses = losses + 0.5 * math.log(2.0 * math.pi)
    return reduce("gaussian_nll_loss", losses, reduction)


class GaussianNLLLoss(Loss, of=gaussian_nll_loss, eps="(0, inf)"):
    """Negative log-likelihood of a normal distribution.  ½ (ln v + (x - t)² / v).

    v = max(var, ε); ``full`` adds ½ ln 2π.
    """

    _: KW_ONLY
    full: bool = False
    eps: float = 1e-6
    reduction: str = "mean"


def _difference(owner: str, input: Any, target: Any) -> Any:
    return ops.subtract(input, matching(owner, input, target))
