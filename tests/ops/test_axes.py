"""Which axes every reduction takes: lists and tuples, and of a tensor without axes 0 and -1."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

SEVERAL = [
    "all", "amax", "amin", "aminmax", "any", "count_nonzero", "logsumexp", "max", "mean", "min",
    "norm", "prod", "ptp", "std", "std_mean", "sum", "var", "var_mean", "vector_norm",
]  # fmt: skip
SINGLE = ["argmax", "argmin", "median"]


def _first(result: Any) -> Any:
    return result[0] if isinstance(result, tuple) else result


def _reduce(name: str, x: Any, axis: Any) -> Any:
    if name == "norm":
        return tg.norm(x, axis=axis)
    return _first(getattr(tg, name)(x, axis=axis))


@pytest.mark.parametrize("name", SEVERAL)
def test_a_list_of_axes_is_a_tuple(name: str) -> None:
    values = np.random.default_rng(0).uniform(0.5, 2.0, (2, 3, 4))
    x, again = tg.tensor(values, requires_grad=True), tg.tensor(values, requires_grad=True)
    y, wanted = _reduce(name, x, [0, -1]), _reduce(name, again, (0, -1))
    np.testing.assert_array_equal(y.value, wanted.value)
    assert y.shape == (3,)
    if y.requires_grad:
        y.sum().backward()
        wanted.sum().backward()
        np.testing.assert_array_equal(x.grad.value, again.grad.value)


@pytest.mark.parametrize("name", SEVERAL + SINGLE)
@pytest.mark.parametrize("axis", [0, -1, None])
def test_a_number_is_reduced_over_its_only_axis(name: str, axis: Any) -> None:
    x = tg.tensor(3.0, dtype=np.float64, requires_grad=True)
    y, wanted = _reduce(name, x, axis), _reduce(name, tg.tensor([3.0], dtype=np.float64), 0)
    assert y.shape == ()
    np.testing.assert_array_equal(y.value, wanted.value)
    if y.requires_grad:
        slope = tg.grad(y, x, create_graph=True)
        constant = name in ("ptp", "std", "std_mean", "var", "var_mean")
        assert slope.item() == (0.0 if constant else 1.0)


@pytest.mark.parametrize("name", SEVERAL + SINGLE)
def test_a_number_has_no_second_axis(name: str) -> None:
    with pytest.raises((IndexError, ValueError)):
        _reduce(name, tg.tensor(3.0), 1)


@pytest.mark.parametrize("name", ["var", "std"])
def test_more_degrees_than_values_are_infinite(name: str) -> None:
    values = np.array([[0.0, 1.0, 5.0], [2.0, 3.0, 5.0]])
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning):
        wanted = getattr(np, name)(values, axis=0, ddof=5)  # infinite, or NaN of what is constant
    with pytest.warns(RuntimeWarning, match="2 values and ddof=5 leave nothing to divide by"):
        y = getattr(tg.tensor(values), name)(axis=0, ddof=5)
    np.testing.assert_array_equal(y.value, wanted)


@pytest.mark.parametrize("name", ["tril", "triu"])
@pytest.mark.parametrize("dtype", [bool, np.int32, np.int64, np.float32, np.float64])
def test_triangles_keep_the_dtype(name: str, dtype: Any) -> None:
    values = np.ones((3, 3), dtype)
    for x in (values, tg.tensor(values)):
        y = getattr(tg, name)(x)
        assert y.dtype == dtype
        np.testing.assert_array_equal(y, getattr(np, name)(values))
