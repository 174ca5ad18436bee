"""Nonlinear conjugate gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._vector import Closure, VectorOptimizer
from tinygrad_edu.optim.second_order.line_search import Trial, strong_wolfe

__all__ = ["ConjugateGradient"]

# β from the new gradient g, the old one p and the last direction d.
VARIANTS: dict[str, Callable[[Array, Array, Array], tuple[float, float]]] = {
    "FR": lambda g, p, d: (float(np.dot(g, g)), float(np.dot(p, p))),
    "PR+": lambda g, p, d: (max(0.0, float(np.dot(g, g - p))), float(np.dot(p, p))),
    "HS": lambda g, p, d: (float(np.dot(g, g - p)), float(np.dot(d, g - p))),
    "DY": lambda g, p, d: (float(np.dot(g, g)), float(np.dot(d, g - p))),
}


class ConjugateGradient(VectorOptimizer):
    """d ← −g + β d, with a strong Wolfe search along it.   Fletcher & Reeves 1964 and others.

    β is g·g/p·p (Fletcher-Reeves), max(0, g·(g−p)/p·p) (Polak-Ribière+), g·(g−p)/d·(g−p)
    (Hestenes-Stiefel) or g·g/d·(g−p) (Dai-Yuan), p the gradient before. On a quadratic of n
    variables all are the same, and done in n steps.

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        The first length tried in the first step.
    variant : {"PR+", "FR", "HS", "DY"}
        β.
    restart : int, optional
        Forget d after so many steps; by default as many as there are weights.
    c2 : float
        How flat the slope must be at the end of a search.
    maximize : bool
        Climb instead.
    """

    remembers: ClassVar[tuple[str, ...]] = ("d", "previous_grad", "length", "slope", "since")
    ranges: ClassVar = {"restart": "None or int [1, inf)", "c2": "(0, 1)"}

    choices: ClassVar[dict[str, tuple[Any, ...]]] = {"variant": tuple(VARIANTS)}

    lr: float = 1.0
    variant: str = "PR+"
    restart: int | None = None
    c2: float = 0.1

    def advance(self, closure: Closure) -> Any:
        """One search along the next direction."""
        memory = self.memory
        loss, value, gradient = self.value_and_gradient(closure)
        if not gradient.any():
            return loss
        since = memory.get("since", 0)
        fresh = "d" not in memory or since >= (self.group["restart"] or gradient.size)
        d = -gradient
        if not fresh:
            over, under = VARIANTS[self.group["variant"]](
                gradient, memory["previous_grad"], memory["d"]
            )
            d = d + (over / under if under else 0.0) * memory["d"]
        slope = float(np.dot(gradient, d))
        if slope >= 0:  # no descent: start again from the gradient
            d, slope, fresh = -gradient, -float(np.dot(gradient, gradient)), True
        # The first length tried promises the decrease of the last step.
        t = float(self.group["lr"]) * min(1.0, 1.0 / float(np.abs(gradient).sum()))
        if "length" in memory:
            t = min(memory["length"] * memory["slope"] / slope, 1e6)
        start = Trial(0.0, value, gradient, slope)
        found, _ = strong_wolfe(self.along(closure, d), d, start, t, c2=self.group["c2"])
        self.move_to(self.weights() + found.t * d)
        memory.update(d=d, previous_grad=gradient, since=1 if fresh else since + 1)
        if found.t:
            memory.update(length=found.t, slope=slope)
        return loss
