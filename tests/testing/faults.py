"""Wrong derivatives, as people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from tinygrad_edu.engine import PRIMITIVES, primitive


@contextmanager
def operation(forward: Callable[..., Any], *vjps: Any, **options: Any) -> Iterator[Any]:
    """An operation that is in the table only inside the block."""
    before = dict(PRIMITIVES)
    try:
        yield primitive(*vjps, **options)(forward)
    finally:
        PRIMITIVES.clear()
        PRIMITIVES.update(before)


def softmax(x: Any) -> Any:
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


def sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


def row_product(x: Any, w: Any) -> Any:
    return x @ w


def centered(x: Any) -> Any:
    return x - np.mean(x)


def picked(x: Any) -> Any:
    return x[np.array([0, 0, 2])]


def shifted(x: Any) -> Any:
    return np.concatenate([x[1:], x[:1]])


def flipped(x: Any) -> Any:
    return x[::-1]


def spread(x: Any) -> Any:
    return x * np.ones((3, 1))


def leaky(x: Any) -> Any:
    return np.where(x > 0, x, 0.1 * x)


def square_root(x: Any) -> Any:
    return np.sqrt(x)


def average(x: Any) -> Any:
    return np.mean(x)


def total(x: Any) -> Any:
    return np.sum(x, axis=0)


def _g_at(g: Any, x: Any, places: Any) -> Any:
    out = np.zeros_like(x)
    out[places] = g
    return out


# (name, forward, wrong vjps, shapes, what the diagnosis must say)
FAULTS: list[tuple[str, Callable[..., Any], tuple[Any, ...], list[tuple[int, ...]], str]] = [
    ("twice", sigmoid, (lambda g, y, x: 2 * g * y * (1 - y),), [(2, 3)], "twice too large"),
    ("half", sigmoid, (lambda g, y, x: 0.5 * g * y * (1 - y),), [(2, 3)], "half"),
    ("sign", sigmoid, (lambda g, y, x: -g * y * (1 - y),), [(2, 3)], "sign is wrong"),
    ("scale", sigmoid, (lambda g, y, x: 1.0001 * g * y * (1 - y),), [(2, 3)], "1.0001 times"),
    ("zero", sigmoid, (lambda g, y, x: 0.0 * g,), [(2, 3)], "graph cut"),
    ("diagonal", softmax, (lambda g, y, x: g * y * (1 - y),), [(4,)], "only the diagonal"),
    (
        "no transpose",
        row_product,
        (lambda g, y, x, w: g @ w, lambda g, y, x, w: x.T @ g),
        [(2, 3), (3, 3)],
        "forgot .T",
    ),
    ("sum for mean", average, (lambda g, y, x: g * np.ones_like(x),), [(5,)], "n times too large"),
    (
        "mean for sum",
        total,
        (lambda g, y, x: g * np.ones_like(x) / len(x),),
        [(3, 2)],
        "n times too small",
    ),
    ("mean kept", centered, (lambda g, y, x: g,), [(4,)], "off by the same amount"),
    (
        "index once",
        picked,
        (lambda g, y, x: _g_at(g, x, np.array([0, 0, 2])),),
        [(4,)],
        "counted once",
    ),
    (
        "roll twice",
        shifted,
        (lambda g, y, x: np.concatenate([g[1:], g[:1]]),),
        [(4,)],
        "wrong places|transposed",
    ),
    ("not flipped", flipped, (lambda g, y, x: g,), [(4,)], "reversed along axis 0"),
    (
        "one slice",
        spread,
        (lambda g, y, x: g[0],),
        [(4,)],
        "not summed over broadcast axis 0",
    ),
    (
        "one branch",
        leaky,
        (lambda g, y, x: np.where(x > 0, g, 0.2 * g),),
        [(6,)],
        "exactly where the input is negative",
    ),
    (
        "last entry",
        sigmoid,
        (lambda g, y, x: g * y * (1 - y) * np.array([1.0, 1.0, 1.0, 0.7]),),
        [(4,)],
        "exactly at 3 along axis 0",
    ),
    ("transposed", sigmoid, (lambda g, y, x: (g * y * (1 - y)).T,), [(3, 3)], "two axes are exch"),
    ("division", square_root, (lambda g, y, x: g * 0.5 / (y * (x - x)),), [(3,)], "NaN or infin"),
]
