"""The error function and its complement, and the cardinal sine."""

from __future__ import annotations

import math
import statistics

import numpy as np

from tinygrad_edu.testing.specs import (
    BINARY,
    UNARY,
    between,
    by_element,
    generic,
    positive,
    sample,
    spec,
)

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
    spec(
        "erfinv",
        *UNARY,
        sample((9,), domain=between(-0.99, 0.99)),
        sample((5,), domain=between(0.95, 0.97)),
        reference=by_element(lambda x: statistics.NormalDist().inv_cdf(0.5 + x / 2) / 2**0.5),
        domain=between(-0.9, 0.9),
    ),
    spec(
        "ndtr",
        *UNARY,
        sample((9,), domain=between(-6.5, 6.5)),
        reference=by_element(lambda x: math.erfc(-x / math.sqrt(2.0)) / 2.0),
    ),
    spec(
        "logit",
        *UNARY,
        reference=by_element(lambda x: math.log(x / (1.0 - x))),
        domain=between(0.05, 0.95),
    ),
    spec(
        "xlog1py",
        *BINARY,
        reference=by_element(lambda x, b: x * math.log1p(b)),
        domain=(generic, between(-0.8, 3.0)),
        analytic=True,
    ),
    spec(
        "entr",
        *UNARY,
        reference=by_element(lambda x: -x * math.log(x)),
        domain=positive,
    ),
]
