"""Schedule-free rules: an average of the iterates does what a decaying learning rate would."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array, mark_changed
from tinygrad_edu.optim._averages import blend_square
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["ScheduleFreeAdamW", "ScheduleFreeSGD"]


class ScheduleFree(Optimizer):
    """z ← z − γ d(y);  x ← (1-c)x + cz, c = γ²/Σγ²;  y = (1-β)z + βx.   Defazio et al. 2024.

    The gradient is taken at y, the answer is x. The parameters hold y while training; call
    ``optimizer.eval()`` to put x there, before validation, saving or the end, and
    ``optimizer.train()`` to go on. γ = lr · min(1, t/warmup_steps).
    """

    slots: ClassVar[tuple[str, ...]] = ("z",)
    numbers: ClassVar[dict[str, Any]] = {"weight_sum": 0.0, "lr_max": 0.0}
    ranges: ClassVar = {
        "momentum": "(0, 1)",
        "warmup_steps": "int [0, inf)",
        "r": "[0, inf)",
        "weight_lr_power": "(-inf, inf)",
    }

    def _start(self, params: Any, defaults: dict[str, Any]) -> None:
        super()._start(params, {**defaults, "training": True})

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """The sequence z starts where the weights are."""
        array = super().new_slot(slot, w, group)
        if slot == "z":
            np.copyto(array, w)
        return array

    def update(self) -> None:
        """One step of the rule, unless the parameters hold x."""
        if not all(group["training"] for group in self.param_groups):
            raise RuntimeError(
                f"{self._name}: the parameters hold the average after eval(); call train() before "
                "the next forward pass"
            )
        super().update()

    def train(self) -> None:
        """Put y into the parameters, where training goes on."""
        self._interpolate(True, lambda beta: 1 - beta)

    def eval(self) -> None:
        """Put x, the average, into the parameters."""
        self._interpolate(False, lambda beta: 1 - 1 / beta)

    def _interpolate(self, training: bool, weight_of: Any) -> None:
        """Move every parameter towards its z: y and x lie on a line through it."""
        for p, state, group in self.members():
            if state and group["training"] is not training:
                p.value += weight_of(self.beta(group)) * (state["z"] - p.value)
                mark_changed(p.value)
        for group in self.param_groups:
            group["training"] = training

    def beta(self, group: Mapping[str, Any]) -> float:
        """β of a group."""
        return float(group["momentum"] if "momentum" in group else group["betas"][0])

    def average(
        self,
        w: Array,
        direction: Array,
        state: State,
        t: int,
        tmp: Array,
        beta: float,
        lr: float,
        warmup_steps: float,
        r: float,
        weight_lr_power: float,
    ) -> Array:
        """Move z along ``direction`` and return the step of y, w − y, in ``direction``."""
        rate = lr * min(1.0, t / warmup_steps) if warmup_steps else lr
        state["lr_max"] = max(rate, state["lr_max"])
        weight = t**r * state["lr_max"] ** weight_lr_power
        state["weight_sum"] += weight
        share = weight / state["weight_sum"] if state["weight_sum"] else 0.0
        z = state["z"]
        # y ← (1-c) y + c z + γ (β(1-c) − 1) d, from the definitions.
        gap = np.subtract(w, z, out=tmp)
        gap *= share
        z -= rate * direction
        direction *= rate * (1 - beta * (1 - share))
        direction += gap
        return direction


class ScheduleFreeSGD(ScheduleFree):
    """z ← z − γ g(y);  x ← the mean of z;  y between z and x.   Defazio et al. 2024, eq. 3-5.

    Call ``optimizer.eval()`` before validation and at the end; see `ScheduleFree`.

    Parameters
    ----------
    params, weight_decay, maximize
        As in `SGD`.
    lr : float
        γ after the warm-up; larger than for SGD with a schedule.
    momentum : float
        β in (0, 1): y = (1-β)z + βx.
    warmup_steps : int
        Steps in which γ rises.
    r, weight_lr_power : float
        z of step t weighs t^r γ^power in the average.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr",)
    lr: float = 1.0
    momentum: float = 0.9
    weight_decay: float = 0.0
    warmup_steps: int = 0
    r: float = 0.0
    weight_lr_power: float = 2.0

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        lr: float,
        momentum: float,
        warmup_steps: float,
        r: float,
        weight_lr_power: float,
    ) -> Array:
        """What moves y, given that z moves by −γ d."""
        np.copyto(out, g)
        return self.average(w, out, state, t, tmp, momentum, lr, warmup_steps, r, weight_lr_power)


class ScheduleFreeAdamW(ScheduleFree):
    """v ← β₂v + (1-β₂)g²;  z ← z − γ (g/(√v̂ + ε) + λy);  x ← mean(z).   Defazio et al. 2024.

    Call ``optimizer.eval()`` before validation and at the end; see `ScheduleFree`.

    Parameters
    ----------
    params, eps, maximize
        As in `Adam`.
    lr : float
        γ after the warm-up.
    betas : tuple of float
        β in (0, 1), for y, and β₂.
    weight_decay : float
        λ, at y.
    warmup_steps, r, weight_lr_power
        As in `ScheduleFreeSGD`.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr", "weight_decay")
    slots: ClassVar[tuple[str, ...]] = ("z", "exp_avg_sq")
    ranges: ClassVar = {**ScheduleFree.ranges, "betas": ("(0, 1)", "[0, 1)")}

    lr: float = 2.5e-3
    betas: Betas = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    warmup_steps: int = 0
    r: float = 0.0
    weight_lr_power: float = 2.0

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        lr: float,
        betas: Betas,
        eps: float,
        weight_decay: float,
        warmup_steps: float,
        r: float,
        weight_lr_power: float,
    ) -> Array:
        """What moves y, given that z moves by −γ d."""
        beta, beta2 = betas
        v = blend_square(state["exp_avg_sq"], g, beta2, out)
        np.sqrt(v, out=out)
        out /= math.sqrt(1 - beta2**t)
        out += eps
        d = np.divide(g, out, out=out)
        d += np.multiply(w, weight_decay, out=tmp)
        return self.average(w, d, state, t, tmp, beta, lr, warmup_steps, r, weight_lr_power)
