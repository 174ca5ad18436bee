"""ln Γ, its derivatives and the inverses of distribution functions, against mpmath."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest

import tinygrad_edu as tg

mpmath.mp.dps = 40
POINTS = np.concatenate([np.geomspace(1e-6, 1e6, 61), -np.linspace(0.05, 9.95, 34), [-1e4 - 0.25]])


def _exact(function: Any, points: np.ndarray) -> np.ndarray:
    return np.array([float(function(mpmath.mpf(float(x)))) for x in points])


@pytest.mark.parametrize("n", range(6))
def test_polygamma(n: int) -> None:
    expected = _exact(lambda x: mpmath.psi(n, x), POINTS)
    got = tg.polygamma(n, POINTS)
    # ψ has zeros, so its error is measured against 1 as well.
    np.testing.assert_allclose(got, expected, rtol=3e-15 * (n + 1), atol=1e-15 if n == 0 else 0)
    if n == 0:
        np.testing.assert_array_equal(tg.digamma(POINTS), got)


def test_gammaln_and_its_gradient() -> None:
    x = tg.tensor(POINTS, requires_grad=True)
    y = tg.gammaln(x)
    expected = _exact(lambda x: mpmath.log(abs(mpmath.gamma(x))), POINTS)
    np.testing.assert_allclose(y.value, expected, rtol=2e-14, atol=2e-15)  # it has zeros, too
    np.testing.assert_array_equal(tg.grad(y.sum(), x).value, tg.digamma(POINTS))


def test_poles_and_the_edges() -> None:
    inf, nan = math.inf, math.nan
    for function, x, expected in (
        (tg.gammaln, [0.0, -1.0, inf, -inf, nan], [inf, inf, inf, inf, nan]),
        (tg.digamma, [0.0, -1.0, inf, nan], [nan, nan, inf, nan]),
        (lambda x: tg.polygamma(1, x), [0.0, -1.0, inf], [inf, inf, 0.0]),
        (tg.erfinv, [-1.0, 1.0, 1.1], [-inf, inf, nan]),
        (tg.logit, [0.0, 0.5, 1.0, -0.1], [-inf, 0.0, inf, nan]),
        (tg.entr, [-1.0, 0.0, 1.0], [-inf, 0.0, 0.0]),
    ):
        np.testing.assert_array_equal(function(np.array(x)), expected)
    with pytest.raises(ValueError, match="polygamma: n must be an integer >= 0, received -1"):
        tg.polygamma(-1, tg.tensor(1.0))


def test_inverses() -> None:
    x = np.concatenate([np.linspace(-0.999, 0.999, 51), [1 - 1e-9, 1 - 2**-53, 1e-300, -1e-8]])
    np.testing.assert_allclose(tg.erfinv(x), _exact(mpmath.erfinv, x), rtol=4e-15)
    p = np.array([1e-300, 1e-20, 0.1, 0.24, 0.26, 0.4999, 0.50001, 0.74, 0.76, 1 - 2**-53])
    expected = _exact(lambda v: mpmath.log(v) - mpmath.log(1 - v), p)
    np.testing.assert_allclose(tg.logit(p), expected, rtol=5e-16)
