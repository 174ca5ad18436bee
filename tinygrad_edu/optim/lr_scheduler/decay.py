"""Schedules that only go down, or wherever a function says."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from tinygrad_edu._checks import check_list
from tinygrad_edu.optim._entries import check_count, check_number
from tinygrad_edu.optim.lr_scheduler.base import LRScheduler
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = [
    "ConstantLR", "ExponentialLR", "LambdaLR", "LinearLR", "MultiStepLR", "MultiplicativeLR",
    "PolynomialLR", "StepLR",
]  # fmt: skip

Factor = Callable[[Any], float]


class _ByFactor(LRScheduler):
    """A schedule whose factors a function of t gives, one for all groups or one for each."""

    def __init__(
        self,
        optimizer: Optimizer | None,
        lr_lambda: Factor | Sequence[Factor],
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.lr_lambda = lr_lambda
        each = lr_lambda if isinstance(lr_lambda, (list, tuple)) else [lr_lambda]
        if not all(callable(f) for f in each):
            raise TypeError(
                f"{self._name}: lr_lambda must be a function, or one for each group in a list, "
                f"received {lr_lambda!r}"
            )
        if not callable(lr_lambda):
            groups = len(lr_lambda) if optimizer is None else len(optimizer.param_groups)
            if len(lr_lambda) != groups:
                raise ValueError(
                    f"{self._name}: {len(lr_lambda)} functions for {groups} parameter groups"
                )
        super().__init__(optimizer, last_epoch, entry=entry)

    def _factor(self, index: int) -> Factor:
        return self.lr_lambda if callable(self.lr_lambda) else self.lr_lambda[index]

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t`` in the first group."""
        return self.values_at(0, base_lr, t)[self.entry]


class LambdaLR(_ByFactor):
    """lr = base · f(t).

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    lr_lambda : callable or sequence of callable
        f, or one for each group.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.optim.lr_scheduler.LambdaLR(None, lambda t: 0.95**t).lr_at(1.0, 2)
    0.9025
    """

    chains: ClassVar[bool] = False

    def values_at(self, index: int, base_lr: float, t: float) -> dict[str, float]:
        """The value of the group's own function."""
        return {self.entry: base_lr * self._factor(index)(t)}


class MultiplicativeLR(_ByFactor):
    """lr = base · f(1) f(2) … f(t): each step multiplies the rate before it.

    Parameters
    ----------
    optimizer, last_epoch, entry
        As in `LRScheduler`.
    lr_lambda : callable or sequence of callable
        f, or one for each group.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.optim.lr_scheduler.MultiplicativeLR(None, lambda t: 1 / t).lr_at(1.0, 4)  # 1/4!
    0.041666
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        lr_lambda: Factor | Sequence[Factor],
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        # The product so far, so that walking forward multiplies once a step; not part of the state.
        self._products: dict[int, tuple[int, float]] = {}
        super().__init__(optimizer, lr_lambda, last_epoch, entry=entry)

    def values_at(self, index: int, base_lr: float, t: float) -> dict[str, float]:
        """The product of the group's own function."""
        done, product = self._products.get(index, (0, 1.0))
        if done > t:
            done, product = 0, 1.0
        for k in range(done + 1, int(t) + 1):
            product *= self._factor(index)(k)
        self._products[index] = (int(t), product)
        return {self.entry: base_lr * product}


class StepLR(LRScheduler):
    """lr = base · γ^⌊t / step_size⌋: a drop every ``step_size`` epochs.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.StepLR(None, step_size=30)
    >>> [schedule.lr_at(0.1, t) for t in (0, 29, 30)]
    [0.1, 0.1, 0.01]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        step_size: int,
        gamma: float = 0.1,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.step_size = check_count(self._name, "step_size", step_size)
        self.gamma = check_number(self._name, "gamma", gamma)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        return base_lr * self.gamma ** int(t // self.step_size)


class MultiStepLR(LRScheduler):
    """lr = base · γ^(milestones passed): drops where they are wanted; a repeated one counts twice.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.MultiStepLR(None, [2, 5, 5], gamma=0.5)
    >>> [schedule.lr_at(1.0, t) for t in (1, 2, 5)]
    [1.0, 0.5, 0.125]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        milestones: Sequence[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        steps = check_list(self._name, "milestones", milestones, "integers")
        self.milestones = sorted(check_count(self._name, "milestones", m, 0) for m in steps)
        self.gamma = check_number(self._name, "gamma", gamma)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        return base_lr * self.gamma ** bisect_right(self.milestones, t)


class ConstantLR(LRScheduler):
    """lr = base · factor until ``total_iters``, then base.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.ConstantLR(None, factor=0.5, total_iters=2)
    >>> [schedule.lr_at(1.0, t) for t in (0, 1, 2)]
    [0.5, 0.5, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        factor: float = 1 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.factor = check_number(self._name, "factor", factor, "[0, 1]")
        self.total_iters = check_count(self._name, "total_iters", total_iters, 0)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        return base_lr * (self.factor if t < self.total_iters else 1.0)


class LinearLR(LRScheduler):
    """lr = base · (a + (b − a) min(t, T)/T), from a = start_factor to b = end_factor: a warm-up.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.LinearLR(None, start_factor=0.5, total_iters=4)
    >>> [schedule.lr_at(1.0, t) for t in (0, 2, 4, 9)]
    [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.start_factor = check_number(self._name, "start_factor", start_factor, "(0, 1]")
        self.end_factor = check_number(self._name, "end_factor", end_factor, "[0, 1]")
        self.total_iters = check_count(self._name, "total_iters", total_iters)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        part = min(t, self.total_iters) / self.total_iters
        return base_lr * (self.start_factor + (self.end_factor - self.start_factor) * part)


class ExponentialLR(LRScheduler):
    """lr = base · γᵗ.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.optim.lr_scheduler.ExponentialLR(None, gamma=0.5).lr_at(1.0, 3)
    0.125
    """

    def __init__(
        self, optimizer: Optimizer | None, gamma: float, last_epoch: int = -1, *, entry: str = "lr"
    ) -> None:
        self.gamma = check_number(self._name, "gamma", gamma, "[0, inf)")
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        return float(base_lr * self.gamma**t)


class PolynomialLR(LRScheduler):
    """lr = base · (1 − min(t, T)/T)^power, T = total_iters: down to 0, and stays there.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> schedule = tg.optim.lr_scheduler.PolynomialLR(None, total_iters=4, power=2)
    >>> [schedule.lr_at(1.0, t) for t in (0, 2, 4, 9)]
    [1.0, 0.25, 0.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer | None,
        total_iters: int = 5,
        power: float = 1.0,
        last_epoch: int = -1,
        *,
        entry: str = "lr",
    ) -> None:
        self.total_iters = check_count(self._name, "total_iters", total_iters)
        self.power = check_number(self._name, "power", power, "(0, inf)")
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        return float(base_lr * (1 - min(t, self.total_iters) / self.total_iters) ** self.power)
