"""Anomaly mode: who made the NaN, and who changed an array behind the framework's back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.engine import PRIMITIVES


def _leaf(values: Any) -> tg.Tensor:
    return tg.from_numpy(np.asarray(values, np.float64)).requires_grad_()


@pytest.mark.parametrize(
    ("overwritten", "named"), [("a", "its input 0"), ("b", "its input 1"), ("y", "its result")]
)
def test_a_write_through_numpy_is_caught(overwritten: str, named: str) -> None:
    a, b = _leaf([1.0, 2.0]), _leaf([3.0, 4.0])
    with tg.detect_anomaly():
        y = a**b  # the line that is named
    arrays = {"a": a.value, "b": b.value, "y": y.value}
    arrays[overwritten][1] += 1.0
    with pytest.raises(
        RuntimeError, match=f"power: {named} was changed after the forward"
    ) as caught:
        y.sum().backward()
    assert "test_anomaly.py" in str(caught.value)
    assert str(caught.value).endswith("y = a**b  # the line that is named")
    assert a.grad is None


def test_a_write_through_a_view_is_caught() -> None:
    buffer = np.arange(6.0)
    x = _leaf(buffer[2:])
    with tg.detect_anomaly():
        y = tg.exp(x)
    buffer[3] = 100.0
    with pytest.raises(RuntimeError, match="exp: its input 0 was changed"):
        y.sum().backward()


def test_a_large_constant_that_changes_is_caught() -> None:
    x, factors = _leaf(np.ones(5000)), np.ones(5000)
    with tg.detect_anomaly():
        y = x * factors
    factors[0] = 2.0
    with pytest.raises(RuntimeError, match="multiply: its input 1 was changed"):
        y.sum().backward()


def test_outside_of_anomaly_mode_nothing_is_summed() -> None:
    x = _leaf([1.0, 2.0])
    y = x * x
    assert y.watcher is None
    x.value[0] = 5.0
    y.sum().backward()  # documented: only the framework's own changes are noticed


def test_unchanged_arrays_pass_twice() -> None:
    x = _leaf([[1.0, 2.0, 3.0]])
    with tg.detect_anomaly():
        y = tg.softmax(x.T @ x, axis=1).sum()
    y.backward(retain_graph=True)
    first = x.grad.value.copy()
    y.backward()
    np.testing.assert_allclose(x.grad.value, 2 * first, atol=1e-15)


def test_a_vjp_cannot_write_into_the_gradient_it_is_given() -> None:
    def greedy(g: Any, y: Any, x: Any) -> Any:
        g *= 2.0
        return g

    @tg.primitive(greedy)
    def doubled(x: Any) -> Any:
        return 2.0 * x

    try:
        x = _leaf([1.0, 2.0])
        with tg.detect_anomaly():
            y = doubled(x) * 1.0
        with pytest.raises(ValueError, match="read-only") as caught:
            y.sum().backward()
        assert caught.value.__notes__ == ["in the gradient of doubled for its input 0"]
    finally:
        del PRIMITIVES["doubled"]


def test_an_input_that_was_not_finite_is_blamed() -> None:
    x = _leaf([1.0, np.nan])
    with (
        tg.detect_anomaly(),
        pytest.raises(
            FloatingPointError, match=r"multiply.*; input 0 was not finite already; made"
        ),
    ):
        x * 2.0


def test_second_order_is_checked_too() -> None:
    x = _leaf([1.0, 2.0])
    with tg.detect_anomaly():
        slope = tg.grad((x**3).sum(), x, create_graph=True)
        second = tg.grad(slope.sum(), x)
    np.testing.assert_allclose(second.value, 6 * x.value)
    with tg.detect_anomaly():
        slope = tg.grad((x**3).sum(), x, create_graph=True)
    x.value[0] = 9.0
    with pytest.raises(RuntimeError, match="was changed after the forward pass"):
        slope.sum().backward()
