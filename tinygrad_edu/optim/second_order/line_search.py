"""How far to go along a direction: fixed, Armijo backtracking, strong Wolfe.

Each takes ``at(t)``, which gives the loss and its gradient at ``w + t d``, and returns the trial
that it settles on.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tinygrad_edu.engine import Array

__all__ = ["Trial", "backtracking", "strong_wolfe"]

At = Callable[[float], tuple[float, Array]]


@dataclass(frozen=True)
class Trial:
    """A step length and what was found there: value, gradient, slope along the direction."""

    t: float
    value: float
    gradient: Array
    slope: float


def trial(at: At, d: Array, t: float) -> Trial:
    """Evaluate at ``t``."""
    value, gradient = at(t)
    return Trial(t, value, gradient, float(np.dot(gradient, d)))


def backtracking(
    at: At,
    d: Array,
    start: Trial,
    t: float = 1.0,
    c1: float = 1e-4,
    factor: float = 0.5,
    max_evaluations: int = 50,
) -> Trial:
    """Shrink ``t`` until the loss falls by c₁ t times the slope.   Armijo 1966.

    Returns the start itself, t = 0, where no length does.

    >>> f = lambda x: (float(x @ x), 2 * x)
    >>> w, d = np.array([1.0]), np.array([-8.0])
    >>> at = lambda t: f(w + t * d)
    >>> backtracking(at, d, trial(at, d, 0.0)).t
    0.125
    """
    for _ in range(max_evaluations):
        found = trial(at, d, t)
        if found.value <= start.value + c1 * t * start.slope:
            return found
        t *= factor
    return start


def strong_wolfe(
    at: At,
    d: Array,
    start: Trial,
    t: float = 1.0,
    c1: float = 1e-4,
    c2: float = 0.9,
    tolerance_change: float = 1e-9,
    max_evaluations: int = 25,
) -> tuple[Trial, int]:
    """A length with enough descent where the slope is nearly flat.   Nocedal & Wright, alg. 3.5.

    f(t) ≤ f(0) + c₁ t f'(0) and |f'(t)| ≤ c₂ |f'(0)|: first lengthen until such a t is bracketed,
    then shrink the bracket, both by cubic interpolation. Returns the trial and how many
    evaluations it took; the step lengths are those of PyTorch's LBFGS.
    """
    previous, now = start, trial(at, d, t)
    used = 0
    bracket: list[Trial] | None = None
    while used < max_evaluations:
        too_high = now.value > start.value + c1 * now.t * start.slope
        if too_high or (used > 1 and now.value >= previous.value):
            bracket = [previous, now]
            break
        if abs(now.slope) <= -c2 * start.slope:
            return now, used + 1
        if now.slope >= 0:
            bracket = [previous, now]
            break
        least, most = now.t + 0.01 * (now.t - previous.t), 10 * now.t
        longer = cubic_minimum(previous, now, least, most)
        previous, now = now, trial(at, d, longer)
        used += 1
    if bracket is None:
        return min(start, now, key=lambda found: found.value), used + 1
    return _zoom(at, d, start, bracket, used, c1, c2, tolerance_change, max_evaluations)


def _zoom(
    at: At,
    d: Array,
    start: Trial,
    bracket: list[Trial],
    used: int,
    c1: float,
    c2: float,
    tolerance_change: float,
    max_evaluations: int,
) -> tuple[Trial, int]:
    """Shrink a bracket around lengths that satisfy both conditions."""
    low, high = (0, 1) if bracket[0].value <= bracket[1].value else (1, 0)
    longest = float(np.abs(d).max())
    stuck = False
    while used < max_evaluations:
        left, right = sorted(found.t for found in bracket)
        if (right - left) * longest < tolerance_change:
            break
        t = cubic_minimum(bracket[0], bracket[1], left, right)
        # Twice close to an end, or on it: step a tenth of the bracket away from it.
        margin = 0.1 * (right - left)
        if min(right - t, t - left) < margin:
            if stuck or t >= right or t <= left:
                t = right - margin if abs(t - right) < abs(t - left) else left + margin
                stuck = False
            else:
                stuck = True
        else:
            stuck = False
        now = trial(at, d, t)
        used += 1
        too_high = now.value > start.value + c1 * t * start.slope
        if too_high or now.value >= bracket[low].value:
            bracket[high] = now
            low, high = (0, 1) if bracket[0].value <= bracket[1].value else (1, 0)
            continue
        if abs(now.slope) <= -c2 * start.slope:
            return now, used + 1
        if now.slope * (bracket[high].t - bracket[low].t) >= 0:
            bracket[high] = bracket[low]
        bracket[low] = now
    return bracket[low], used + 1


def cubic_minimum(a: Trial, b: Trial, least: float, most: float) -> float:
    """Where the cubic through two trials, with their slopes, is least, kept in [least, most].

    The middle of the interval where the cubic has no minimum.

    >>> a, b = Trial(0.0, 1.0, None, -2.0), Trial(2.0, 1.0, None, 2.0)  # (t − 1)²
    >>> cubic_minimum(a, b, 0.0, 2.0)
    1.0
    """
    if a.t > b.t:
        a, b = b, a
    mean = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t)
    square = mean * mean - a.slope * b.slope
    if not square >= 0:  # a NaN too
        return (least + most) / 2
    root = math.sqrt(square)
    curvature = b.slope - a.slope + 2 * root
    if curvature == 0:
        return (least + most) / 2
    t = b.t - (b.t - a.t) * (b.slope + root - mean) / curvature
    return min(max(t, least), most)
