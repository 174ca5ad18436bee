"""Polynomials and convolutions in one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]


def _product(a: Any, v: Any) -> Any:
    """Term by term."""
    y = np.zeros(len(a) + len(v) - 1)
    for i, j in np.ndindex(len(a), len(v)):
        y[i + j] += a[i] * v[j]
    return y


_SIZES = [((5,), (3,)), ((2,), (5,)), ((4,), (2,)), ((1,), (1,)), ((3,), (4,))]
_EACH_MODE = tuple(sample(a, v, mode=m) for a, v in _SIZES for m in ("full", "same", "valid"))

SPECS = [
    spec(
        "polyval",
        sample((4,), (3,)),
        sample((3,), (2, 5)),
        sample((1,), ()),
        reference=np.polyval,
        analytic=True,
    ),
    spec(
        "vander",
        sample((3,)),
        sample((3,), 5),
        sample((2,), 4, increasing=True),
        sample((1,), 0),
        sample((0,), 3),
        reference=lambda x, N=None, increasing=False: np.vander(x, N, increasing),
        analytic=True,
    ),
    spec(
        "convolve_full",
        sample((5,), (3,)),
        sample((2,), (4,)),
        sample((1,), (1,)),
        reference=_product,
        analytic=True,
    ),
    spec("convolve", *_EACH_MODE, reference=np.convolve, analytic=True),
    spec("correlate", *_EACH_MODE, reference=np.correlate),
]
