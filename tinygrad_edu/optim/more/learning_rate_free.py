"""Rules that find their own step size: Polyak's, DoG, Prodigy."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend, blend_square
from tinygrad_edu.optim._closures import loss_value
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.more.layerwise import norm
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["DoG", "PolyakSGD", "Prodigy"]


class PolyakSGD(Optimizer):
    """d = g min(lr, (f − f*) / (c‖g‖²)): the step that a tangent needs to reach f*.   Polyak 1987.

    It needs to know only the least value f* of the loss, often 0. With mini-batches it is SPS_max
    of Loizou et al. 2021. ``step`` needs a closure that returns the loss.

    Parameters
    ----------
    params, weight_decay
        As in `SGD`.
    lr : float
        The largest step size.
    f_min : float
        f*.
    scaling : float
        c.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr",)
    ranges: ClassVar = {"f_min": "(-inf, inf)", "scaling": "(0, inf)"}

    lr: float = 1.0
    f_min: float = 0.0
    scaling: float = 1.0
    weight_decay: float = 0.0

    _loss = _square = 0.0

    def check_group(self, entries: dict[str, Any]) -> dict[str, Any]:
        """The rule needs the least value of the loss."""
        entries = super().check_group(entries)
        if entries["maximize"]:
            raise ValueError(f"{self._name}: goes down to f_min, and cannot climb")
        return entries

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One step; ``closure`` computes the loss, which the step size depends on."""
        if closure is None:
            raise TypeError("PolyakSGD.step needs a closure that returns the loss")
        return super().step(closure)

    def evaluate(self, closure: Callable[[], Any]) -> Any:
        """The loss, remembered for the step."""
        loss = super().evaluate(closure)
        self._loss = loss_value(self._name, loss)
        return loss

    def update(self) -> None:
        """Find ‖g‖² over all parameters, then move them."""
        grads = [p.grad.value for p, _, _ in self.members() if p.grad is not None]
        self._square = sum(norm(g) ** 2 for g in grads)
        super().update()

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        lr: float,
        f_min: float,
        scaling: float,
    ) -> Array:
        """G times the step size that would reach f_min if f were linear, at most lr."""
        gap = max(self._loss - f_min, 0.0)
        rate = min(lr, gap / (scaling * self._square)) if self._square else 0.0
        d: Array = np.multiply(g, rate, out=out)
        return d


class DoG(Optimizer):
    """d = g · max ‖w − w₀‖ / √(Σ‖g‖²): distance over gradients.   Ivgi, Hinder & Carmon 2023.

    Norms are of all parameters together; leave lr at 1. The average of the weights is a better
    answer than the last: `AveragedModel`.

    Parameters
    ----------
    params, weight_decay, maximize
        As in `SGD`.
    lr : float
        A factor.
    reps_rel : float
        The first distance is reps_rel (1 + ‖w₀‖).
    eps : float
        Added to the sum of squares.
    """

    slots: ClassVar[tuple[str, ...]] = ("start",)
    numbers: ClassVar[dict[str, Any]] = {"distance": 0.0, "square_sum": 0.0}
    ranges: ClassVar = {"reps_rel": "(0, inf)"}

    lr: float = 1.0
    reps_rel: float = 1e-6
    eps: float = 1e-8
    weight_decay: float = 0.0

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """w₀, a copy of the weights."""
        start = super().new_slot(slot, w, group)
        np.copyto(start, w)
        return start

    def update(self) -> None:
        """Measure the distance and the gradients of all parameters, then move them."""
        moved = [member for member in self.members() if member[0].grad is not None]
        starts = [state.get("start", p.value) for p, state, _ in moved]
        far = math.sqrt(
            sum(norm(p.value - w0) ** 2 for (p, _, _), w0 in zip(moved, starts, strict=True))
        )
        size = math.sqrt(sum(norm(w0) ** 2 for w0 in starts))
        square = sum(norm(p.grad.value) ** 2 for p, _, _ in moved)
        first = max((group["reps_rel"] for _, _, group in moved), default=0.0) * (1 + size)
        # All states hold the same numbers, so that saving and loading needs nothing more.
        self._distance = max([far, first, *(s.get("distance", 0.0) for _, s, _ in moved)])
        self._square_sum = square + max(
            (s.get("square_sum", 0.0) for _, s, _ in moved), default=0.0
        )
        super().update()

    def direction(self, w: Array, g: Array, state: State, t: int, out: Array, eps: float) -> Array:
        """The gradient times the distance over the root of the sum of squares."""
        state["distance"], state["square_sum"] = self._distance, self._square_sum
        rate = self._distance / math.sqrt(self._square_sum + eps)
        return np.multiply(g, float(rate), out=out)


class Prodigy(Optimizer):
    """Adam with lr ∝ D, an estimate of the distance to go.   Mishchenko & Defazio 2023, alg. 4.

    m ← β₁m + (1-β₁)Dg;  v ← β₂v + (1-β₂)D²g²;  d = D m/(√v + Dε);
    r ← β₃r + lr D²⟨g, w₀ − w⟩/D₀;  s ← β₃s + lr D²g/D₀;  D ← max(D, r/‖s‖₁), β₃ = √β₂ by default.
    All groups share D; leave lr at 1.

    Parameters
    ----------
    params, betas, eps, maximize
        As in `Adam`.
    lr : float
        A factor; schedules apply to it.
    beta3 : float, optional
        β₃.
    weight_decay : float
        Decoupled, as in `AdamW`, with the rate D lr.
    use_bias_correction : bool
        Correct m and v as `Adam` does.
    d0 : float
        The first D.
    d_coef : float
        A factor of the estimate.
    growth_rate : float
        The largest D_{t+1}/D_t.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr", "weight_decay")
    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq", "s", "start")
    numbers: ClassVar[dict[str, Any]] = {"d": None, "d_max": None, "d_numerator": 0.0}
    ranges: ClassVar = {
        "beta3": "None or [0, 1)",
        "d0": "(0, inf)",
        "d_coef": "(0, inf)",
        "growth_rate": "[1, inf]",
    }

    lr: float = 1.0
    betas: Betas = (0.9, 0.999)
    beta3: float | None = None
    eps: float = 1e-8
    weight_decay: float = 0.0
    use_bias_correction: bool = False
    d0: float = 1e-6
    d_coef: float = 1.0
    growth_rate: float = math.inf

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """w₀, a copy of the weights; the rest zeros."""
        array = super().new_slot(slot, w, group)
        if slot == "start":
            np.copyto(array, w)
        return array

    def update(self) -> None:
        """Improve D with the gradients of all parameters, then move them."""
        moved = [member for member in self.members() if member[0].grad is not None]
        if not moved:
            return
        _, first, leader = moved[0]
        self._d = first.get("d") or leader["d0"]
        d_max = first.get("d_max") or leader["d0"]
        beta3 = self._beta3(leader)
        numerator = beta3 * first.get("d_numerator", 0.0)
        length = 0.0
        for p, state, group in moved:
            g = -p.grad.value if group["maximize"] else p.grad.value
            scale = self._d / group["d0"] * self._rate(group, state.get("step", 0) + 1)
            start, s = state.get("start", p.value), state.get("s")
            numerator += scale * float(np.vdot(g, start - p.value))
            length += float(np.abs(scale * g + (0.0 if s is None else beta3 * s)).sum())
        estimate = leader["d_coef"] * numerator / length if length and leader["lr"] else self._d
        d = max(self._d, estimate) if self._d == leader["d0"] else self._d
        d_max = max(d_max, estimate)
        self._next = (min(d_max, d * leader["growth_rate"]), d_max, numerator)
        super().update()

    def _beta3(self, group: Mapping[str, Any]) -> float:
        return math.sqrt(group["betas"][1]) if group["beta3"] is None else float(group["beta3"])

    def _rate(self, group: Mapping[str, Any], t: int) -> float:
        """D lr, with Adam's corrections if they are wanted."""
        beta1, beta2 = group["betas"]
        corrected = math.sqrt(1 - beta2**t) / (1 - beta1**t) if group["use_bias_correction"] else 1
        return float(self._d * group["lr"] * corrected)

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
        beta3: float | None,
        eps: float,
        weight_decay: float,
        use_bias_correction: bool,
        d0: float,
    ) -> Array:
        """D times the step of Adam, with the decay."""
        entries = {"betas": betas, "beta3": beta3, "lr": lr}
        rate = self._rate({**entries, "use_bias_correction": use_bias_correction}, t)
        beta1, beta2 = betas
        state["s"] *= self._beta3(entries)
        state["s"] += np.multiply(g, self._d / d0 * rate, out=out)
        scaled = np.multiply(g, self._d, out=tmp)
        m = blend(state["exp_avg"], scaled, beta1, out)
        v = blend_square(state["exp_avg_sq"], scaled, beta2, out)
        state["d"], state["d_max"], state["d_numerator"] = self._next
        # The step uses the old rate and the new D, as the authors' code does.
        np.sqrt(v, out=out)
        out += state["d"] * eps
        step: Array = np.divide(m, out, out=out)
        if weight_decay:
            step += np.multiply(w, weight_decay, out=tmp)
        step *= rate
        return step
