"""What no differences agree on is undecided: not wrong, and not right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.testing.faults import operation
from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing import GradcheckError, UndecidedError, gradcheck, gradgradcheck
from tinygrad_edu.testing.laws.case import recorded
from tinygrad_edu.testing.report import measure
from tinygrad_edu.testing.settle import settled_slope
from tinygrad_edu.testing.specs import sample, spec


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


# name -> (function, point, what the message says)
UNDECIDED: dict[str, tuple[Callable[..., Any], tuple[float, ...], str]] = {
    "kink": (tg.relu, (0.0,), "from a kink of relu, where the slope turns from 0 to 1"),
    "kink of all": (tg.relu, (0.0, 0.0, 0.0), "from a kink of relu"),
    "kink at a large input": (lambda x: tg.relu(x - 1e8), (1e8,), "from a kink of relu"),
    "jump": (tg.sign, (0.0,), "at a jump of sign"),
    "edge": (tg.sqrt, (0.0,), "not finite"),
    "outside": (tg.log, (-1.0,), "not finite"),
    "vertical": (lambda x: tg.sign(x) * tg.absolute(x) ** 0.2, (0.0,), "no three differences|jump"),
    "drowned": (lambda x: 1e16 + 1e3 * tg.sin(x), (0.3,), "no three differences"),
    "sum over scales": (lambda x: (x**3).sum(), (1.0, 1e8), "no three differences"),
    "wild": (lambda x: tg.sin(x), (1e300,), "no three differences"),
    "float32": (lambda x: tg.tanh(x.float()).double(), (0.3, 0.7), "numbers of float32"),
    "float32 last": (lambda x: (x * 1.7).float().double(), (0.3, 0.7), "numbers of float32"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_differences_cannot_tell_is_undecided(name: str) -> None:
    function, at, told = UNDECIDED[name]
    with pytest.raises(UndecidedError, match=told) as caught:
        gradcheck(function, leaf(*at))
    assert "gradcheck: undecided: " in str(caught.value)
    assert "are wrong" not in str(caught.value)
    assert caught.value.mismatches[0].estimates
    assert "; by differences " in str(caught.value)
    assert gradcheck(function, leaf(*at), raise_exception=False) is None


def test_wrong_goes_before_undecided() -> None:
    def function(a: tg.Tensor, b: tg.Tensor) -> tuple[tg.Tensor, tg.Tensor]:
        return tg.relu(a), b * b.detach()

    with pytest.raises(GradcheckError, match="are wrong") as caught:
        gradcheck(function, (leaf(0.0), leaf(2.0)))
    assert not isinstance(caught.value, UndecidedError)
    assert gradcheck(function, (leaf(0.0), leaf(2.0)), raise_exception=False) is False


def test_slopes_beyond_both_sides_of_a_kink_are_wrong() -> None:
    def ramp(x: Any) -> Any:
        return np.maximum(x, 0.0)

    for slope, verdict in [(0.0, None), (1.0, None), (-0.1, False), (5.0, False)]:
        with operation(ramp, lambda g, y, x, slope=slope: g * np.where(x == 0, slope, x > 0)) as f:
            assert gradcheck(f, leaf(0.0, 1.0), raise_exception=False) is verdict


def test_a_gradient_of_zero_does_not_pass_for_a_slope_that_is_lost() -> None:
    """Sums so large that x is rounded away: neither right nor wrong."""
    for large in (1e10, 1e12):
        assert (
            gradcheck(lambda x, c=large: (c + x) - c, leaf(0.3), raise_exception=False) is not False
        )


def test_second_order_and_directions() -> None:
    assert gradgradcheck(tg.relu, leaf(0.0), raise_exception=False) is None
    with pytest.raises(UndecidedError, match="along a random direction"):
        gradcheck(tg.relu, leaf(0.0, 0.0), fast_mode=True, generator=0)


def test_settled_slopes_know_their_error() -> None:
    def allowed(slope: Any) -> Any:
        return 1e-8 + 1e-6 * np.abs(slope)

    one = np.ones(1, dtype=bool)
    for x in (1e-8, 0.3, 7.0, 1e4):
        found = settled_slope(lambda h, x=x: np.array([np.sin(x + h)]), x, allowed, one)
        assert found.settled.all()
        assert abs(found.value[0] - np.cos(x)) <= found.apart[0] + 1e-15
    noise = np.random.default_rng(0)
    for size, known in ((1e-11, True), (1e-6, False)):
        rough = settled_slope(
            lambda h, size=size: np.array([np.exp(h) + size * noise.uniform(-1, 1)]),
            1.0,
            lambda slope: 1e-3 * allowed(slope),
            one,
        )
        assert not rough.settled.any()
        assert not rough.wrong(np.array([1.0])).any()
        assert rough.wrong(np.array([-1.0])).all() == known
        assert not rough.right(np.array([1.0])).any()


@pytest.mark.parametrize("scale", [1e-8, 1e8])
@pytest.mark.parametrize(
    "name", ["floor", "round", "modf", "unwrap", "sinc", "exp", "hypot", "var"]
)
def test_right_rules_are_not_called_wrong_at_any_scale(name: str, scale: float) -> None:
    """Stairs, waves and overflow: what wide steps see there is not the slope."""
    for case in SPECS[name].cases[:2]:
        arguments = list(case.inputs)
        for k in case.wrt:
            arguments[k] = recorded(arguments[k].copy() * scale)
        function = partial(case.function, **case.params)
        assert gradcheck(function, arguments, raise_exception=False) is not False


def test_the_report_has_the_verdict_too() -> None:
    def ramp(x: Any) -> Any:
        return np.maximum(x, 0.0)

    at = np.array([0.0, 1.0])
    with operation(ramp, lambda g, y, x: g * (x > 0)) as function:
        found = measure(spec("ramp", sample(at), sample((3,)), call=function))
    assert found.verdict == "undecided"
    assert found.first.holds
    assert (found.first.undecided, found.second.undecided) == (1, 1)
    assert found.problems[0].startswith("order 1, ramp((2,)): undecided: input 0[0] = 0 is ")
    assert found.problems[0].endswith("1 of 2 samples are undecided")
    with operation(ramp, lambda g, y, x: -g * (x > 0)) as function:
        assert measure(spec("ramp", sample(at), sample((3,)), call=function)).verdict == "FAILED"


def test_the_report_adapts_its_steps() -> None:
    def wave(x: Any) -> Any:
        return np.sin(x)

    with operation(wave, lambda g, y, x: g * np.cos(x)) as function:
        found = measure(spec("wave", sample(np.array([1e5, -2e5, 1.0])), call=function))
    assert (found.verdict, found.problems) == ("ok", ())
