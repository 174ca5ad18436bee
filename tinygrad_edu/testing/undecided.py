"""Entries that no estimates agree on: kinks, ties, values that are too coarse."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.random import get_generator
from tinygrad_edu.testing.kinks import find_kink, kinked_operations
from tinygrad_edu.testing.settle import settled_slope

if TYPE_CHECKING:
    from tinygrad_edu.testing.comparison import Check, Verdicts

__all__ = ["kinked_entries", "shared_wrongly", "tied", "why_undecided"]

_WIDTH = 1e-4  # of the search for kinks where the method has no step of its own
_SHOWN = 8
_FURTHER = 3  # steps beside the usual one


def kinked_entries(check: Check, found: Verdicts) -> None:
    """Find the kinks of entries that are in doubt.

    At a kink there is no derivative, so such an entry is open, unless backward gives a slope that
    is outside of those on the two sides: no convention gives that.
    """
    if check.settings.method == "complex":
        return
    doubted = found.wrong if check.settings.asked_step else found.open
    names = kinked_operations(check.outputs()[found.number]) if doubted.any() else ""
    for column in np.flatnonzero(doubted.any(axis=0)).tolist():
        rows = np.flatnonzero(doubted[:, column])
        place, text = _kink(check, found, column, rows, names)
        if not text:
            continue
        kinked = rows[place]
        found.wrong[kinked, column] = False
        found.open[kinked, column] = True
        found.kinks[column] = text
        lost = found.wrong[:, column] & ~np.isfinite(found.analytical[:, column])
        found.wrong[lost, column], found.open[lost, column] = False, True
        for row in kinked.tolist():
            _beyond_both_sides(check, found, row, column)


def _kink(check: Check, found: Verdicts, column: int, rows: Array, names: str) -> tuple[Array, str]:
    """Which of the rows have a kink in a column, and words for it."""
    x = float(check.xs[found.k].value.reshape(-1)[column])

    def along(h: float) -> Array:
        return np.asarray(check.moved(found.number, found.k, column, h)[rows])

    steps = [(check.settings.eps or _WIDTH) * max(1.0, abs(x))]
    slope = found.slopes.get(column)
    if slope is not None:
        sides = [slope.sides(row) for row in rows.tolist()]
        if not any(sides) and not any(slope.breaks(row) for row in rows.tolist()):
            return np.zeros(len(rows), dtype=bool), ""
        steps += [side[0] for side in sides if side][:_FURTHER]
    for step in steps:
        kink = find_kink(along, step, names)
        if kink is not None:
            at = np.unravel_index(column, check.xs[found.k].shape)
            place = f"input {check.positions[found.k]}{[int(i) for i in at] or ''}"
            return kink.entries, f"{place} = {x:.6g} is {kink.text}"
    return np.zeros(len(rows), dtype=bool), ""


def _beyond_both_sides(check: Check, found: Verdicts, row: int, column: int) -> None:
    """Call an entry wrong that is larger than both slopes at its kink, or smaller."""
    slope = found.slopes.get(column)
    sides = slope.sides(row) if slope is not None else None
    if sides is None:
        return
    low, high = sorted(sides[1:])
    got = found.analytical[row, column]
    nearest = np.clip(got, low, high)
    if abs(got - nearest) > 10 * check.settings.allowed(nearest):
        found.numerical[row, column] = nearest
        found.wrong[row, column], found.open[row, column] = True, False


def shared_wrongly(check: Check, found: Verdicts) -> None:
    """Entries that tie: moved together there is a slope, and gradients must add up to it."""
    x = check.xs[found.k].value
    for row in np.flatnonzero(np.count_nonzero(found.open, axis=1) > 1).tolist():
        columns = [c for c in np.flatnonzero(found.open[row]).tolist() if c in found.slopes]
        kinked = [c for c in columns if found.slopes[c].sides(row) is not None]
        if len(kinked) < 2:
            continue
        tied = np.isin(np.arange(x.size), kinked).reshape(x.shape)

        def moved(h: float, tied: Array = tied, row: int = row) -> Array:
            return check.values(found.k, x + h * tied)[found.number].reshape(-1)[row : row + 1]

        size = float(np.max(np.abs(x[tied])))
        slope = settled_slope(moved, size, check.settings.allowed, np.ones(1, dtype=bool), True)
        total = np.array([found.analytical[row, kinked].sum()])
        if slope.wrong(total).all():
            found.ties[row] = (float(slope.value[0]), float(total[0]))
            found.wrong[row, kinked], found.open[row, kinked] = True, False


def tied(found: Verdicts) -> str:
    """What is wrong with gradients of ties, in words."""
    row, (slope, total) = next(iter(found.ties.items()))
    return (
        f"entries tie, and moved together they have the slope {slope:.6g} in row {row} of the "
        f"Jacobian, where backward's gradients add up to {total:.6g}: the gradient is shared "
        "wrongly among the ties"
    )


def why_undecided(check: Check, found: Verdicts) -> str:
    """Why nothing is known of the open entries, and what to do."""
    columns = np.flatnonzero(found.open.any(axis=0)).tolist()
    told = [found.kinks[column] for column in columns if column in found.kinks]
    if told:
        return "; ".join(told[:_SHOWN])
    if _single_precision(check, found):
        return (
            "all values are numbers of float32, so something in func computes in single precision, "
            "in which differences are good to three digits at best; let it compute in float64"
        )
    moved = partial(check.moved, found.number, found.k, columns[0])
    rows = found.open[:, columns[0]]
    if not np.isfinite(moved(0.0)[rows]).all():
        return "the function is not finite there; take inputs inside of its domain"
    return (
        "no three differences in a row agree, at steps of all sizes: the function changes too "
        "wildly, or too little beside the rounding of its values; take other inputs, of size 1 if "
        "possible, or leave out large terms that do not depend on them"
    )


def _single_precision(check: Check, found: Verdicts) -> bool:
    """Whether float32 holds all values at a point that it does not hold itself."""
    x = check.xs[found.k].value
    near = x + (0.1 + 0.1 * np.abs(x)) * get_generator(0).uniform(0.1, 1.0, x.shape)
    with np.errstate(all="ignore"):
        values = check.values(found.k, near)[found.number]
        narrow = values.astype(np.float32).astype(np.float64)
    return bool((values == narrow).all() and (values != np.round(values)).any())
