"""The error function and its complement, and the cardinal sine."""

from __future__ import annotations

import math

import numpy as np

from tinygrad_edu.testing.specs import UNARY, between, by_element, sample, spec

__all__ = ["SPECS"]

_CANCELS = "PyTorch's derivatives subtract near equals where x is near 0"

SPECS = [
    spec(
        "erf",
        *UNARY,
        sample((9,), domain=between(-6.5, 6.5)),
        sample((9,), domain=between(-1e-3, 1e-3)),
        reference=by_element(math.erf),
    ),
    spec(
        "erfc",
        *UNARY,
        sample((9,), domain=between(-6.5, 6.5)),
        sample((9,), domain=between(0.3, 0.5)),
        reference=by_element(math.erfc),
    ),
    spec(
        "sinc",
        *UNARY,
        sample((9,), domain=between(-6.5, 6.5)),
        sample((9,), domain=between(-1e-3, 1e-3), unlike_torch=_CANCELS),
        sample((9,), domain=between(0.2, 0.4)),
        sample(np.zeros(3), unlike_torch=_CANCELS),
        reference=by_element(lambda x: math.sin(math.pi * x) / (math.pi * x) if x else 1.0),
    ),
]
