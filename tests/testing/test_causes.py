"""Wrong rules as people write them: each is caught, and the message names the cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.testing.faults import operation, sigmoid
from tinygrad_edu.testing import GradcheckError, UndecidedError, gradcheck, gradgradcheck

X = (0.5, 1.3, 2.1, 0.8)
W = (3.0, 1.0, 2.0, 0.4)
TABLE = ((0.3, -1.1, 0.7, 2.0), (1.2, 0.4, -0.6, 0.9), (-0.2, 0.8, 1.5, -1.4))
SQUARE = ((0.3, -1.1, 0.7), (1.2, 0.4, -0.6), (-0.2, 0.8, 1.5))
OTHER = ((1.0, 0.2, -0.4), (0.6, 2.0, 0.1), (-0.7, 0.3, 0.5))


class Rule(NamedTuple):
    """A forward, wrong vjps of it, inputs, and what the message must say."""

    told: str
    forward: Callable[..., Any]
    vjps: tuple[Callable[..., Any], ...]
    inputs: tuple[Any, ...] = (X,)


_kept: dict[str, Any] = {}
_calls = np.random.default_rng(0)


def _keeping(x: Any) -> Any:
    _kept["x"] = x.copy()
    return np.sin(x)


def _doubling(g: Any, y: Any, x: Any) -> Any:
    g *= 2
    return g * np.cos(x)


def _overwriting(g: Any, y: Any, x: Any) -> Any:
    y *= y
    return g * (1 - y)


def _in_place(x: Any) -> Any:
    x *= 1.5
    return np.sin(x)


def _softmax(x: Any) -> Any:
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def _at(g: Any, x: Any, places: Any) -> Any:
    out = np.zeros_like(x)
    out[places] = g
    return out


def _unit(x: Any) -> Any:
    return x / np.linalg.norm(x)


def _others(x: Any, last: Any) -> Any:
    return np.array([x[1] * x[2], x[0] * x[2], last])


def _quotient_of_itself(g: Any, y: Any, x: Any) -> Any:
    with np.errstate(all="ignore"):
        return g * np.nan_to_num(y / x)


RULES = {
    "eps 1e-3": Rule(
        "0.001 is added to x²", lambda x: 1 / x, (lambda g, y, x: -g / (x * x + 1e-3),)
    ),
    "eps 1e-5": Rule(
        "1e-05 is added to x²", lambda x: 1 / x, (lambda g, y, x: -g / (x * x + 1e-5),)
    ),
    "eps of a log": Rule("1e-05 is added to x", np.log, (lambda g, y, x: g / (x + 1e-5),)),
    "eps of a root": Rule("1e-05 is added to 2 y", np.sqrt, (lambda g, y, x: g / (2 * y + 1e-5),)),
    "eps of a divisor": Rule(
        "0.001 is added to input 1",
        lambda x, w: x / w,
        (lambda g, y, x, w: g / (w + 1e-3), lambda g, y, x, w: -g * x / w**2),
        (X, W),
    ),
    "eps of a norm": Rule(
        "1e-05 is added to ‖x‖",
        _unit,
        (lambda g, y, x: (g - y * np.sum(g * y)) / (np.linalg.norm(x) + 1e-5),),
    ),
    "quotient": Rule(
        "second term of the quotient rule .*of the norm of x",
        _unit,
        (lambda g, y, x: g / np.linalg.norm(x),),
    ),
    "quotient in rows": Rule(
        "each slice along axis 1, .*of the norm of x",
        lambda x: x / np.linalg.norm(x, axis=1, keepdims=True),
        (lambda g, y, x: g / np.linalg.norm(x, axis=1, keepdims=True),),
        (TABLE,),
    ),
    "quotient by a sum": Rule(
        "second term of the quotient rule .*of the sum or the mean",
        lambda x: x / np.sum(x),
        (lambda g, y, x: g / np.sum(x),),
    ),
    "entry of a product": Rule(
        "at 2 along axis 0 .*where backward gives 0: a factor or a term is forgotten",
        np.prod,
        (lambda g, y, x: g * _others(x, 0.0),),
        (X[:3],),
    ),
    "factor of an entry": Rule(
        r"at 2 along axis 0 .*a factor 1.3 is missing: the value of the input at \[1\]",
        np.prod,
        (lambda g, y, x: g * _others(x, x[0]),),
        (X[:3],),
    ),
    "product with a zero": Rule(
        "exactly where the input is 0, .*a division by the input",
        np.prod,
        (_quotient_of_itself,),
        ((1.5, 0.0, 0.7),),
    ),
    "0 / 0": Rule(
        "NaN or infinite, exactly where the input is 0,",
        lambda x: np.sum(x**3),
        (lambda g, y, x: g * 3 * x**3 / x,),
        ((1.5, 0.0, 0.7),),
    ),
    "term of a product": Rule(
        "lacks the factor .1 \\+ x.; or backward lacks the term y",
        lambda x: x * np.exp(x),
        (lambda g, y, x: g * np.exp(x),),
    ),
    "sign": Rule("sign is wrong everywhere", sigmoid, (lambda g, y, x: -g * y * (1 - y),)),
    "factor 2": Rule("twice too large", sigmoid, (lambda g, y, x: 2 * g * y * (1 - y),)),
    "factor 1.0001": Rule("1.0001 times", sigmoid, (lambda g, y, x: 1.0001 * g * y * (1 - y),)),
    "factor 1.00001": Rule("1.00001 times", np.sin, (lambda g, y, x: 1.00001 * g * np.cos(x),)),
    "mean": Rule("n = 4, .*mean and sum", np.mean, (lambda g, y, x: g * np.ones_like(x),)),
    "size of another axis": Rule(
        "divided by 4 .the output's size. in place of 3 .axis 0 of the input.",
        lambda x: np.mean(x, axis=0),
        (lambda g, y, x: g * np.ones_like(x) / 4,),
        (TABLE,),
    ),
    "transpose": Rule(
        "forgot .T",
        lambda x, w: x @ w,
        (lambda g, y, x, w: g @ w, lambda g, y, x, w: x.T @ g),
        (SQUARE, OTHER),
    ),
    "broadcast": Rule(
        "Likely cause: not summed over broadcast axis 0",
        lambda x: x * np.ones((3, 1)),
        (lambda g, y, x: g[0],),
    ),
    "stale buffer": Rule(
        "a buffer outside of the graph that is stale",
        _keeping,
        (lambda g, y, x: g * np.cos(_kept["x"]),),
    ),
    "random function": Rule(
        "func gives output 0 other values when it is called again",
        lambda x: x * _calls.standard_normal(4),
        (lambda g, y, x: g,),
    ),
    "random backward": Rule(
        "func gives the same values, and backward .* other numbers",
        sigmoid,
        (lambda g, y, x: g * y * (1 - y) * _calls.random(),),
    ),
    "g in place": Rule("changes the gradient g that it is given in place", np.sin, (_doubling,)),
    "y in place": Rule("changes the output y in place", np.tanh, (_overwriting,)),
    "input in place": Rule("changes input 0 in place", _in_place, (lambda g, y, x: g * np.cos(x),)),
    "reduction": Rule(
        "n = 4, .*mean and sum",
        lambda x, w: x * w,
        (lambda g, y, x, w: g * w, lambda g, y, x, w: np.mean(g * x)),
        (X, 2.0),
    ),
    "shape": Rule(
        r"backward fails: .*returned shape \(2, 2\)",
        lambda x: np.sum(x**2, axis=0),
        (lambda g, y, x: 2 * np.ones((2, 2)),),
        (TABLE,),
    ),
    "axis": Rule(
        "outputs depend on inputs along axis 0, and backward's gradients run along axis 1",
        _softmax,
        (lambda g, y, x: y * (g - np.sum(g * y, axis=1, keepdims=True)),),
        (SQUARE,),
    ),
    "axis of a sum": Rule(
        "two axes are exchanged, .*the wrong axis",
        lambda x: np.sum(x, axis=0),
        (lambda g, y, x: g[:, None] * np.ones_like(x),),
        (SQUARE,),
    ),
    "sin for cos": Rule(
        "computes sin x, where the differences give cos x", np.sin, (lambda g, y, x: g * np.sin(x),)
    ),
    "cube": Rule(
        "lacks the factor x; or backward computes 3 x, where the differences give 3 x²",
        lambda x: x**3,
        (lambda g, y, x: g * 3 * x,),
    ),
    "swapped": Rule(
        "this is the gradient by input 1: the gradients of two inputs are swapped",
        lambda a, b: a * b,
        (lambda g, y, a, b: g * a, lambda g, y, a, b: g * b),
        (X, W),
    ),
    "other factor": Rule(
        "lacks the factor input 1",
        lambda a, b: a * b,
        (lambda g, y, a, b: g, lambda g, y, a, b: g * a),
        (X, W),
    ),
    "ties": Rule(
        "slope 1 in row 0 .*add up to 2: the gradient is shared wrongly among the ties",
        np.max,
        (lambda g, y, x: g * (x == y),),
        ((1.0, 2.0, 2.0, 0.5),),
    ),
    "chain": Rule(
        "lacks the factor 2 x", lambda x: sigmoid(x * x), (lambda g, y, x: g * y * (1 - y),)
    ),
    "constant of a chain": Rule(
        "0.333333 times too large everywhere: .*inner derivative",
        lambda x: np.sin(3 * x),
        (lambda g, y, x: g * np.cos(3 * x),),
    ),
    "index": Rule(
        "index is off by one", lambda x: x[1:], (lambda g, y, x: _at(g, x, slice(0, -1)),)
    ),
    "index of a sum": Rule(
        "index is off by one",
        lambda x: np.cumsum(x**2),
        (lambda g, y, x: 2 * x * np.append(np.cumsum(g[::-1])[::-1][1:], 0.0),),
    ),
    "cotangent": Rule("backward must multiply by g", np.sin, (lambda g, y, x: np.cos(x),)),
    "float32 in backward": Rule(
        "single precision", np.sin, (lambda g, y, x: g * np.float32(np.cos(x)),)
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_wrong_rules_are_caught_and_named(name: str) -> None:
    rule = RULES[name]
    inputs = [tg.tensor(np.array(x), requires_grad=True) for x in rule.inputs]
    tight = {"rtol": 1e-9, "method": "five-point"} if name == "float32 in backward" else {}

    def one(x: Any) -> Any:
        return rule.forward(x)

    def two(a: Any, b: Any) -> Any:
        return rule.forward(a, b)

    with operation(one if len(inputs) == 1 else two, *rule.vjps) as wrong:
        with pytest.raises(GradcheckError, match=rule.told) as caught:
            gradcheck(wrong, inputs, generator=0, **tight)
        assert not isinstance(caught.value, UndecidedError)
        assert gradcheck(wrong, inputs, raise_exception=False, **tight) is False


# ---- paths that the graph lacks


def _no_grad(x: tg.Tensor) -> tg.Tensor:
    with tg.no_grad():
        total = tg.sum(x * x)
    return x / total


CUT: dict[str, tuple[Callable[[tg.Tensor], tg.Tensor], str]] = {
    "detach": (lambda x: x * tg.exp(x.detach()), "operand 1 .b. of multiply"),
    "data": (lambda x: x * np.exp(x.value), "operand 1 .b. of multiply"),
    "value": (lambda x: tg.sin(x) - x.value**2, "operand 1 .b. of subtract"),
    "numpy": (lambda x: x + tg.tensor(x.detach().numpy() * 2.0), "operand 1 .b. of add"),
    "item": (lambda x: x * x.max().item(), "operand 1 .b. of multiply"),
    "no_grad": (_no_grad, "operand 1 .b. of divide"),
    "in between": (lambda x: tg.tanh(tg.exp(x) * tg.sin(x).value), "operand 1 .b. of multiply"),
}  # fmt: skip


@pytest.mark.parametrize("name", CUT)
def test_paths_that_the_graph_lacks_are_named(name: str) -> None:
    function, place = CUT[name]
    told = f"graph cut: {place} is a constant for backward, and changes with input 0"
    with pytest.raises(GradcheckError, match=told):
        gradcheck(function, tg.tensor(np.array(X), requires_grad=True))


def test_a_path_is_not_blamed_for_a_wrong_rule() -> None:
    """A constant that depends on the input, as softmax has, is harmless."""

    def function(x: tg.Tensor) -> tg.Tensor:
        return wrong(x - x.detach().max())

    def exponential(x: Any) -> Any:
        return np.exp(x) / np.sum(np.exp(x))

    def rule(g: Any, y: Any, x: Any) -> Any:
        return 3 * y * (g - np.sum(g * y))

    x = tg.tensor(np.array(X), requires_grad=True)
    with (
        operation(exponential, rule) as wrong,
        pytest.raises(GradcheckError, match="3 times too large everywhere"),
    ):
        gradcheck(function, x)
    assert gradcheck(lambda x: tg.softmax(x - x.detach().max(), axis=0), x)


def test_a_path_that_only_the_second_order_lacks() -> None:
    def careless(x: tg.Tensor) -> tg.Tensor:
        return x * x * x.value

    x = tg.tensor(np.array(X), requires_grad=True)
    with pytest.raises(GradcheckError, match="graph cut: operand 1"):
        gradgradcheck(careless, x)


def test_one_cause_is_likely_and_several_fit() -> None:
    x = tg.tensor(np.array([0.5, 1.3]), requires_grad=True)

    def summed(x: Any) -> Any:
        return np.sum(x * x)

    with (
        operation(summed, lambda g, y, x: 4 * g * x) as wrong,
        pytest.raises(GradcheckError, match=r"Causes that fit: .*factor 2.*; or .*\(n = 2,"),
    ):
        gradcheck(wrong, x)
