"""Fit the polynomial that `tg.erfc` uses for x > 0.4, with 50 digits, and check the one in use.

    python scripts/fit_erfc.py

For large a, erfc a is e^(-a²) / (a √π) times a slowly varying factor, so with the exponential and
1 + 2a taken out, P = (1 + 2a) e^(a²) erfc a stays between 1.1 and 1.3 on all of [0.4, 28]. In
t = (a - 3.5) / (a + 3.5), which maps that interval to [-0.8, 0.8], it is a polynomial to one part
in 10^17: interpolation at Chebyshev nodes, which is within a small factor of the best fit. It is
kept as P(0) (1 + t S(t)), since t S(t) is small beside the 1 and so are its roundings.
"""

from __future__ import annotations

from typing import Any

import mpmath

CENTRE = 3.5
LOW, HIGH = 0.4, 28.0
TERMS = 22


def slow_part(a: Any) -> Any:
    """(1 + 2a) e^(a²) erfc a."""
    return (1 + 2 * a) * mpmath.exp(a * a) * mpmath.erfc(a)


def fit() -> tuple[float, list[float]]:
    """P(0), and the coefficients of S with the lowest power first."""
    with mpmath.workdps(50):
        low, high = [(mpmath.mpf(a) - CENTRE) / (a + CENTRE) for a in (LOW, HIGH)]
        nodes = [
            (low + high + (high - low) * mpmath.cospi((k + mpmath.mpf(0.5)) / TERMS)) / 2
            for k in range(TERMS)
        ]
        powers = mpmath.matrix([[t**j for j in range(TERMS)] for t in nodes])
        values = mpmath.matrix([slow_part(CENTRE * (1 + t) / (1 - t)) for t in nodes])
        first, *others = mpmath.lu_solve(powers, values)
        return float(first), [float(c / float(first)) for c in others]


def largest_error(first: float, others: list[float]) -> float:
    """How far, relatively, the polynomial with rounded coefficients is from the function."""
    worst = 0.0
    with mpmath.workdps(50):
        for k in range(2001):
            a = LOW * (mpmath.mpf(HIGH) / LOW) ** (mpmath.mpf(k) / 2000)
            t = (a - CENTRE) / (a + CENTRE)
            small = sum(c * t ** (j + 1) for j, c in enumerate(others))
            worst = max(worst, float(abs(first * (1 + small) / slow_part(a) - 1)))
    return worst


def main() -> None:
    """Print the fit, how good it is, and whether it is the one in use."""
    from tinygrad_edu.ops.special import _SLOW_ERFC

    first, others = fit()
    print("P(0) =", first, "and S:", *others, sep="\n    ")
    print(f"largest relative error: {largest_error(first, others):.2g}")
    print("the one in tinygrad_edu/ops/special.py:", (first, others) == _SLOW_ERFC)


if __name__ == "__main__":
    main()
