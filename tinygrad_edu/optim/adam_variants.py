"""Relatives of Adam in PyTorch: Adamax, NAdam, RAdam."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend, blend_square
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["Adamax", "NAdam", "RAdam"]


class Adamax(Optimizer):
    """m ← β₁m + (1-β₁)g;  u ← max(β₂u, |g| + ε);  d = m̂ / u.   Kingma & Ba 2015, algorithm 2.

    Adam with the largest recent |g| in place of the root mean square.

    Parameters
    ----------
    params, lr, betas, weight_decay, maximize
        As in `Adam`.
    eps : float
        ε, inside of the maximum.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_inf")

    lr: float = 2e-3
    betas: Betas = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0

    def direction(
        self, w: Array, g: Array, state: State, t: int, out: Array, betas: Betas, eps: float
    ) -> Array:
        """m̂ / u."""
        beta1, beta2 = betas
        m, u = blend(state["exp_avg"], g, beta1, out), state["exp_inf"]
        u *= beta2
        np.absolute(g, out=out)
        out += eps
        np.maximum(u, out, out=u)
        np.divide(m, u, out=out)
        out /= 1 - beta1**t
        return out


class NAdam(Optimizer):
    """Adam with Nesterov's momentum: d = (μₜ₊₁ m̂ + (1-μₜ) ĝ) / (√v̂ + ε).   Dozat 2016.

    μₜ = β₁(1 − 0.96^(t ψ)/2); m̂ = m / (1-μ₁…μₜ₊₁) and ĝ = g / (1-μ₁…μₜ).

    Parameters
    ----------
    params, lr, betas, eps, weight_decay, maximize, decoupled_weight_decay
        As in `Adam`.
    momentum_decay : float
        ψ.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
    numbers: ClassVar[dict[str, Any]] = {"mu_product": 1.0}
    ranges: ClassVar = {"momentum_decay": "[0, inf)"}

    lr: float = 2e-3
    betas: Betas = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum_decay: float = 4e-3
    decoupled_weight_decay: bool = False

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        betas: Betas,
        eps: float,
        momentum_decay: float,
    ) -> Array:
        """(μₜ₊₁ m̂ + (1-μₜ) ĝ) / (√v̂ + ε)."""
        beta1, beta2 = betas
        mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
        mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
        product = state["mu_product"] = state["mu_product"] * mu
        m = blend(state["exp_avg"], g, beta1, out)
        v = blend_square(state["exp_avg_sq"], g, beta2, out)
        d: Array = np.multiply(m, mu_next / (1 - product * mu_next), out=tmp)
        d += np.multiply(g, (1 - mu) / (1 - product), out=out)
        np.divide(v, 1 - beta2**t, out=out)
        np.sqrt(out, out=out)
        out += eps
        d /= out
        return d


class RAdam(Optimizer):
    """Adam that divides by √v only once v can be trusted.   Liu et al. 2020, algorithm 2.

    ρₜ = ρ∞ − 2tβ₂ᵗ/(1-β₂ᵗ), ρ∞ = 2/(1-β₂) − 1;  d = m̂ while ρₜ ≤ 5, then d = rₜ m̂ √(1-β₂ᵗ)/(√v + ε)
    with rₜ² = (ρₜ-4)(ρₜ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρₜ).

    Parameters
    ----------
    params, lr, betas, eps, weight_decay, maximize, decoupled_weight_decay
        As in `Adam`; ε is added before the correction of v.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")

    lr: float = 1e-3
    betas: Betas = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    decoupled_weight_decay: bool = False

    def direction(
        self, w: Array, g: Array, state: State, t: int, out: Array, betas: Betas, eps: float
    ) -> Array:
        """m̂, divided where that is safe."""
        beta1, beta2 = betas
        m = blend(state["exp_avg"], g, beta1, out)
        v = blend_square(state["exp_avg_sq"], g, beta2, out)
        unbiased = 1 - beta2**t
        limit = 2 / (1 - beta2) - 1
        length = limit - 2 * t * beta2**t / unbiased
        if length <= 5:
            return np.divide(m, 1 - beta1**t, out=out)
        rectified = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
        np.sqrt(v, out=out)
        out += eps
        np.divide(m, out, out=out)
        out *= math.sqrt(rectified * unbiased) / (1 - beta1**t)
        return out
