"""Schedules made of schedules."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import ClassVar

from tinygrad_edu._checks import check_list
from tinygrad_edu.optim._entries import check_count
from tinygrad_edu.optim.lr_scheduler.base import LRScheduler
from tinygrad_edu.optim.lr_scheduler.plateau import ReduceLROnPlateau
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["ChainedScheduler", "SequentialLR"]


def _checked(
    owner: str, optimizer: Optimizer | None, schedulers: Sequence[LRScheduler]
) -> list[LRScheduler]:
    schedulers = check_list(owner, "schedulers", schedulers, "schedulers")
    if not schedulers:
        raise ValueError(f"{owner}: needs at least one scheduler")
    for k, scheduler in enumerate(schedulers):
        if not isinstance(scheduler, LRScheduler):
            raise TypeError(f"{owner}: schedulers[{k}] is a {type(scheduler).__name__}")
        if isinstance(scheduler, ReduceLROnPlateau):
            raise ValueError(
                f"{owner}: schedulers[{k}] is ReduceLROnPlateau, which is no function of time; "
                "step it by itself"
            )
        if scheduler.optimizer is not None and scheduler.optimizer is not optimizer:
            raise ValueError(f"{owner}: schedulers[{k}] belongs to another optimizer")
    if len({scheduler.entry for scheduler in schedulers}) > 1:
        raise ValueError(f"{owner}: the schedulers set different entries; step them one by one")
    return list(schedulers)


class _Composed(LRScheduler):
    """A schedule made of ``schedulers``."""

    chains: ClassVar[bool] = False
    schedulers: list[LRScheduler]

    def _entries(self) -> tuple[str, ...]:
        return tuple({entry: None for part in self.schedulers for entry in part._entries()})

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t`` in the first group."""
        return self.values_at(0, base_lr, t)[self.entry]


class SequentialLR(_Composed):
    """One schedule after the other, each from its own t = 0 and the optimizer's initial rate.

    Parameters
    ----------
    optimizer, last_epoch
        As in `LRScheduler`.
    schedulers : sequence of LRScheduler
        Built for the same optimizer, or for None.
    milestones : sequence of int
        Where each but the first begins.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> s = tg.optim.lr_scheduler
    >>> parts = [s.ConstantLR(None, 0.1, total_iters=2), s.ExponentialLR(None, 0.5)]
    >>> schedule = s.SequentialLR(None, parts, milestones=[2])
    >>> [schedule.lr_at(1.0, t) for t in (0, 1, 2, 3)]
    [0.1, 0.1, 1.0, 0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self.schedulers = _checked("SequentialLR", optimizer, schedulers)
        steps = check_list("SequentialLR", "milestones", milestones, "integers")
        self.milestones = [check_count("SequentialLR", "milestones", m, 0) for m in steps]
        if len(self.milestones) != len(self.schedulers) - 1:
            raise ValueError(
                f"SequentialLR: {len(self.schedulers)} schedulers need "
                f"{len(self.schedulers) - 1} milestones, received {len(self.milestones)}"
            )
        if sorted(self.milestones) != self.milestones:
            raise ValueError(f"SequentialLR: milestones must increase, received {milestones}")
        super().__init__(optimizer, last_epoch, entry=self.schedulers[0].entry)

    def values_at(self, index: int, base_lr: float, t: float) -> dict[str, float]:
        """What the schedule in charge at ``t`` sets."""
        k = bisect_right(self.milestones, t)
        start = self.milestones[k - 1] if k else 0
        return self.schedulers[k].values_at(index, base_lr, t - start)


class ChainedScheduler(_Composed):
    """All schedules at once, each on what the one before it made: factors multiply.

    Parameters
    ----------
    schedulers : sequence of LRScheduler
        Built for the same optimizer, or for None.
    optimizer : Optimizer, optional
        By default that of the schedulers.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> s = tg.optim.lr_scheduler
    >>> schedule = s.ChainedScheduler([s.ConstantLR(None, 0.1, 2), s.ExponentialLR(None, 0.5)])
    >>> [schedule.lr_at(1.0, t) for t in (0, 1, 2)]
    [0.1, 0.05, 0.25]
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        schedulers = check_list("ChainedScheduler", "schedulers", schedulers, "schedulers")
        if optimizer is None and schedulers:
            optimizer = getattr(schedulers[0], "optimizer", None)
        self.schedulers = _checked("ChainedScheduler", optimizer, schedulers)
        super().__init__(optimizer, entry=self.schedulers[0].entry)

    def values_at(self, index: int, base_lr: float, t: float) -> dict[str, float]:
        """What they set together."""
        values = {self.entry: base_lr}
        for scheduler in self.schedulers:
            values |= scheduler.values_at(index, values[self.entry], t)
        return values
