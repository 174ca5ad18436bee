"""Adam with another second moment, bounds or momentum: AdaBelief, Yogi, AdaBound, Adan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend, blend_square
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["AdaBelief", "AdaBound", "Adan", "Yogi"]


class AdaBelief(Optimizer):
    """m ← β₁m + (1-β₁)g;  s ← β₂s + (1-β₂)(g−m)² + ε;  d = m̂ / (√ŝ + ε).   Zhuang et al. 2020.

    The step is large where the gradient is what was expected.

    Parameters
    ----------
    params, lr, betas, weight_decay, maximize
        As in `Adam`.
    eps : float
        ε, in both places.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_var")

    lr: float = 1e-3
    betas: Betas = (0.9, 0.999)
    eps: float = 1e-16
    weight_decay: float = 0.0

    def direction(
        self, w: Array, g: Array, state: State, t: int, out: Array, betas: Betas, eps: float
    ) -> Array:
        """m̂ / (√ŝ + ε)."""
        beta1, beta2 = betas
        m = blend(state["exp_avg"], g, beta1, out)
        s = blend_square(state["exp_avg_var"], np.subtract(g, m, out=out), beta2, out)
        s += eps
        np.sqrt(s, out=out)
        out /= math.sqrt(1 - beta2**t)
        out += eps
        np.divide(m, out, out=out)
        out /= 1 - beta1**t
        return out


class Yogi(Optimizer):
    """Adam with v ← v − (1-β₂) sign(v − g²) g²: v moves by at most (1-β₂)g².   Zaheer et al. 2018.

    After large gradients Adam's v falls fast and its step rises; here both are slow.

    Parameters
    ----------
    params, lr, betas, eps, weight_decay, maximize
        As in `Adam`.
    initial_accumulator_value : float
        m and v at first.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
    ranges: ClassVar = {"initial_accumulator_value": "[0, inf)"}

    lr: float = 1e-2
    betas: Betas = (0.9, 0.999)
    eps: float = 1e-3
    weight_decay: float = 0.0
    initial_accumulator_value: float = 1e-6

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """Both averages start from ``initial_accumulator_value``."""
        array = super().new_slot(slot, w, group)
        array.fill(group["initial_accumulator_value"])
        return array

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
    ) -> Array:
        """m̂ / (√v̂ + ε)."""
        beta1, beta2 = betas
        m = blend(state["exp_avg"], g, beta1, out)
        v = state["exp_avg_sq"]
        square = np.multiply(g, g, out=out)
        change = np.sign(np.subtract(v, square, out=tmp), out=tmp)
        change *= square
        change *= 1 - beta2
        v -= change
        np.sqrt(v, out=out)
        out /= math.sqrt(1 - beta2**t)
        out += eps
        np.divide(m, out, out=out)
        out /= 1 - beta1**t
        return out


class AdaBound(Optimizer):
    """d = clip(α̂/(√v + ε), lower, upper) m: Adam at first, SGD in the end.   Luo et al. 2019.

    α̂ = lr √(1-β₂ᵗ)/(1-β₁ᵗ); both bounds tend to f = final_lr · lr/base_lr, so that they follow a
    schedule: lower = f (1 − 1/(γt + 1)), upper = f (1 + 1/(γt)).

    Parameters
    ----------
    params, lr, betas, eps, weight_decay, maximize
        As in `Adam`.
    final_lr : float
        The rate of SGD that it ends with, where lr stays at base_lr, its first value.
    gamma : float
        γ, how fast.
    amsbound : bool
        Use the largest v so far, as ``amsgrad`` of `Adam`.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr",)
    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
    optional_slots: ClassVar[dict[str, str]] = {"max_exp_avg_sq": "amsbound"}
    ranges: ClassVar = {"base_lr": "[0, inf)", "final_lr": "[0, inf)", "gamma": "(0, 1)"}

    lr: float = 1e-3
    betas: Betas = (0.9, 0.999)
    final_lr: float = 0.1
    gamma: float = 1e-3
    eps: float = 1e-8
    weight_decay: float = 0.0
    amsbound: bool = False

    def check_group(self, entries: dict[str, Any]) -> dict[str, Any]:
        """The rate that the group begins with is kept in it, as ``base_lr``."""
        first = entries.get("initial_lr", entries["lr"])
        return super().check_group({**entries, "base_lr": entries.get("base_lr", first)})

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        lr: float,
        betas: Betas,
        final_lr: float,
        gamma: float,
        eps: float,
        amsbound: bool,
        base_lr: float,
    ) -> Array:
        """M times the step size of Adam, clipped to the bounds of step t."""
        beta1, beta2 = betas
        m = blend(state["exp_avg"], g, beta1, out)
        v = blend_square(state["exp_avg_sq"], g, beta2, out)
        if amsbound:
            v = np.maximum(state["max_exp_avg_sq"], v, out=state["max_exp_avg_sq"])
        np.sqrt(v, out=out)
        out += eps
        np.divide(lr * math.sqrt(1 - beta2**t) / (1 - beta1**t), out, out=out)
        final = final_lr * (lr / base_lr if base_lr else 1.0)
        lower, upper = final * (1 - 1 / (gamma * t + 1)), final * (1 + 1 / (gamma * t))
        np.clip(out, lower, upper, out=out)
        out *= m
        return out


class Adan(Optimizer):
    """Nesterov's momentum in Adam without looking ahead.   Xie et al. 2022, algorithm 1.

    δ = g − g₋₁;  m ← β₁m + (1-β₁)g;  v ← β₂v + (1-β₂)δ;  n ← β₃n + (1-β₃)(g + β₂δ)²;
    d = (m̂ + β₂v̂) / (√n̂ + ε);  then w ← w / (1 + lr λ).

    Parameters
    ----------
    params, lr, eps, maximize
        As in `Adam`.
    betas : tuple of float
        β₁, β₂, β₃.
    weight_decay : float
        λ, decoupled and proximal: it divides.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr", "weight_decay")
    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_diff", "exp_avg_sq", "previous_grad")
    ranges: ClassVar = {"betas": ("[0, 1)",) * 3}

    lr: float = 1e-3
    betas: tuple[float, float, float] = (0.98, 0.92, 0.99)
    eps: float = 1e-8
    weight_decay: float = 0.0

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        lr: float,
        betas: tuple[float, float, float],
        eps: float,
        weight_decay: float,
    ) -> Array:
        """The whole step, with the division by 1 + lr λ in it."""
        beta1, beta2, beta3 = betas
        previous = state["previous_grad"]
        if t == 1:
            np.copyto(previous, g)
        m = blend(state["exp_avg"], g, beta1, out)
        change = np.subtract(g, previous, out=out)
        np.copyto(previous, g)
        v = blend(state["exp_avg_diff"], change, beta2, tmp)
        change *= beta2
        change += g
        n = blend_square(state["exp_avg_sq"], change, beta3, tmp)
        np.multiply(v, beta2 * (1 - beta1**t) / (1 - beta2**t), out=out)
        out += m
        np.sqrt(n, out=tmp)
        tmp /= math.sqrt(1 - beta3**t)
        tmp += eps
        d: Array = np.divide(out, tmp, out=out)
        d *= lr / (1 - beta1**t)
        if weight_decay:
            d += np.multiply(w, lr * weight_decay, out=tmp)
            d /= 1 + lr * weight_decay
        return d
