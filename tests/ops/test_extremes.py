"""Extreme arguments against mpmath with 60 digits: values within 4 ulp, gradients within 16.

Where an argument is so large that NumPy's own function or the derivative's conditioning allows no
more, the entry of the table says what is held instead.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest

import tinygrad_edu as tg
from scripts import fit_erfc

MAGNITUDES = [0.0, 5e-324, 1e-300, 1e-200, 1e-100, 1e-20, 1e-8, 1e-3, 0.1, 0.5, 0.9, 0.999999]
MAGNITUDES += [1.0, 1.000001, 1.5, 2.0, 5.0, 17.3, 30.0, 88.8, 300.0, 700.0, 745.2, 1e4, 1e8]
MAGNITUDES += [1e15, 1e100, 1e154, 1e200, 1e300, 1.7e308]
POINTS = sorted({s * m for m in MAGNITUDES for s in (-1.0, 1.0)})
FLOAT_MAX, TINIEST = np.finfo(float).max, 5e-324


@dataclass(frozen=True)
class Extreme:
    """One function: ``exact`` in mpmath, its derivative if mpmath cannot differentiate it well.

    domain : open or closed interval where it is compared.
    slope_absolute : the gradient's error is measured against 1 rather than against itself: where
        the value rounds to ±1 its slope rounds to 0, as in PyTorch.
    """

    name: str
    exact: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    domain: tuple[float, float] = (-math.inf, math.inf)
    slope_absolute: bool = False


def _m(name: str) -> Any:
    return lambda x: getattr(mpmath, name)(x)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x)) if x >= 0 else mpmath.exp(x) / (1 + mpmath.exp(x))


def _logsigmoid(x: Any) -> Any:
    return -mpmath.log1p(mpmath.exp(-x)) if x >= 0 else x - mpmath.log1p(mpmath.exp(x))


TABLE = [
    Extreme("exp", _m("exp"), _m("exp")),
    Extreme("exp2", lambda x: mpmath.power(2, x), lambda x: mpmath.power(2, x) * mpmath.log(2)),
    Extreme("expm1", _m("expm1"), _m("exp")),
    Extreme("log", _m("log"), lambda x: 1 / x, (0.0, math.inf)),
    Extreme("log2", lambda x: mpmath.log(x, 2), lambda x: 1 / (x * mpmath.log(2)), (0.0, math.inf)),
    Extreme("log10", _m("log10"), lambda x: 1 / (x * mpmath.log(10)), (0.0, math.inf)),
    Extreme("log1p", _m("log1p"), lambda x: 1 / (1 + x), (-1.0, math.inf)),
    Extreme("sqrt", _m("sqrt"), lambda x: 1 / (2 * mpmath.sqrt(x)), (0.0, math.inf)),
    Extreme(
        "rsqrt",
        lambda x: 1 / mpmath.sqrt(x),
        lambda x: -1 / (2 * x * mpmath.sqrt(x)),
        (0.0, math.inf),
    ),
    Extreme(
        "cbrt",
        lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
        lambda x: 1 / (3 * mpmath.cbrt(abs(x)) ** 2),
    ),
    Extreme("reciprocal", lambda x: 1 / x, lambda x: -1 / x**2),
    Extreme("square", lambda x: x * x, lambda x: 2 * x),
    Extreme("sin", _m("sin"), _m("cos")),
    Extreme("cos", _m("cos"), lambda x: -mpmath.sin(x)),
    Extreme("tan", _m("tan"), lambda x: 1 + mpmath.tan(x) ** 2),
    Extreme("arcsin", _m("asin"), lambda x: 1 / mpmath.sqrt((1 - x) * (1 + x)), (-1.0, 1.0)),
    Extreme("arccos", _m("acos"), lambda x: -1 / mpmath.sqrt((1 - x) * (1 + x)), (-1.0, 1.0)),
    Extreme("arctan", _m("atan"), lambda x: 1 / (1 + x * x)),
    Extreme("sinh", _m("sinh"), _m("cosh")),
    Extreme("cosh", _m("cosh"), _m("sinh")),
    Extreme("tanh", _m("tanh"), lambda x: mpmath.sech(x) ** 2, slope_absolute=True),
    Extreme("arcsinh", _m("asinh"), lambda x: 1 / mpmath.sqrt(1 + x * x)),
    Extreme(
        "arccosh",
        _m("acosh"),
        lambda x: 1 / (mpmath.sqrt(x - 1) * mpmath.sqrt(x + 1)),
        (1.0, math.inf),
    ),
    Extreme("arctanh", _m("atanh"), lambda x: 1 / ((1 - x) * (1 + x)), (-1.0, 1.0)),
    Extreme("sigmoid", _sigmoid, lambda x: _sigmoid(x) * _sigmoid(-x), slope_absolute=True),
    Extreme("logsigmoid", _logsigmoid, lambda x: _sigmoid(-x)),
    Extreme(
        "softplus",
        lambda x: mpmath.mpf(x) if x > 20 else mpmath.log1p(mpmath.exp(x)),
        lambda x: mpmath.mpf(1) if x > 20 else _sigmoid(x),
    ),
    Extreme("erf", _m("erf"), lambda x: 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x)),
    Extreme(
        "erfc",
        lambda x: mpmath.erfc(max(min(x, 1000), -1000)),
        lambda x: -2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x),
    ),
]


def _rounded(exact: Any) -> float:
    """The nearest float64, with overflow and underflow."""
    magnitude = abs(exact)
    if magnitude > FLOAT_MAX:
        return math.copysign(math.inf, float(mpmath.sign(exact)))
    if magnitude < mpmath.mpf(TINIEST) / 2:
        return 0.0
    return float(exact)


def _ulps(got: float, exact: Any, floor: float = 0.0) -> float:
    """The distance in units of the last place of the exact value, or of ``floor`` if larger."""
    expected = _rounded(exact)
    if not math.isfinite(expected) or not math.isfinite(got):
        return 0.0 if expected == got else math.inf
    unit = math.ulp(max(abs(expected), floor))
    return float(abs(mpmath.mpf(got) - exact) / unit)


def _points(entry: Extreme) -> list[float]:
    low, high = entry.domain
    return [x for x in POINTS if low < x < high]


@pytest.mark.parametrize("entry", TABLE, ids=lambda e: e.name)
def test_against_sixty_digits(entry: Extreme) -> None:
    function = getattr(tg, entry.name)
    xs = [x for x in _points(entry) if not (entry.name in ("reciprocal", "cbrt") and x == 0)]
    leaf = tg.tensor(np.array(xs), requires_grad=True)
    with np.errstate(over="ignore"):  # a square may overflow, as any product
        y = function(leaf)
    slopes = tg.grad(y, leaf, np.ones(len(xs))).value
    with mpmath.workdps(60), np.errstate(all="ignore"):
        for x, value, slope in zip(xs, y.value.tolist(), slopes.tolist(), strict=True):
            at = mpmath.mpf(x)
            # The digits of large arguments of sin and cos are beyond 60 places.
            with mpmath.workdps(
                400 if abs(x) > 1e15 and entry.name in ("sin", "cos", "tan") else 60
            ):
                exact, exact_slope = entry.exact(at), entry.slope(at)
                error = _ulps(value, exact)
                assert error <= 4, f"{entry.name}({x!r}) = {value!r}, off by {error:.3g} ulp"
                floor = 1.0 if entry.slope_absolute else 0.0
                error = _ulps(slope, exact_slope, floor)
            assert error <= 16, f"{entry.name}'({x!r}) = {slope!r}, off by {error:.3g} ulp"


# Where erf and erfc pass from one formula to another, or a result to the next power of two, to 0
# or to subnormal numbers: neighbours of these, and points spread between them.
EDGES = [-6.0, -4.0, -1.0, -1e-3, 1e-3, 0.25, 0.4, 0.4769, 0.5, 0.8275, 1.0, 3.5, 4.0, 6.0, 9.19]
EDGES += [10.05, 16.0, 26.5, 27.2, 28.0]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_error_functions_densely(name: str, dtype: Any, rng: np.random.Generator) -> None:
    edges = np.array(EDGES, dtype)
    near = edges[:, None] + np.spacing(edges)[:, None] * np.arange(-10, 11)
    between = [rng.uniform(a, b, 60) for a, b in itertools.pairwise(EDGES)]
    x = np.concatenate([near.ravel(), *between]).astype(dtype)
    leaf = tg.tensor(x, requires_grad=True)
    y = getattr(tg, name)(leaf)
    slope = tg.grad(y, leaf, np.ones_like(x)).value
    with mpmath.workdps(60):
        for at, *pair in zip(x.tolist(), y.value, slope, strict=True):
            sign = 1 if name == "erf" else -1
            density = sign * 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(mpmath.mpf(at) ** 2))
            exact = [getattr(mpmath, name)(at), density]
            for got, true, limit, what in zip(pair, exact, (4, 16), ("", "'"), strict=True):
                unit = float(np.spacing(abs(dtype(float(true)))))
                error = float(abs(mpmath.mpf(float(got)) - true) / unit)
                assert error <= limit, f"{name}{what}({at!r}) = {got}, off by {error:.3g} ulp"


def test_error_functions_of_integers_are_exact_and_in_float32_of_tensors() -> None:
    whole = np.array([-2, 0, 1, 3])
    for name, reference in (("erf", math.erf), ("erfc", math.erfc)):
        expected = np.array([reference(k) for k in whole])
        y = getattr(tg, name)(whole)
        assert y.dtype == np.float64
        np.testing.assert_allclose(y, expected, rtol=1e-15)
        of_tensor = getattr(tg, name)(tg.tensor(whole))
        assert of_tensor.dtype == np.float32
        np.testing.assert_array_equal(of_tensor.value, y.astype(np.float32))


def test_fit_of_erfc_is_the_one_of_the_script() -> None:
    from tinygrad_edu.ops.special import _SLOW_ERFC

    first, others = fit_erfc.fit()
    assert (first, others) == _SLOW_ERFC
    assert fit_erfc.largest_error(first, others) < 2e-17


@pytest.mark.parametrize("name", ["hypot", "arctan2", "logaddexp"])
def test_pairs_against_sixty_digits(name: str) -> None:
    values = [x for x in POINTS if x != 0 and abs(x) in (1e-300, 1e-8, 0.5, 2.0, 1e8, 1e200)]
    pairs = [(a, b) for a in values for b in values]
    a, b = (tg.tensor(np.array(column), requires_grad=True) for column in zip(*pairs, strict=True))
    y = getattr(tg, name)(a, b)
    slopes = tg.grad(y.sum(), [a, b])
    exact: dict[str, Any] = {
        "hypot": lambda a, b: (
            mpmath.hypot(a, b),
            a / mpmath.hypot(a, b),
            b / mpmath.hypot(a, b),
        ),
        "arctan2": lambda a, b: (
            mpmath.atan2(a, b),
            b / (a * a + b * b),
            -a / (a * a + b * b),
        ),
        "logaddexp": lambda a, b: (
            max(a, b) + mpmath.log1p(mpmath.exp(-abs(a - b))),
            _sigmoid(a - b),
            _sigmoid(b - a),
        ),
    }[name]
    with mpmath.workdps(60):
        for k, (p, q) in enumerate(pairs):
            expected = exact(mpmath.mpf(p), mpmath.mpf(q))
            got = [y.value[k], slopes[0].value[k], slopes[1].value[k]]
            for value, true, limit in zip(got, expected, (4, 16, 16), strict=True):
                error = _ulps(float(value), true)
                assert error <= limit, f"{name}({p!r}, {q!r}): {value!r}, off by {error:.3g} ulp"


LIMITS: list[tuple[str, float, float, float]] = [
    # name, argument, value, slope
    ("exp", math.inf, math.inf, math.inf),
    ("exp", -math.inf, 0.0, 0.0),
    ("expm1", -math.inf, -1.0, 0.0),
    ("log", math.inf, math.inf, 0.0),
    ("log1p", math.inf, math.inf, 0.0),
    ("sqrt", math.inf, math.inf, 0.0),
    ("reciprocal", math.inf, 0.0, 0.0),
    ("arctan", math.inf, math.pi / 2, 0.0),
    ("arctan", -math.inf, -math.pi / 2, 0.0),
    ("sinh", -math.inf, -math.inf, math.inf),
    ("cosh", -math.inf, math.inf, -math.inf),
    ("tanh", math.inf, 1.0, 0.0),
    ("arcsinh", math.inf, math.inf, 0.0),
    ("arccosh", math.inf, math.inf, 0.0),
    ("sigmoid", math.inf, 1.0, 0.0),
    ("sigmoid", -math.inf, 0.0, 0.0),
    ("logsigmoid", math.inf, 0.0, 0.0),
    ("logsigmoid", -math.inf, -math.inf, 1.0),
    ("softplus", math.inf, math.inf, 1.0),
    ("softplus", -math.inf, 0.0, 0.0),
    ("relu", math.inf, math.inf, 1.0),
    ("erf", math.inf, 1.0, 0.0),
    ("erf", -math.inf, -1.0, 0.0),
    ("erfc", math.inf, 0.0, 0.0),
    ("erfc", -math.inf, 2.0, 0.0),
]


@pytest.mark.parametrize(("name", "at", "value", "slope"), LIMITS)
def test_limits_at_infinity(name: str, at: float, value: float, slope: float) -> None:
    x = tg.tensor(np.array([at]), requires_grad=True)
    y = getattr(tg, name)(x)
    np.testing.assert_array_equal(y.value, [value])
    np.testing.assert_array_equal(tg.grad(y.sum(), x).value, [slope])


@pytest.mark.parametrize("entry", TABLE, ids=lambda e: e.name)
def test_nan_stays_nan(entry: Extreme) -> None:
    x = tg.tensor(np.array([math.nan]), requires_grad=True)
    assert np.isnan(getattr(tg, entry.name)(x).value).all()
