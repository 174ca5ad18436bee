"""Causes that only say where a gradient is wrong."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.testing.pair import Pair

__all__ = ["PLACES", "wrong_at_zero"]


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


def _by_sign(p: Pair) -> str | None:
    """Right for one sign of the input, wrong for the other."""
    right = p.entries_agree(p.analytical, p.numerical).all(axis=0)
    x = p.x.reshape(-1)
    for name, chosen in (("positive", x > 0), ("negative", x < 0)):
        if chosen.any() and (~chosen).any() and (right == ~chosen).all():
            return f"wrong exactly where the input is {name}: look at that branch of backward"
    return None


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
                return (
                    f"wrong exactly at {where} along axis {axis} of the input, right elsewhere"
                    f"{_what_is_there(p, ~right.reshape(-1))}"
                )
    return None


def _what_is_there(p: Pair, columns: Array) -> str:
    """What backward gives in the wrong columns: nothing, or too little by a value of the input."""
    got, expected = p.analytical[:, columns], p.numerical[:, columns]
    if not got.any():
        return ", where backward gives 0: a factor or a term is forgotten"
    used = got != 0
    with np.errstate(all="ignore"):
        ratio = np.median(expected[used] / got[used])
    entries = p.x.reshape(-1)
    if p.agree(got * ratio, expected) and (np.abs(entries - ratio) <= 1e-6 * abs(ratio)).any():
        at = int(np.argmin(np.abs(entries - ratio)))
        place = [int(i) for i in np.unravel_index(at, p.x.shape)]
        return f", where a factor {ratio:.6g} is missing: the value of the input at {place}"
    return ""


def wrong_at_zero(p: Pair) -> str | None:
    """Wrong where the input is 0, and nowhere else."""
    right = p.entries_agree(p.analytical, p.numerical).all(axis=0)
    zero = p.x.reshape(-1) == 0
    if not zero.any() or (right != ~zero).any():
        return None
    return (
        "wrong exactly where the input is 0, right elsewhere: a division by the input, or a mask "
        f"that leaves zeros out (y / x is no product of the other factors there)"
        f"{_what_is_there(p, zero)}"
    )


def _zeros(p: Pair) -> str | None:
    """Whatever is wrong is 0."""
    wrong = ~p.entries_agree(p.analytical, p.numerical)
    if wrong.any() and not p.analytical[wrong].any():
        return "backward gives 0 in every wrong entry: a term or a path is forgotten for these"
    return None


def _rounded(p: Pair) -> str | None:
    """Float32 holds every number of backward, and they are off by its rounding."""
    got, expected = p.analytical, p.numerical
    with np.errstate(all="ignore"):
        narrow = got.astype(np.float32)
    if (narrow.astype(np.float64) != got).any() or (got == np.round(got)).all():
        return None
    if (np.abs(got - expected) > 1e-6 * np.max(np.abs(expected))).any():
        return None
    return "backward's numbers are all numbers of float32: it computes in single precision"


def _permuted(p: Pair) -> str | None:
    if p.agree(np.sort(p.analytical, axis=1), np.sort(p.numerical, axis=1)):
        return "the right numbers stand in the wrong places: an index or a permutation is inverted"
    return None


PLACES = (_counted_once, _rounded, _by_sign, _by_entry, _permuted, _zeros)
