"""`check_scheduler`: what every schedule must do."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from tinygrad_edu._checked import settings_checked
from tinygrad_edu.testing.laws.verdict import conform, demand

__all__ = ["check_scheduler"]


@settings_checked
def check_scheduler(
    make: Callable[[], Any],
    *,
    steps: int = 40,
    exempt: Mapping[str, str] | None = None,
) -> list[str]:
    """Check a schedule: finite rates, closed form equal to stepping, resumed exactly at every step.

    Parameters
    ----------
    make : callable
        Makes a new scheduler on a new optimizer.
    steps : int
        How far to follow it.
    exempt : mapping, optional
        Laws to leave out, each with the reason.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.testing import check_scheduler
    >>> def make():
    ...     optimizer = tg.optim.SGD([tg.tensor(1.0, requires_grad=True)], lr=0.1)
    ...     return tg.optim.lr_scheduler.StepLR(optimizer, step_size=10)
    >>> "resumes_exactly" in check_scheduler(make)
    True
    """
    __tracebackhide__ = True

    _check_make(make)
    checks = _SchedulerLaws(make, steps)
    laws = (
        checks.rates_are_numbers,
        checks.last_rate_is_told,
        checks.closed_form,
        checks.resumes_exactly,
    )
    named: list[tuple[str, Callable[[], None]]] = [(law.__name__, law) for law in laws]
    return conform(type(make()).__name__, named, exempt)


def _check_make(make: Callable[[], Any]) -> None:
    """Raise if ``make`` cannot be called as it will be, without arguments."""
    try:
        inspect.signature(make).bind()
    except ValueError:  # it has no signature
        return
    except TypeError as error:
        raise TypeError(
            "check_scheduler: make is called without arguments, as make(), and returns a new "
            f"scheduler on a new optimizer; {error}"
        ) from None


class _SchedulerLaws:
    def __init__(self, make: Callable[[], Any], steps: int) -> None:
        self.make, self.steps = make, steps

    def rates_are_numbers(self) -> None:
        """Learning rates are finite Python floats, not negative."""
        for t, row in enumerate(_rates(self.make(), self.steps)):
            for lr in row:
                demand(type(lr) is float, f"at step {t} the learning rate is a {type(lr).__name__}")
                demand(math.isfinite(lr) and lr >= 0, f"at step {t} the learning rate is {lr}")

    def last_rate_is_told(self) -> None:
        """``get_last_lr`` is what the optimizer has."""
        scheduler = self.make()
        for _ in range(self.steps):
            scheduler.optimizer.step()
            scheduler.step()
            told = scheduler.get_last_lr()
            has = [group["lr"] for group in scheduler.optimizer.param_groups]
            demand(list(told) == has, f"get_last_lr() says {told}, the optimizer has {has}")

    def closed_form(self) -> None:
        """``lr_at(base, t)`` is the rate after t steps."""
        scheduler = self.make()
        bases = list(scheduler.base_lrs)
        for t, row in enumerate(_rates(scheduler, self.steps)):
            for base, lr in zip(bases, row, strict=True):
                exact = scheduler.lr_at(base, t)
                demand(
                    abs(exact - lr) <= 1e-12 * abs(lr), f"lr_at({base}, {t}) is {exact}, not {lr}"
                )

    def resumes_exactly(self) -> None:
        """Saved as JSON at any step and loaded into a new one, the rates go on bit for bit."""
        expected = _rates(self.make(), self.steps)
        scheduler = self.make()
        for t in range(self.steps):
            state = json.loads(json.dumps(scheduler.state_dict()))
            lrs = [group["lr"] for group in scheduler.optimizer.param_groups]
            other = self.make()
            for group, lr in zip(other.optimizer.param_groups, lrs, strict=True):
                group["lr"] = lr
            other.load_state_dict(state)
            got = _rates(other, self.steps - t)
            demand(got == expected[t:], f"resumed at step {t}, the rates differ")
            scheduler.optimizer.step()
            scheduler.step()


def _rates(scheduler: Any, count: int) -> list[list[float]]:
    found = []
    for _ in range(count):
        found.append([group["lr"] for group in scheduler.optimizer.param_groups])
        scheduler.optimizer.step()
        scheduler.step()
    return found
