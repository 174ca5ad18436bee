"""The base of every schedule: a closed-form function of where it starts and of the time."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu._optional import require
from tinygrad_edu.optim._entries import check_count, check_number
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["LRScheduler"]


class LRScheduler:
    """Sets an entry of every group, the learning rate, to ``lr_at(base_lr, t)``.

    A schedule is a subclass with a pure function ``lr_at``, or with PyTorch's ``get_lr``; its state
    is the integer t, so it can be plotted, resumes exactly, and composes by calling. ``step()``
    counts t up and comes after ``optimizer.step()``.

    Parameters
    ----------
    optimizer : Optimizer or None
        Whose groups to set; None for the function alone.
    last_epoch : int
        The last t already done, to continue from; the groups must then have ``initial_lr``.
    entry : str
        What is scheduled: ``"lr"``, ``"momentum"``, ``"weight_decay"`` or any number of a group.

    Raises
    ------
    ValueError
        If the groups hold the value of ``last_epoch`` itself: that epoch is then still to come.

    Notes
    -----
    Built for an optimizer that was scheduled and stepped before (restored, say), a scheduler leaves
    the learning rate as it is until its next step, unless ``last_epoch`` is given.

    An entry has one scheduler: the one built last. `step` of one built before it is an error,
    since each would overwrite the other's value; combine them in a `ChainedScheduler`.

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
    follows: ClassVar[bool] = False
    """Whether it goes on from the value that another scheduler left, and so begins at its first
    step; the others are in charge as soon as they are built."""

    chains: ClassVar[bool] = True
    """Whether it changes the value that another scheduler of the same optimizer left, instead of
    setting its own."""

    takes_epochs: ClassVar[bool] = False
    """Whether ``step(epoch)`` is its own way to be called, and not PyTorch's old one."""

    def __init__(
        self, optimizer: Optimizer | None, last_epoch: int = -1, *, entry: str = "lr"
    ) -> None:
        self.optimizer = optimizer
        self.entry = entry
        self.last_epoch = check_count(self._name, "last_epoch", last_epoch, -1) + 1
        self._turn = 0
        self._past: float | None = None  # the t before the present one
        if not isinstance(entry, str):
            raise TypeError(f"{self._name}: entry must be the name of an entry, received {entry!r}")
        if optimizer is None:
            return
        self._check_groups(optimizer)
        continues = optimizer.steps > 0 and self._scheduled_before(optimizer)
        if last_epoch >= 0 and not self._scheduled_before(optimizer):
            raise ValueError(
                f"{self._name}: last_epoch={last_epoch} continues a schedule, but no group has the "
                f"{self._initial!r} to continue from; load the optimizer's state first"
            )
        for index, group in enumerate(optimizer.param_groups):
            self._base(index, group)
        if last_epoch >= 0 and type(self).get_lr is LRScheduler.get_lr:
            self._check_last_epoch(last_epoch)
        if not self.follows:
            self._take_charge(optimizer)
        if last_epoch >= 0 or not continues:
            self.apply()

    def _check_last_epoch(self, last_epoch: int) -> None:
        """Refuse the scheduler's own ``last_epoch``, which counts the epoch that is to come."""
        held = self.get_last_lr()
        own, following = (self._values(t) for t in (last_epoch, last_epoch + 1))
        if np.allclose(held, own, 1e-9, 0) and not np.allclose(own, following, 1e-9, 0):
            raise ValueError(
                f"{self._name}: last_epoch={last_epoch} says that epoch {last_epoch} is done, but "
                f"the groups hold its {self.entry}, so it is still to come; pass "
                f"last_epoch={last_epoch - 1} (and call step() once if that epoch was done), or "
                "use load_state_dict"
            )

    def _values(self, t: float) -> list[float]:
        """The value of each group at time ``t``."""
        return [
            float(self.values_at(index, self._base(index, group), t)[self.entry])
            for index, group in enumerate(self._groups())
        ]

    def _entries(self) -> tuple[str, ...]:
        """The entries of a group that it sets."""
        return (self.entry,)

    def _take_charge(self, optimizer: Optimizer) -> None:
        """Be the last scheduler of its entries, from now on."""
        turns = optimizer.scheduled
        self._turn = 1 + max((turn for turn, _, _ in turns.values()), default=0)
        turns.update(dict.fromkeys(self._entries(), (self._turn, self._name, self.chains)))

    def _is_alone(self) -> bool:
        """Whether no other scheduler sets an entry of this one.

        Raises
        ------
        RuntimeError
            If there is another, and one of the two sets values of its own instead of going on from
            what it finds.
        """
        if self.optimizer is None:
            return True
        if not self._turn:
            self._take_charge(self.optimizer)
        for entry in self._entries():
            turn, name, chains = self.optimizer.scheduled[entry]
            if turn != self._turn and not (chains and self.chains):
                raise RuntimeError(
                    f"{self._name}.step(): a {name} has taken {entry!r} of this optimizer over, "
                    "and each would overwrite the other's value; combine them: ChainedScheduler "
                    "multiplies, SequentialLR and WarmUpLR put one after the other"
                )
            if self.chains and (turn != self._turn or turn > 1):
                return False
        return True

    def _check_groups(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"{self._name}: the first argument is an optimizer or None, received "
                f"{type(optimizer).__name__}"
            )
        for k, group in enumerate(optimizer.param_groups):
            if not isinstance(read_entry(group, self.entry), (int, float)):
                raise ValueError(
                    f"{self._name}: group {k} of {type(optimizer).__name__} has no number "
                    f"{self.entry!r} to schedule"
                )

    def _scheduled_before(self, optimizer: Optimizer) -> bool:
        return all(self._initial in group for group in optimizer.param_groups)

    @property
    def _name(self) -> str:
        return type(self).__name__

    @property
    def _initial(self) -> str:
        return f"initial_{self.entry}"

    @property
    def base_lrs(self) -> list[float]:
        """The value of each group that the schedule starts from."""
        return [self._base(index, group) for index, group in enumerate(self._groups())]

    @base_lrs.setter
    def base_lrs(self, values: Sequence[float]) -> None:
        for group, value in zip(self._groups(), values, strict=True):
            group[self._initial] = float(value)

    def _groups(self) -> list[dict[str, Any]]:
        return [] if self.optimizer is None else self.optimizer.param_groups

    def _base(self, index: int, group: dict[str, Any]) -> float:
        # Kept in the group, so that it is saved with the optimizer, and set when first asked for,
        # so that a group added later starts its schedule from its own value.
        return float(group.setdefault(self._initial, read_entry(group, self.entry)))

    # ---- the function

    def lr_at(self, base_lr: float, t: float) -> float:
        """The value at time ``t`` of a schedule that starts from ``base_lr``."""
        raise NotImplementedError(f"{self._name} must define lr_at(base_lr, t)")

    def values_at(self, index: int, base_lr: float, t: float) -> dict[str, float]:
        """Everything that the schedule sets in group ``index`` at time ``t``, by entry."""
        return {self.entry: self.lr_at(base_lr, t)}

    # ---- the object

    def apply(self) -> None:
        """Write the values of the present t into the groups.

        Beside another scheduler, the value there goes on by the same factor as this schedule goes
        on from its last t, so that the factors of all multiply, as in PyTorch.
        """
        if type(self).get_lr is not LRScheduler.get_lr:
            for group, lr in zip(self._groups(), self.get_lr(), strict=True):
                write_entry(group, self.entry, float(lr))
            return
        alone, past = not self._turn or self._is_alone(), self._past
        for index, group in enumerate(self._groups()):
            base = self._base(index, group)
            values = self.values_at(index, base, self.last_epoch)
            if not alone:
                before = base if past is None else self.values_at(index, base, past)[self.entry]
                values[self.entry] = self._chained(group, before, values[self.entry])
            for entry, value in values.items():
                write_entry(group, entry, float(value))

    def _chained(self, group: dict[str, Any], before: float, now: float) -> float:
        """The value of the group, moved as this schedule moves from ``before`` to ``now``."""
        floor = float(getattr(self, "eta_min", 0.0))
        if before == floor:
            return now
        present = float(read_entry(group, self.entry))
        return floor + (present - floor) * (now - floor) / (before - floor)

    def step(self, epoch: float | None = None) -> None:
        """Go to the next t, or to ``epoch``.

        Raises
        ------
        RuntimeError
            If another scheduler of the same entry was built since, and one of the two sets values
            of its own.

        Notes
        -----
        Several schedulers of one optimizer, stepped one after the other, multiply their factors.
        Before the first ``optimizer.step()`` it warns: the first value is never used. So it does
        for an ``epoch``, PyTorch's old way.
        """
        if epoch is not None:
            check_number(self._name, "epoch", epoch, "[0, inf)")
            if not self.takes_epochs:
                warnings.warn(
                    f"{self._name}.step(epoch) is deprecated: call step() once an epoch",
                    stacklevel=2,
                )
        first = self.last_epoch == 0 and epoch is None
        if first and self.optimizer is not None and self.optimizer.steps == 0:
            warnings.warn(
                f"{self._name}.step() before the first optimizer.step() skips the first value of "
                "the schedule; call optimizer.step() first (to look at a schedule, use lr_at or "
                "plot)",
                stacklevel=2,
            )
        self._is_alone()  # be in charge, also where another was before
        before = self.last_epoch
        self.last_epoch = before + 1 if epoch is None else epoch  # type: ignore[assignment]  # a fraction of an epoch, where a schedule allows it
        self._past = before
        self.apply()

    def get_lr(self) -> list[float]:
        """The value of each group at ``last_epoch``; a subclass may define it as in PyTorch.

        It then takes the place of `lr_at`, and reads ``base_lrs``, ``last_epoch`` and
        ``optimizer.param_groups``.
        """
        return self._values(self.last_epoch)

    @property
    def _step_count(self) -> int:
        """PyTorch's count: 1 before the first step."""
        return int(self.last_epoch) + 1

    @property
    def _last_lr(self) -> list[float]:
        """PyTorch's own name of `get_last_lr`, which scripts read."""
        return self.get_last_lr()

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
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"{self._name}: state_dict must be a dict, received {type(state_dict).__name__}"
            )
        if set(state_dict) != set(self.state_names):
            raise ValueError(
                f"{self._name}: the state must have {', '.join(self.state_names)}; it has "
                f"{', '.join(state_dict) or 'nothing'}"
            )
        for name, value in state_dict.items():
            if value is not None:
                check_number(self._name, name, value)
        for name in self.state_names:
            setattr(self, name, state_dict[name])

    def plot(self, steps: int, base_lr: float | None = None, ax: Any = None) -> Any:
        """Draw the value of the first group, or of ``base_lr``, over ``steps`` steps.

        Returns the matplotlib axes. Needs the extra ``viz``.
        """
        pyplot = require("matplotlib.pyplot", extra="viz", what=f"{self._name}.plot()")
        steps = check_count(self._name, "steps", steps)
        bases = [base_lr] if base_lr is not None else self.base_lrs[:1] or [1.0]
        if ax is None:
            ax = pyplot.figure().add_subplot()
        ax.plot([self.values_at(0, bases[0], t)[self.entry] for t in range(steps)])
        ax.set(xlabel="t", ylabel=self.entry, title=self._name)
        return ax


def read_entry(group: Mapping[str, Any], entry: str) -> Any:
    """A number of a group, None where missing; ``momentum`` of a rule with ``betas`` is β₁."""
    if entry == "momentum" and entry not in group and "betas" in group:
        return group["betas"][0]
    return group.get(entry)


def write_entry(group: dict[str, Any], entry: str, value: float) -> None:
    """Set what `read_entry` reads."""
    if entry == "momentum" and entry not in group:
        group["betas"] = (value, *group["betas"][1:])
    else:
        group[entry] = value


def per_group(owner: str, name: str, value: float | Sequence[float], index: int) -> float:
    """``value``, or its item for group ``index`` where each group has its own."""
    if not isinstance(value, (list, tuple)):
        return check_number(owner, name, value)
    if index >= len(value):
        raise ValueError(f"{owner}: {name} has {len(value)} numbers, none for group {index}")
    return check_number(owner, f"{name}[{index}]", value[index])
