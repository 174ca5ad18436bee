"""Values and gradients at special points are those of the table."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.specs.special_points import SPECIAL_POINTS, SpecialPoint

each_point = pytest.mark.parametrize("point", SPECIAL_POINTS, ids=lambda p: p.point)


def _leaves(point: SpecialPoint) -> list[tg.Tensor]:
    return [tg.tensor(np.array(x, np.float64), requires_grad=True) for x in point.inputs]


def _call(point: SpecialPoint, leaves: list[tg.Tensor]) -> Any:
    if not point.warns:
        return point.call(tg, *leaves)
    with pytest.warns(RuntimeWarning, match=point.warns):
        return point.call(tg, *leaves)


def _same(got: Any, expected: Any) -> None:
    np.testing.assert_allclose(got, np.array(expected), rtol=1e-14, atol=0)


@each_point
def test_value_and_gradient(point: SpecialPoint) -> None:
    leaves = _leaves(point)
    y = _call(point, leaves)
    _same(y.value, point.value)
    found = tg.grad(y.sum(), leaves, allow_unused=True, materialize_grads=True)
    for got, expected in zip(found, point.grads, strict=True):
        if expected is not None:
            _same(got.value, expected)


@each_point
def test_recorded_gradient_is_the_same(point: SpecialPoint) -> None:
    leaves = _leaves(point)
    y = _call(point, leaves)
    found = tg.grad(y.sum(), leaves, create_graph=True, allow_unused=True, materialize_grads=True)
    for got, expected in zip(found, point.grads, strict=True):
        if expected is not None:
            _same(got.value, expected)


@pytest.mark.parametrize(
    "point", [p for p in SPECIAL_POINTS if p.second is not None], ids=lambda p: p.point
)
def test_second_derivative(point: SpecialPoint) -> None:
    leaves = _leaves(point)
    (first,) = tg.grad(_call(point, leaves).sum(), leaves[:1], create_graph=True)
    second = tg.grad(first.sum(), leaves[0], allow_unused=True, materialize_grads=True)
    _same(second.value, point.second)


@each_point
def test_float32_too(point: SpecialPoint) -> None:
    if "overflow" in point.point:
        return
    leaves = [tg.tensor(np.array(x, np.float32), requires_grad=True) for x in point.inputs]
    y = _call(point, leaves)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.value, np.array(point.value), rtol=1e-6, atol=0)
    found = tg.grad(y.sum(), leaves, allow_unused=True, materialize_grads=True)
    for got, expected in zip(found, point.grads, strict=True):
        assert got.dtype == np.float32
        if expected is not None:
            np.testing.assert_allclose(got.value, np.array(expected), rtol=2e-6, atol=0)


def test_max_and_min_of_nothing_raise() -> None:
    for name in ("max", "min"):
        with pytest.raises(ValueError, match=rf"{name}\(\(0,\)"):
            getattr(tg, name)(tg.tensor(np.zeros(0), requires_grad=True))


def test_anomaly_mode_reports_infinite_slopes() -> None:
    x = tg.tensor(np.array([0.0, 4.0]), requires_grad=True)
    with tg.detect_anomaly(), pytest.raises(FloatingPointError, match=r"sqrt.*gradient.*inf"):
        tg.sqrt(x).sum().backward()


def test_differences_have_a_reason() -> None:
    for point in SPECIAL_POINTS:
        assert point.why or not point.differs, point.point
    names = [p.point for p in SPECIAL_POINTS]
    assert len(set(names)) == len(names)


def test_where_after_the_fact_is_poisoned_and_before_it_is_not() -> None:
    """0 · ∞ in the branch not chosen; choosing a harmless input first avoids it."""
    x = tg.tensor(np.array([0.0, 4.0]), requires_grad=True)
    after = tg.grad(tg.where(x > 0, tg.sqrt(x), 0.0).sum(), x)
    _same(after.value, [np.nan, 0.25])
    harmless = tg.where(x > 0, x, 1.0)
    before = tg.grad(tg.where(x > 0, tg.sqrt(harmless), 0.0).sum(), x)
    _same(before.value, [0.0, 0.25])


def test_no_warning_of_numpy_leaks() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for point in SPECIAL_POINTS:
            if not point.warns:
                leaves = _leaves(point)
                tg.grad(
                    point.call(tg, *leaves).sum(),
                    leaves,
                    create_graph=True,
                    allow_unused=True,
                )
