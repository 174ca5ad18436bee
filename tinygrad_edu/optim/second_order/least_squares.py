"""Rules for sums of squares ½‖r‖²: Gauss-Newton and Levenberg-Marquardt."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.engine import Array
from tinygrad_edu.optim._vector import Closure, VectorOptimizer
from tinygrad_edu.tensor import Tensor

__all__ = ["GaussNewton", "LevenbergMarquardt"]


class LeastSquaresOptimizer(VectorOptimizer):
    """Base of rules whose closure returns the residuals r, not the loss ½‖r‖²."""

    def check_group(self, entries: dict[str, Any]) -> dict[str, Any]:
        """A sum of squares has no maximum."""
        entries = super().check_group(entries)
        if entries["maximize"]:
            raise ValueError(f"{self._name}: a sum of squares has no maximum to climb to")
        return entries

    def residuals(self, closure: Closure) -> Tensor:
        """What the closure returns, checked."""
        r = self.evaluate(closure)
        if not isinstance(r, Tensor) or not r.requires_grad or not r.inputs:
            raise TypeError(
                f"{self._name}: the closure must return the residuals, a tensor that depends on "
                "the parameters; the loss is half the sum of their squares"
            )
        return r

    def jacobian(self, r: Tensor) -> Array:
        """∂r/∂w, a row for each residual."""
        rows = []
        for k in range(r.size):
            unit = np.zeros(r.size, r.dtype)
            unit[k] = 1.0
            parts = grad(
                r,
                self.tensors,
                grad_outputs=unit.reshape(r.shape),
                retain_graph=k < r.size - 1,
                materialize_grads=True,
            )
            rows.append(np.concatenate([part.value.reshape(-1) for part in parts]))
        return np.array(rows)

    def half_square(self, closure: Closure) -> float:
        """The loss at the present weights."""
        r = self.evaluate(closure).value.reshape(-1)
        return float(np.dot(r, r)) / 2


class GaussNewton(LeastSquaresOptimizer):
    """w ← w − lr J⁺ r: Newton's method with JᵀJ for the Hessian of ½‖r‖².   Gauss 1809.

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        Length of a step.
    max_parameters : int
        Refuse more than so many weights.
    """

    ranges: ClassVar = {"max_parameters": "int [1, inf)"}

    square: ClassVar[str] = "a matrix"

    lr: float = 1.0
    max_parameters: int = 2000

    def advance(self, closure: Closure) -> Any:
        """One step; returns the residuals it started from."""
        r = self.residuals(closure)
        d = np.linalg.lstsq(self.jacobian(r), r.value.reshape(-1), rcond=None)[0]
        self.move_to(self.weights() - float(self.group["lr"]) * d)
        return r


class LevenbergMarquardt(LeastSquaresOptimizer):
    """w ← w − (JᵀJ + λI)⁻¹ Jᵀr, λ smaller after a better loss, larger until one.   Marquardt 1963.

    Between Gauss-Newton (λ = 0) and short steps of gradient descent (λ large).

    Parameters
    ----------
    params : iterable
        One group.
    lr : float
        Length of a step.
    damping : float
        The first λ.
    factor : float
        How much smaller or larger.
    max_tries : int
        Give up for this step, and stay, after so many λ.
    max_parameters : int
        Refuse more than so many weights.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = np.linspace(0, 2, 20)
    >>> y = 3.0 * np.exp(-1.5 * x)
    >>> w = tg.tensor(np.array([1.0, 0.0]), requires_grad=True)
    >>> optimizer = tg.optim.LevenbergMarquardt([w])
    >>> for _ in range(20):
    ...     _ = optimizer.step(lambda: w[0] * np.exp(w[1] * x) - y)
    >>> w
    tensor([ 3.0000, -1.5000], dtype=torch.float64, requires_grad=True)
    """

    remembers: ClassVar[tuple[str, ...]] = ("damping",)
    ranges: ClassVar = {
        "damping": "(0, inf)",
        "factor": "(1, inf)",
        "max_tries": "int [1, inf)",
        "max_parameters": "int [1, inf)",
    }

    square: ClassVar[str] = "a matrix"

    lr: float = 1.0
    damping: float = 1e-2
    factor: float = 10.0
    max_tries: int = 20
    max_parameters: int = 2000

    def advance(self, closure: Closure) -> Any:
        """One step that lowers the loss; returns the residuals it started from."""
        group, memory = self.group, self.memory
        r = self.residuals(closure)
        jacobian = self.jacobian(r)
        residuals = r.value.reshape(-1)
        before, start = float(np.dot(residuals, residuals)) / 2, self.weights()
        normal, slope = jacobian.T @ jacobian, jacobian.T @ residuals
        damping = memory.setdefault("damping", float(group["damping"]))
        for _ in range(int(group["max_tries"])):
            d = np.linalg.solve(normal + damping * np.eye(len(slope), dtype=slope.dtype), slope)
            self.move_to(start - float(group["lr"]) * d)
            if self.half_square(closure) <= before:
                memory["damping"] = damping / group["factor"]
                return r
            damping *= group["factor"]
        self.move_to(start)
        memory["damping"] = damping
        return r
