"""The error function and its relatives, which NumPy does not have, and sin(πx) / (πx)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.elementwise import quiet, xlogy

__all__ = ["entr", "erf", "erfc", "erfinv", "logit", "ndtr", "sinc", "xlog1py"]

# -ln erfc(a) = a + a N(a) / D(a) within 4e-19 of itself on [0, 6], where erf reaches 1 in float64,
# and within 2e-9 on [0, 4], where it does so in float32. Fitted with 60 digits by weighted least
# squares on Chebyshev nodes. All coefficients are positive, so nothing cancels.
_LOG_ERFC = (
    [
        *(0.12837916709551256, 0.8812237245696297, 1.5449459752831494, 1.4451207146696512),
        *(0.850588136870507, 0.333514272020373, 0.08720615416931787, 0.014476897324453664),
        *(0.0013304427466275318, 4.519761646287754e-05, 1.6802410035749508e-09),
    ],
    [
        *(1.0, 1.9053243430070401, 1.785384869175252, 1.026823220565758),
        *(0.3899278405726327, 0.09817185508575418, 0.015636788736170727, 0.0013746609882683842),
        *(4.521209046120184e-05, 1.497951333343761e-09, 1.5900275461784105e-12),
    ],
)
_LOG_ERFC_SINGLE = (
    [
        *(0.12837916929840731, 0.7391623179668269, 0.6485622337745908),
        *(0.252951189782468, 0.03967607308030832),
    ],
    [
        *(1.0, 0.798749032699103, 0.29044920739486235),
        *(0.03970801433317445, 5.800085768880688e-07),
    ],
)
# (1 + 2a) e^(a²) erfc(a) = P(0) (1 + t S(t)) with t = (a - 3.5) / (a + 3.5), within 2e-17 of itself
# on [0.4, 28], where erfc reaches 0: P(0) and S, made by scripts/fit_erfc.py. t S(t) is small
# beside the 1, and so are the roundings made on its way.
_SLOW_ERFC = (
    1.2423492448711544,
    [
        *(-0.11269711855633634, -0.008496480660165392, 0.0784957173321835),
        *(-0.09263868323282588, 0.07081998414544419, -0.039299195480015495),
        *(0.015373560229796608, -0.003392781793699792, -0.00024330346907193095),
        *(0.00045428800837467634, -9.780855382927134e-05, -3.443639258277374e-05),
        *(1.9528112916162165e-05, 1.8737317827360969e-06, -3.069850207442091e-06),
        *(-3.506335691428454e-08, 4.823516993939152e-07, -6.8098380895802845e-09),
        *(-7.423866114507984e-08, 6.040094550729753e-10, 8.140511719766973e-09),
    ],
)


def _ratio(a: Any, coefficients: tuple[list[float], list[float]]) -> Any:
    """The quotient of two polynomials in a."""
    numerator, denominator = (_polynomial(a, c) for c in coefficients)
    return numerator / denominator


def _polynomial(a: Any, coefficients: list[float]) -> Any:
    y = a * coefficients[-1]
    for c in coefficients[-2:0:-1]:
        y += c
        y *= a
    y += coefficients[0]
    return y


def _gaussian(x: Any) -> tuple[Any, Any]:
    """Two factors of e^(-x²), the second as what is to be added to 1.

    Squaring would magnify the rounding of x. The head has half its bits, so its square is exact,
    and the factor of the rest is near 1.
    """
    x = np.clip(x, -28.0, 28.0)  # beyond, the result is 0
    steps = 2.0 ** {2: 3, 4: 7, 8: 21}.get(x.itemsize, 21)
    head = np.rint(x * steps) / steps
    return np.exp(-head * head), np.expm1((head - x) * (head + x))


def _erf_slope(g: Any, y: Any, x: Any) -> Any:
    y, more = _gaussian(x)
    return g * (y + y * more) * (2.0 / math.sqrt(math.pi))


@primitive(_erf_slope)
@quiet
def erf(x):
    """Error function.  y = 2/√π ∫₀ˣ e^(-t²) dt,  x̄ = ȳ 2/√π e^(-x²).

    Within 3 ulp; odd, ±1 at ±∞.
    """
    if x.dtype == np.float16:
        return erf(x.astype(np.float32)).astype(np.float16)
    top, fit = (4.0, _LOG_ERFC_SINGLE) if x.dtype == np.float32 else (6.0, _LOG_ERFC)
    a = np.minimum(np.abs(x), top)
    # 1 - e^(-p) by expm1 keeps every digit near 0.
    return np.copysign(np.expm1(-a - a * _ratio(a, fit)), x)


@primitive(lambda g, y, x: -_erf_slope(g, y, x))
@quiet
def erfc(x):
    """Complement of the error function.  y = 1 - erf x,  x̄ = -ȳ 2/√π e^(-x²).

    Within 3 ulp, in the far tail too, where 1 - erf would have lost every digit.
    """
    if x.dtype in (np.float16, np.float32):  # NumPy's exp of float32 alone is off by up to 3 ulp
        return erfc(x.astype(np.float64)).astype(x.dtype)
    a = np.clip(x, 0.4, 28.0)
    y, more = _gaussian(a)
    first, others = _SLOW_ERFC
    t = (a - 3.5) / (a + 3.5)
    slow = t * _polynomial(t, others)
    y = y * first / (1.0 + 2.0 * a)
    tail = y + y * (more + slow + more * slow)
    return np.where(x > 0.4, tail, 1.0 - erf(x))


@composite()
def ndtr(x: Any) -> Any:
    """Distribution function of the standard normal.  y = Φ(x) = erfc(-x / √2) / 2."""
    return 0.5 * erfc(x * -math.sqrt(0.5))


def _first_erfinv(a: Any) -> Any:
    """The inverse to three digits: Winitzki's formula."""
    w = np.log1p(-a * a)
    middle = 2.0 / (math.pi * 0.147) + 0.5 * w
    return np.sqrt(np.sqrt(middle * middle - w / 0.147) - middle)


@primitive(lambda g, y, x: g * (np.exp(y * y) * (0.5 * math.sqrt(math.pi))))
@quiet
def erfinv(x):
    """Inverse of the error function, ±∞ at ±1.  x̄ = ȳ √π/2 e^(y²); NaN outside of [-1, 1].

    Winitzki's formula and two steps of Halley's rule.
    """
    a = np.abs(np.asarray(x, np.float64))
    y = _first_erfinv(a)
    for _ in range(2):
        # 1 - |x| is exact from 1/2 on, and the complement has all digits there.
        error = np.where(a < 0.5, erf(y) - a, (1.0 - a) - erfc(y))
        step = error * np.exp(y * y) * (0.5 * math.sqrt(math.pi))
        y = y - step / (1.0 + y * step)
    y = np.where(a == 1.0, math.inf, y)
    return np.asarray(np.copysign(y, x), np.result_type(x.dtype, np.float16))


# ---- logarithms


@primitive(lambda g, y, x: np.where(np.isnan(y), y, g / (x * (1.0 - x))))
@quiet
def logit(x):
    """Inverse of the sigmoid.  y = ln(x / (1 - x)),  x̄ = ȳ / (x (1 - x)); NaN outside [0, 1]."""
    # Near 1/2 the logarithms cancel, and 2x - 1 is exact.
    inside = np.arctanh(np.clip(2.0 * x - 1.0, -0.5, 0.5)) * 2.0
    return np.where(np.abs(x - 0.5) < 0.25, inside, np.log(x) - np.log1p(-x))


@primitive(
    lambda g, y, x, b: np.where((x == 0) & (b == -1), 0.0, g * np.log1p(b)),
    lambda g, y, x, b: np.where((x == 0) & (b == -1), 0.0, g * x / (1.0 + b)),
)
@quiet
def xlog1py(x, b):
    """Product with a logarithm.  y = x ln(1 + b), 0 where x = 0;  x̄ = ȳ ln(1 + b)."""
    return np.where((x == 0) & ~np.isnan(b), 0.0, x * np.log1p(b))


@composite()
def entr(x: Any) -> Any:
    """Entropy of one term.  y = -x ln x, 0 at 0 and -∞ below it."""
    return np.where(x < 0, -math.inf, 0.0 - xlogy(x, x))


# (z cos z - sin z) / z² = Σ (-1)ᵏ 2k z²ᵏ⁻¹ / (2k + 1)!, by powers of z².
_SINC_SLOPE = [(-1) ** k * 2 * k / math.factorial(2 * k + 1) for k in range(1, 11)]


def _sinc_slope(x: Any) -> Any:
    """(z cos z - sin z) / z² with z = πx; both terms nearly cancel where z is small."""
    z = x * math.pi
    small = np.abs(z) < 1.0
    near, far = np.where(small, z, 0.0), np.where(small, 1.0, z)
    series = near * 0.0
    for c in reversed(_SINC_SLOPE):
        series = series * (near * near) + c
    return np.where(small, series * near, (far * np.cos(far) - np.sin(far)) / (far * far))


@primitive(lambda g, y, x: g * (_sinc_slope(x) * math.pi), numpy=np.sinc)
@quiet
def sinc(x):
    """Cardinal sine.  y = sin πx / (πx), 1 at 0;  x̄ = ȳ (cos πx - y) / x."""
    return np.sinc(x)
