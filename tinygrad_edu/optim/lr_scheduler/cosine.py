"""Schedules along a cosine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from tinygrad_edu._checks import check_choice
from tinygrad_edu.optim._entries import check_count, check_number
from tinygrad_edu.optim.lr_scheduler.base import LRScheduler, per_group, read_entry
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["SWALR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts"]


def half_cosine(part: float) -> float:
    """From 1 at 0 to 0 at 1, flat at both ends.

    >>> [half_cosine(part) for part in (0, 0.5, 1)]
    [1.0, 0.5, 0.0]
    """
    return (1 + math.cos(math.pi * part)) / 2


class CosineAnnealingLR(LRScheduler):
    """lr = η + (base − η)(1 + cos(π t / T_max)) / 2, η = eta_min.   Loshchilov & Hutter 2017.

    Beyond ``T_max`` it climbs back: the cosine has period 2 T_max.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.CosineAnnealingLR(None, T_max=10)
    >>> [schedule.lr_at(0.1, t) for t in (0, 5, 10)]
    [0.1, 0.05, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        T_max: int,
        eta_min: float = 0.0,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.T_max = check_count(self._name, "T_max", T_max)
        self.eta_min = check_number(self._name, "eta_min", eta_min)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        return self.eta_min + (base_lr - self.eta_min) * half_cosine(t / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """`CosineAnnealingLR` that restarts after T_0, T_0 T_mult, …   Loshchilov & Hutter 2017.

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    T_0 : int
        Length of the first period.
    T_mult : int
        Each period is longer than the last by this factor.
    eta_min : float
        The least rate.
    peak_decay : float
        Each peak is this part of the last, measured from eta_min; 1 in PyTorch.

    Notes
    -----
    ``step(epoch)`` takes fractions of an epoch: ``step(epoch + batch / batches)``.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.CosineAnnealingWarmRestarts(None, T_0=2, peak_decay=0.5)
    >>> [schedule.lr_at(1.0, t) for t in (0, 1, 2, 3, 4)]
    [1.0, 0.5, 0.5, 0.25, 0.25]
    """

    takes_epochs: ClassVar[bool] = True
    chains: ClassVar[bool] = False

    def __init__(
        self,
        optimizer: Optimizer | None,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
        *,
        peak_decay: float = 1.0,
        entry: str = "lr",
    ) -> None:
        self.T_0 = check_count(self._name, "T_0", T_0)
        self.T_mult = check_count(self._name, "T_mult", T_mult)
        self.eta_min = check_number(self._name, "eta_min", eta_min)
        self.peak_decay = check_number(self._name, "peak_decay", peak_decay, "(0, 1]")
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        period, cycle = self.T_0, 0
        if self.T_mult == 1:
            cycle, t = int(t // period), t % period
        else:
            while t >= period:
                t, period, cycle = t - period, period * self.T_mult, cycle + 1
        peak = float((base_lr - self.eta_min) * self.peak_decay**cycle)
        return self.eta_min + peak * half_cosine(t / period)


class SWALR(LRScheduler):
    """From the present rate to ``swa_lr``, then constant.   Izmailov et al. 2018.

    For averaging weights (`AveragedModel`): it starts from the rate that the optimizer has at its
    first `step`, which the schedule before it left.

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    swa_lr : float or list of float
        The rate at the end, or one for each group.
    anneal_epochs : int
        How long it takes; 0 jumps.
    anneal_strategy : {"cos", "linear"}
        Along what.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.SWALR(None, swa_lr=0.05, anneal_epochs=2)
    >>> [schedule.lr_at(0.25, t) for t in (0, 1, 2, 9)]
    [0.25, 0.15, 0.05, 0.05]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        swa_lr: float | Sequence[float],
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        check_choice("SWALR", "anneal_strategy", anneal_strategy, ("cos", "linear"))
        self.swa_lr = swa_lr
        self.anneal_epochs = check_count("SWALR", "anneal_epochs", anneal_epochs, 0)
        self.anneal_strategy = anneal_strategy
        super().__init__(optimizer, last_epoch, entry=entry)

    follows: ClassVar[bool] = True
    chains: ClassVar[bool] = False

    @property
    def _initial(self) -> str:
        return f"swa_initial_{self.entry}"

    def step(self, epoch: float | None = None) -> None:
        """Go to the next t; the first step starts from the rate that the optimizer then has."""
        begins = not self._turn and self.last_epoch == 0
        if begins and self.optimizer is not None and self.optimizer.steps:
            for group in self._groups():
                group[self._initial] = float(read_entry(group, self.entry))
        super().step(epoch)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t`` in the first group."""
        return self.values_at(0, base_lr, t)[self.entry]

    def values_at(self, index: int, base_lr: float, t: float) -> dict[str, float]:
        """On the way from ``base_lr`` to the group's own ``swa_lr``."""
        part = min(1.0, t / self.anneal_epochs) if self.anneal_epochs else 1.0
        share = half_cosine(part) if self.anneal_strategy == "cos" else 1 - part
        goal = per_group("SWALR", "swa_lr", self.swa_lr, index)
        return {self.entry: goal * (1 - share) + base_lr * share}
