"""What there is without gradients, for comparison: it shows what backpropagation is worth."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._closures import loss_value
from tinygrad_edu.optim._vector import Closure, VectorOptimizer
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["SPSA", "HillClimbing", "NumericalGradientDescent", "RandomSearch"]


class DerivativeFree(VectorOptimizer):
    """Base of rules that only ask for values of the loss."""

    def value(self, closure: Closure, at: Array | None = None) -> float:
        """The loss at a vector, or at the present weights, signed as for a minimum."""
        if at is not None:
            self.move_to(at)
        value = loss_value(self._name, self.evaluate(closure))
        return -value if self.group["maximize"] else value


class RandomSearch(DerivativeFree):
    """Draw w₀ + σu, u normal; keep the best so far.   Rastrigin 1963.

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        σ.
    maximize : bool
        Climb instead.
    generator : np.random.Generator or int, optional
        Where u comes from.
    """

    remembers: ClassVar[tuple[str, ...]] = ("start", "best")

    lr: float = 1.0
    _: KW_ONLY
    generator: GeneratorLike = None

    def centre(self, best: Array) -> Array:
        """Around what to draw: the start."""
        start: Array = self.memory.setdefault("start", best.copy())
        return start

    def advance(self, closure: Closure) -> Any:
        """One draw; returns the best loss so far."""
        best = self.weights()
        value = self.memory.get("best")
        if value is None:
            value = self.value(closure)
        step = get_generator(self.generator).standard_normal(best.size).astype(best.dtype)
        candidate = self.centre(best) + self.group["lr"] * step
        drawn = self.value(closure, candidate)
        if not drawn < value:
            self.move_to(best)
        self.memory["best"] = min(drawn, value) if drawn < value else value
        return -self.memory["best"] if self.group["maximize"] else self.memory["best"]


class HillClimbing(RandomSearch):
    """Draw w + σu, u normal; go there if it is better.   Also called (1+1) evolution.

    Parameters are those of `RandomSearch`.
    """

    remembers: ClassVar[tuple[str, ...]] = ("best",)

    def centre(self, best: Array) -> Array:
        """Around what to draw: the best so far."""
        return best


class SPSA(DerivativeFree):
    """g ≈ (f(w + cu) − f(w − cu)) / 2c · u, u random signs: two values a step.   Spall 1992.

    Step k has the rate lr/(k + A)^α and the distance c/k^γ.

    Parameters
    ----------
    params : iterable
        One group.
    lr, c : float
        See above.
    A : float
        Delays the fall of the rate.
    alpha, gamma : float
        α, γ; Spall's values by default.
    maximize : bool
        Climb instead.
    generator : np.random.Generator or int, optional
        Where the signs come from.
    """

    ranges: ClassVar = {
        "c": "(0, inf)",
        "A": "[0, inf)",
        "alpha": "[0, 1]",
        "gamma": "[0, 1]",
    }

    lr: float = 0.1
    c: float = 0.1
    A: float = 0.0
    alpha: float = 0.602
    gamma: float = 0.101
    _: KW_ONLY
    generator: GeneratorLike = None

    def advance(self, closure: Closure) -> Any:
        """One step; returns the mean of the two values."""
        group, w = self.group, self.weights()
        k = self.memory.get("step", 0) + 1
        signs = get_generator(self.generator).choice([-1.0, 1.0], size=w.size).astype(w.dtype)
        c = group["c"] / k ** group["gamma"]
        up, down = (self.value(closure, w + s * c * signs) for s in (1.0, -1.0))
        rate = group["lr"] / (k + group["A"]) ** group["alpha"]
        self.move_to(w - rate * (up - down) / (2 * c) * signs)
        return (up + down) / 2 if not group["maximize"] else -(up + down) / 2


class NumericalGradientDescent(DerivativeFree):
    """w ← w − lr g with g from differences, one weight after the other: where lectures begin.

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        Learning rate.
    h : float
        Distance of the differences.
    scheme : {"central", "forward"}
        (f(w + h) − f(w − h)) / 2h with an error of h², or (f(w + h) − f(w)) / h with one of h.
    maximize : bool
        Climb instead.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor(np.array([1.0]), requires_grad=True)
    >>> optimizer = tg.optim.NumericalGradientDescent([w], lr=0.2, h=1e-3, scheme="forward")
    >>> for _ in range(3):
    ...     _ = optimizer.step(lambda: (w**4 + w + 2).sum())
    ...     print(f"{w.item():.3f}")
    -0.001
    -0.201
    -0.395
    """

    ranges: ClassVar = {"h": "(0, inf)"}

    choices: ClassVar[dict[str, tuple[Any, ...]]] = {"scheme": ("central", "forward")}

    lr: float = 1e-3
    h: float = 1e-5
    scheme: str = "central"

    def advance(self, closure: Closure) -> Any:
        """One step; returns the loss it started from."""
        w, h = self.weights(), float(self.group["h"])
        value = self.value(closure)
        g = np.empty_like(w)
        for k in range(w.size):
            probe = w.copy()
            probe[k] += h
            up = self.value(closure, probe)
            if self.group["scheme"] == "central":
                probe[k] = w[k] - h
                g[k] = (up - self.value(closure, probe)) / (2 * h)
            else:
                g[k] = (up - value) / h
        self.move_to(w - float(self.group["lr"]) * g)
        return -value if self.group["maximize"] else value
