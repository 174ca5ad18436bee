"""The base of every schedule: a closed-form function of where it starts and of the time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

from tinygrad_edu.optim._checks import check_count, check_finite_number
from tinygrad_edu.optim.optimizer import Optimizer


class LRScheduler:
    """Sets an entry of every group, the learning rate, to ``lr_at(base_lr, t)``.

    A schedule is a subclass with a pure function ``lr_at``; its whole state is the integer t, so it
    can be plotted, resumes exactly, and composes by calling. ``step()`` counts t up and comes
    after ``optimizer.step()``.

    Parameters
    ----------
    optimizer : Optimizer or None
        Whose groups to set; None for the function alone.
    last_epoch : int
        The last t already done, to continue from; the entry was then at its base value in
        ``initial_lr`` of each group.
    entry : str
        What is scheduled: ``"lr"``, ``"momentum"``, ``"weight_decay"`` or any number of a group.

    Notes
    -----
    Built for an optimizer that was scheduled and stepped before (restored, say), a scheduler leaves
    the learning rate as it is until its next step.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> class Halve(tg.optim.lr_scheduler.LRScheduler):
    ...     def lr_at(self, base_lr, t):
    ...         return base_lr / 2**t
    >>> w = tg.tensor([1.0], requires_grad=True)
    >>> optimizer = tg.optim.SGD([w], lr=0.8)
    >>> scheduler = Halve(optimizer)
    >>> optimizer.step(); scheduler.step()
    >>> scheduler.get_last_lr()
    [0.4]
    >>> Halve(None).lr_at(0.8, t=3)
    0.1
    """

    state_names: ClassVar[tuple[str, ...]] = ("last_epoch",)

    def __init__(
        self, optimizer: Optimizer | None, last_epoch: int = -1, *, entry: str = "lr"
    ) -> None:
        self.optimizer = optimizer
        self.entry = entry
        self.last_epoch = check_count(self._name, "last_epoch", last_epoch, -1) + 1
        if optimizer is None:
            return
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"{self._name}: the first argument is an optimizer or None, received "
                f"{type(optimizer).__name__}"
            )
        for k, group in enumerate(optimizer.param_groups):
            if read_entry(group, entry) is None:
                raise ValueError(
                    f"{self._name}: group {k} of {type(optimizer).__name__} has no {entry!r} to "
                    f"schedule; it has {', '.join(key for key in group if key != 'params')}"
                )
        continues = optimizer.steps > 0 and all(
            self._initial in group for group in optimizer.param_groups
        )
        if not continues:
            self.apply()

    @property
    def _name(self) -> str:
        return type(self).__name__

    @property
    def _initial(self) -> str:
        return f"initial_{self.entry}"

    @property
    def base_lrs(self) -> list[float]:
        """The value of each group that the schedule starts from."""
        return [self._base(group) for group in self._groups()]

    def _groups(self) -> list[dict[str, Any]]:
        return [] if self.optimizer is None else self.optimizer.param_groups

    def _base(self, group: dict[str, Any]) -> float:
        # Set here, so that a group added later starts its schedule from its own value.
        return float(group.setdefault(self._initial, read_entry(group, self.entry)))

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t`` of a schedule that starts from ``base_lr``."""
        raise NotImplementedError(f"{self._name} must define lr_at(base_lr, t)")

    def lr_of_group(self, index: int, base_lr: float, t: float) -> float:
        """The value for group ``index``; differs from `lr_at` where groups have schedules each."""
        return self.lr_at(base_lr, t)

    def apply(self) -> None:
        """Write the values of the present t into the groups."""
        for index, group in enumerate(self._groups()):
            value = self.lr_of_group(index, self._base(group), self.last_epoch)
            write_entry(group, self.entry, float(value))

    def step(self, epoch: int | None = None) -> None:
        """Go to the next t, or to ``epoch``.

        Raises
        ------
        RuntimeError
            Before the first ``optimizer.step()``: the first value would never be used.
        """
        if epoch is None and self.optimizer is not None and self.optimizer.steps == 0:
            raise RuntimeError(
                f"{self._name}.step() before the first optimizer.step() would skip the first value "
                "of the schedule; call optimizer.step() first (to look at a schedule, use lr_at)"
            )
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        self.apply()

    def get_last_lr(self) -> list[float]:
        """The present value of each group."""
        return [float(read_entry(group, self.entry)) for group in self._groups()]

    def state_dict(self) -> dict[str, Any]:
        """What the next steps depend on, beside the constructor's arguments: plain numbers."""
        return {name: getattr(self, name) for name in self.state_names}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned; the optimizer's values come with its own state.

        Raises
        ------
        ValueError
            If it is not the state of such a schedule; nothing has then been changed.
        """
        if set(state_dict) != set(self.state_names):
            raise ValueError(
                f"{self._name}: the state must have {', '.join(self.state_names)}, it has "
                f"{', '.join(state_dict) or 'nothing'}"
            )
        for name in self.state_names:
            check_finite_number(self._name, name, state_dict[name])
        for name in self.state_names:
            setattr(self, name, state_dict[name])


def read_entry(group: Mapping[str, Any], entry: str) -> Any:
    """A number of a group, None where it lacks; ``momentum`` of a rule with ``betas`` is β₁."""
    if entry == "momentum" and entry not in group and "betas" in group:
        return group["betas"][0]
    return group.get(entry)


def write_entry(group: dict[str, Any], entry: str, value: float) -> None:
    """Set what `read_entry` reads."""
    if entry == "momentum" and entry not in group:
        group["betas"] = (value, *group["betas"][1:])
    else:
        group[entry] = value


class StepLR(LRScheduler):
    """lr = base · γ^⌊t / step_size⌋: a drop every ``step_size`` epochs.

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
        self.gamma = check_finite_number(self._name, "gamma", gamma)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        return float(base_lr * self.gamma ** (t // self.step_size))


class CosineAnnealingLR(LRScheduler):
    """lr = η + (base − η)(1 + cos(π t / T_max)) / 2, η = eta_min.   Loshchilov & Hutter 2017.

    Beyond ``T_max`` it climbs back: the cosine has period 2 T_max.

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
        self.eta_min = check_finite_number(self._name, "eta_min", eta_min)
        super().__init__(optimizer, last_epoch, entry=entry)

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t``."""
        height = (1 + math.cos(math.pi * t / self.T_max)) / 2
        return self.eta_min + (base_lr - self.eta_min) * height
