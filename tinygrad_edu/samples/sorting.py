"""Order statistics."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs import along, by_row, sample, spec

__all__ = ["SPECS"]

_LINES = (
    sample((4,)),
    sample((2, 3)),
    sample((5, 3), axis=0),
    sample((2, 3, 4), axis=1),
    sample((1,)),
    sample((0, 3), axis=1),
)


def _sorted(x: Any, axis: Any = -1, descending: bool = False) -> Any:
    if axis is None:
        x, axis = x.reshape(-1), 0
    return along(lambda line: sorted(line, reverse=descending))(x, axis=axis)


def _best(x: Any, k: int, axis: int = -1, largest: bool = True) -> Any:
    return np.moveaxis(np.moveaxis(_sorted(x, axis, largest), axis, 0)[:k], 0, axis)


def _values(function: Any) -> Any:
    def call(x: Any, **params: Any) -> Any:
        return function(x, **params)[0]

    call.__name__ = function.__name__
    return call


SPECS = [
    spec(
        "sort",
        *_LINES,
        sample((2, 3), descending=True),
        sample((2, 3), axis=None),
        reference=_sorted,
    ),
    spec(
        "topk",
        sample((5,), k=3),
        sample((2, 5), k=2, largest=False),
        sample((4, 3), k=1, axis=0),
        sample((1,), k=1),
        sample((2, 3), k=0),
        reference=_best,
        call=_values(ops.topk),
        exempt={"nan_is_not_hidden": "the smallest are asked for, and NaN sorts as the largest"},
    ),
    spec(
        "kthvalue",
        sample((5,), k=3),
        sample((2, 5), k=2),
        sample((4, 3), k=1, axis=0),
        sample((2, 3), k=3, keepdims=True),
        sample((1,), k=1),
        reference=lambda x, k, axis=-1, keepdims=False: by_row(lambda v: sorted(v)[k - 1])(
            x, axis=axis, keepdims=keepdims
        ),
        call=_values(ops.kthvalue),
        exempt={"nan_is_not_hidden": "NaN sorts as the largest, so it is not the k-th smallest"},
    ),
    spec(
        "median",
        sample((5,)),
        sample((2, 3)),
        sample((2, 5), axis=1),
        sample((4, 3), axis=0, keepdims=True),
        sample((2, 3), keepdims=True),
        sample(()),
        reference=by_row(statistics.median),
    ),
    spec(
        "partition",
        sample((7,), kth=3),
        sample((3, 4), kth=[0, 2], axis=0),
        sample((2, 5), kth=-2),
        sample((2, 3), kth=1, axis=None),
        sample((1,), kth=0),
        reference=np.partition,
    ),
]
