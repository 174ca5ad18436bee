"""Quasi-Newton with a short memory."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._vector import Closure, VectorOptimizer
from tinygrad_edu.optim.second_order.line_search import Trial, strong_wolfe

__all__ = ["LBFGS"]


class LBFGS(VectorOptimizer):
    """d = −H⁻¹g with H⁻¹ from the last few steps s and changes y of g.   Liu & Nocedal 1989.

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        Length of a step, or the first tried.
    max_iter : int
        Iterations in one ``step``.
    max_eval : int, optional
        Evaluations of the closure in one ``step``, by default max_iter · 5/4.
    tolerance_grad, tolerance_change : float
        Stop the iterations where the largest |g|, or the change, is this small.
    history_size : int
        Pairs (s, y) kept.
    line_search_fn : {None, "strong_wolfe"}
        How a length is found.
    maximize : bool
        Climb instead.

    Notes
    -----
    ``step`` needs a closure that returns the loss; whether it also calls ``backward()`` is up to
    it. Use the whole data set, or large batches: noise in g spoils y.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.optim.functions import rosenbrock
    >>> w = tg.tensor(np.array([-1.2, 1.0]), requires_grad=True)
    >>> optimizer = tg.optim.LBFGS([w], line_search_fn="strong_wolfe", max_iter=100)
    >>> _ = optimizer.step(lambda: rosenbrock(w))
    >>> w
    tensor([1.0000, 1.0000], dtype=torch.float64, requires_grad=True)
    """

    remembers: ClassVar[tuple[str, ...]] = (
        "func_evals",
        "n_iter",
        "d",
        "t",
        "old_dirs",
        "old_stps",
        "ro",
        "H_diag",
        "prev_flat_grad",
        "prev_loss",
    )
    ranges: ClassVar = {
        "max_iter": "int [1, inf)",
        "max_eval": "None or int [1, inf)",
        "tolerance_grad": "[0, inf)",
        "tolerance_change": "[0, inf)",
        "history_size": "int [1, inf)",
    }

    choices: ClassVar[dict[str, tuple[Any, ...]]] = {"line_search_fn": (None, "strong_wolfe")}

    lr: float = 1.0
    max_iter: int = 20
    max_eval: int | None = None
    tolerance_grad: float = 1e-7
    tolerance_change: float = 1e-9
    history_size: int = 100
    line_search_fn: str | None = None

    def check_group(self, entries: dict[str, Any]) -> dict[str, Any]:
        """Without ``max_eval``, a quarter more than ``max_iter``."""
        entries = super().check_group(entries)
        if entries["max_eval"] is None:
            entries["max_eval"] = entries["max_iter"] * 5 // 4
        return entries

    def advance(self, closure: Closure) -> Any:
        """Up to ``max_iter`` iterations."""
        group, memory = self.group, self.memory
        first_loss, value, gradient = self.value_and_gradient(closure)
        evaluations = 1
        memory.setdefault("n_iter", 0)
        memory["func_evals"] = memory.get("func_evals", 0) + 1
        if np.abs(gradient).max(initial=0.0) <= group["tolerance_grad"]:
            return first_loss
        for iteration in range(1, int(group["max_iter"]) + 1):
            d = self._direction(gradient)
            t = float(group["lr"])
            if memory["n_iter"] == 0:
                t *= min(1.0, 1.0 / float(np.abs(gradient).sum()))
            n = memory["n_iter"] + 1
            memory.update(n_iter=n, d=d, t=t, prev_flat_grad=gradient.copy(), prev_loss=value)
            slope = float(np.dot(gradient, d))
            if slope > -group["tolerance_change"]:
                break
            last = iteration == group["max_iter"]
            used = 0
            if group["line_search_fn"] is not None:
                found, used = strong_wolfe(
                    self.along(closure, d),
                    d,
                    Trial(0.0, value, gradient, slope),
                    t,
                    max_evaluations=int(group["max_eval"]) - evaluations,
                )
                t, value, gradient = found.t, found.value, found.gradient
                memory["t"] = t
                self.move_to(self.weights() + t * d)
            else:
                self.move_to(self.weights() + t * d)
                if not last:  # with mini-batches, the next step evaluates there anyway
                    _, value, gradient = self.value_and_gradient(closure)
                    used = 1
            evaluations += used
            memory["func_evals"] += used
            if last or evaluations >= group["max_eval"] or self._settled(t * d, value, gradient):
                break
        return first_loss

    def _settled(self, step: Array, value: float, gradient: Array) -> bool:
        change = self.group["tolerance_change"]
        return bool(
            np.abs(gradient).max() <= self.group["tolerance_grad"]
            or np.abs(step).max() <= change
            or abs(value - self.memory["prev_loss"]) < change
        )

    def _direction(self, gradient: Array) -> Array:
        """−H⁻¹g by the two-loop recursion, after remembering the last step."""
        memory = self.memory
        if memory["n_iter"] == 0:
            memory.update(old_dirs=[], old_stps=[], ro=[], H_diag=1.0)
            return -gradient
        ys, ss, ro = memory["old_dirs"], memory["old_stps"], memory["ro"]
        y = gradient - memory["prev_flat_grad"]
        s = memory["d"] * memory["t"]
        curvature = float(np.dot(y, s))
        if curvature > 1e-10:  # H stays positive
            # New lists, entered together: an interrupt leaves all of them or none.
            kept = slice(-self.group["history_size"], None)
            ys, ss, ro = [*ys, y][kept], [*ss, s][kept], [*ro, 1.0 / curvature][kept]
            scale = curvature / float(np.dot(y, y))
            memory.update(old_dirs=ys, old_stps=ss, ro=ro, H_diag=scale)
        q = -gradient
        alphas = []
        for s, y, r in zip(reversed(ss), reversed(ys), reversed(ro), strict=True):
            alphas.append(float(np.dot(s, q)) * r)
            q -= alphas[-1] * y
        q *= memory["H_diag"]
        for s, y, r, alpha in zip(ss, ys, ro, reversed(alphas), strict=True):
            q += (alpha - float(np.dot(y, q)) * r) * s
        return q
