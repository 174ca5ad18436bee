"""Reductions that leave NaN out; what they make of NaN itself is in tests/ops/test_nans.py."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import OpSpec, sample, spec

__all__ = ["SPECS"]

_SEVERAL = tuple(
    sample((2, 3, 4), axis=axis, keepdims=keepdims)
    for axis in (None, 1, -1, (0, 2))
    for keepdims in (False, True)
)
_REDUCED = (*_SEVERAL, sample((2, 3, 4), axis=0), sample(()), sample((1,), axis=0))
_EMPTY = (sample((0, 3), axis=0), sample((0, 3), axis=1), sample((2, 0, 3), axis=(0, 2)))
_RUNNING = tuple(sample((2, 3, 4), axis=axis) for axis in (None, 0, 1, -1))
_DDOF = tuple(sample((2, 3, 4), axis=axis, ddof=1) for axis in (None, 1, (0, 2)))


def _nan(name: str, *samples: Any) -> OpSpec:
    return spec(
        name,
        *samples,
        reference=getattr(np, name),
        exempt={"nan_is_not_hidden": "leaving NaN out is what it is for"},
    )


SPECS = [
    _nan("nansum", *_REDUCED, *_EMPTY, sample((2, 3), axis=1, initial=1.5)),
    _nan("nanprod", *_REDUCED, *_EMPTY, sample((2, 3), axis=1, initial=1.5)),
    _nan("nanmax", *_REDUCED, sample((2, 3), axis=1, initial=-0.3)),
    _nan("nanmin", *_REDUCED, sample((2, 3), axis=1, initial=0.3)),
    _nan("nanmean", *_REDUCED),
    _nan("nanvar", *_REDUCED, *_DDOF),
    _nan("nanstd", *_SEVERAL, *_DDOF, sample((1, 4), axis=1)),
    _nan("nanmedian", *_REDUCED),
    _nan("nanquantile", *(sample((2, 3, 4), q=0.3, axis=axis) for axis in (None, 0, 1, (2, 0))),
         sample((2, 3, 4), q=np.array([[0.0, 1.0], [0.77, 0.5]]), axis=1, keepdims=True),
         sample((1, 4), q=0.4, axis=1, method="higher")),
    _nan("nanpercentile", *(sample((2, 3, 4), q=30, axis=axis) for axis in (None, 0, 1, (2, 0))),
         sample((1, 4), q=[40, 70], axis=1, method="hazen")),
    _nan("nancumsum", *_RUNNING, sample((0, 3), axis=1)),
    _nan("nancumprod", *_RUNNING, sample((0, 3), axis=1)),
]  # fmt: skip
