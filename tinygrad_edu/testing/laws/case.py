"""One call of an operation, and its gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.engine import Array
from tinygrad_edu.tensor import Tensor, from_numpy

__all__ = ["Case", "cast", "gradients_of", "inner_product", "random_like", "recorded"]


@dataclass(frozen=True)
class Case:
    """One call: ``function(*inputs, **params)``, differentiated at the positions ``wrt``."""

    function: Callable[..., Any]
    inputs: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    wrt: tuple[int, ...] = ()
    dtypes: tuple[Any, ...] = (np.float16, np.float32, np.float64)
    keeps_dtype: bool = True
    analytic: bool = False

    @property
    def xs(self) -> list[Array]:
        """The arrays to differentiate with respect to."""
        return [self.inputs[k] for k in self.wrt]

    def call(self, xs: Sequence[Any]) -> Any:
        """The function with ``xs`` at the positions ``wrt``."""
        arguments = list(self.inputs)
        for k, x in zip(self.wrt, xs, strict=True):
            arguments[k] = x
        return self.function(*arguments, **self.params)

    def value(self, xs: Sequence[Array]) -> Array:
        """The result of plain arrays."""
        return np.asarray(self.call(xs))

    def gradients(self, xs: Sequence[Array], g: Array, create_graph: bool = False) -> list[Array]:
        """The gradient for each of ``xs``, as arrays."""
        tensors = [recorded(x) for x in xs]
        result = self.call(tensors)
        return [part.value for part in gradients_of(result, tensors, g, create_graph)]

    def cotangent(self, rng: np.random.Generator) -> Array:
        """A random gradient of the result."""
        return random_like(rng, self.value(self.xs))


def recorded(x: Array) -> Tensor:
    """``x`` as a leaf that requires a gradient, in the same memory."""
    return from_numpy(x).requires_grad_()


def random_like(rng: np.random.Generator, x: Array) -> Array:
    """Normal numbers in the shape and dtype of ``x``: no symmetry for a mistake to hide behind."""
    return np.asarray(rng.standard_normal(x.shape)).astype(x.dtype)


def gradients_of(y: Tensor, xs: Sequence[Tensor], g: Any, create_graph: bool = False) -> Any:
    """The gradient of ``y`` for each of ``xs``, zeros where there is no path."""
    return grad(y, xs, g, create_graph, allow_unused=True, materialize_grads=True)


def cast(case: Case, dtype: Any) -> Case:
    """The same call with every float array, the constants too, in another dtype."""
    inputs = tuple(
        a.astype(dtype) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a
        for a in case.inputs
    )
    return Case(case.function, inputs, case.params, case.wrt, case.dtypes, case.keeps_dtype)


def inner_product(parts: Sequence[Tensor], weights: Sequence[Array]) -> Tensor:
    """Σ ⟨weight, part⟩."""
    terms = [(part * weight).sum() for part, weight in zip(parts, weights, strict=True)]
    total: Tensor = terms[0]
    for term in terms[1:]:
        total = total + term
    return total
