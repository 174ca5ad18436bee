"""The slope of a function where the best step is not known: steps shrink until estimates agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from tinygrad_edu.engine import Array

__all__ = ["Slope", "settled_slope"]

_EPS = float(np.finfo(np.float64).eps)
# Steps are powers of 4, so that x + h has no rounding of its own down to a few units of x.
_SMALLEST, _MOST = 8.0, 60
# Estimates agree when they differ by this part of them, or by no more than the values are rounded.
_RELATIVE, _ROUNDINGS = 1e-2, 8.0
# A slope is settled when it is known to this part of the tolerance.
_SHARP = 0.05
# How many times its uncertainty a slope must be off before that counts.
_BEYOND = 10.0
# The noise of the values is read off so many of the smallest steps.
_NOISY = 8
# Steps that look for roughness end at this part of the input; below it, rounding is rough.
_FINE = 1e-12
# Jumps of this part of the values are no rounding.
_ROUGH = 1e-10
# A slope of a flat function need not be known better than to this part of |y / x|.
_NATURAL = 1e-6

Allowed = Callable[[Array], Array]


class Trio(NamedTuple):
    """Estimates at three steps in a row, and how far they agree; arrays over the entries."""

    step: float
    value: Array
    apart: Array  # infinite where they do not agree
    jitter: Array  # how far the last two differ, times the step: noise of the values, if small
    same: Array  # where they are the same to the last bit

    @property
    def flat(self) -> Array:
        """Where no step changed the value at all."""
        return np.asarray(self.same & (self.value == 0))


class Slope:
    """The slopes of all entries of a result in one input, and how far each may be off.

    Attributes
    ----------
    value, apart : arrays
        The estimate, and how far it differs from its neighbours, with the noise of the values;
        infinite where no three estimates in a row agree.
    steps, estimates : lists
        Every step, and the estimates there.
    """

    def __init__(self, moved: Callable[[float], Array], x: float, allowed: Allowed) -> None:
        self._moved, self._allowed = moved, allowed
        self._start = moved(0.0)
        # Changes smaller than this may be rounded away where func computes with numbers near 1.
        self._grain = _ROUNDINGS * _EPS * np.maximum(max(1.0, abs(x)), np.abs(self._start))
        self._natural = _NATURAL * np.abs(self._start) / abs(x) if x else np.zeros(())
        self.value = np.full(self._start.shape, np.nan)
        self.apart = np.full(self._start.shape, np.inf)
        self.steps: list[float] = []
        self.estimates: list[Array] = []
        self._step = np.full(self._start.shape, np.inf)  # of the estimate
        self._flat = np.zeros(self._start.shape, dtype=bool)  # whether no change was seen there
        self._turns: list[Array] = []
        self._trios: list[Trio] = []

    @property
    def settled(self) -> Array:
        """Where the slope is known as well as the tolerance asks for."""
        return np.asarray(self.apart <= _SHARP * self._allowed(self.value))

    def right(self, analytical: Array) -> Array:
        """Where a gradient is this slope, which is known well enough to say so."""
        allowed = self._allowed(self.value)
        known = self.apart <= np.maximum(allowed, self._natural)
        return np.asarray((np.abs(analytical - self.value) <= allowed) & known)

    def wrong(self, analytical: Array) -> Array:
        """Where a gradient is not this slope, by more than the slope may be off."""
        doubt = np.where(self.settled, 0.0, _BEYOND * self.apart)
        with np.errstate(invalid="ignore"):
            near = np.abs(analytical - self.value) <= self._allowed(self.value) + doubt
        return np.asarray(np.isfinite(self.apart) & ~near)

    def sides(self, entry: int) -> tuple[float, float, float] | None:
        """Where the slope turns by the same amount at three steps: (step, left slope, right slope).

        None where the slopes on both sides approach each other, or differ without a pattern.
        """
        turns = np.array([turn[entry] for turn in self._turns])
        at = _steadiest(turns)
        if at is None:
            return None
        slope = float(self.estimates[at][entry])
        return self.steps[at], slope - turns[at] / 2, slope + turns[at] / 2

    def breaks(self, entry: int) -> bool:
        """Whether the values jump by the same amount at three steps, or are not finite."""
        slopes = np.array([estimate[entry] for estimate in self.estimates])
        if not np.isfinite(slopes).all():
            return True
        return _steadiest(slopes * np.array(self.steps)) is not None

    def descend(self, first: float, last: float, wanted: Array, until: float = np.inf) -> None:
        """Estimate at the powers of 4 between two steps until the wanted entries are settled.

        Steps go on to ``until`` even then.

        Central differences, extrapolated from each two: O(h^4). An estimate counts where three in
        a row agree and the slopes on both sides of 0 approach each other, as at a kink they do not.
        """
        recent: list[tuple[Array, Array, Array]] = []  # estimate, turn that stays, rounding
        before: tuple[Array, Array] | None = None  # difference, turn
        for h in _powers(first, last):
            up, down = self._moved(h), self._moved(-h)
            slope, turn = (up - down) / (2 * h), (up - 2 * self._start + down) / h
            noise = _EPS * np.maximum(np.abs(up), np.abs(down)) / (2 * h)
            if before is not None:
                estimate = slope + (slope - before[0]) / 15
                self.steps.append(h)
                self.estimates.append(estimate)
                self._turns.append(turn)
                flat = np.maximum(self._allowed(estimate), _ROUNDINGS * noise)
                smooth = np.abs(turn) <= np.maximum(0.5 * np.abs(before[1]), flat)
                # A turn that stays is a kink, or noise: the slope is off by no more than it.
                turned = np.where(smooth, 0.0, np.abs(turn))
                turned = np.where(turned <= _RELATIVE * np.abs(estimate), turned, np.inf)
                recent = [*recent[-2:], (estimate, turned, noise)]
                if len(recent) == 3:
                    self._keep(_trio(h, *recent))
                enough = np.maximum(100 * self._allowed(estimate), self._natural)
                lost = noise > np.maximum(0.1 * np.abs(estimate), enough)
                if (lost | ~wanted | (self.settled & (h <= until))).all():
                    return
            before = slope, turn

    def _keep(self, trio: Trio, open_: Array | bool = True) -> None:
        """Take an estimate where it is known better than any so far."""
        self._trios.append(trio)
        better = open_ & (trio.apart < self.apart)
        self._step = np.where(better, trio.step, self._step)
        self._flat = np.where(better, trio.flat, self._flat)
        self.value = np.where(better, trio.value, self.value)
        self.apart = np.where(better, trio.apart, self.apart)

    def doubt(self) -> None:
        """Count the noise of the values that small steps show, where nothing is settled.

        There, estimates differ by the noise over the step. A function that loses digits inside has
        more of it than the rounding of its results.
        """
        open_, trios = ~self.settled, sorted(self._trios, key=attrgetter("step"))
        self._trios, few = [], min(_NOISY, len(trios) // 3)
        self.apart = np.where(open_, np.inf, self.apart)
        for at, trio in enumerate(trios):
            smaller = np.max([np.zeros_like(self.apart), *(t.jitter for t in trios[:at])], axis=0)
            smallest = np.max([smaller, *(t.jitter for t in trios[:few])], axis=0)
            noise = np.where(trio.same, smaller, smallest) / trio.step
            self._keep(trio._replace(apart=trio.apart + noise), open_)

    def compare_scales(self) -> None:
        """Where steps of several sizes agree on several slopes, take that of the smallest.

        A function may be rougher than wide steps see. Where the smallest see no change at all, as
        on a stair, it may also be that the values are rounded inside, so nothing is known; unless
        the change is so small that rounding numbers near 1 hides it. Where small steps find jumps,
        nothing is known either.
        """
        sharp, steep = np.full_like(self.apart, np.inf), np.full_like(self.apart, np.nan)
        for trio in self._trios:  # the best of those that see a change
            better = ~trio.flat & (trio.apart < sharp)
            sharp, steep = np.where(better, trio.apart, sharp), np.where(better, trio.value, steep)
        hidden = self._flat & (np.abs(steep) * self._step <= self._grain)
        self.value = np.where(hidden, steep, self.value)
        self.apart = np.where(hidden, sharp, self.apart)
        for trio in sorted(self._trios, key=attrgetter("step"), reverse=True):
            doubt = _BEYOND * (self.apart + trio.apart) + self._allowed(self.value)
            other = np.isfinite(trio.apart) & (np.abs(trio.value - self.value) > doubt)
            change = np.where(trio.flat, np.abs(self.value) * trio.step, np.inf)
            finer = other & (trio.step < self._step) & ~hidden & (change > self._grain)
            unknown = other & (trio.flat | self._flat) & (finer | (self._flat & ~hidden))
            self.value = np.where(finer, trio.value, self.value)
            self._step = np.where(finer, trio.step, self._step)
            self.apart = np.where(unknown, np.inf, np.where(finer, trio.apart, self.apart))
        limit = _ROUGH * np.maximum(1.0, np.abs(self._start))
        for h, estimate in zip(self.steps, self.estimates, strict=True):
            rough = (h < self._step) & (np.abs(estimate - self.value) * h > limit)
            self.apart = np.where(rough, np.inf, self.apart)


def _trio(h: float, *recent: tuple[Array, Array, Array]) -> Trio:
    """Three estimates as one: the last, or the first where only rounding tells them apart."""
    (one, _, wide_noise), (two, before, _), (three, turned, noise) = recent
    change = np.maximum(np.abs(three - two), np.abs(three - one))
    rounded = change <= _ROUNDINGS * noise
    agree = rounded | (change <= _RELATIVE * np.abs(three))
    apart = np.where(rounded, np.abs(one - two) + 2 * wide_noise, change + 2 * noise)
    apart += np.maximum(before, turned)
    return Trio(
        h,
        np.where(rounded, one, three),
        np.where(agree, apart, np.inf),
        np.nan_to_num(np.abs(three - two) * h, nan=np.inf),
        change == 0,
    )


def settled_slope(
    moved: Callable[[float], Array],
    x: float,
    allowed: Allowed,
    wanted: Array,
    thorough: bool = False,
) -> Slope:
    """The slope at step 0 of ``moved(h)``, which is a function with its input x moved by h.

    Steps start at a tenth of x. Where these settle nothing, and x is small, those between x and 1
    follow: a function may change over its input's size or over 1.

    Parameters
    ----------
    moved : callable
        Returns a vector.
    x : float
        The input, or its size.
    allowed : callable
        How far off a slope may be, given the slopes.
    wanted : array of bool
        The entries that must be settled; steps end as soon as they are.
    thorough : bool
        Go on to small steps, where a function that is rough may have another slope.
    """
    size, unit = abs(x), _SMALLEST * float(np.spacing(abs(x)))
    with np.errstate(all="ignore"):
        slope = Slope(moved, size, allowed)
        if size:
            slope.descend(0.1 * size, unit, wanted, _FINE * size if thorough else np.inf)
        if size < 1.0 and not (slope.settled | ~wanted).all():
            slope.descend(0.5, max(0.1 * size / 4**3, 1e-15), wanted)  # and three that overlap
        if thorough or not (slope.settled | ~wanted).all():
            slope.doubt()
        slope.compare_scales()
    return slope


def _steadiest(values: Array) -> int | None:
    """Where a value is the same, but not zero, as the two before; the place where it is most so."""
    with np.errstate(all="ignore"):
        change = np.abs(values[1:] / values[:-1] - 1.0)
    twice = np.maximum(change[1:], change[:-1])
    if not (twice < _RELATIVE).any():
        return None
    return int(np.nanargmin(twice)) + 2


def _powers(first: float, last: float) -> Iterator[float]:
    """Powers of 4 from ``first`` down to ``last``."""
    h = 4.0 ** np.floor(np.log(first) / np.log(4.0))
    for _ in range(_MOST):
        if h < last:
            return
        yield float(h)
        h /= 4.0
