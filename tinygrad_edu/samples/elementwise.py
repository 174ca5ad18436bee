"""Arithmetic, powers, exponentials, logarithms and choices."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import (
    BINARY,
    UNARY,
    away_from,
    between,
    by_element,
    generic,
    positive,
    sample,
    spec,
)

__all__ = ["MASK", "SPECS"]


def _clip(x: float, low: float | None = None, high: float | None = None) -> float:
    y = x if low is None or x > low else low
    return y if high is None or y < high else high


def _clip_reference(x: Any, low: Any = None, high: Any = None, **bounds: Any) -> Any:
    given = [b for b in (low, high) if b is not None]
    if len(given) == 2:
        return by_element(_clip)(x, low, high)
    if low is not None:
        return by_element(_clip)(x, low)
    return by_element(lambda a, b: _clip(a, None, b))(x, high)


MASK = np.array([[True, False, True], [False, False, True]])

SPECS = [
    spec("add", *BINARY, reference=by_element(operator.add), analytic=True),
    spec("subtract", *BINARY, reference=by_element(operator.sub), analytic=True),
    spec("multiply", *BINARY, reference=by_element(operator.mul), analytic=True),
    spec("divide", *BINARY, reference=by_element(operator.truediv), analytic=True),
    spec("negative", *UNARY, reference=by_element(operator.neg), analytic=True),
    spec("positive", *UNARY, reference=by_element(operator.pos), analytic=True),
    spec(
        "power",
        *BINARY,
        *(sample((2, 3), exponent) for exponent in (2, 3, 0, 1, -1, 0.5, -2.5)),
        sample((2, 3), np.array([[1.0, 4.0, 2.0], [3.0, -1.0, 0.5]])),
        sample(
            (2, 3),
            np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 0.5]]),
            unlike_torch="PyTorch takes the derivative in a for constant 0 where the exponent is 0,"
            " so its mixed second derivative there is 0 instead of 1/a",
        ),
        reference=by_element(operator.pow),
        domain=positive,
        analytic=True,
    ),
    spec(
        "absolute",
        *UNARY,
        reference=by_element(abs),
    ),
    spec(
        "sign",
        *UNARY,
        reference=by_element(lambda x: math.copysign(1.0, x)),
    ),
    spec("square", *UNARY, reference=by_element(lambda x: x * x), analytic=True),
    spec(
        "sqrt",
        *UNARY,
        reference=by_element(math.sqrt),
        domain=positive,
        analytic=True,
    ),
    spec(
        "rsqrt",
        *UNARY,
        reference=by_element(lambda x: 1 / math.sqrt(x)),
        domain=positive,
        analytic=True,
    ),
    spec("cbrt", *UNARY, reference=by_element(math.cbrt)),
    spec(
        "reciprocal",
        *UNARY,
        reference=by_element(lambda x: 1 / x),
        domain=away_from(0.0, gap=0.3),
        analytic=True,
    ),
    spec("exp", *UNARY, reference=by_element(math.exp), analytic=True),
    spec(
        "exp2",
        *UNARY,
        reference=by_element(math.exp2),
    ),
    spec("expm1", *UNARY, reference=by_element(math.expm1), analytic=True),
    spec("log", *UNARY, reference=by_element(math.log), domain=positive, analytic=True),
    spec(
        "log2",
        *UNARY,
        reference=by_element(math.log2),
        domain=positive,
        analytic=True,
    ),
    spec(
        "log10",
        *UNARY,
        reference=by_element(math.log10),
        domain=positive,
        analytic=True,
    ),
    spec(
        "log1p",
        *UNARY,
        reference=by_element(math.log1p),
        domain=between(-0.7, 3.0),
        analytic=True,
    ),
    spec(
        "maximum",
        *BINARY,
        reference=by_element(max),
    ),
    spec(
        "minimum",
        *BINARY,
        reference=by_element(min),
    ),
    spec(
        "clip",
        *(sample((2, 3), low, high) for low, high in [(-0.7, 1.1), (None, 0.4), (-0.3, None)]),
        sample((), -0.7, 1.1),
        sample((0, 3), -0.7, 1.1),
        sample((2, 3), (3,), (2, 1)),
        sample((2, 3), (2, 3), (2, 3)),
        sample((2, 3), (3,), 0.5),
        sample((3,), None, (2, 3)),
        sample((2, 1, 5), (3, 1), None),
        sample((4,), np.array(-0.5), np.array(0.5)),
        domain=away_from(-0.7, 1.1, 0.4, -0.3, 0.5, -0.5, gap=0.01),
        reference=_clip_reference,
    ),
    spec(
        "where",
        sample(MASK, (2, 3), (2, 3)),
        sample(MASK, (3,), (2, 1)),
        sample(MASK[0], (2, 3), ()),
        sample(MASK[:, :1], (), (1, 3)),
        sample(np.array(True), (), ()),
        sample(MASK, (2, 3), 0.5),
        sample(MASK, -1.5, (2, 3)),
        sample(np.zeros((0, 3), bool), (0, 3), (3,)),
        sample(MASK[None, :, :, None], (4, 1, 3, 1), (1, 2, 1, 5)),
        domain=generic,
        reference=by_element(lambda condition, a, b: a if condition else b),
        analytic=True,
    ),
]


_TRIPLES = (
    sample((2, 3), (2, 3), (2, 3)),
    sample((2, 3), (3,), (2, 1)),
    sample((3,), (2, 3), ()),
    sample((), (), ()),
    sample((1,), (5,), (1,)),
    sample((0, 3), (3,), (3,)),
    sample((2, 3, 1, 5), (3, 4, 1), (5,)),
)


_IGNORES_NAN = {"nan_is_not_hidden": "of a number and NaN it gives the number"}

SPECS += [
    spec(
        "logaddexp",
        *BINARY,
        reference=by_element(lambda a, b: math.log(math.exp(a) + math.exp(b))),
    ),
    spec(
        "xlogy",
        *BINARY,
        reference=by_element(lambda x, b: x * math.log(b)),
        domain=(generic, positive),
        analytic=True,
    ),
    spec(
        "lerp",
        *_TRIPLES,
        sample((2, 3), (2, 3), 0.3),
        reference=lambda a, b, w: a * (1 - w) + w * b,
        analytic=True,
    ),
    spec(
        "addcmul",
        *_TRIPLES,
        sample((2, 3), (2, 3), (3,), value=-0.7),
        reference=lambda x, a, b, value=1.0: x + value * (a * b),
        analytic=True,
    ),
    spec(
        "addcdiv",
        *_TRIPLES,
        sample((2, 3), (2, 3), (3,), value=-0.7),
        reference=lambda x, a, b, value=1.0: x + value * (a / b),
        domain=(generic, generic, positive),
        analytic=True,
    ),
    spec("fmax", *BINARY, reference=np.fmax, exempt=_IGNORES_NAN),
    spec("fmin", *BINARY, reference=np.fmin, exempt=_IGNORES_NAN),
    spec(
        "ldexp",
        sample((2, 3), np.array([1, -2, 5])),
        sample((2, 3), 3),
        sample((), np.array([[0, -1, 2], [3, 1, 0]])),
        sample((0, 3), 1),
        reference=by_element(math.ldexp),
    ),
    spec(
        "float_power",
        *BINARY,
        sample((2, 3), 2),
        sample((2, 3), 0.5),
        reference=np.float_power,
        domain=positive,
        keeps_dtype=False,
    ),
    spec("logaddexp2", *BINARY, reference=np.logaddexp2),
]
