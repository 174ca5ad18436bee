"""Schedules that go up and down, momentum the other way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from tinygrad_edu._checks import check_choice, check_function
from tinygrad_edu.optim._entries import check_count, check_flag, check_number
from tinygrad_edu.optim.lr_scheduler.base import LRScheduler, per_group, read_entry
from tinygrad_edu.optim.lr_scheduler.cosine import half_cosine
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["CyclicLR", "OneCycleLR"]

PerGroup = float | Sequence[float]


class _Cyclic(LRScheduler):
    """A schedule with rates of its own, and perhaps of the momentum too."""

    chains: ClassVar[bool] = False
    cycle_momentum: bool

    def _check_groups(self, optimizer: Optimizer) -> None:
        super()._check_groups(optimizer)
        if self.cycle_momentum and any(
            read_entry(group, "momentum") is None for group in optimizer.param_groups
        ):
            raise ValueError(
                f"{self._name}: {type(optimizer).__name__} has neither momentum nor betas to "
                "cycle; pass cycle_momentum=False"
            )

    def _entries(self) -> tuple[str, ...]:
        return (self.entry, "momentum") if self.cycle_momentum else (self.entry,)

    def own_base(self, index: int) -> float:
        """Where the rate of group ``index`` starts."""
        raise NotImplementedError

    def _base(self, index: int, group: dict[str, Any]) -> float:
        super()._base(index, group)
        return self.own_base(index)

    def momentum_at(self, index: int, t: float) -> float:
        """The momentum of group ``index`` at time ``t``."""
        raise NotImplementedError

    def values_at(self, index: int, base_lr: float, t: float) -> dict[str, float]:
        """The rate, and the momentum if it cycles; a scheduler around it does not change them."""
        values = {self.entry: self.lr_of_group(index, self.own_base(index), t)}
        if self.cycle_momentum:
            values["momentum"] = self.momentum_at(index, t)
        return values

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t`` of a first group that starts from ``base_lr``."""
        return self.lr_of_group(0, base_lr, t)

    def lr_of_group(self, index: int, base_lr: float, t: float) -> float:
        """The rate of group ``index`` at time ``t``."""
        raise NotImplementedError


class CyclicLR(_Cyclic):
    """Between base_lr and max_lr in a triangle wave, momentum the other way.   Smith 2017.

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    base_lr, max_lr : float or list of float
        The ends, or one for each group.
    step_size_up, step_size_down : int
        Steps on the way up, and down (by default as many).
    mode : {"triangular", "triangular2", "exp_range"}
        The height of cycle k is 1, 1/2^(k-1), or γᵗ.
    gamma : float
        γ.
    scale_fn : callable, optional
        A height of your own, of the cycle or of t as ``scale_mode`` says.
    scale_mode : {"cycle", "iterations"}
        What ``scale_fn`` is a function of.
    cycle_momentum : bool
        Move the momentum (β₁ where there are betas) too.
    base_momentum, max_momentum : float or list of float
        Its ends: the largest where the rate is least.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.CyclicLR(None, 0.1, 1.0, step_size_up=3)
    >>> [schedule.lr_at(0.1, t) for t in (0, 1, 2, 3, 4)]
    [0.1, 0.4, 0.7, 1.0, 0.7]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        base_lr: PerGroup,
        max_lr: PerGroup,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[Any], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: PerGroup = 0.8,
        max_momentum: PerGroup = 0.9,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        if scale_fn is None:
            check_choice("CyclicLR", "mode", mode, ("triangular", "triangular2", "exp_range"))
        check_choice("CyclicLR", "scale_mode", scale_mode, ("cycle", "iterations"))
        self.base_lr, self.max_lr = base_lr, max_lr
        self.step_size_up = check_count("CyclicLR", "step_size_up", step_size_up)
        down = step_size_up if step_size_down is None else step_size_down
        self.step_size_down = check_count("CyclicLR", "step_size_down", down)
        self.mode, self.scale_fn, self.scale_mode = mode, scale_fn, scale_mode
        self.gamma = check_number("CyclicLR", "gamma", gamma)
        self.cycle_momentum = check_flag("CyclicLR", "cycle_momentum", cycle_momentum)
        check_function("CyclicLR", "scale_fn", scale_fn, optional=True)
        self.base_momentum, self.max_momentum = base_momentum, max_momentum
        super().__init__(optimizer, last_epoch, entry=entry)

    def own_base(self, index: int) -> float:
        """The lower end."""
        return per_group("CyclicLR", "base_lr", self.base_lr, index)

    def lr_of_group(self, index: int, base_lr: float, t: float) -> float:
        """Up from ``base_lr``."""
        top = per_group("CyclicLR", "max_lr", self.max_lr, index)
        return base_lr + (top - base_lr) * self._height(t)

    def momentum_at(self, index: int, t: float) -> float:
        """Down from ``max_momentum``."""
        low = per_group("CyclicLR", "base_momentum", self.base_momentum, index)
        high = per_group("CyclicLR", "max_momentum", self.max_momentum, index)
        return high - (high - low) * self._height(t)

    def _height(self, t: float) -> float:
        """How far up the wave is, from 0 to 1."""
        length = self.step_size_up + self.step_size_down
        cycle, place = int(t // length) + 1, t % length
        up = place <= self.step_size_up
        height = place / self.step_size_up if up else (length - place) / self.step_size_down
        if self.scale_fn is not None:
            return height * self.scale_fn(cycle if self.scale_mode == "cycle" else t)
        if self.mode == "triangular2":
            return height / 2.0 ** (cycle - 1)
        return float(height * self.gamma**t) if self.mode == "exp_range" else height


class OneCycleLR(_Cyclic):
    """Up to max_lr and down below the start, once, momentum the other way.   Smith & Topin 2018.

    For ``total_steps`` batches: from max_lr/div_factor up, then down to that/final_div_factor.

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    max_lr : float or list of float
        The top, or one for each group.
    total_steps : int, optional
        Length; or give ``epochs`` and ``steps_per_epoch``.
    pct_start : float
        The part of the way on which the rate rises.
    anneal_strategy : {"cos", "linear"}
        Along what.
    cycle_momentum, base_momentum, max_momentum
        As in `CyclicLR`.
    div_factor, final_div_factor : float
        max_lr by the first rate, and the first by the last.
    three_phase : bool
        Down to the first rate as fast as up, then on to the last.

    Raises
    ------
    ValueError
        When stepped beyond ``total_steps``.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.OneCycleLR(None, max_lr=1.0, total_steps=10, pct_start=0.5)
    >>> [round(schedule.lr_at(0.04, t), 6) for t in (0, 2, 4, 9)]
    [0.04, 0.52, 1.0, 4e-06]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        max_lr: PerGroup,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: PerGroup = 0.85,
        max_momentum: PerGroup = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        if epochs is not None:
            check_count("OneCycleLR", "epochs", epochs)
        if steps_per_epoch is not None:
            check_count("OneCycleLR", "steps_per_epoch", steps_per_epoch)
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR: give total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        check_choice("OneCycleLR", "anneal_strategy", anneal_strategy, ("cos", "linear"))
        self.max_lr = max_lr
        self.total_steps = check_count("OneCycleLR", "total_steps", total_steps)
        self.pct_start = check_number("OneCycleLR", "pct_start", pct_start, "[0, 1]")
        self.anneal_strategy = anneal_strategy
        self.cycle_momentum = check_flag("OneCycleLR", "cycle_momentum", cycle_momentum)
        self.base_momentum, self.max_momentum = base_momentum, max_momentum
        self.div_factor = check_number("OneCycleLR", "div_factor", div_factor, "(0, inf)")
        self.final_div_factor = check_number(
            "OneCycleLR", "final_div_factor", final_div_factor, "(0, inf)"
        )
        self.three_phase = check_flag("OneCycleLR", "three_phase", three_phase)
        super().__init__(optimizer, last_epoch, entry=entry)

    def own_base(self, index: int) -> float:
        """The first rate."""
        return per_group("OneCycleLR", "max_lr", self.max_lr, index) / self.div_factor

    def lr_of_group(self, index: int, base_lr: float, t: float) -> float:
        """Up from ``base_lr`` to the top, then down."""
        top = per_group("OneCycleLR", "max_lr", self.max_lr, index)
        last = base_lr / self.final_div_factor
        corners = [base_lr, top, base_lr, last] if self.three_phase else [base_lr, top, last]
        return self._between(corners, t)

    def momentum_at(self, index: int, t: float) -> float:
        """Down while the rate rises."""
        low = per_group("OneCycleLR", "base_momentum", self.base_momentum, index)
        high = per_group("OneCycleLR", "max_momentum", self.max_momentum, index)
        return self._between([high, low, high, high] if self.three_phase else [high, low, high], t)

    def _between(self, corners: list[float], t: float) -> float:
        """The value at ``t`` between the corners where phases meet."""
        if t > self.total_steps:
            raise ValueError(
                f"OneCycleLR: step {t} is beyond the {self.total_steps} steps of the cycle"
            )
        rise = self.pct_start * self.total_steps
        ends = [0.0, rise - 1, 2 * rise - 2] if self.three_phase else [0.0, rise - 1]
        ends.append(self.total_steps - 1)
        phase = next((k for k in range(len(ends) - 2) if t <= ends[k + 1]), len(ends) - 2)
        start, end = ends[phase], ends[phase + 1]
        part = min(1.0, (t - start) / (end - start)) if end > start else 1.0
        low, high = corners[phase], corners[phase + 1]
        if self.anneal_strategy == "cos":
            return high + (low - high) * half_cosine(part)
        return low + (high - low) * part
