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


RIGHT: list[tuple[Callable[..., Any], tuple[float, ...]]] = [
    (tg.sin, (1e5,)),
    (tg.sin, (-1e5,)),
    (tg.sin, (1e3,)),
    (tg.log, (1e-10,)),
    (tg.sqrt, (1e-8,)),
    (tg.sqrt, (1e-10,)),
    (lambda x: 1.0 / x, (1e-6,)),
    (cancelling, (0.01,)),
    (lambda x: tg.sqrt((x * x).sum()), (3e-7, 4e-7)),
    (lambda x: x * x, (1e8,)),
    (lambda x: x * x, (1e-10,)),
    (tg.exp, (1e-10,)),
    (tg.tanh, (1e8,)),
    (tg.exp, (-700.0,)),
]  # fmt: skip


@pytest.mark.parametrize(("function", "at"), RIGHT)
def test_right_gradients_raise_no_alarm(
    function: Callable[..., Any], at: tuple[float, ...]
) -> None:
    assert gradcheck(function, leaf(*at))


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


def test_second_order_at_a_large_input() -> None:
    assert gradgradcheck(tg.sin, leaf(1e5))
