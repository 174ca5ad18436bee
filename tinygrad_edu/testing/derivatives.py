"""A gradient and the number it must equal, side by side: what laws judge and tables report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.testing.case import Case, gradients_of, inner_product, random_like, recorded
from tinygrad_edu.testing.numeric import numerical_jacobian

__all__ = ["ALLOWED", "Compared", "compare_first", "compare_second"]

#: How far a right gradient may be from what a method gives, relative to the larger of 1 and the
#: largest entry.
ALLOWED = {"five-point": 1e-9, "complex": 1e-13}


class Compared(NamedTuple):
    """One gradient: what it is of, by backward, and by another way."""

    what: str
    got: Array
    expected: Array


def compare_first(case: Case, rng: np.random.Generator, method: str) -> Iterator[Compared]:
    """The gradient of a random cotangent, and the same from the Jacobian by ``method``."""
    if not case.wrt:
        return
    xs, g = case.xs, case.cotangent(rng)
    got = case.gradients(xs, g)
    for k, x in enumerate(xs):

        def moved(value: Array, k: int = k) -> Array:
            return case.value([*xs[:k], value, *xs[k + 1 :]])

        jacobian = numerical_jacobian(moved, x, method)
        expected = (g.reshape(-1) @ jacobian).reshape(x.shape)
        yield Compared(f"the gradient of input {case.wrt[k]} by {method}", got[k], expected)


def compare_second(case: Case, rng: np.random.Generator) -> Iterator[Compared]:
    """The gradient of ⟨w, gradient⟩, for inputs and cotangent, and the same from plain gradients.

    For an input by five-point differences of the gradient. In the cotangent a gradient is linear,
    so its values at the unit vectors are its Jacobian, to the last digits.
    """
    if not case.wrt:
        return
    xs, g = case.xs, case.cotangent(rng)
    weights = [random_like(rng, x) for x in xs]
    weight = np.concatenate([w.reshape(-1) for w in weights])
    tensors, start = [recorded(x) for x in xs], recorded(g)
    first = gradients_of(case.call(tensors), tensors, start, create_graph=True)
    total = inner_product(first, weights)
    if total.requires_grad:
        got = [part.value for part in gradients_of(total, [*tensors, start], None)]
    else:
        got = [np.zeros_like(point) for point in (*xs, g)]

    def slope(xs: list[Array], g: Array) -> Array:
        parts = [part.reshape(-1) for part in case.gradients(xs, g)]
        return np.asarray(np.concatenate(parts) @ weight)

    for k, x in enumerate(xs):

        def moved(value: Array, k: int = k) -> Array:
            return slope([*xs[:k], value, *xs[k + 1 :]], g)

        expected = numerical_jacobian(moved, x).reshape(x.shape)
        yield Compared(f"the second-order gradient of input {case.wrt[k]}", got[k], expected)
    units = np.eye(g.size).reshape(g.size, *g.shape)
    expected = np.array([slope(xs, unit) for unit in units]).reshape(g.shape)
    yield Compared("the second-order gradient of the cotangent", got[-1], expected)
