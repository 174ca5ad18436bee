"""Logic on bits: the results have no gradient."""

from __future__ import annotations

import operator

import numpy as np

from tinygrad_edu.testing.specs import by_element, sample, spec

__all__ = ["SPECS"]

_A = np.array([[5, 0, -1], [12, 7, 3]])
_B = np.array([3, -4, 9])
_TRUTH = np.array([[True, False, True], [False, False, True]])
_PAIRS = (
    sample(_A, _B),
    sample(_B, _A),
    sample(_TRUTH, np.array([True, True, False])),
    sample(np.array(6), _A),
    sample(_A[:0], _B),
)

SPECS = [
    spec(
        "bitwise_and",
        *_PAIRS,
        reference=by_element(operator.and_),
    ),
    spec(
        "bitwise_or",
        *_PAIRS,
        reference=by_element(operator.or_),
    ),
    spec(
        "bitwise_xor",
        *_PAIRS,
        reference=by_element(operator.xor),
    ),
    spec(
        "bitwise_not",
        sample(_A),
        sample(np.array(6)),
        sample(_TRUTH),
        sample(_A[:0]),
        reference=by_element(lambda a: not a if isinstance(a, bool) else ~a),
    ),
]
