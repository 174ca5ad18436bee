"""Optimizers around optimizers: Lookahead, SAM and ASAM, gradient accumulation."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu._restored import restored
from tinygrad_edu.engine import Array, mark_changed
from tinygrad_edu.optim._closures import required
from tinygrad_edu.optim._entries import check_count, check_flag, check_number
from tinygrad_edu.optim._state import overflows
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["ASAM", "SAM", "GradientAccumulation", "Lookahead"]


class Wrapper(Optimizer):
    """An optimizer around another: groups and state are the inner one's, schedulers work on it.

    What a wrapper remembers itself is a dict of plain numbers and lists of arrays, ``self.own``,
    saved under ``"wrapper"``.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"{self._name}: wraps an optimizer, received {type(optimizer).__name__}"
            )
        self.optimizer = optimizer
        self.defaults = optimizer.defaults
        self.param_groups = optimizer.param_groups
        self.state = optimizer.state
        self.differentiates = optimizer.differentiates  # type: ignore[misc]  # as the one inside
        self.steps = 0
        self.scheduled = optimizer.scheduled
        self._hooks = {}
        self.own: dict[str, Any] = {}

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters to the inner optimizer."""
        self.optimizer.add_param_group(group)

    def update(self) -> None:
        """Let the inner optimizer move the parameters."""
        self.optimizer.update()
        self.optimizer.steps += 1

    def state_dict(self) -> dict[str, Any]:
        """The inner optimizer's state and the wrapper's own."""
        own = {"steps": self.steps, **copy.deepcopy(self.own)}
        return {**self.optimizer.state_dict(), "wrapper": own}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        own = state_dict.get("wrapper")
        if not isinstance(own, Mapping) or set(own) != {"steps", *self.own}:
            raise ValueError(
                f"{self._name}: the state is not that of a {self._name}; nothing was loaded"
            )
        dtypes = {p.value.dtype for p, _, _ in self.members()}
        for key, value in own.items():
            if any(overflows(value, dtype) for dtype in dtypes):
                raise ValueError(
                    f"{self._name}: {key} holds values that overflow a parameter's dtype; nothing "
                    "was loaded"
                )
        self.optimizer.load_state_dict(state_dict)
        self.steps = int(own["steps"])
        self.own = {key: copy.deepcopy(value) for key, value in own.items() if key != "steps"}


class Lookahead(Wrapper):
    """Every k steps: slow ← slow + α (w − slow);  w ← slow.   Zhang et al. 2019, algorithm 1.

    Parameters
    ----------
    optimizer : Optimizer
        Makes the fast steps.
    k : int
        How many between two slow ones.
    alpha : float
        α.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor([1.0], requires_grad=True)
    >>> optimizer = tg.optim.Lookahead(tg.optim.SGD([w], lr=0.1), k=2, alpha=0.5)
    >>> for _ in range(2):
    ...     w.grad = tg.tensor([1.0])
    ...     optimizer.step()
    >>> w  # fast: 0.9, 0.8; slow: halfway from 1 to 0.8
    tensor([0.9], requires_grad=True)
    """

    def __init__(self, optimizer: Optimizer, k: int = 5, alpha: float = 0.5) -> None:
        super().__init__(optimizer)
        self.k = check_count("Lookahead", "k", k)
        self.alpha = check_number("Lookahead", "alpha", alpha, "[0, 1]")
        self.own = {"count": 0, "slow": []}

    def update(self) -> None:
        """A fast step, and a slow one when it is time."""
        params = [p for p, _, _ in self.members()]
        slow: list[Array] = self.own["slow"]
        slow += [p.value.copy() for p in params[len(slow) :]]
        super().update()
        self.own["count"] += 1
        if self.own["count"] % self.k == 0:
            for p, anchor in zip(params, slow, strict=True):
                anchor += self.alpha * (p.value - anchor)
                np.copyto(p.value, anchor)
                mark_changed(p.value)


class SAM(Wrapper):
    """The gradient at w + e instead of w, e = ρ g/‖g‖, uphill.   Foret et al. 2021, algorithm 1.

    Minima that are low all around are found before sharp ones. ``step`` needs a closure; it is
    called twice, and should call ``zero_grad`` and ``backward``.

    Parameters
    ----------
    optimizer : Optimizer
        Moves w by the gradient found.
    rho : float
        ρ.
    adaptive : bool
        As `ASAM`.
    eta : float
        η of `ASAM`.
    """

    def __init__(
        self, optimizer: Optimizer, rho: float = 0.05, adaptive: bool = False, eta: float = 0.01
    ) -> None:
        super().__init__(optimizer)
        self.rho = check_number(self._name, "rho", rho, "[0, inf)")
        self.eta = check_number(self._name, "eta", eta, "[0, inf)")
        self.adaptive = check_flag(self._name, "adaptive", adaptive)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Climb, compute the gradient there with ``closure``, come back and move."""
        return super().step(required(self._name, closure))

    def evaluate(self, closure: Callable[[], Any]) -> Any:
        """The loss at w; the gradients left behind are those at w + e."""
        loss = super().evaluate(closure)
        moved = [p for p, _, _ in self.members() if p.grad is not None]
        before = [p.value.copy() for p in moved]
        scales = [np.abs(w) + self.eta if self.adaptive else 1.0 for w in before]
        climbs = [s * p.grad.value for s, p in zip(scales, moved, strict=True)]
        length = math.sqrt(sum(float(np.vdot(c, c)) for c in climbs))

        def restore() -> None:
            for p, w in zip(moved, before, strict=True):
                np.copyto(p.value, w)
                mark_changed(p.value)

        with restored(restore):
            for p, s, c in zip(moved, scales, climbs, strict=True) if length else ():
                p.value += (self.rho / length) * (s * c)
                mark_changed(p.value)
            super().evaluate(closure)
        return loss


class ASAM(SAM):
    """SAM with e = ρ T²g/‖Tg‖, T = |w| + η: steps in proportion to weights.   Kwon et al. 2021.

    Parameters are those of `SAM`.
    """

    def __init__(self, optimizer: Optimizer, rho: float = 0.5, eta: float = 0.01) -> None:
        super().__init__(optimizer, rho, adaptive=True, eta=eta)


class GradientAccumulation(Wrapper):
    """One step of the optimizer for every ``every`` calls, on the mean of their gradients.

    The training loop stays as it is: ``zero_grad`` keeps the gradients until they were used.

    Parameters
    ----------
    optimizer : Optimizer
        Makes the steps.
    every : int
        How many batches make one.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor([0.0], requires_grad=True)
    >>> optimizer = tg.optim.GradientAccumulation(tg.optim.SGD([w], lr=1.0), every=2)
    >>> for slope in (1.0, 3.0):
    ...     optimizer.zero_grad()
    ...     (slope * w).sum().backward()
    ...     optimizer.step()
    >>> w
    tensor([-2.], requires_grad=True)
    """

    def __init__(self, optimizer: Optimizer, every: int) -> None:
        super().__init__(optimizer)
        self.every = check_count("GradientAccumulation", "every", every)
        self.own = {"count": 0, "grads": []}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, once they were used."""
        if self.own["count"] == 0:
            super().zero_grad(set_to_none)

    def update(self) -> None:
        """Count, and move when enough gradients came together."""
        self.own["count"] += 1
        if self.own["count"] < self.every:
            return
        for p, _, _ in self.members():
            if p.grad is not None:
                np.multiply(p.grad.value, 1 / self.every, out=p.grad.value)
        super().update()
        self.own["count"] = 0

    def state_dict(self) -> dict[str, Any]:
        """With the gradients gathered so far."""
        grads = [p.grad for p, _, _ in self.members()] if self.own["count"] else []
        self.own["grads"] = [None if g is None else g.value.copy() for g in grads]
        return super().state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue with the gradients gathered so far."""
        super().load_state_dict(state_dict)
        for (p, _, _), g in zip(self.members(), self.own["grads"], strict=False):
            p.grad = None if g is None else p.wrap(g.copy())
