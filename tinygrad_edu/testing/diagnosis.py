"""What is wrong with a gradient, told from the pattern of its errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tinygrad_edu.engine import Array

__all__ = ["Pair", "diagnose"]


class Pair(NamedTuple):
    """A Jacobian twice, (y.size, x.size): as backward has it and as differences have it."""

    analytical: Array
    numerical: Array
    y_shape: tuple[int, ...]
    x: Array
    rtol: float
    atol: float

    def agree(self, a: Array, b: Array) -> bool:
        """Whether two arrays are equal but for the noise of differences."""
        return a.shape == b.shape and bool(self.entries_agree(a, b).all())

    def entries_agree(self, a: Array, b: Array) -> Array:
        """Where they are."""
        with np.errstate(invalid="ignore", over="ignore"):
            near: Array = np.abs(a - b) <= self.atol + self.rtol * np.abs(b)
        same: Array = near | (np.isnan(a) & np.isnan(b)) | (a == b)
        return same


Pattern = Callable[[Pair], "str | None"]
PATTERNS: list[Pattern] = []


def diagnose(pair: Pair) -> str | None:
    """The likely cause of a wrong Jacobian in one sentence, or None for a pattern not known.

    Patterns are tried from the plain ones (zero, scaled) to those of a few entries.
    """
    return next((found for pattern in PATTERNS if (found := pattern(pair))), None)


def _pattern(function: Pattern) -> Pattern:
    PATTERNS.append(function)
    return function


@_pattern
def _not_finite(p: Pair) -> str | None:
    if np.isfinite(p.analytical).all() or not np.isfinite(p.numerical).all():
        return None
    return (
        "the gradient is NaN or infinite where the function is smooth: 0 · ∞ or 0 / 0 in backward "
        "(tg.detect_anomaly names the operation)"
    )


@_pattern
def _zero(p: Pair) -> str | None:
    if p.analytical.any():
        return None
    return (
        "the gradient is zero: was the graph cut, by .data, .detach(), .numpy(), no_grad, or a "
        "backward that returns zeros?"
    )


@_pattern
def _scaled(p: Pair) -> str | None:
    largest = np.unravel_index(int(np.argmax(np.abs(p.numerical))), p.numerical.shape)
    if p.numerical[largest] == 0:
        return None
    ratio = float(p.analytical[largest] / p.numerical[largest])
    if ratio == 0 or not np.isfinite(ratio):
        return None
    if not p.agree(p.analytical / ratio, p.numerical):
        return None
    for value, words in _named_ratios(p):
        if abs(ratio / value - 1) < max(10 * p.rtol, 1e-5):
            return words
    return f"the gradient is {ratio:.6g} times too large everywhere: a factor is wrong or missing"


def _named_ratios(p: Pair) -> Iterator[tuple[float, str]]:
    yield -1.0, "the sign is wrong everywhere"
    yield 2.0, "the gradient is twice too large: a factor 2, or added twice"
    yield (
        0.5,
        "the gradient is half of what it should be: a factor 2 or one of two paths is missing",
    )
    y_size = p.numerical.shape[0]
    sizes = {n: f"axis {k} of the input" for k, n in reversed(list(enumerate(p.x.shape)))}
    sizes |= {n: f"axis {k} of the output" for k, n in reversed(list(enumerate(p.y_shape)))}
    sizes |= {y_size: "the output's size", p.x.size: "the input's size"}
    for n, what in sizes.items():
        if n > 1:
            mean = f"(n = {n}, {what}): mean and sum are confused"
            yield float(n), f"the gradient is n times too large {mean}"
            yield 1.0 / n, f"the gradient is n times too small {mean}"


@_pattern
def _transposed(p: Pair) -> str | None:
    rows, columns = p.numerical.shape
    if rows == columns and p.agree(p.analytical.T, p.numerical):
        return "the Jacobian is transposed: forgot .T in backward (g @ W where g @ W.T is meant?)"
    if p.x.ndim >= 2:
        shape = (rows, *p.x.shape)
        swapped = np.swapaxes(p.analytical.reshape(shape), -1, -2)
        if swapped.shape == shape and p.agree(swapped, p.numerical.reshape(shape)):
            return "the gradient is transposed: its last two axes are exchanged, forgot .T?"
    return None


@_pattern
def _reversed(p: Pair) -> str | None:
    shape = (p.numerical.shape[0], *p.x.shape)
    for axis in range(p.x.ndim):
        if p.agree(np.flip(p.analytical.reshape(shape), axis + 1), p.numerical.reshape(shape)):
            return f"the gradient is reversed along axis {axis}"
    return None


@_pattern
def _diagonal_only(p: Pair) -> str | None:
    rows, columns = p.numerical.shape
    if rows != columns or rows == 1:
        return None
    off = ~np.eye(rows, dtype=bool)
    if p.analytical[off].any() or not p.agree(np.diag(p.analytical), np.diag(p.numerical)):
        return None
    return (
        "only the diagonal of the Jacobian is there: each output depends on the other inputs too "
        "(through a sum, a mean or a maximum)"
    )


@_pattern
def _not_summed(p: Pair) -> str | None:
    """Right for one slice of the output, zero for the others: one of the copies was read."""
    shape = (*p.y_shape, p.x.size)
    analytical, numerical = p.analytical.reshape(shape), p.numerical.reshape(shape)
    for axis, n in enumerate(p.y_shape):
        if n < 2:
            continue
        for place in (0, n - 1):
            rest = np.delete(analytical, place, axis)
            kept = np.take(analytical, place, axis)
            if not rest.any() and p.agree(kept, np.take(numerical, place, axis)):
                return f"not summed over broadcast axis {axis} of the output: one slice is used"
    return None


@_pattern
def _counted_once(p: Pair) -> str | None:
    """Some rows right, others zero, where an input entry is used several times."""
    right = p.entries_agree(p.analytical, p.numerical)
    missing = ~right & (p.analytical == 0)
    used = np.count_nonzero(p.numerical, axis=0)
    if (right | missing).all() and missing.any() and (used[missing.any(axis=0)] > 1).all():
        return (
            "an input that is used several times is counted once: a repeated index needs "
            "np.add.at, and a term of a sum may be missing"
        )
    return None


@_pattern
def _by_sign(p: Pair) -> str | None:
    """Right for one sign of the input, wrong for the other."""
    right = p.entries_agree(p.analytical, p.numerical).all(axis=0)
    x = p.x.reshape(-1)
    for name, chosen in (("positive", x > 0), ("negative", x < 0)):
        if chosen.any() and (~chosen).any() and (right == ~chosen).all():
            return f"wrong exactly where the input is {name}: look at that branch of backward"
    return None


@_pattern
def _by_entry(p: Pair) -> str | None:
    """Right for some slices of the input, wrong for the others."""
    right = p.entries_agree(p.analytical, p.numerical).all(axis=0).reshape(p.x.shape)
    for axis, n in enumerate(p.x.shape):
        others = tuple(a for a in range(p.x.ndim) if a != axis)
        good = np.asarray(np.all(right, axis=others))
        some = np.asarray(np.any(right, axis=others))
        if n > 2 and good.any() and not good.all() and not some[~good].any():
            wrong = np.flatnonzero(~good)
            if len(wrong) < n and all(b - a == 1 for a, b in pairwise(wrong.tolist())):
                where = f"{wrong[0]}" if len(wrong) == 1 else f"{wrong[0]} to {wrong[-1]}"
                return f"wrong exactly at {where} along axis {axis} of the input, right elsewhere"
    return None


@_pattern
def _permuted(p: Pair) -> str | None:
    if p.agree(np.sort(p.analytical, axis=1), np.sort(p.numerical, axis=1)):
        return "the right numbers stand in the wrong places: an index or a permutation is inverted"
    return None


@_pattern
def _offset(p: Pair) -> str | None:
    """Each row is off by one number: what a sum over the row would have removed."""
    off = p.analytical - p.numerical
    if p.x.size > 2 and p.agree(off, np.broadcast_to(off[:, :1], off.shape)):
        return "every entry is off by the same amount: a sum or mean that is subtracted is missing"
    return None
