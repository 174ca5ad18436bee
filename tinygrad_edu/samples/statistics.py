"""Weighted means, quantiles and covariances."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs import generic, positive, sample, spec

__all__ = ["SPECS"]

_METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
    "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher",
    "midpoint", "nearest",
)  # fmt: skip


def _average(function: Any) -> Any:
    """With the sum of the weights, if it is asked for, behind the averages."""

    def call(x: Any, weights: Any = None, **params: Any) -> Any:
        result = function(x, weights=weights, **params)
        if not isinstance(result, tuple):
            return result
        return np.concatenate([part.reshape((-1,)) for part in result])

    return call


def _by_method(method: str, q: float) -> Any:
    theirs = ("linear", "lower", "higher", "midpoint", "nearest")
    why = "" if method in theirs else "PyTorch has five of NumPy's methods"
    return sample((2, 7), q=q, axis=1, method=method, unlike_torch=why)


def _quantiles(scale: float) -> Any:
    return (
        *(sample((2, 3, 4), q=0.3 * scale, axis=axis) for axis in (None, 0, 1, -1, (2, 0))),
        *(_by_method(method, 0.44 * scale) for method in _METHODS),
        sample((2, 3, 4), q=np.array([[0.0, 1.0], [0.77, 0.5]]) * scale, axis=1, keepdims=True),
        sample((), q=0.5 * scale),
        sample((1, 4), q=[0.25 * scale, 0.75 * scale], axis=0),
    )


SPECS = [
    spec(
        "average",
        *(sample((2, 3, 4), axis=axis) for axis in (None, 0, (0, 2))),
        sample((2, 3), (2, 3)),
        sample((2, 3), (3,), axis=1),
        sample((2, 3, 4), (4, 2), axis=(2, 0)),
        sample((2, 3), (2,), axis=0, returned=True, keepdims=True),
        sample((2, 3), axis=1, returned=True),
        sample((), ()),
        domain=positive,
        reference=_average(np.average),
        call=_average(ops.average),
    ),
    spec("quantile", *_quantiles(1), reference=np.quantile),
    spec("percentile", *_quantiles(100), reference=np.percentile),
    spec(
        "cov",
        sample((3, 5)),
        sample((1, 5)),
        sample((5,)),
        sample((5, 3), rowvar=False),
        sample((2, 5), (5,)),
        sample((2, 5), (1, 5), bias=True),
        sample((2, 5), ddof=0),
        sample((2, 5), None, True, False, None, None, (5,), domain=positive),
        sample((2, 5), None, True, False, 1, np.array([1, 0, 2, 1, 3]), (5,), domain=positive),
        sample((2, 5), None, True, True, None, np.array([1, 0, 2, 1, 3])),
        domain=generic,
        reference=np.cov,
    ),
    spec(
        "corrcoef",
        sample((3, 5)),
        sample((1, 5)),
        sample((5,)),
        sample((5, 3), rowvar=False),
        sample((2, 5), (1, 5)),
        reference=np.corrcoef,
    ),
]
