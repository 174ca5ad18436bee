"""The derivatives of a function by backward and by differences: what every check compares.

`gradcheck`, the laws of operations, the report of the command line and `compare_derivatives` all
ask `Derivatives`; they differ in what they make of a disagreement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._restored import restored
from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.engine import Array, value_of
from tinygrad_edu.tensor import Tensor, tensor
from tinygrad_edu.testing.laws.case import Case, random_like, recorded
from tinygrad_edu.testing.numeric import numerical_jacobian
from tinygrad_edu.testing.settle import settled_slope

__all__ = [
    "ALLOWED", "Compared", "CutGraphError", "Derivatives", "compare", "gradient_function",
    "is_checked", "outputs_of",
]  # fmt: skip

#: How far a right gradient may be from what a method gives, relative to the larger of 1 and the
#: largest entry.
ALLOWED = {"five-point": 1e-9, "complex": 1e-13}
_ZEROS = {"allow_unused": True, "materialize_grads": True}


class CutGraphError(TypeError):
    """A function of tensors returned something that is no tensor."""


def is_checked(a: Any) -> bool:
    """Whether an argument is a tensor that requires a gradient."""
    return isinstance(a, Tensor) and a.requires_grad


def outputs_of(result: Any) -> list[Tensor]:
    """The results that have a gradient."""
    several = list(result) if isinstance(result, (tuple, list)) else [result]
    for y in several:
        if not isinstance(y, Tensor):
            raise CutGraphError(
                f"func returned a {type(y).__name__}, not a Tensor: the graph was cut"
            )
    found = [y for y in several if y.dtype.kind == "f"]
    if not found:
        raise ValueError("no output is a tensor of floats")
    return found


class Derivatives:
    """A function at its arguments, with the derivatives of its outputs.

    Parameters
    ----------
    func : callable
        Takes the arguments, returns a tensor or several. It may also read the tensors from
        elsewhere (a module that holds them): their values are changed in place, and restored.
    arguments : sequence
        The tensors among them that require a gradient are differentiated.
    method, step
        As in `numerical_jacobian`. For ``"complex"``, ``func`` gets arrays in place of tensors.
    plain : callable, optional
        Gives the same values as ``func`` at less cost; differences are taken of it.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        arguments: Sequence[Any],
        method: str = "five-point",
        step: float | None = None,
        plain: Callable[..., Any] | None = None,
    ) -> None:
        self.func, self.plain, self.arguments = func, plain or func, list(arguments)
        self.method, self.step = method, step
        self.positions = [k for k, a in enumerate(self.arguments) if is_checked(a)]
        self.xs: list[Tensor] = [self.arguments[k] for k in self.positions]

    def outputs(self) -> list[Tensor]:
        """The outputs that have a gradient, computed anew."""
        return outputs_of(self.func(*self.arguments))

    # ---- by differences

    def values(self, k: int, values: Array) -> list[Array]:
        """All outputs with other values in tensor k, which keeps its memory."""
        if self.method == "complex":
            arrays = [value_of(a) for a in self.arguments]
            arrays[self.positions[k]] = values
            result = self.plain(*arrays)
            several = list(result) if isinstance(result, (tuple, list)) else [result]
            return [np.asarray(y) for y in several if np.asarray(y).dtype.kind in "fc"]
        x = self.xs[k]
        kept = x.value.copy()
        # A step may leave the domain; the values tell.
        with restored(lambda: np.copyto(x.value, kept)), np.errstate(all="ignore"):
            x.value[...] = values
            return [y.value.copy() for y in outputs_of(self.plain(*self.arguments))]

    def numerical(self, number: int, k: int) -> Array:
        """The Jacobian of output ``number`` by tensor k, by differences."""
        with np.errstate(invalid="ignore"):  # of values that are infinite
            return numerical_jacobian(
                lambda values: self.values(k, values)[number],
                self.xs[k].value,
                self.method,
                self.step,
            )

    def settled_gradient(
        self, k: int, cotangents: Sequence[Array], got: Array, expected: Array, tolerance: float
    ) -> tuple[Array, Array]:
        """Jᵀ v of tensor k, with the entries that differ at the first step from settled ones.

        Returns the gradient, and which entries stay undecided: `settled_slope` finds none that
        agrees or disagrees with ``got`` for sure.
        """
        x, allowed = self.xs[k].value, tolerance * max(1.0, float(np.max(np.abs(got), initial=0.0)))
        found, undecided = expected.copy(), np.zeros(x.shape, dtype=bool)
        differs = ~(np.abs(got - expected) <= allowed)

        def moved(at: tuple[int, ...], h: float) -> Array:
            values = x.copy()
            values[at] += h
            parts = zip(self.values(k, values), cotangents, strict=True)
            return np.array([sum(float(np.sum(y * v)) for y, v in parts)])

        for at in map(tuple, np.argwhere(differs)):
            slope = settled_slope(
                partial(moved, at),
                float(x[at]),
                lambda s: np.full(s.shape, allowed),
                np.array([True]),
            )
            if slope.right(got[at]).all() or slope.wrong(got[at]).all():
                found[at] = slope.value[0]
            else:
                undecided[at] = True
        return found, undecided

    def numerical_gradients(self, cotangents: Sequence[Array]) -> Iterator[Array]:
        """Jᵀ v of all outputs together, for each tensor, by differences."""
        weight = np.concatenate([v.reshape(-1) for v in cotangents])

        def joined(k: int, values: Array) -> Array:
            return np.concatenate([y.reshape(-1) for y in self.values(k, values)])

        for k, x in enumerate(self.xs):
            jacobian = numerical_jacobian(partial(joined, k), x.value, self.method, self.step)
            yield (weight @ jacobian).reshape(x.shape)

    # ---- by backward

    def vjp(self, y: Tensor, v: Array) -> list[Array]:
        """Jᵀ v of one output, for each tensor."""
        return [part.value for part in grad(y, self.xs, v, retain_graph=True, **_ZEROS)]

    def gradients(self, cotangents: Sequence[Array]) -> list[Array]:
        """Jᵀ v of all outputs together, for each tensor."""
        pairs = [(y, v) for y, v in zip(self.outputs(), cotangents, strict=True) if y.requires_grad]
        if not pairs:
            return [np.zeros_like(x.value) for x in self.xs]
        ys, vs = zip(*pairs, strict=True)
        return [part.value for part in grad(list(ys), self.xs, list(vs), **_ZEROS)]

    def rows(self, y: Tensor, k: int) -> Array:
        """The Jacobian of an output by reverse mode, one row at a time."""
        matrix = np.zeros((y.size, self.xs[k].size))
        for row in range(y.size if y.requires_grad else 0):
            v = np.zeros(y.shape)
            v.reshape(-1)[row] = 1.0
            matrix[row] = self.vjp(y, v)[k].reshape(-1)
        return matrix

    def columns(self, number: int, k: int) -> Array:
        """The Jacobian by forward mode, one column at a time, from two reverse passes."""
        y, x = self.outputs()[number], self.xs[k]
        matrix = np.zeros((y.size, x.size))
        if not y.requires_grad:
            return matrix
        v = tensor(np.zeros(y.shape), requires_grad=True)
        transposed = grad(y, x, v, create_graph=True, **_ZEROS)
        for column in range(x.size if transposed.requires_grad else 0):
            u = np.zeros(x.shape)
            u.reshape(-1)[column] = 1.0
            part = grad(transposed, v, u, retain_graph=True, **_ZEROS)
            matrix[:, column] = part.value.reshape(-1)
        return matrix


def gradient_function(
    func: Callable[..., Any], count: int, create_graph: bool = True
) -> Callable[..., tuple[Tensor, ...]]:
    """``(inputs, cotangents) ↦ gradients`` of ``func``: the second order is the first of this.

    ``count`` is the number of inputs; what follows them are cotangents.
    """

    def gradient(*both: Any) -> tuple[Tensor, ...]:
        ys = outputs_of(func(*both[:count]))
        xs = [a for a in both[:count] if is_checked(a)]
        return tuple(grad(ys, xs, list(both[count:]), create_graph=create_graph, **_ZEROS))

    return gradient


class Compared(NamedTuple):
    """One gradient: what it is of, by backward, and by another way.

    ``again(tolerance)`` gives the other way at steps that adapt, and the entries that are
    undecided: see `Derivatives.settled_gradient`.
    """

    what: str
    got: Array
    expected: Array
    again: Callable[[float], tuple[Array, Array]] | None = None


def compare(
    case: Case, rng: np.random.Generator, order: int = 1, method: str = "five-point"
) -> Iterator[Compared]:
    """The gradients of a case for a random cotangent, and the same from differences.

    Order 2 is the same for its gradient, as a function of inputs and cotangent.
    """
    if not case.wrt:
        return
    func: Callable[..., Any] = partial(case.function, **case.params)
    arguments = list(case.inputs)
    for k in case.wrt:
        arguments[k] = recorded(arguments[k].copy())
    names, what, plain = [f"input {k}" for k in case.wrt], "gradient", None
    if order == 2:
        plain = gradient_function(func, len(arguments), create_graph=False)
        func = gradient_function(func, len(arguments))
        arguments.append(recorded(case.cotangent(rng)))
        names, what = [*names, "the cotangent"], "second-order gradient"
    derivatives = Derivatives(func, arguments, method, plain=plain)
    cotangents = [random_like(rng, y.value) for y in derivatives.outputs()]
    by_backward = derivatives.gradients(cotangents)
    by_differences = derivatives.numerical_gradients(cotangents)
    for k, (name, got, expected) in enumerate(zip(names, by_backward, by_differences, strict=True)):
        again = partial(derivatives.settled_gradient, k, cotangents, got, expected)
        adapts = method != "complex"
        yield Compared(
            f"the {what} of {name} by {method}", got, expected, again if adapts else None
        )
