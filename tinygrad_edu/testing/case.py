"""One call of an operation, and how to demand something of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.engine import Array
from tinygrad_edu.tensor import Tensor, from_numpy

__all__ = ["Case", "ConformanceError"]


class ConformanceError(AssertionError):
    """A law that does not hold; the message says which, where, and by how much."""


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


def demand(holds: bool, message: str) -> None:
    """Raise ConformanceError unless something holds."""
    if not holds:
        raise ConformanceError(message)


def demand_close(got: Array, expected: Array, rtol: float, what: str) -> None:
    """Demand equal shapes and ``|got - expected| <= rtol max(1, max|expected|)``, NaN for NaN."""
    demand(got.shape == expected.shape, f"{what} has shape {got.shape}, not {expected.shape}")
    errors = relative_errors(got, expected)
    wrong = errors > rtol
    if wrong.any():
        at = np.unravel_index(int(np.argmax(errors)), got.shape)
        where = tuple(int(i) for i in at)
        raise ConformanceError(
            f"{what}: {int(wrong.sum())} of {got.size} entries differ; at {where} "
            f"it is {got[where]!r}, expected {expected[where]!r}"
        )


def relative_errors(got: Array, expected: Array) -> Array:
    """``|got - expected| / max(1, max|expected|)``: 0 for NaN by NaN, infinite for NaN by a number.

    >>> relative_errors(np.array([1.0, np.nan, 3.5]), np.array([1.0, np.nan, 4.0]))
    array([0.   , 0.   , 0.125])
    """
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    finite = np.isfinite(expected)
    largest = float(np.max(np.abs(np.where(finite, expected, 0.0)), initial=0.0))
    with np.errstate(invalid="ignore"):
        error = np.abs(got - expected) / max(1.0, largest)
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    found: Array = np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))
    return found


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
