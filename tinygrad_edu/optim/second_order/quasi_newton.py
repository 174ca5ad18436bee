"""Quasi-Newton with the whole matrix."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.optim._vector import Closure, VectorOptimizer
from tinygrad_edu.optim.second_order.line_search import Trial, strong_wolfe

__all__ = ["BFGS"]


class BFGS(VectorOptimizer):
    """H ← (I − ρsyᵀ)H(I − ρysᵀ) + ρssᵀ;  d = −Hg.   Broyden, Fletcher, Goldfarb, Shanno 1970.

    H approximates the inverse Hessian from steps s and changes y of the gradient, ρ = 1/sᵀy. The
    length comes from a strong Wolfe search, which keeps H positive.

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        The first length tried.
    max_parameters : int
        Refuse more than so many weights.
    maximize : bool
        Climb instead.
    """

    remembers: ClassVar[tuple[str, ...]] = ("inverse",)
    ranges: ClassVar = {"max_parameters": "int [1, inf)"}

    square: ClassVar[str] = "an inverse Hessian"

    lr: float = 1.0
    max_parameters: int = 2000

    def advance(self, closure: Closure) -> Any:
        """One step along −Hg."""
        loss, value, gradient = self.value_and_gradient(closure)
        inverse = self.memory.get("inverse")
        d = -gradient if inverse is None else -(inverse @ gradient)
        slope = float(np.dot(gradient, d))
        if slope >= 0:  # at a minimum, or H lost to rounding
            self.memory.pop("inverse", None)
            d, slope = -gradient, -float(np.dot(gradient, gradient))
        if slope == 0:
            return loss
        start = Trial(0.0, value, gradient, slope)
        t = float(self.group["lr"])
        if inverse is None:
            t *= min(1.0, 1.0 / float(np.abs(gradient).sum()))
        found, _ = strong_wolfe(self.along(closure, d), d, start, t)
        s, y = found.t * d, found.gradient - gradient
        self.move_to(self.weights() + s)
        curvature = float(np.dot(s, y))
        if curvature > 1e-12 * float(np.linalg.norm(s) * np.linalg.norm(y)):
            if inverse is None:
                inverse = curvature / float(np.dot(y, y)) * np.eye(len(s), dtype=s.dtype)
            hy = inverse @ y
            scale = (1 + float(np.dot(y, hy)) / curvature) / curvature
            inverse = inverse + scale * np.outer(s, s)
            inverse -= (np.outer(hy, s) + np.outer(s, hy)) / curvature
            self.memory["inverse"] = inverse
        return loss
