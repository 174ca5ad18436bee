"""Broadcasting is undone on the edge, for every pair of shapes there is."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

SHAPES = [s for n in range(4) for s in itertools.product((0, 1, 2, 3), repeat=n)]
SHAPES += [(2, 1, 3, 1), (1, 3, 1, 2), (2, 3, 1, 0)]


def broadcastable(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...] | None:
    try:
        return np.broadcast_shapes(a, b)
    except ValueError:
        return None


PAIRS = [(a, b, y) for a in SHAPES for b in SHAPES if (y := broadcastable(a, b)) is not None]


def summed(g: Any, shape: tuple[int, ...]) -> Any:
    """Entry by entry: what each entry of ``g`` was a copy of gets it added."""
    total = np.zeros(shape)
    lead = g.ndim - len(shape)
    for at in np.ndindex(*g.shape):
        place = tuple(0 if n == 1 else i for i, n in zip(at[lead:], shape, strict=True))
        total[place] += g[at]
    return total


def test_enough_pairs() -> None:
    assert len(PAIRS) > 1500


def test_every_pair_of_shapes(rng: np.random.Generator) -> None:
    for a_shape, b_shape, y_shape in PAIRS:
        a = tg.from_numpy(np.zeros(a_shape)).requires_grad_()
        b = tg.from_numpy(np.zeros(b_shape)).requires_grad_()
        g = rng.integers(-9, 9, y_shape).astype(np.float64)  # sums of integers are exact
        y = a + b
        assert y.shape == y_shape
        for x, part in zip((a, b), tg.grad(y, (a, b), g), strict=True):
            assert part.shape == x.shape
            np.testing.assert_array_equal(part.value, summed(g, x.shape))


@pytest.mark.parametrize("operation", [tg.multiply, tg.divide, tg.power, tg.maximum, tg.subtract])
def test_other_operations_of_two(operation: Any, rng: np.random.Generator) -> None:
    for a_shape, b_shape, y_shape in PAIRS[::37]:
        a = tg.from_numpy(rng.uniform(1, 2, a_shape)).requires_grad_()
        b = tg.from_numpy(rng.uniform(1, 2, b_shape)).requires_grad_()
        full_a = tg.from_numpy(np.array(np.broadcast_to(a.value, y_shape))).requires_grad_()
        full_b = tg.from_numpy(np.array(np.broadcast_to(b.value, y_shape))).requires_grad_()
        g = rng.standard_normal(y_shape)
        full = tg.grad(operation(full_a, full_b), (full_a, full_b), g)
        for x, part, whole in zip((a, b), tg.grad(operation(a, b), (a, b), g), full, strict=True):
            np.testing.assert_allclose(
                part.value, summed(whole.value, x.shape), rtol=1e-13, atol=1e-13
            )


def test_broadcasting_at_second_order(rng: np.random.Generator) -> None:
    a = tg.tensor(rng.standard_normal((3, 1)), requires_grad=True)
    b = tg.tensor(rng.standard_normal(4), requires_grad=True)
    (slope,) = tg.grad((a * b * b).sum(), [b], create_graph=True)
    mixed = tg.grad(slope.sum(), [a, b])
    np.testing.assert_allclose(mixed[0].value, np.full((3, 1), 2 * b.value.sum()), rtol=1e-13)
    np.testing.assert_allclose(mixed[1].value, np.full(4, 2 * a.value.sum()), rtol=1e-13)
