"""Putting elements in and taking them out."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs import Sample, sample, spec

__all__ = ["SPECS"]

_FIRST = np.array([True, False, True])


def _without(obj: Any) -> tuple[Sample, ...]:
    return (sample((5,), obj=obj), sample((3, 5), obj=obj, axis=1), sample((5, 1), obj=obj, axis=0))


def _framed(trim_zeros: Any) -> Any:
    """Zeros around x, for `trim_zeros` to cut off."""

    def call(x: Any, **params: Any) -> Any:
        zeros = np.zeros(2, x.dtype)
        return trim_zeros(np.concatenate([zeros, x, zeros]), **params)

    return call


SPECS = [
    spec(
        "delete",
        *(
            made
            for obj in (1, -2, [0, 3], [], slice(1, 4), slice(None, None, -2))
            for made in _without(obj)
        ),
        sample((3, 2), obj=_FIRST, axis=0),
        sample((2, 3), obj=4),
        reference=np.delete,
        analytic=True,
    ),
    spec(
        "insert",
        sample((3,), 1, (2,)),
        sample((3,), -1, ()),
        sample((3,), [0, 3], (2,)),
        sample((3,), [2, 2, 0], ()),
        sample((2, 3), 1, (3,), axis=0),
        sample((2, 3), 1, (2,), axis=1),
        sample((2, 3), [1], (2, 1), axis=1),
        sample((2, 3), [1], (2, 4), axis=1),
        sample((2, 3), slice(0, 2), (2, 2), axis=1),
        sample((2, 3), 4, (2,)),
        sample((0, 3), 0, (3,), axis=0),
        sample((3,), [], (0,)),
        reference=np.insert,
        square=True,
    ),
    spec(
        "compress",
        sample(_FIRST, (3, 2), axis=0),
        sample(_FIRST, (2, 4), axis=-1),
        sample(_FIRST, (2, 3)),
        sample(np.array([False]), (1,)),
        reference=np.compress,
        analytic=True,
    ),
    spec(
        "extract",
        sample(_FIRST, (3,)),
        sample(np.array([[True, False, True], [False, True, True]]), (2, 3)),
        sample(np.array(True), ()),
        sample(np.array([False]), (1,)),
        reference=np.extract,
        analytic=True,
    ),
    spec(
        "resize",
        sample((2, 3), new_shape=(3, 4)),
        sample((2, 3), new_shape=4),
        sample((), new_shape=(2, 1)),
        sample((0,), new_shape=(2,)),
        sample((4,), new_shape=(0, 2)),
        reference=np.resize,
        analytic=True,
    ),
    spec(
        "trim_zeros",
        sample((3,)),
        sample((3,), trim="f"),
        sample((3,), trim="b"),
        sample((0,)),
        sample((1,), trim="FB"),
        reference=_framed(np.trim_zeros),
        call=_framed(ops.trim_zeros),
        analytic=True,
    ),
]
