"""Numerical derivatives are as good as their methods promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.testing import compare_derivatives, numerical_jacobian

X = np.array([[0.5, -1.2, 3.0], [2.5, 0.1, -0.7]])


def mixed(x: Any) -> Any:
    return np.concatenate([np.exp(x[0]) * x[1], np.sin(x[:, 0])])


def exact(x: Any) -> Any:
    jacobian = np.zeros((5, 2, 3))
    for k in range(3):
        jacobian[k, 0, k] = np.exp(x[0, k]) * x[1, k]
        jacobian[k, 1, k] = np.exp(x[0, k])
    jacobian[3, 0, 0], jacobian[4, 1, 0] = np.cos(x[0, 0]), np.cos(x[1, 0])
    return jacobian.reshape(5, 6)


@pytest.mark.parametrize(
    ("method", "tolerance"),
    [
        ("forward", 1e-6),
        ("central", 1e-8),
        ("five-point", 1e-10),
        ("richardson", 1e-10),
        ("complex", 1e-15),
    ],
)
def test_methods_reach_their_accuracy(method: str, tolerance: float) -> None:
    got = numerical_jacobian(mixed, X.copy(), method)
    error = np.max(np.abs(got - exact(X))) / np.max(np.abs(exact(X)))
    assert error < tolerance
    assert method == "complex" or error > 0, "a difference that is exact has not been taken"


def test_orders_are_what_the_formulas_promise() -> None:
    """Ten times the step: 10, 100 and 10,000 times the error."""
    for method, order, step in [
        ("forward", 1, 1e-4),
        ("central", 2, 1e-3),
        ("five-point", 4, 1e-2),
    ]:
        errors = [
            abs(numerical_jacobian(np.exp, np.zeros(1), method, h)[0, 0] - 1)
            for h in (step, 10 * step)
        ]
        assert np.log10(errors[1] / errors[0]) == pytest.approx(order, abs=0.1)


def test_point_is_left_alone_and_views_are_copied() -> None:
    x = X.copy()
    got = numerical_jacobian(lambda x: x.T, x)
    np.testing.assert_array_equal(x, X)
    np.testing.assert_allclose(got, np.eye(6)[[0, 3, 1, 4, 2, 5]], atol=1e-11)


def test_nothing_to_move() -> None:
    assert numerical_jacobian(lambda x: x.sum(axis=0), np.zeros((0, 3))).shape == (3, 0)


def test_unknown_methods_are_refused() -> None:
    with pytest.raises(ValueError, match="numerical_jacobian: method must be one of 'forward',"):
        numerical_jacobian(np.exp, X, "exact")


# ---- side by side


def test_comparison_shows_itself_as_its_table() -> None:
    result = compare_derivatives(lambda x: (np.exp(x) * np.tanh(x)).sum(), X[0])
    assert repr(result) == str(result)
    assert repr(result).startswith("method ")


def test_comparison_tells_methods_apart() -> None:
    result = compare_derivatives(lambda x: (np.exp(x) * np.tanh(x)).sum(), X[0])
    errors = {way.name: way.error for way in result.ways}
    assert list(errors) == [
        "forward difference",
        "central difference",
        "five-point difference",
        "Richardson",
        "complex step",
        "forward mode",
        "reverse mode",
    ]
    assert errors["forward difference"] > errors["central difference"] > 1e-14
    assert errors["five-point difference"] < 1e-10
    assert max(errors["complex step"], errors["forward mode"], errors["reverse mode"]) < 1e-14
    for name, curve in result.errors.items():
        best = float(result.steps[np.argmin(curve)])
        assert 1e-10 < best < 1, name
        assert curve[0] > 1e3 * curve.min(), "rounding"
        assert curve[-1] > 10 * curve.min(), "truncation"


def test_comparison_prints_a_table_and_draws(tmp_path: Any) -> None:
    pytest.importorskip("matplotlib")
    result = compare_derivatives(lambda x: tg.exp(x), 0.5)
    lines = str(result).splitlines()
    assert lines[0].split() == [
        "method",
        "derivative",
        "relative",
        "error",
        "runs",
        "of",
        "the",
        "function",
    ]
    assert "1.648721270700128" in lines[-1]
    figure = result.plot(tmp_path / "errors.svg")
    assert (tmp_path / "errors.svg").read_text().startswith("<?xml")
    assert [line.get_label() for line in figure.axes[0].lines] == [*result.errors, "reverse mode"]
    assert result.plot() is not figure


def test_comparison_along_a_direction() -> None:
    x, u = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    result = compare_derivatives(lambda x: x[0] ** 2 * x[1], x, u)
    assert result.ways[-1].value == pytest.approx(2 * 1 * 2 * 3 - 1)


def test_comparison_without_a_complex_step() -> None:
    """A function that takes no complex numbers is judged by Richardson's extrapolation."""

    def real_only(x: Any) -> Any:
        if not isinstance(x, tg.Tensor) and x.dtype.kind == "c":
            raise TypeError("real numbers only")
        return x**3

    names = [way.name for way in compare_derivatives(real_only, 2.0).ways]
    assert "complex step" not in names
    constant = compare_derivatives(lambda x: x * 0.0, 2.0)
    assert constant.ways[-1].error == 0.0


@pytest.mark.parametrize(
    ("function", "direction", "told"),
    [
        (lambda x: x, None, r"must return one number, not shape \(2,\)"),
        (lambda x: np.float64(3.0), None, "does not depend on x"),
        (lambda x: x.detach() if isinstance(x, tg.Tensor) else x, None, "does not depend on x"),
        (lambda x: x.sum(), [1.0], r"the direction has shape \(1,\), x has \(2,\)"),
    ],
)
def test_comparison_refuses(function: Any, direction: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        compare_derivatives(function, [1.0, 2.0], direction)
