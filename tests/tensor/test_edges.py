"""Calls at the edge: no axes, an empty list, a number in place of a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

REDUCTIONS = ["sum", "prod", "amax", "amin", "max", "min", "mean", "std", "var", "logsumexp",
              "median", "norm", "ptp"]  # fmt: skip


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("axis", [0, -1, None])
def test_a_tensor_without_axes_can_be_reduced(name: str, axis: Any) -> None:
    x = tg.tensor(3.0, requires_grad=True)
    y = getattr(tg, name)(x, axis=axis)
    y.backward()
    assert y.shape == ()
    assert x.grad.shape == ()
    slope = 0.0 if name in ("std", "var", "ptp") else 1.0
    assert x.grad.item() == slope


@pytest.mark.parametrize("name", sorted(set(REDUCTIONS) - {"median"}))
def test_axes_may_be_a_list(name: str) -> None:
    x = tg.tensor(np.arange(12.0).reshape(2, 2, 3))
    function = getattr(tg, name)
    expected = function(x, axis=(0, 1))
    np.testing.assert_array_equal(function(x, axis=[0, 1]).value, expected.value)


def test_an_empty_list_as_index_selects_nothing() -> None:
    x = tg.tensor(np.ones((2, 3)), requires_grad=True)
    for index, shape in (([], (0, 3)), (([], 0), (0,)), ([[]], (1, 0, 3))):
        y = x[index]
        assert y.shape == shape
        x.grad = None
        y.sum().backward()
        np.testing.assert_array_equal(x.grad.value, np.zeros((2, 3)))


def test_flip_along_no_axes_changes_nothing() -> None:
    x = tg.tensor([1.0, 2.0])
    np.testing.assert_array_equal(x.flip(()).value, x.value)
    np.testing.assert_array_equal(tg.flip(x, ()).value, x.value)
    np.testing.assert_array_equal(x.flip().value, [2.0, 1.0])


def test_dot_takes_a_number() -> None:
    x = tg.tensor([1.0, 2.0])
    np.testing.assert_array_equal(np.dot(2.0, x).value, [2.0, 4.0])
    np.testing.assert_array_equal(np.dot(x, 2.0).value, [2.0, 4.0])


def test_median_names_a_wrong_axis() -> None:
    with pytest.raises(TypeError, match=r"median: axis must be an integer, received \[0, 1\]"):
        tg.median(tg.zeros(2, 2), axis=[0, 1])


@pytest.mark.parametrize("size", [2.5, "a", None])
def test_sizes_are_integers(size: Any) -> None:
    with pytest.raises(TypeError, match="sizes must be integers, received"):
        tg.zeros(size)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: (x * 2 > 1).float().sum(), "greater"),
        (lambda x: (x * 2).int().float().sum(), "astype to integers or booleans"),
        (lambda x: tg.argmax(x), "argmax"),
    ],
)
def test_the_operation_that_cut_the_gradient_is_named(function: Any, name: str) -> None:
    with pytest.raises(RuntimeError, match=f"^{name} has no gradient, nor has what is computed"):
        function(tg.tensor([1.0, 2.0], requires_grad=True)).backward()
    with tg.no_grad():
        y = tg.tensor(1.0, requires_grad=True).exp() * 2
    assert y.op is None
