"""The figures of `measure`: right rules are ok, wrong ones FAILED, with words for what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.testing.faults import FAULTS, operation, sigmoid
from tinygrad_edu.engine import Node
from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing.laws.verdict import relative_errors
from tinygrad_edu.testing.report import Measured, family, measure
from tinygrad_edu.testing.specs import by_name, sample, spec


@pytest.mark.parametrize("name", ["tanh", "matmul", "sort", "cross_entropy", "svd", "sum", "pad"])
def test_right_rules_are_ok(name: str) -> None:
    found = measure(SPECS[name])
    assert (found.verdict, found.problems, found.reason) == ("ok", (), "")
    assert found.samples == len(SPECS[name].samples)
    assert found.first.error <= found.first.allowed == (1e-13 if SPECS[name].analytic else 1e-9)
    assert found.second.error <= found.second.allowed == 1e-9
    assert found.formula


def _measured(
    forward: Callable[..., Any], *vjps: Any, shapes: Any = ((2, 3),), **settings: Any
) -> Measured:
    with operation(forward, *vjps) as function:
        name = forward.__name__
        return measure(spec(name, sample(*shapes), call=function, **settings))


@pytest.mark.parametrize(("_name", "forward", "vjps", "shapes", "words"), FAULTS)
def test_wrong_rules_are_explained(
    _name: str, forward: Any, vjps: Any, shapes: Any, words: str
) -> None:
    found = _measured(forward, *vjps, shapes=shapes, domain=SPECS["sqrt"].domain)
    if words == "exactly where the input is negative":  # of which this domain has none
        found = _measured(forward, *vjps, shapes=shapes)
    assert found.verdict == "FAILED"
    assert not found.first.holds
    assert re.search(words, found.problems[0])
    assert found.problems[0].startswith(f"order 1, {forward.__name__}(")


def test_wrong_second_order_alone() -> None:
    """A rule whose numbers are right, and whose graph is cut."""

    def cut(g: Any, y: Any, x: Any) -> Any:
        values = y.value if isinstance(y, Node) else y
        return g * values * (1 - values)

    found = _measured(sigmoid, cut)
    assert found.first.holds
    assert not found.second.holds
    (problem,) = found.problems
    assert problem.startswith("order 2, sigmoid((2, 3)): ")


def test_errors_too_small_for_differences() -> None:
    """Only the complex step sees a constant with ten right digits."""

    def square(x: Any) -> Any:
        return x * x

    found = _measured(square, lambda g, y, x: g * 2.0000000001 * x, analytic=True)
    assert 1e-11 < found.first.error < 1e-9
    assert "a constant with too few digits" in found.problems[0]


def test_rules_that_raise_name_the_line() -> None:
    def broken(g: Any, y: Any, x: Any) -> Any:
        raise KeyError("no such thing")

    found = _measured(sigmoid, broken)
    assert found.first.error == np.inf
    assert re.search(r"raises KeyError: 'no such thing'", found.problems[0])
    assert found.problems[1] == "order 2 fails too"

    def fails(x: Any) -> Any:
        raise KeyError("no such thing")

    found = _measured(fails, None)
    assert (found.verdict, found.first) == ("FAILED", None)
    assert re.search(r"raises KeyError in line \d+ of test_measure.py", found.problems[0])


def test_samples_outside_of_the_domain_are_not_ok() -> None:
    """Where values are NaN, NaN equals NaN, and nothing was checked."""

    def root(x: Any) -> Any:
        return np.sqrt(x)

    found = _measured(root, lambda g, y, x: g / (2 * y))
    assert found.verdict == "FAILED"
    assert "move the sample into its domain" in found.problems[0]


def test_reasons() -> None:
    assert measure(SPECS["argmax"]).reason == "no gradient: gives integers"
    assert measure(SPECS["isnan"]).reason == "no gradient: gives truth values"
    assert measure(SPECS["isnan"]).verdict == "-"
    assert "estimator" in measure(SPECS["step_through"]).reason
    assert _measured(sigmoid, None).reason == "no gradient: has no rule"


def test_the_seed_draws_the_cotangents() -> None:
    errors = [measure(SPECS["tanh"], seed).second.error for seed in (0, 0, 1)]
    assert errors[0] == errors[1] != errors[2]


def test_samples_are_shown_as_they_are_called() -> None:
    def shifted(x: Any, y: Any, *, by: int = 0) -> Any:
        return x + y + by

    with operation(shifted, lambda g, z, x, y, by: 2 * g, None) as function:
        wrong = spec("shifted", sample((3,), 0.5, by=2), call=function)
        assert "order 1, shifted((3,), 0.5, by=2): the gradient is twice" in str(measure(wrong))


def test_the_worst_of_all_samples_counts() -> None:
    with operation(sigmoid, lambda g, y, x: 2 * g * y * (1 - y)) as function:
        found = measure(spec("sigmoid", sample((4,)), sample((0, 3)), call=function))
    assert found.first.error > 0.01
    assert found.problems[0].endswith(
        f"1 of 2 samples fail, the worst error is {found.first.error:.1e}"
    )


def test_a_name_without_an_operation() -> None:
    with pytest.raises(LookupError, match="moved: there is no operation of that name; give call="):
        measure(spec("moved", sample((3,))))


def test_two_specs_for_one_operation() -> None:
    one = spec("tanh", sample((2,)))
    with pytest.raises(ValueError, match="two specs for tanh"):
        by_name([one], [one])


def test_families_are_files() -> None:
    assert family(SPECS["relu"]) == "activation"
    assert family(SPECS["cholesky"]) == "decomposition"  # called through a function of the spec
    assert all(family(spec) for spec in SPECS.values())


def test_relative_errors() -> None:
    got = np.array([1.0, np.nan, np.inf, np.nan, 1.0, 30.0])
    expected = np.array([1.0, np.nan, np.inf, 1.0, np.inf, 20.0])
    assert relative_errors(got, expected).tolist() == [0, 0, 0, np.inf, np.inf, 0.5]
    assert relative_errors(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 3)
