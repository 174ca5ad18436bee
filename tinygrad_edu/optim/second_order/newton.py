"""Newton's method."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._closures import hessian_products, recorded_gradients
from tinygrad_edu.optim._vector import Closure, VectorOptimizer
from tinygrad_edu.optim.second_order.line_search import Trial, backtracking, strong_wolfe
from tinygrad_edu.tensor import Tensor

__all__ = ["Newton"]


class Newton(VectorOptimizer):
    """w ← w − lr (H + λI)⁻¹ g: to the minimum of the local quadratic.   Newton 1685, Raphson 1690.

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        Length of a step, or the first tried.
    damping : float
        λ; makes H positive where it is large enough, and the step short.
    line_search : {None, "backtracking", "strong_wolfe"}
        How a length is found. Where the Newton direction does not descend, −g is searched instead.
    max_parameters : int
        Refuse more than so many weights: H has their square.
    maximize : bool
        Climb instead.

    Raises
    ------
    ValueError
        For too many weights.
    ArithmeticError
        Where H + λI is singular.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.optim.functions import double_well
    >>> w = tg.tensor(np.array([2.0]), requires_grad=True)
    >>> optimizer = tg.optim.Newton([w])
    >>> for _ in range(3):
    ...     _ = optimizer.step(lambda: double_well(w))
    ...     print(round(w.item(), 4))
    1.4545
    1.151
    1.0253
    """

    ranges: ClassVar = {"damping": "[0, inf)", "max_parameters": "int [1, inf)"}

    choices: ClassVar[dict[str, tuple[Any, ...]]] = {
        "line_search": (None, "backtracking", "strong_wolfe")
    }
    square: ClassVar[str] = "a Hessian"

    lr: float = 1.0
    damping: float = 0.0
    line_search: str | None = None
    max_parameters: int = 2000

    def advance(self, closure: Closure) -> Any:
        """One step along the solution of (H + damping) d = −g, searched along if asked for."""
        loss, grads = recorded_gradients("Newton", closure, self.tensors, create_graph=True)
        sign = -1.0 if self.group["maximize"] else 1.0
        gradient = sign * np.concatenate([g.value.reshape(-1) for g in grads])
        hessian = sign * self.hessian(grads)
        hessian[np.diag_indices_from(hessian)] += self.group["damping"]
        try:
            d = -np.linalg.solve(hessian, gradient)
        except np.linalg.LinAlgError:
            raise ArithmeticError(
                f"Newton: the Hessian is singular after {self.steps} steps, so no step is the "
                "Newton step; pass damping > 0"
            ) from None
        t, kind = float(self.group["lr"]), self.group["line_search"]
        if kind is not None:
            if np.dot(gradient, d) >= 0:
                d = -gradient
            start = Trial(0.0, sign * float(loss.value), gradient, float(np.dot(gradient, d)))
            at = self.along(closure, d)
            if kind == "backtracking":
                t = backtracking(at, d, start, t).t
            else:
                t = strong_wolfe(at, d, start, t)[0].t
        self.move_to(self.weights() + t * d)
        return loss

    def hessian(self, grads: list[Tensor]) -> Array:
        """The matrix of second derivatives: one product for each weight."""
        size = sum(p.size for p in self.tensors)
        dtype = self.tensors[0].dtype
        columns = []
        for k in range(size):
            unit = np.zeros(size, dtype)
            unit[k] = 1.0
            products = hessian_products(grads, self.tensors, self.split(unit), last=k == size - 1)
            columns.append(np.concatenate([product.reshape(-1) for product in products]))
        return np.array(columns).T
