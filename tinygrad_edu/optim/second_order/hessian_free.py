"""Newton's method without the Hessian: conjugate gradients on its products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._closures import hessian_products, recorded_gradients
from tinygrad_edu.optim._vector import Closure, VectorOptimizer
from tinygrad_edu.optim.second_order.line_search import Trial, backtracking

__all__ = ["HessianFree"]


def conjugate_gradients(
    product: Callable[[Array], Array], b: Array, steps: int, tolerance: float
) -> Array:
    """Solve A x = b, A known by its products, from x = 0; stops at negative curvature.

    Hestenes & Stiefel 1952. With exact arithmetic it is done in as many steps as b has elements.

    >>> A = np.array([[4.0, 1.0], [1.0, 3.0]])
    >>> conjugate_gradients(lambda v: A @ v, np.array([1.0, 2.0]), steps=2, tolerance=0.0)
    array([0.09090909, 0.63636364])
    """
    x, r = np.zeros_like(b), b.copy()
    p = r.copy()
    square = float(np.dot(r, r))
    goal = (tolerance**2) * square
    for k in range(steps):
        if square <= goal or square == 0:
            break
        ap = product(p)
        curvature = float(np.dot(p, ap))
        if curvature <= 0:  # downhill for ever: go that way
            return b if k == 0 else x
        alpha = square / curvature
        x = x + alpha * p
        r = r - alpha * ap
        before, square = square, float(np.dot(r, r))
        p = r + (square / before) * p
    return x


class HessianFree(VectorOptimizer):
    """w ← w + t d;  (H + λI) d = −g by conjugate gradients on products Hv.   Martens 2010.

    λ falls where the quadratic model foretold the loss well, and rises where it did not
    (Levenberg-Marquardt); t comes from backtracking.

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        The first length tried.
    damping : float
        The first λ.
    cg_steps : int
        Iterations of the inner solver.
    cg_tolerance : float
        It stops at a residual of this part of g.
    maximize : bool
        Climb instead.
    """

    remembers: ClassVar[tuple[str, ...]] = ("damping",)
    ranges: ClassVar = {"damping": "[0, inf)", "cg_steps": "int [1, inf)", "cg_tolerance": "[0, 1)"}

    lr: float = 1.0
    damping: float = 1e-3
    cg_steps: int = 50
    cg_tolerance: float = 1e-4

    def advance(self, closure: Closure) -> Any:
        """One step along the solution of (H + damping) d = −g by conjugate gradients."""
        group, memory = self.group, self.memory
        loss, grads = recorded_gradients("HessianFree", closure, self.tensors, create_graph=True)
        sign = -1.0 if group["maximize"] else 1.0
        gradient = sign * np.concatenate([g.value.reshape(-1) for g in grads])
        damping = memory.setdefault("damping", float(group["damping"]))

        def product(v: Array) -> Array:
            parts = hessian_products(grads, self.tensors, self.split(v), last=False)
            return sign * np.concatenate([part.reshape(-1) for part in parts])

        d = conjugate_gradients(
            lambda v: product(v) + damping * v,
            -gradient,
            int(group["cg_steps"]),
            group["cg_tolerance"],
        )
        slope = float(np.dot(gradient, d))
        if slope == 0:
            return loss
        promised = slope + 0.5 * float(np.dot(d, product(d)))
        start = Trial(0.0, sign * float(loss.value), gradient, slope)
        at = self.along(closure, d)
        found = backtracking(at, d, start, float(group["lr"]))
        kept = (found.value - start.value) / promised if promised < 0 else 0.0
        if kept > 0.75:
            memory["damping"] = damping * 2 / 3
        elif kept < 0.25:
            memory["damping"] = max(damping, 1e-12) * 3 / 2
        self.move_to(self.weights() + found.t * d)
        return loss
