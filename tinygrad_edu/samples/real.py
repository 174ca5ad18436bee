"""Functions for code that is also given complex numbers."""

from __future__ import annotations

import numpy as np

from tinygrad_edu.testing.specs import UNARY, sample, spec

__all__ = ["SPECS"]

SPECS = [
    *(spec(name, *UNARY, reference=getattr(np, name)) for name in ("conjugate", "imag", "real")),
    spec("real_if_close", *UNARY, sample((2, 3), tol=1000), reference=np.real_if_close),
    spec("angle", *UNARY, sample((2, 3), deg=True), reference=np.angle),
]
