"""Schedules that begin with a warm-up; they count steps from 1, so that no rate is zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

from tinygrad_edu._checks import check_choice
from tinygrad_edu.optim._entries import check_count, check_number
from tinygrad_edu.optim.lr_scheduler.base import LRScheduler
from tinygrad_edu.optim.lr_scheduler.cosine import half_cosine
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["InverseSqrtLR", "NoamLR", "WarmUpLR", "WarmupStableDecayLR"]


class WarmUpLR(LRScheduler):
    """lr = base · (t+1)/w for t < w = warmup_steps, then another schedule from its own start.

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    warmup_steps : int
        w.
    after : LRScheduler, optional
        What follows, such as ``CosineAnnealingLR(None, T_max=90)``; by default the rate stays.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> cosine = tg.optim.lr_scheduler.CosineAnnealingLR(None, T_max=4)
    >>> schedule = tg.optim.lr_scheduler.WarmUpLR(None, 2, after=cosine)
    >>> [schedule.lr_at(1.0, t) for t in (0, 1, 2, 4, 6)]
    [0.5, 1.0, 1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        warmup_steps: int,
        after: LRScheduler | None = None,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.warmup_steps = check_count("WarmUpLR", "warmup_steps", warmup_steps, 0)
        if after is not None and not isinstance(after, LRScheduler):
            raise TypeError(f"WarmUpLR: after must be a scheduler or None, received {after!r}")
        self.after = after
        super().__init__(optimizer, last_epoch, entry=entry)

    chains: ClassVar[bool] = False

    def _entries(self) -> tuple[str, ...]:
        return (self.entry,) if self.after is None else self.after._entries()

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t`` in the first group."""
        return self.values_at(0, base_lr, t)[self.entry]

    def values_at(self, index: int, base_lr: float, t: float) -> dict[str, float]:
        """The rise, or what follows."""
        after = {self.entry: base_lr}
        if self.after is not None:
            after = self.after.values_at(index, base_lr, max(t - self.warmup_steps, 0))
        if t < self.warmup_steps:
            after[self.entry] *= (t + 1) / self.warmup_steps
        return after


class NoamLR(LRScheduler):
    """lr = base · d^(-½) min(s^(-½), s w^(-3/2)), s = t + 1, w steps up.   Vaswani et al. 2017.

    Give the optimizer lr = 1 to have the paper's rates; d is the width of the model.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.NoamLR(None, d_model=256, warmup_steps=100)
    >>> [schedule.lr_at(1.0, t) for t in (0, 99, 399)]
    [0.0000625, 0.00625, 0.003125]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        d_model: int = 512,
        warmup_steps: int = 4000,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.d_model = check_count("NoamLR", "d_model", d_model)
        self.warmup_steps = check_count("NoamLR", "warmup_steps", warmup_steps)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        s = t + 1
        return float(base_lr * self.d_model**-0.5 * min(s**-0.5, s * self.warmup_steps**-1.5))


class InverseSqrtLR(LRScheduler):
    """lr = base · min(s/w, √(w/s)), s = t + 1, w = warmup_steps: up to base, then as 1/√s.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.InverseSqrtLR(None, warmup_steps=4)
    >>> [schedule.lr_at(1.0, t) for t in (0, 3, 15)]
    [0.25, 1.0, 0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        warmup_steps: int = 4000,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.warmup_steps = check_count("InverseSqrtLR", "warmup_steps", warmup_steps)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        progress = (t + 1) / self.warmup_steps
        return base_lr * min(progress, 1 / math.sqrt(progress))


class WarmupStableDecayLR(LRScheduler):
    """Up, flat, and down at the end.   Zhai et al. 2022; Hägele et al. 2024.

    The flat part can go on as long as one likes: only the end must know that it is the end.

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    warmup_steps, stable_steps, decay_steps : int
        Lengths of the three parts.
    min_lr_ratio : float
        The last rate by base.
    cooldown : {"1-sqrt", "linear", "cosine", "1-square"}
        With p from 0 to 1 the way down is 1 − √p, 1 − p, a half cosine, or 1 − p².

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.WarmupStableDecayLR(None, 2, 10, 4)
    >>> [schedule.lr_at(1.0, t) for t in (0, 1, 12, 13, 16)]
    [0.5, 1.0, 1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        warmup_steps: int,
        stable_steps: int,
        decay_steps: int,
        min_lr_ratio: float = 0.0,
        cooldown: str = "1-sqrt",
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.warmup_steps = check_count(self._name, "warmup_steps", warmup_steps, 0)
        self.stable_steps = check_count(self._name, "stable_steps", stable_steps, 0)
        self.decay_steps = check_count(self._name, "decay_steps", decay_steps)
        self.min_lr_ratio = check_number(self._name, "min_lr_ratio", min_lr_ratio, "[0, 1]")
        self.cooldown = check_choice(self._name, "cooldown", cooldown, tuple(_COOLDOWNS))
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        if t < self.warmup_steps:
            return base_lr * (t + 1) / self.warmup_steps
        late = t - self.warmup_steps - self.stable_steps
        height: float = _COOLDOWNS[self.cooldown](min(max(late / self.decay_steps, 0.0), 1.0))
        return base_lr * (self.min_lr_ratio + (1 - self.min_lr_ratio) * height)


_COOLDOWNS: dict[str, Callable[[float], float]] = {
    "1-sqrt": lambda p: 1 - math.sqrt(p),
    "linear": lambda p: 1 - p,
    "cosine": half_cosine,
    "1-square": lambda p: 1 - p * p,
}
