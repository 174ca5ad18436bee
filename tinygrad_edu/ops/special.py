"""The error function, which NumPy lacks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive
from tinygrad_edu.ops.elementwise import quiet

# -ln erfc(a) = a N(a) / D(a) within 4e-19 of itself on [0, 6], where erf reaches 1 in float64, and
# within 2e-9 on [0, 4], where it does so in float32. Fitted with 60 digits by weighted least
# squares on Chebyshev nodes. All coefficients are positive, so nothing cancels.
_LOG_ERFC = (
    [
        *(1.1283791670955126, 2.78654806757667, 3.3303308444584014, 2.471943935235409),
        *(1.2405159774431398, 0.43168612710612714, 0.10284294290548861, 0.015851558312722048),
        *(0.0013756548370887336, 4.5199114414210886e-05, 1.6818310311211292e-09),
    ],
    [
        *(1.0, 1.9053243430070401, 1.785384869175252, 1.026823220565758, 0.3899278405726327),
        *(0.09817185508575418, 0.015636788736170727, 0.0013746609882683842),
        *(4.521209046120184e-05, 1.497951333343761e-09, 1.5900275461784105e-12),
    ],
)
_LOG_ERFC_SINGLE = (
    [
        *(1.1283791692984073, 1.5379113506659299, 0.9390114411694531, 0.29265920411564245),
        0.03967665308888521,
    ],
    [1.0, 0.798749032699103, 0.29044920739486235, 0.03970801433317445, 5.800085768880688e-07],
)
# e^(a²) erfc(a) = N(a) / D(a) within 6e-18 of itself on [0.4, 28], where erfc reaches 0.
_SCALED_ERFC = (
    [
        *(0.9999999999902606, 2.25745378290696, 2.5156930911667574, 1.78218305906592),
        *(0.8770077461360588, 0.3099731453056952, 0.07878374744207982, 0.013959024575697282),
        *(0.0015815034448043595, 8.926454513808022e-05),
    ],
    [
        *(1.0, 3.3858329498315567, 5.3361964564197635, 5.169855793134512, 3.421371131622688),
        *(1.6228744362679965, 0.5617048511815149, 0.14104212743284134, 0.02482083550851922),
        *(0.00280314187094906, 0.00015821728677941363),
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


def _gaussian(x: Any) -> Any:
    """e^(-x²). Squaring would magnify the rounding of x: the head has few bits, an exact square."""
    x = np.clip(x, -28.0, 28.0)  # beyond, the result is 0
    head = np.rint(x * 16.0) * 0.0625
    return np.exp(-head * head) * np.exp((head - x) * (head + x))


def _erf_slope(g: Any, y: Any, x: Any) -> Any:
    return g * _gaussian(x) * (2.0 / math.sqrt(math.pi))


@primitive(_erf_slope)
@quiet
def erf(x):
    """Error function.  y = 2/√π ∫₀ˣ e^(-t²) dt,  x̄ = ȳ 2/√π e^(-x²).

    Within 3 ulp; odd, ±1 at ±∞.
    """
    if x.dtype == np.float16:
        return erf(x.astype(np.float32)).astype(np.float16)
    top, fit = (6.0, _LOG_ERFC) if x.dtype == np.float64 else (4.0, _LOG_ERFC_SINGLE)
    a = np.minimum(np.abs(x), top)
    # 1 - e^(-p) by expm1 keeps every digit near 0.
    return np.copysign(np.expm1(-a * _ratio(a, fit)), x)


@primitive(lambda g, y, x: -_erf_slope(g, y, x))
@quiet
def erfc(x):
    """Complement of the error function.  y = 1 - erf x,  x̄ = -ȳ 2/√π e^(-x²).

    Within 10 ulp, in the far tail too, where 1 - erf would have lost every digit.
    """
    if x.dtype == np.float16:
        return erfc(x.astype(np.float32)).astype(np.float16)
    a = np.clip(x, 0.4, 28.0)
    # The error of squaring a would be magnified by the exponential: square few bits, exactly.
    head = np.floor(a * 16.0) * 0.0625
    tail = np.exp(-head * head) * np.exp((head - a) * (head + a)) * _ratio(a, _SCALED_ERFC)
    return np.where(x > 0.4, tail, 1.0 - erf(x))
