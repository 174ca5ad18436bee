"""Causes that are a factor or a term: what backward lacks, has too much, or has in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.testing.pair import Pair

__all__ = ["TERMS", "eps"]

# How well a hypothesis must fit, relative to its numbers; differences are good to 1e-9.
_FIT = 1e-6
# Constants that may stand before a function; others need three different entries as evidence.
_PLAIN = (1.0, 2.0, 3.0, 4.0, 0.5, 1 / 3, 0.25)
_ROUND = (1.0, 2.0, 5.0)


class Candidate(NamedTuple):
    """An expression in the input or the output, with its value for each entry of the Jacobian."""

    name: str
    values: Array


def _expressions(name: str, v: Array) -> Iterator[Candidate]:
    """Simple functions of one array."""
    yield Candidate(name, v)
    yield Candidate(f"{name}²", v**2)
    yield Candidate(f"{name}³", v**3)
    yield Candidate(f"(1 - {name})", 1 - v)
    yield Candidate(f"(1 + {name})", 1 + v)
    yield Candidate(f"(1 - {name}²)", 1 - v**2)
    yield Candidate(f"(1 + {name}²)", 1 + v**2)
    yield Candidate(f"{name} (1 - {name})", v * (1 - v))
    yield Candidate(f"√{name}", np.sqrt(v))
    yield Candidate(f"exp {name}", np.exp(v))
    yield Candidate(f"log {name}", np.log(v))
    yield Candidate(f"sin {name}", np.sin(v))
    yield Candidate(f"cos {name}", np.cos(v))
    yield Candidate(f"tanh {name}", np.tanh(v))


def _candidates(p: Pair) -> Iterator[Candidate]:
    """Expressions of the input, by column, of the output, by row, and the other inputs."""
    shape = p.numerical.shape
    for c in _expressions("x", p.x.reshape(1, -1)):
        yield Candidate(c.name, np.broadcast_to(c.values, shape))
    if p.y.size == shape[0]:
        for c in _expressions("y", p.y.reshape(-1, 1)):
            yield Candidate(c.name, np.broadcast_to(c.values, shape))
    for name, other in p.others.items():
        if other.shape == p.x.shape:
            yield Candidate(name, np.broadcast_to(other.reshape(1, -1), shape))
        elif other.shape == p.y_shape:
            yield Candidate(name, np.broadcast_to(other.reshape(-1, 1), shape))


def _constant(found: Array, expression: Array) -> str | None:
    """The constant c, as a prefix, for which found = c · expression; None where there is none."""
    with np.errstate(all="ignore"):
        ratio = found / expression
    if not np.isfinite(ratio).all():
        return None
    c = float(np.median(ratio))
    if c == 0 or (np.abs(ratio - c) > _FIT * abs(c)).any():
        return None
    spread = len(np.unique(expression.round(6)))
    plain = next((n for n in _PLAIN if abs(abs(c) / n - 1) < _FIT), None)
    if spread < (2 if plain else 3):
        return None
    sign = "-" if c < 0 else ""
    return sign if plain == 1.0 else f"{sign}{abs(c):.6g} "


def _used(p: Pair) -> Array | None:
    """The entries that both Jacobians have; None where one has more than the other."""
    zero = np.zeros_like(p.numerical)
    used = ~p.entries_agree(p.numerical, zero)
    other = ~p.entries_agree(p.analytical, zero)
    if (used != other).any() or np.count_nonzero(used) < 2 or not np.isfinite(p.analytical).all():
        return None
    return used


def _factor(p: Pair) -> str | None:
    """Numerical over analytical is a simple expression, or one over it."""
    used = _used(p)
    if used is None:
        return None
    ratio = p.numerical[used] / p.analytical[used]
    found = []
    with np.errstate(all="ignore"):
        for c in _candidates(p):
            if (prefix := _constant(ratio, c.values[used])) is not None:
                found.append(f"backward lacks the factor {prefix}{c.name}")
            elif (prefix := _constant(1 / ratio, c.values[used])) is not None:
                found.append(f"backward has the factor {prefix}{c.name} too much")
    return "; or ".join(found[:2]) or None


def _term(p: Pair) -> str | None:
    """Numerical minus analytical is a simple expression."""
    if not p.elementwise:
        return None
    used = np.eye(len(p.numerical), dtype=bool)
    with np.errstate(all="ignore"):
        for c in _candidates(p):
            prefix = _constant((p.numerical - p.analytical)[used], c.values[used])
            if prefix is not None and " " not in c.name:
                return f"backward lacks the term {prefix}{c.name}"
    return None


def _other_function(p: Pair) -> str | None:
    """Backward and differences are two different expressions of the input."""
    used = _used(p)
    if used is None or not p.elementwise:
        return None
    with np.errstate(all="ignore"):
        names = [
            next(
                (
                    f"{prefix}{c.name}"
                    for c in _candidates(p)
                    if (prefix := _constant(jacobian[used], c.values[used])) is not None
                ),
                "",
            )
            for jacobian in (p.analytical, p.numerical)
        ]
    if not all(names) or names[0] == names[1]:
        return None
    return f"backward computes {names[0]}, where the differences give {names[1]}"


def eps(p: Pair) -> str | None:
    """Numerical over analytical is ((d + eps) / d)^power with one eps for all entries."""
    used = _used(p)
    if used is None:
        return None
    ratio = p.numerical[used] / p.analytical[used]
    if (ratio <= 0).any():
        return None
    found = []
    with np.errstate(all="ignore"):
        for name, values in _denominators(p):
            d = values[used]
            for power, words in ((1.0, ""), (2.0, ", squared"), (0.5, ", under a root")):
                added = d * (ratio ** (1 / power) - 1)
                if _one_eps(added, d, ratio):
                    middle = float(np.median(added))
                    found.append((_digits(middle), f"{middle:.3g} is added to {name}{words}"))
    if not found:
        return None
    tens = [text for digits, text in found if abs(digits - 1) < 1e-3]
    texts = tens or [text for _, text in found]
    return f"a denominator of backward has an eps that func has not: {'; or '.join(texts[:3])}"


def _denominators(p: Pair) -> Iterator[Candidate]:
    shape = p.numerical.shape
    x = p.x.reshape(1, -1)
    y = p.y.reshape(-1, 1) if p.y.size == shape[0] else np.full((shape[0], 1), np.nan)
    yield Candidate("x", np.broadcast_to(x, shape))
    yield Candidate("|x|", np.broadcast_to(np.abs(x), shape))
    yield Candidate("x²", np.broadcast_to(x**2, shape))
    yield Candidate("y", np.broadcast_to(y, shape))
    yield Candidate("2 y", np.broadcast_to(2 * y, shape))
    yield Candidate("y²", np.broadcast_to(y**2, shape))
    for name, other in p.others.items():
        if other.shape in (p.x.shape, p.y_shape, ()):
            v = other.reshape(-1, 1) if other.shape == p.y_shape else other.reshape(1, -1)
            yield Candidate(name, np.broadcast_to(v, shape))
            yield Candidate(f"the square of {name}", np.broadcast_to(v**2, shape))
    scalars = {
        "‖x‖": np.linalg.norm(x), "‖x‖²": np.sum(x**2), "the variance of x": np.var(x),
        "the standard deviation of x": np.std(x), "the sum of x": np.sum(x),
    }  # fmt: skip
    for name, value in scalars.items():
        yield Candidate(name, np.full(shape, value))


def _one_eps(added: Array, d: Array, ratio: Array) -> bool:
    """Whether these are one small number: for a d that does not vary, a round one."""
    middle = float(np.median(added))
    if not 1e-12 < middle < 0.1 or (np.abs(ratio - 1) < 1e-7).any():
        return False
    noise = 1e-8 / np.min(np.abs(ratio - 1))
    if (np.abs(added / middle - 1) > 1e-4 + noise).any():
        return False
    if np.ptp(d) > 0.1 * np.max(np.abs(d)) and len(np.unique(d)) > 2:
        return True
    return any(abs(_digits(middle) / n - 1) < 1e-3 for n in _ROUND)


def _digits(number: float) -> float:
    """A number without its power of ten, from 1 to 10."""
    return float(number / 10.0 ** np.floor(np.log10(number) + 1e-4))


def _offset(p: Pair) -> str | None:
    """Each row is off by one number: what a sum over the row would have removed."""
    off = p.analytical - p.numerical
    if p.x.size > 2 and p.agree(off, np.broadcast_to(off[:, :1], off.shape)):
        return "every entry is off by the same amount: a sum or mean that is subtracted is missing"
    return None


def _missing_term(p: Pair) -> str | None:
    """Numerical minus analytical is y times a row: the output times what one number changes."""
    for axis, (y, x, rest) in _blocks(p):
        power = np.sum(y * y, axis=1)
        if (power == 0).any():
            continue
        row = np.einsum("br,brc->bc", y, rest) / power[:, None]
        fitted = y[:, :, None] * row[:, None, :]
        if y.shape[1] < 2 or not rest.any() or not p.agree(fitted, rest):
            continue
        along = "" if axis is None else f", for each slice along axis {axis}"
        return (
            "a second term is missing: numerical - analytical is y times one row of numbers"
            f"{along}, as where a number that divides or multiplies the whole output is taken for "
            f"a constant: the second term of the quotient rule or the product rule{_of(x, row)}"
        )
    return None


def _blocks(p: Pair) -> Iterator[tuple[int | None, tuple[Array, Array, Array]]]:
    """Output, input and residual as batches: whole, and by slices that do not touch each other."""
    rest = p.numerical - p.analytical
    if not np.isfinite(rest).all() or p.y.size != rest.shape[0]:
        return
    yield None, (p.y.reshape(1, -1), p.x.reshape(1, -1), rest[None])
    if p.x.shape != p.y_shape:
        return
    for axis, n in enumerate(p.x.shape if p.x.ndim > 1 else ()):
        places = np.moveaxis(np.arange(p.x.size).reshape(p.x.shape), axis, -1).reshape(-1, n)
        inside = np.stack([rest[np.ix_(at, at)] for at in places])
        outside = rest.copy()
        for at in places:
            outside[np.ix_(at, at)] = 0
        if p.agree(outside, np.zeros_like(outside)):
            yield axis, (p.y.reshape(-1)[places], p.x.reshape(-1)[places], inside)


def _of(x: Array, row: Array) -> str:
    """Which number it is, where the row tells."""
    with np.errstate(all="ignore"):
        for words, expected in (
            (" (of the norm of x: the row is proportional to x)", x),
            (" (of the sum or the mean of x: the row is constant)", np.ones_like(x)),
        ):
            ratio = row / expected
            spread = np.max(np.ptp(ratio, axis=1))
            if np.isfinite(ratio).all() and spread <= _FIT * np.max(np.abs(ratio)):
                return words
    return ""


TERMS = (_factor, _term, _other_function, eps, _missing_term, _offset)
