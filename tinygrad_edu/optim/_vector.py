"""Rules that see all parameters as one vector, and evaluate the loss themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array, mark_changed
from tinygrad_edu.optim._closures import loss_value, recorded_gradients, required
from tinygrad_edu.optim._entries import check_groups
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Optimizer
from tinygrad_edu.tensor import Tensor

__all__ = ["Closure", "VectorOptimizer"]

Closure = Callable[[], Any]


class VectorOptimizer(Optimizer):
    """Base of second-order rules: the parameters as one vector, one group, a step per closure.

    A subclass defines ``advance(closure)``: one iteration, returning the first loss. What it
    remembers is in ``self.memory``, the state of the first parameter, under the names in
    ``remembers``.
    """

    differentiates: ClassVar[bool] = True
    remembers: ClassVar[tuple[str, ...]] = ()
    square: ClassVar[str] = ""
    """What the rule keeps of all parameters by all parameters, if it does."""

    def _start(self, params: Any, defaults: dict[str, Any]) -> None:
        super()._start(params, defaults)
        size, limit = sum(p.size for p in self.tensors), self.group.get("max_parameters", 0)
        if self.square and size > limit:
            raise ValueError(
                f"{self._name}: {size} parameters need {self.square} of {size} × {size} numbers "
                f"({size * size * 8 / 1e9:.3g} GB); use LBFGS, ConjugateGradient or HessianFree, "
                f"or raise max_parameters, now {limit}"
            )

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add the one group there is."""
        if self.param_groups:
            raise ValueError(
                f"{self._name}: all parameters make one vector, so there is one group; "
                "put them all into it"
            )
        super().add_param_group(group)

    def check_group(self, entries: dict[str, Any]) -> dict[str, Any]:
        """A decay would have to be in the loss, or searches along a line would miss it."""
        if entries.get("weight_decay"):
            raise ValueError(f"{self._name}: has no weight_decay; add the penalty to the loss")
        return super().check_group(entries)

    @property
    def memory(self) -> State:
        """What the rule remembers."""
        state: State = self.state[0]
        return state

    @property
    def group(self) -> dict[str, Any]:
        """The one group."""
        return self.param_groups[0]

    def step(self, closure: Closure | None = None) -> Any:
        """One iteration on the loss that ``closure`` returns; it is called as often as needed.

        Where it fails or is interrupted, weights and memory are as they were before it.
        """
        closure = required(self._name, closure)
        self.run_hooks("step_pre")
        weights, memory = self.weights(), dict(self.memory)
        try:
            loss = self.advance(closure)
        except BaseException as error:
            self.move_to(weights)
            self.memory.clear()
            self.memory.update(memory)
            if isinstance(error, (TypeError, ValueError)):
                check_groups(self)
            raise
        self.memory["step"] = self.memory.get("step", 0) + 1
        self.steps += 1
        self.run_hooks("step_post")
        return loss

    def advance(self, closure: Closure) -> Any:
        """One iteration; returns the loss it started from."""
        raise NotImplementedError(f"{self._name} must define advance(closure)")

    # ---- the vector

    @property
    def tensors(self) -> list[Tensor]:
        """The parameters."""
        tensors: list[Tensor] = self.group["params"]
        return tensors

    def weights(self) -> Array:
        """All weights, copied into one vector."""
        return np.concatenate([p.value.reshape(-1) for p in self.tensors])

    def move_to(self, vector: Array) -> None:
        """Write a vector into the parameters."""
        start = 0
        for p in self.tensors:
            p.value[...] = vector[start : start + p.size].reshape(p.shape)
            mark_changed(p.value)
            start += p.size

    def split(self, vector: Array) -> list[Array]:
        """A vector as one array for each parameter."""
        ends = np.cumsum([p.size for p in self.tensors])[:-1]
        parts = np.split(vector, ends)
        return [part.reshape(p.shape) for part, p in zip(parts, self.tensors, strict=True)]

    def value_and_gradient(self, closure: Closure) -> tuple[Any, float, Array]:
        """The loss as returned, its value, and its gradient as a vector; signs as for a minimum.

        The closure may call ``backward()`` itself, as PyTorch's do.
        """
        before = [p.grad for p in self.tensors]
        loss = self.evaluate(closure)
        params = [p for p in self.tensors if p.requires_grad]
        if isinstance(loss, Tensor) and loss.requires_grad and loss.inputs:
            _, grads = recorded_gradients(self._name, lambda: loss, params, create_graph=False)
            for p, g in zip(params, grads, strict=True):
                p.grad = g
        elif all(p.grad is old for p, old in zip(self.tensors, before, strict=True)):
            raise TypeError(
                f"{self._name}: the closure must return the loss, a tensor that depends on the "
                "parameters, or call backward() on it itself"
            )
        sign = -1.0 if self.group["maximize"] else 1.0
        flat = [
            np.zeros(p.size, p.dtype) if p.grad is None else p.grad.value.reshape(-1)
            for p in self.tensors
        ]
        return loss, sign * loss_value(self._name, loss), sign * np.concatenate(flat)

    def along(self, closure: Closure, d: Array) -> Callable[[float], tuple[float, Array]]:
        """The loss and its gradient at ``w + t d``, as a function of t."""
        start = self.weights()

        def at(t: float) -> tuple[float, Array]:
            self.move_to(start + t * d)
            _, value, gradient = self.value_and_gradient(closure)
            self.move_to(start)
            return value, gradient

        return at

    def state_problems(self, state: State, w: Array, group: Mapping[str, Any]) -> list[str]:
        """What is unknown, and vectors that have another length."""
        if not state:
            return []
        known = {"step", *self.remembers}
        problems = [f"has an unknown {name}" for name in sorted(state.keys() - known)]
        size = sum(p.size for p in self.tensors)
        for name, value in state.items():
            for vector in value if isinstance(value, list) else [value]:
                if isinstance(vector, np.ndarray) and vector.ndim and len(vector) != size:
                    problems.append(f"{name} is of {len(vector)} weights, expected {size}")
        return problems
