"""gradcheck raises no alarm where only the step of the differences is wrong, and all others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.testing.faults import operation
from tinygrad_edu.testing import gradcheck, gradgradcheck


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


def cancelling(x: Any) -> Any:
    return (1.0 - tg.cos(x)) / (x * x)


def huber(x: Any) -> Any:
    return tg.nn.functional.huber_loss(x, tg.zeros(2, dtype=np.float64), reduction="none")


# Scales from 1e-10 to 1e8, points near kinks, and cancellation.
RIGHT: dict[str, tuple[Callable[..., Any], tuple[float, ...]]] = {
    "sin 1e3": (tg.sin, (1e3,)),
    "sin 1e5": (tg.sin, (1e5, -1e5)),
    "sin 1e8": (tg.sin, (1e8,)),
    "log 1e-10": (tg.log, (1e-10,)),
    "log1p 1e-10": (tg.log1p, (1e-10,)),
    "sqrt 1e-8": (tg.sqrt, (1e-8,)),
    "sqrt 1e-10": (tg.sqrt, (1e-10,)),
    "power 1e-9": (lambda x: x**0.1, (1e-9,)),
    "1 / x 1e-6": (lambda x: 1.0 / x, (1e-6,)),
    "1 / x 1e-10": (lambda x: 1.0 / x, (1e-10,)),
    "norm 1e-7": (tg.norm, (3e-7, 4e-7)),
    "norm of one 1e-7": (tg.norm, (1e-7,)),
    "direction 1e-9": (lambda x: x / tg.norm(x), (3e-9, 4e-9)),
    "cancelling 0.01": (cancelling, (0.01,)),
    "exp - 1 - x": (lambda x: tg.exp(x) - 1.0 - x, (1e-4,)),
    "large constant": (lambda x: 1e6 + tg.sin(x), (0.3,)),
    "square 1e8": (lambda x: x * x, (1e8, 2e8)),
    "square 1e-10": (lambda x: x * x, (1e-10,)),
    "exp 30": (tg.exp, (30.0,)),
    "exp -700": (tg.exp, (-700.0,)),
    "tanh 20": (tg.tanh, (20.0, 1e8)),
    "softmax of large logits": (lambda x: tg.softmax(x, axis=0), (1000.0, 1001.0, 990.0)),
    "logsumexp": (tg.logsumexp, (1e4, 1e4 + 1, -1e4)),
    "product over scales": (tg.prod, (1e-10, 1e8, 3.0, 1e-3)),
    "relu 1e-8": (tg.relu, (1e-8, -1e-8, 3e-7)),
    "absolute 1e-9": (tg.absolute, (1e-9, -2e-10)),
    "max, nearly tied": (lambda x: tg.max(x), (1.0, 1 + 1e-7, -1.0)),
    "clip, near the edge": (lambda x: tg.clip(x, -1.0, 1.0), (1 - 1e-9, -1 + 1e-8)),
    "leaky relu 1e-9": (tg.leaky_relu, (-1e-9, 1e-7)),
    "huber, near the edge": (huber, (1 + 1e-8, -1 + 1e-7)),
    "kinked and oscillating": (lambda x: tg.relu(tg.sin(x)) * tg.log(x), (1e5, 1e-9)),
}  # fmt: skip


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
@pytest.mark.parametrize("name", RIGHT)
def test_right_gradients_raise_no_alarm(name: str, check: Callable[..., Any]) -> None:
    function, at = RIGHT[name]
    assert check(function, leaf(*at), generator=0)


def test_the_table_is_as_large_as_it_says() -> None:
    assert 2 * len(RIGHT) >= 56


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("factor", [-1.0, 0.5, 1.01])
def test_wrong_gradients_there_are_caught(name: str, factor: float) -> None:
    """The same points, with what backward gives changed by a factor."""
    function, at = RIGHT[name]

    def wrong(x: tg.Tensor) -> tg.Tensor:
        y = function(x)
        return y.detach() + factor * (y - y.detach())

    if name in ("square 1e-10", "exp -700"):  # less than atol
        assert gradcheck(wrong, leaf(*at))
        assert gradcheck(wrong, leaf(*at), atol=0.0, raise_exception=False) is False
    elif name != "tanh 20":  # where 1 - y² is 0
        assert gradcheck(wrong, leaf(*at), raise_exception=False) is False


@pytest.mark.parametrize("factor", [-1.0, 1.0001, 1.00001, 2.0])
@pytest.mark.parametrize(
    ("forward", "rule", "at"),
    [
        (np.sin, lambda g, y, x: g * np.cos(x), 1e5),
        (np.log, lambda g, y, x: g / x, 1e-10),
        (np.sqrt, lambda g, y, x: g / (2 * y), 1e-8),
    ],
)
def test_wrong_gradients_at_the_same_points_are_caught(
    forward: Any, rule: Any, at: float, factor: float
) -> None:
    def function(x: Any) -> Any:
        with np.errstate(invalid="ignore"):  # the first, wide step leaves the domain
            return forward(x)

    with operation(function, lambda g, y, x: factor * rule(g, y, x)) as wrong:
        assert not gradcheck(wrong, leaf(at), raise_exception=False)
    with operation(function, rule) as right:
        assert gradcheck(right, leaf(at))


def test_differences_that_vanish_in_rounding_do_not_pass() -> None:
    """In tiny steps 1e10 + x does not move at all; a gradient of 0 is wrong for all that."""

    def function(x: Any) -> Any:
        return 1e10 + x

    with operation(function, lambda g, y, x: 0.0 * g) as wrong:
        assert not gradcheck(wrong, leaf(0.3), raise_exception=False)


def test_a_step_that_is_asked_for_is_kept() -> None:
    assert not gradcheck(tg.sin, leaf(1e5), eps=1e-6, raise_exception=False)


def test_other_steps_are_few() -> None:
    """At sin of 1e5 an oscillation is passed first; where a rule is wrong, a few steps show it."""
    calls = [0]

    def counted(function: Any) -> Any:
        def count(x: Any) -> Any:
            calls[0] += 1
            return function(x)

        return count

    def cost(function: Any, x: tg.Tensor) -> int:
        calls[0] = 0
        gradcheck(counted(function), x, raise_exception=False)
        return calls[0]

    assert cost(tg.sin, leaf(1e5)) <= cost(tg.sin, leaf(0.5)) + 40
    right, wrong = lambda x: 2 * tg.tanh(x), lambda x: tg.tanh(x) + tg.tanh(x).detach()
    x = leaf(*np.linspace(-1.0, 1.0, 300))
    assert cost(lambda x: wrong(x).sum(), x) <= cost(lambda x: right(x).sum(), x) + 32 * 12 + 30


def test_fast_mode_adapts_too() -> None:
    assert gradcheck(tg.sin, leaf(1e5, 2e5, -1e5), fast_mode=True, generator=0)
    wrong = {"fast_mode": True, "generator": 0, "raise_exception": False}
    assert gradcheck(lambda x: tg.sin(x) + x - x.detach(), leaf(1e5, 2e5), **wrong) is False
