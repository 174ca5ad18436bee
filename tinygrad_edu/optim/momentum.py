"""Momentum in its other forms: Polyak's two points, and Nesterov's look ahead taken literally."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu._restored import restored
from tinygrad_edu.engine import Array
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["HeavyBall", "NesterovLookAhead"]


class HeavyBall(Optimizer):
    """w ← w − lr g + μ (w − w₋₁), w₋₁ the weights one step ago.   Polyak 1964.

    With a constant lr this is ``SGD(momentum=μ)``: there b = (w₋₁ − w) / lr. When lr changes they
    differ: here the momentum of the last step goes on as far as it was, there it is scaled too.

    Parameters
    ----------
    params, lr, weight_decay, maximize
        As in `SGD`.
    momentum : float
        μ.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr",)
    slots: ClassVar[tuple[str, ...]] = ("previous",)

    lr: float = 1e-3
    momentum: float = 0.9
    weight_decay: float = 0.0

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        lr: float,
        momentum: float,
    ) -> Array:
        """Lr g − μ (w − w₋₁); the state keeps the last step."""
        previous: Array = state["previous"]
        if t == 1:
            np.copyto(previous, w)
        d = np.subtract(previous, w, out=out)
        d *= momentum
        d += np.multiply(g, lr, out=tmp)
        np.copyto(previous, w)
        return d


class NesterovLookAhead(Optimizer):
    """v ← μv − lr ∇f(w + μv);  w ← w + v.   Nesterov 1983, in the form of Sutskever et al. 2013.

    The gradient is taken where the momentum alone would lead, so ``step`` needs a closure that
    computes it there. ``SGD(nesterov=True)`` keeps θ = w + μv as its weights instead, and follows
    the same path.

    Parameters
    ----------
    params, lr, weight_decay, maximize
        As in `SGD`.
    momentum : float
        μ.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr",)
    slots: ClassVar[tuple[str, ...]] = ("velocity",)

    lr: float = 1e-3
    momentum: float = 0.9
    weight_decay: float = 0.0

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Look ahead, compute the gradient there with ``closure``, come back and move."""
        if closure is None:
            raise TypeError(
                "NesterovLookAhead.step needs a closure that computes the gradient ahead; "
                "SGD(nesterov=True) takes the same path without one"
            )
        return super().step(closure)

    def evaluate(self, closure: Callable[[], Any]) -> Any:
        """The loss and the gradients at w + μv."""
        members = self.members()
        before = [(p, p.value.copy()) for p, _, _ in members]

        def restore() -> None:
            for p, w in before:
                np.copyto(p.value, w)

        with restored(restore):
            for p, state, group in members:
                if state:
                    p.value += group["momentum"] * state["velocity"]
            return super().evaluate(closure)

    def direction(
        self, w: Array, g: Array, state: State, t: int, out: Array, lr: float, momentum: float
    ) -> Array:
        """−v, after v ← μv − lr g at the point ahead."""
        velocity: Array = state["velocity"]
        velocity *= momentum
        velocity -= np.multiply(g, lr, out=out)
        return np.negative(velocity, out=out)
