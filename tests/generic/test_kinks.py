"""Whether an operation is marked ``kinks=True`` is found out along random lines, and must agree.

A line through a sample is followed far beyond it, to where values or slopes change most, and then
looked at ever more closely: a jump stays as large as it is, curvature vanishes, and next to a pole
the slopes grow without bound.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
import pytest

from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing.laws.case import Case, random_like
from tinygrad_edu.testing.specs import OpSpec

# Where a line does not tell.
ELSEWHERE = {
    "hypot": "its kink is where both inputs are 0",
    "std": "its kink is where all elements are equal",
    "where": "it jumps where its condition does, which is an input of its own",
    "heaviside": "it is differentiated by its second input, and jumps in the first",
    "svd": "the signs of its vectors are free, and change along a line",
    "qr": "the signs of its factors are free, and change along a line",
    "pinv": "next to a matrix of lower rank it grows without bound, up to its cutoff",
}
RECORDED = {name: spec for name, spec in SPECS.items() if spec.record is not None}
_POINTS, _ZOOMS, _CLOSER = 401, 4, 30.0


def _jumps_along(along: Callable[[float], float], width: float = 3.0) -> bool:
    """Whether the value or the slope jumps where it changes most on [-width, width]."""
    middle, steepest = 0.0, np.inf
    for zoom in range(_ZOOMS):
        t = np.linspace(middle - width, middle + width, _POINTS)
        y = np.array([along(s) for s in t])
        h = t[1] - t[0]
        slopes = np.diff(y) / h
        bends = np.abs(np.diff(slopes))
        usable = np.isfinite(bends)
        if not usable.any():
            return False
        at = int(np.argmax(np.where(usable, bends, -1.0)))
        if zoom == 0:
            steepest = float(np.median(np.abs(slopes[np.isfinite(slopes)]))) + 1.0
        middle, width = float(t[at + 1]), width / _CLOSER
    outside = np.delete(slopes, [k for k in (at, at + 1) if k < len(slopes)])
    if not np.isfinite(outside).all() or np.abs(outside).max() > 100 * steepest:
        return False  # a pole, or the edge of the domain
    rounding = 1e-12 * (1.0 + np.abs(y[np.isfinite(y)]).max()) / h
    return bool(bends[at] > 1e-3 * steepest + rounding)


def _jumps(case: Case, rng: np.random.Generator, width: float) -> bool:
    xs = case.xs
    us = [random_like(rng, x) for x in xs]
    v = case.cotangent(rng)

    def along(t: float) -> float:
        with np.errstate(all="ignore"):
            y = case.value([np.asarray(x + t * u) for x, u in zip(xs, us, strict=True)])
        return float(np.sum(v * y)) if y.shape == v.shape else np.nan

    return _jumps_along(along, width)


@pytest.mark.parametrize("spec", RECORDED.values(), ids=RECORDED)
def test_kinks_are_marked(spec: OpSpec) -> None:
    rng = np.random.default_rng(zlib.crc32(spec.name.encode()))
    cases = [case for case in spec.cases if case.wrt and 0 < sum(x.size for x in case.xs) <= 24]
    found = False
    for case in cases:
        try:
            found = found or any(_jumps(case, rng, width) for width in (3.0, 0.5, 0.5))
        except (np.linalg.LinAlgError, ValueError, IndexError):
            continue  # the line leaves the domain
    assert spec.record is not None
    if spec.name in ELSEWHERE:
        return
    told = "jumps: mark it kinks=True" if found else "is marked kinks=True and never jumps"
    assert spec.record.kinks == found or not cases, f"{spec.name} {told} in its @primitive"


@pytest.mark.parametrize(
    ("along", "jumps"),
    [
        (abs, True),
        (lambda t: float(t > 0.123), True),
        (lambda t: max(t, 0.5 * t), True),
        (np.sin, False),
        (lambda t: t**3, False),
        (lambda t: 1.0 / t if t else np.inf, False),
        (np.cbrt, False),
        (lambda t: np.log(abs(t)) if t else -np.inf, False),
        (lambda t: np.sqrt(t) if t >= 0 else np.nan, False),
    ],
)
def test_jumps_are_told_from_curvature_and_poles(
    along: Callable[[float], float], jumps: bool
) -> None:
    assert _jumps_along(along) == jumps
