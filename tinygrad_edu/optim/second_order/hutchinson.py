"""Second-order rules by the diagonal of the Hessian, estimated from products with random signs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend, blend_square
from tinygrad_edu.optim._closures import hessian_products, recorded_gradients, required
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["AdaHessian", "SophiaH"]


class HutchinsonOptimizer(Optimizer):
    """Base of rules that see diag(H) ≈ u ⊙ Hu, u random signs.   Hutchinson 1990.

    ``step`` needs a closure that computes and returns the loss; the gradients, and the product Hu
    every ``update_interval`` steps, are taken here. ``direction`` finds the estimate with `fresh`.
    """

    ranges: ClassVar = {"update_interval": "int [1, inf)"}
    elementwise: ClassVar[bool] = False
    differentiates: ClassVar[bool] = True
    transient: ClassVar[tuple[str, ...]] = ("estimate",)

    _: KW_ONLY
    generator: GeneratorLike = None  # None: the default one, as it is by then

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step on the loss that ``closure`` returns."""
        return super().step(required(self._name, closure))

    def evaluate(self, closure: Callable[[], Any]) -> Any:
        """The loss; its gradients go to the parameters and, when due, an estimate to the states."""
        params = [p for p, _, _ in self.members() if p.requires_grad]
        due = any(self.steps % int(group["update_interval"]) == 0 for group in self.param_groups)
        loss, grads = recorded_gradients(self._name, closure, params, create_graph=due)
        if due:
            generator = get_generator(self.generator)
            signs = [generator.choice([-1.0, 1.0], size=p.shape).astype(p.dtype) for p in params]
            products = hessian_products(grads, params, signs)
        for k, (p, g) in enumerate(zip(params, grads, strict=True)):
            p.grad = g.detach()
            if due:
                self.state[p]["estimate"] = signs[k] * products[k]
        return loss

    def fresh(self, state: State) -> Array | None:
        """The estimate made in this step, if one was."""
        estimate: Array | None = state.pop("estimate", None)
        return estimate


class SophiaH(HutchinsonOptimizer):
    """h ← β₂h + (1-β₂) u⊙Hu;  d = clip(m / max(γh, ε), ±ρ), m as in Adam.   Liu et al. 2023.

    Parameters
    ----------
    params, lr, eps, maximize
        As in `Adam`.
    betas : tuple of float
        β₁, β₂.
    gamma : float
        γ.
    clip_threshold : float
        ρ.
    weight_decay : float
        Decoupled, as in `AdamW`.
    update_interval : int
        Steps between two estimates.
    generator : np.random.Generator or int, optional
        Where the signs come from.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_hessian")
    decoupled: ClassVar[bool] = True
    ranges: ClassVar = {
        **HutchinsonOptimizer.ranges,
        "gamma": "(0, inf)",
        "clip_threshold": "(0, inf)",
    }

    lr: float = 1e-3
    betas: Betas = (0.965, 0.99)
    gamma: float = 0.01
    clip_threshold: float = 1.0
    eps: float = 1e-12
    weight_decay: float = 0.0
    update_interval: int = 10

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        betas: Betas,
        gamma: float,
        clip_threshold: float,
        eps: float,
        maximize: bool,
    ) -> Array:
        """The clipped Newton step."""
        beta1, beta2 = betas
        m = blend(state["exp_avg"], g, beta1, out)
        estimate = self.fresh(state)
        if estimate is not None:
            blend(state["exp_hessian"], -estimate if maximize else estimate, beta2, out)
        np.multiply(state["exp_hessian"], gamma, out=out)
        np.maximum(out, eps, out=out)
        np.divide(m, out, out=out)
        return np.clip(out, -clip_threshold, clip_threshold, out=out)


class AdaHessian(HutchinsonOptimizer):
    """v ← β₂v + (1-β₂)(u⊙Hu)²;  d = m̂ / (v̂^(k/2) + ε), m as in Adam.   Yao et al. 2021.

    Adam with the curvature in place of the gradient's size.

    Parameters
    ----------
    params, lr, betas, eps, weight_decay, maximize
        As in `Adam`; the decay is decoupled.
    hessian_power : float
        k.
    update_interval : int
        Steps between two estimates.
    generator : np.random.Generator or int, optional
        Where the signs come from.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_hessian_sq")
    numbers: ClassVar[dict[str, Any]] = {"estimates": 0}
    decoupled: ClassVar[bool] = True
    ranges: ClassVar = {**HutchinsonOptimizer.ranges, "hessian_power": "[0, 1]"}

    lr: float = 0.1
    betas: Betas = (0.9, 0.999)
    eps: float = 1e-4
    weight_decay: float = 0.0
    hessian_power: float = 1.0
    update_interval: int = 1

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        betas: Betas,
        eps: float,
        hessian_power: float,
    ) -> Array:
        """m̂ / (v̂^(k/2) + ε)."""
        beta1, beta2 = betas
        m = blend(state["exp_avg"], g, beta1, out)
        estimate = self.fresh(state)
        if estimate is not None:
            blend_square(state["exp_hessian_sq"], estimate, beta2, out)
            state["estimates"] += 1
        np.divide(state["exp_hessian_sq"], 1 - beta2 ** max(state["estimates"], 1), out=out)
        np.power(out, hessian_power / 2, out=out)
        out += eps
        np.divide(m, out, out=out)
        out /= 1 - beta1**t
        return out
