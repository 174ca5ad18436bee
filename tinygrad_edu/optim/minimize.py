"""Minimize a plain function, and say when to stop."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_function, check_list
from tinygrad_edu.autograd.clipping import gradient_norm
from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.engine import Array, enable_grad, value_of
from tinygrad_edu.optim._entries import check_count, check_number
from tinygrad_edu.optim.optimizer import Optimizer
from tinygrad_edu.optim.sgd import SGD
from tinygrad_edu.tensor import Tensor, tensor

__all__ = ["GradientSmall", "NoImprovement", "ParametersSettled", "Result", "Stopping", "minimize"]


@dataclass(frozen=True)
class Progress:
    """What a stopping criterion sees after a step."""

    step: int
    x: Array
    previous: Array
    value: float
    point: _Point

    @property
    def grad_norm(self) -> float:
        """‖∇f(x)‖, infinite where f has no gradient; computed where it is asked for."""
        gradient = self.point.gradient()
        return math.inf if gradient is None else gradient_norm([gradient.value])


class _Point:
    """f where x is now, evaluated once: for the path, for criteria, and for the next step."""

    def __init__(self, f: Callable[[Any], Any], x: Tensor) -> None:
        with enable_grad():
            self.loss = _one_element(f(x))
        self.x, self.at = x, x.value.copy()
        self.value = float(self.loss.value)
        self._gradient: Tensor | None = None

    def gradient(self) -> Tensor | None:
        """∇f there, and the graph stays; None where f does not depend on x."""
        if self._gradient is None and self.loss.requires_grad:
            self._gradient = grad(self.loss, self.x, retain_graph=True, materialize_grads=True)
        return self._gradient


class Stopping:
    """A criterion: called after each step, it returns a sentence to stop with, or None."""

    def __call__(self, progress: Progress) -> str | None:
        """Why to stop now, if at all."""
        raise NotImplementedError


class ParametersSettled(Stopping):
    """Stop when ‖w_t − w_{t−1}‖ < ε."""

    def __init__(self, eps: float = 1e-8) -> None:
        self.eps = check_number("ParametersSettled", "eps", eps, "(0, inf)")

    def __call__(self, progress: Progress) -> str | None:
        """Whether the last step was short."""
        moved = float(np.linalg.norm(progress.x - progress.previous))
        return f"the parameters settled: they moved by {moved:.3g}" if moved < self.eps else None


class GradientSmall(Stopping):
    """Stop when ‖∇f(w)‖ < ε."""

    def __init__(self, eps: float = 1e-6) -> None:
        self.eps = check_number("GradientSmall", "eps", eps, "(0, inf)")

    def __call__(self, progress: Progress) -> str | None:
        """Whether the gradient vanished."""
        if progress.grad_norm < self.eps:
            return f"the gradient is small: its norm is {progress.grad_norm:.3g}"
        return None


class NoImprovement(Stopping):
    """Stop when a value has not fallen by ``min_delta`` for ``patience`` steps.

    ``value`` computes it from the parameters: a validation loss, say; by default it is f itself.
    """

    def __init__(
        self,
        patience: int = 10,
        min_delta: float = 0.0,
        value: Callable[[Array], float] | None = None,
    ) -> None:
        self.patience = check_count("NoImprovement", "patience", patience)
        self.min_delta = check_number("NoImprovement", "min_delta", min_delta, "[0, inf)")
        self.value = check_function("NoImprovement", "value", value, optional=True)
        self.best, self.waited = math.inf, 0

    def __call__(self, progress: Progress) -> str | None:
        """Whether patience is at its end."""
        value = progress.value if self.value is None else float(self.value(progress.x))
        if value < self.best - self.min_delta:
            self.best, self.waited = value, 0
        else:
            self.waited += 1
        if self.waited < self.patience:
            return None
        return f"no improvement on {self.best:.6g} for {self.waited} steps"


@dataclass(repr=False)
class Result:
    """Where `minimize` went. ``path`` and ``values`` begin with the start."""

    path: Array
    values: list[float]
    message: str
    steps: int

    def __repr__(self) -> str:
        at = np.array2string(self.x, precision=6, threshold=20)
        return f"Result({self.message!r}, steps={self.steps}, x={at}, value={self.value:.6g})"

    @property
    def x(self) -> Array:
        """The last point."""
        return np.asarray(self.path[-1])

    @property
    def value(self) -> float:
        """The value there."""
        return self.values[-1]


def minimize(
    f: Callable[[Any], Any],
    x0: Any,
    optimizer: Callable[[list[Tensor]], Optimizer] | None = None,
    *,
    steps: int = 1000,
    stop: Stopping | Sequence[Stopping] = (),
    scheduler: Callable[[Optimizer], Any] | None = None,
) -> Result:
    """Minimize ``f`` from ``x0`` with any optimizer, and return the path.

    Parameters
    ----------
    f : callable
        Of one tensor, returning a tensor of one element.
    x0 : array-like
        The start; computed in float64.
    optimizer : callable, optional
        Makes the optimizer from a list of one parameter; by default ``SGD(lr=0.1)``.
    steps : int
        At most so many.
    stop : Stopping or sequence of Stopping
        `ParametersSettled`, `GradientSmall`, `NoImprovement`, or your own.
    scheduler : callable, optional
        Makes a scheduler from the optimizer; stepped after it.

    Returns
    -------
    Result
        With ``x``, ``value``, ``path`` (steps + 1, n), ``values``, ``steps`` and ``message``.

    Raises
    ------
    FloatingPointError
        When f or x stops being finite; the message says after how many steps.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.optim import minimize, SGD
    >>> result = minimize(lambda x: x**4 + x + 2, 1.0, lambda p: SGD(p, lr=0.2), steps=7)
    >>> [round(float(x), 3) for x in result.path]
    [1.0, 0.0, -0.2, -0.394, -0.545, -0.615, -0.629, -0.63]
    """
    check_function("minimize", "f", f)
    check_function("minimize", "optimizer", optimizer, optional=True)
    check_function("minimize", "scheduler", scheduler, optional=True)
    check_count("minimize", "steps", steps, 0)
    criteria = _criteria(stop)
    x = tensor(_start(x0), requires_grad=True)
    made = SGD([x], lr=0.1) if optimizer is None else optimizer([x])
    if not isinstance(made, Optimizer):
        raise TypeError(f"minimize: optimizer must make an optimizer of [x], it made {made!r}")
    schedule = None if scheduler is None else scheduler(made)

    known = [_Point(f, x)]  # emptied when a step has used it

    def closure() -> Any:
        point = known.pop() if known else None
        if point is None or not np.array_equal(point.at, x.value):
            point = _Point(f, x)
        x.grad = None if made.differentiates else point.gradient()
        if x.grad is None and not made.differentiates:
            raise TypeError("minimize: f returned a tensor that was not computed from its argument")
        return point.loss

    path, values = [known[0].at], [known[0].value]
    message, done = f"made all {steps} steps", 0
    for done in range(1, steps + 1):
        made.step(closure)
        if schedule is not None:
            schedule.step()
        point = _Point(f, x)
        known[:] = [point]
        path.append(point.at)
        values.append(point.value)
        _check_finite(x.value, values[-1], done)
        progress = Progress(done, path[-1], path[-2], values[-1], point)
        reasons = [reason for criterion in criteria if (reason := criterion(progress))]
        if reasons:
            message = reasons[0]
            break
    return Result(np.array(path), values, message, done)


def _start(x0: Any) -> Array:
    """The start in float64."""
    try:
        start = np.array(value_of(x0), dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"minimize: x0 must be an array of numbers, received {x0!r}") from None
    if not start.size or not np.isfinite(start).all():
        raise ValueError(f"minimize: x0 must be finite numbers, received {x0!r}")
    return start


def _criteria(stop: Any) -> list[Any]:
    """The criteria in a list; one of your own may be a plain function."""
    if callable(stop):
        return [stop]
    criteria = check_list("minimize", "stop", stop, "criteria")
    return [check_function("minimize", f"stop[{k}]", each) for k, each in enumerate(criteria)]


def _one_element(value: Any) -> Any:
    if not isinstance(value, Tensor) or value.size != 1:
        raise TypeError(f"minimize: f must return a tensor of one element, it returned {value!r}")
    return value.reshape(())


def _check_finite(x: Array, value: float, done: int) -> None:
    if not (math.isfinite(value) and np.isfinite(x).all()):
        raise FloatingPointError(
            f"minimize: f is {value} at {x} after {done} steps; take a smaller learning rate"
        )
