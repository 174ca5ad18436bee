"""Activation functions."""

from __future__ import annotations

import math
from typing import Any

from tests.specs.base import UNARY, along, away_from, by_element, sample, spec


def _softmax(line: list[float]) -> list[float]:
    weights = [math.exp(v) for v in line]
    return [w / math.fsum(weights) for w in weights]


def _log_softmax(line: list[float]) -> list[float]:
    return [v - math.log(math.fsum(math.exp(w) for w in line)) for v in line]


def _softplus(x: float, beta: float = 1.0, threshold: float = 20.0) -> float:
    return x if beta * x > threshold else math.log1p(math.exp(beta * x)) / beta


def _functional(name: str) -> Any:
    def call(torch: Any, *tensors: Any, **params: Any) -> Any:
        return getattr(torch.nn.functional, name)(*tensors, **params)

    return call


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

SPECS = [
    spec("relu", *UNARY, reference=by_element(lambda x: max(x, 0.0)), torch="relu"),
    spec(
        "leaky_relu",
        *UNARY,
        sample((2, 3), negative_slope=0.3),
        reference=by_element(lambda x, negative_slope=0.01: x if x > 0 else negative_slope * x),
        torch=_functional("leaky_relu"),
    ),
    spec(
        "sigmoid",
        *UNARY,
        reference=by_element(lambda x: 1 / (1 + math.exp(-x))),
        torch="sigmoid",
    ),
    spec("tanh", *UNARY, reference=by_element(math.tanh), torch="tanh", analytic=True),
    spec(
        "softplus",
        *UNARY,
        sample((2, 3), beta=2.5),
        sample((2, 3), beta=0.5, threshold=0.7),
        reference=by_element(_softplus),
        torch=_functional("softplus"),
        domain=away_from(0.0, 1.4),
    ),
    spec("softmax", *ROWS, reference=along(_softmax), torch="softmax"),
    spec("log_softmax", *ROWS, reference=along(_log_softmax), torch="log_softmax"),
]
