"""Schedules that fall as a power of t, and schedules in pieces."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from tinygrad_edu._checks import check_choice, check_list
from tinygrad_edu.optim._entries import check_count, check_flag, check_number
from tinygrad_edu.optim.lr_scheduler.base import LRScheduler
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["InverseTimeLR", "PiecewiseLR", "RexLR", "RobbinsMonroLR"]


class InverseTimeLR(LRScheduler):
    """lr = base / (1 + rate · t / decay_steps): the 1/t decay of the lectures.

    With ``staircase`` t / decay_steps is rounded down, and the rate falls in steps.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.InverseTimeLR(None, decay_steps=10)
    >>> [schedule.lr_at(1.0, t) for t in (0, 10, 30)]
    [1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        decay_steps: int = 1,
        decay_rate: float = 1.0,
        staircase: bool = False,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.decay_steps = check_count(self._name, "decay_steps", decay_steps)
        self.decay_rate = check_number(self._name, "decay_rate", decay_rate, "[0, inf)")
        self.staircase = check_flag(self._name, "staircase", staircase)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        periods = t // self.decay_steps if self.staircase else t / self.decay_steps
        return base_lr / (1 + self.decay_rate * periods)


class RobbinsMonroLR(LRScheduler):
    """lr = base / (1 + t/b)^c with ½ < c ≤ 1: Σ lr = ∞ and Σ lr² < ∞.   Robbins & Monro 1951.

    The first sum lets the weights go as far as they must, the second makes the noise of small
    batches die out; together they give convergence in probability one.

    Raises
    ------
    ValueError
        For a power c with which one of the sums is not as it must be.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.optim.lr_scheduler.RobbinsMonroLR(None, b=10.0).lr_at(1.0, 10)
    0.5
    >>> tg.optim.lr_scheduler.RobbinsMonroLR(None, c=0.5)
    Traceback (most recent call last):
    ValueError: RobbinsMonroLR: c must be in (0.5, 1]: with 0.5 the sum of lr² is infinite
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        b: float = 1.0,
        c: float = 1.0,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.b = check_number(self._name, "b", b, "(0, inf)")
        self.c = check_number(self._name, "c", c)
        if not 0.5 < self.c <= 1:
            why = "the sum of lr is finite" if self.c > 1 else "the sum of lr² is infinite"
            raise ValueError(f"{self._name}: c must be in (0.5, 1]: with {c} {why}")
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        return float(base_lr / (1 + t / self.b) ** self.c)


class RexLR(LRScheduler):
    """lr = base · (1-p)/(½ + (1-p)/2), p = min(t, T)/T: fast at the end.   Chen et al. 2022.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.RexLR(None, total_iters=10)
    >>> [schedule.lr_at(1.0, t) for t in (0, 5, 10)]
    [1.0, 0.66666, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        total_iters: int,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.total_iters = check_count(self._name, "total_iters", total_iters)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        left = 1 - min(t, self.total_iters) / self.total_iters
        return base_lr * left / (0.5 + 0.5 * left)


class PiecewiseLR(LRScheduler):
    """lr = base · the factor of the piece that t is in, or between two factors.

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    milestones : sequence of int
        Where pieces meet, increasing.
    factors : sequence of float
        Constant: one more than milestones. Interpolated: the factor at 0 and at each milestone.
    interpolate : {None, "linear", "cosine"}
        None for constant pieces.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> PiecewiseLR = tg.optim.lr_scheduler.PiecewiseLR
    >>> [PiecewiseLR(None, [2, 4], [1.0, 0.5, 0.1]).lr_at(1.0, t) for t in (1, 2, 4)]
    [1.0, 0.5, 0.1]
    >>> [PiecewiseLR(None, [2, 4], [0.0, 1.0, 0.0], "linear").lr_at(1.0, t) for t in (1, 2, 3, 9)]
    [0.5, 1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        milestones: Sequence[int],
        factors: Sequence[float],
        interpolate: str | None = None,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        steps = check_list(self._name, "milestones", milestones, "integers")
        given = check_list(self._name, "factors", factors, "numbers")
        self.milestones = [check_count(self._name, "milestones", m) for m in steps]
        self.factors = [check_number(self._name, "factors", f, "[0, inf)") for f in given]
        if sorted(set(self.milestones)) != self.milestones:
            raise ValueError(f"{self._name}: milestones must increase, received {milestones}")
        if len(self.factors) != len(self.milestones) + 1:
            raise ValueError(
                f"{self._name}: {len(self.milestones)} milestones need {len(self.milestones) + 1} "
                f"factors, received {len(self.factors)}"
            )
        check_choice(self._name, "interpolate", interpolate, (None, "linear", "cosine"))
        self.interpolate = interpolate
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        piece = bisect_right(self.milestones, t)
        if self.interpolate is None or piece == len(self.milestones):
            return base_lr * self.factors[piece]
        start = self.milestones[piece - 1] if piece else 0
        part = (t - start) / (self.milestones[piece] - start)
        if self.interpolate == "cosine":
            part = (1 - math.cos(math.pi * part)) / 2
        low, high = self.factors[piece : piece + 2]
        return base_lr * (low + (high - low) * part)
