"""Activation functions."""

from __future__ import annotations

import math

from tinygrad_edu.testing.specs import (
    BINARY,
    UNARY,
    along,
    away_from,
    by_element,
    sample,
    spec,
)

__all__ = ["ROWS", "SPECS"]


def _softmax(line: list[float]) -> list[float]:
    weights = [math.exp(v) for v in line]
    return [w / math.fsum(weights) for w in weights]


def _log_softmax(line: list[float]) -> list[float]:
    return [v - math.log(math.fsum(math.exp(w) for w in line)) for v in line]


def _softplus(x: float, beta: float = 1.0, threshold: float = 20.0) -> float:
    return x if beta * x > threshold else math.log1p(math.exp(beta * x)) / beta


ROWS = tuple(
    sample(shape, axis=axis)
    for shape, axis in [
        ((2, 3), 1),
        ((2, 3), 0),
        ((2, 3), -1),
        ((4,), 0),
        ((1,), 0),
        ((3, 1), 1),
        ((0, 3), 1),
        ((3, 2, 4), 1),
        ((2, 1, 3, 4), -2),
    ]
)


def _elu(x: float, alpha: float = 1.0) -> float:
    return x if x > 0 else alpha * (math.exp(x) - 1)


def _celu(x: float, alpha: float = 1.0) -> float:
    return max(0.0, x) + min(0.0, alpha * (math.exp(x / alpha) - 1))


def _gelu(x: float, approximate: str = "none") -> float:
    if approximate == "tanh":
        return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * math.erfc(-x / math.sqrt(2))


def _sparsemax(line: list[float]) -> list[float]:
    """By bisection for the threshold τ with Σ max(x - τ, 0) = 1."""
    low, high = min(line) - 1, max(line)
    for _ in range(200):
        middle = (low + high) / 2
        if math.fsum(max(v - middle, 0.0) for v in line) > 1:
            low = middle
        else:
            high = middle
    return [max(v - low, 0.0) for v in line]


_ESTIMATED = "the gradient is an estimator, not the derivative, which is 0"
_STRAIGHT_THROUGH = dict.fromkeys(
    ["first_order", "second_order", "dot_product", "nan_is_not_hidden"], _ESTIMATED
)
_KNOTS = away_from(-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, low=-7.0, high=7.0)

SPECS = [
    spec(
        "relu",
        *UNARY,
        reference=by_element(lambda x: max(x, 0.0)),
    ),
    spec(
        "leaky_relu",
        *UNARY,
        sample((2, 3), negative_slope=0.3),
        sample((2, 3), negative_slope=1.5),
        sample((2, 3), negative_slope=-0.5),
        reference=by_element(lambda x, negative_slope=0.01: x if x > 0 else negative_slope * x),
    ),
    spec(
        "sigmoid",
        *UNARY,
        reference=by_element(lambda x: 1 / (1 + math.exp(-x))),
    ),
    spec("tanh", *UNARY, reference=by_element(math.tanh), analytic=True),
    spec(
        "softplus",
        *UNARY,
        sample((2, 3), beta=2.5),
        sample((2, 3), beta=0.5, threshold=0.7),
        reference=by_element(_softplus),
        domain=away_from(0.0, 1.4),
    ),
    spec(
        "softmax",
        *ROWS,
        reference=along(_softmax),
    ),
    spec(
        "log_softmax",
        *ROWS,
        reference=along(_log_softmax),
    ),
    # ---- smooth, unbounded above
    spec(
        "elu",
        *UNARY,
        sample((2, 3), alpha=1.7),
        reference=by_element(_elu),
    ),
    spec(
        "celu",
        *UNARY,
        sample((2, 3), alpha=2.0),
        sample((2, 3), alpha=1.7, unlike_torch="PyTorch rounds 1 / alpha to float32"),
        reference=by_element(_celu),
    ),
    spec(
        "selu",
        *UNARY,
        reference=by_element(lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772)),
    ),
    spec(
        "silu",
        *UNARY,
        reference=by_element(lambda x: x / (1 + math.exp(-x))),
    ),
    spec(
        "mish",
        *UNARY,
        reference=by_element(lambda x: x * math.tanh(_softplus(x))),
    ),
    spec(
        "gelu",
        *UNARY,
        sample((2, 3), approximate="tanh"),
        sample((7,), domain=away_from(0.0, low=-6.0, high=6.0)),
        reference=by_element(_gelu),
    ),
    spec(
        "squareplus",
        *UNARY,
        sample((2, 3), b=1.5),
        reference=by_element(lambda x, b=4.0: (x + math.sqrt(x * x + b)) / 2),
    ),
    # ---- smooth, bounded or odd
    spec(
        "logsigmoid",
        *UNARY,
        reference=by_element(lambda x: -math.log1p(math.exp(-x))),
    ),
    spec(
        "softsign",
        *UNARY,
        reference=by_element(lambda x: x / (1 + abs(x))),
    ),
    spec(
        "tanhshrink",
        *UNARY,
        reference=by_element(lambda x: x - math.tanh(x)),
    ),
    # ---- piecewise
    spec(
        "hardtanh",
        *UNARY,
        sample((2, 3), min_val=-0.5, max_val=1.0),
        reference=by_element(lambda x, min_val=-1.0, max_val=1.0: min(max(x, min_val), max_val)),
        domain=_KNOTS,
    ),
    spec(
        "relu6",
        *UNARY,
        reference=by_element(lambda x: min(max(x, 0.0), 6.0)),
        domain=_KNOTS,
    ),
    spec(
        "hardsigmoid",
        *UNARY,
        reference=by_element(lambda x: min(max(x / 6 + 0.5, 0.0), 1.0)),
        domain=_KNOTS,
    ),
    spec(
        "hardswish",
        *UNARY,
        reference=by_element(lambda x: x * min(max(x / 6 + 0.5, 0.0), 1.0)),
        domain=_KNOTS,
    ),
    spec(
        "hardshrink",
        *UNARY,
        sample((2, 3), lambd=1.0),
        reference=by_element(lambda x, lambd=0.5: x if abs(x) > lambd else 0.0),
        domain=_KNOTS,
    ),
    spec(
        "softshrink",
        *UNARY,
        sample((2, 3), lambd=1.0),
        reference=by_element(lambda x, lambd=0.5: math.copysign(max(abs(x) - lambd, 0.0), x)),
        domain=_KNOTS,
    ),
    spec(
        "threshold",
        *(sample(s.inputs[0], threshold=0.5, value=-2.5) for s in UNARY),
        reference=by_element(lambda x, threshold, value: x if x > threshold else value),
        domain=_KNOTS,
    ),
    spec(
        "prelu",
        *BINARY,
        reference=by_element(lambda x, slope: x if x > 0 else slope * x),
    ),
    # ---- straight through
    spec(
        "step_through",
        *UNARY,
        reference=by_element(lambda x: 1.0 if x > 0 else 0.0),
        domain=_KNOTS,
        exempt=_STRAIGHT_THROUGH,
    ),
    spec(
        "sign_through",
        *UNARY,
        reference=by_element(lambda x: math.copysign(1.0, x)),
        domain=_KNOTS,
        exempt=_STRAIGHT_THROUGH,
    ),
    # ---- over an axis
    spec(
        "sparsemax",
        *(s for s in ROWS if 0 not in s.inputs[0]),
        sample((3, 5), axis=1, domain=away_from(0.0, low=-0.4, high=0.4, gap=0.01)),
        reference=along(_sparsemax),
    ),
]
