"""Functions of two or three arrays."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu.testing.specs.base import BINARY, by_element, generic, positive, sample, spec

__all__ = ["SPECS"]

_TRIPLES = (
    sample((2, 3), (2, 3), (2, 3)),
    sample((2, 3), (3,), (2, 1)),
    sample((3,), (2, 3), ()),
    sample((), (), ()),
    sample((1,), (5,), (1,)),
    sample((0, 3), (3,), (3,)),
    sample((2, 3, 1, 5), (3, 4, 1), (5,)),
)


def _torch_add(name: str) -> Any:
    def call(torch: Any, x: Any, a: Any, b: Any, value: float = 1.0) -> Any:
        return getattr(torch, name)(x, a, b, value=value)

    return call


SPECS = [
    spec(
        "logaddexp",
        *BINARY,
        reference=by_element(lambda a, b: math.log(math.exp(a) + math.exp(b))),
        torch="logaddexp",
    ),
    spec(
        "xlogy",
        *BINARY,
        reference=by_element(lambda x, b: x * math.log(b)),
        domain=(generic, positive),
        torch="xlogy",
        analytic=True,
    ),
    spec(
        "lerp",
        *_TRIPLES,
        sample((2, 3), (2, 3), 0.3),
        reference=lambda a, b, w: a * (1 - w) + w * b,
        torch="lerp",
        analytic=True,
    ),
    spec(
        "addcmul",
        *_TRIPLES,
        sample((2, 3), (2, 3), (3,), value=-0.7),
        reference=lambda x, a, b, value=1.0: x + value * (a * b),
        torch=_torch_add("addcmul"),
        analytic=True,
    ),
    spec(
        "addcdiv",
        *_TRIPLES,
        sample((2, 3), (2, 3), (3,), value=-0.7),
        reference=lambda x, a, b, value=1.0: x + value * (a / b),
        torch=_torch_add("addcdiv"),
        domain=(generic, generic, positive),
        analytic=True,
    ),
]
