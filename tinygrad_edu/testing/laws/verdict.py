"""How a law is judged, and how a suite of laws reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from tinygrad_edu.engine import Array

__all__ = ["ConformanceError", "conform", "demand", "demand_close", "relative_errors"]


class ConformanceError(AssertionError):
    """A law that does not hold; the message says which, where, and by how much."""


def demand(holds: bool, message: str) -> None:
    """Raise ConformanceError unless something holds."""
    if not holds:
        raise ConformanceError(message)


def demand_close(got: Array, expected: Array, rtol: float, what: str) -> None:
    """Demand equal shapes and ``|got - expected| <= rtol max(1, max|expected|)``, NaN for NaN."""
    demand(got.shape == expected.shape, f"{what} has shape {got.shape}, not {expected.shape}")
    errors = relative_errors(got, expected)
    wrong = errors > rtol
    if wrong.any():
        at = np.unravel_index(int(np.argmax(errors)), got.shape)
        where = tuple(int(i) for i in at)
        raise ConformanceError(
            f"{what}: {int(wrong.sum())} of {got.size} entries differ; at {where} "
            f"it is {got[where]!r}, expected {expected[where]!r}"
        )


def relative_errors(got: Array, expected: Array) -> Array:
    """``|got - expected| / max(1, max|expected|)``: 0 for NaN by NaN, infinite for NaN by a number.

    >>> relative_errors(np.array([1.0, np.nan, 3.5]), np.array([1.0, np.nan, 4.0]))
    array([0.   , 0.   , 0.125])
    """
    got, expected = got.astype(np.float64), expected.astype(np.float64)
    finite = np.isfinite(expected)
    largest = float(np.max(np.abs(np.where(finite, expected, 0.0)), initial=0.0))
    with np.errstate(invalid="ignore"):
        error = np.abs(got - expected) / max(1.0, largest)
    same = (got == expected) | (np.isnan(got) & np.isnan(expected))
    found: Array = np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))
    return found


def conform(
    what: str, laws: Iterable[tuple[str, Callable[[], None]]], exempt: Mapping[str, str] | None
) -> list[str]:
    """Run named laws; return the names of those that hold, raise with all that do not.

    Parameters
    ----------
    what : str
        What is checked, for the message.
    laws : iterable of (name, function)
        A function raises where its law is broken.
    exempt : mapping
        Laws to leave out, each with the reason.

    Raises
    ------
    ConformanceError
        With every broken law.
    ValueError
        If ``exempt`` names a law that there is not.
    """
    __tracebackhide__ = True
    kept, broken = [], []
    known = dict(laws)
    exempt = {} if exempt is None else exempt
    if not isinstance(exempt, Mapping):
        raise TypeError(f"{what}: exempt must be a dict of laws and reasons, received {exempt!r}")
    for name in exempt:
        if name not in known:
            raise ValueError(f"{what}: no law is called {name!r}; they are {', '.join(known)}")
    for name, law in known.items():
        if name in exempt:
            continue
        try:
            law()
        except ConformanceError as error:
            broken.append(f"  {name}: {error}")
        except Exception as error:
            broken.append(f"  {name}: {type(error).__name__}: {error}")
        else:
            kept.append(name)
    if broken:
        count = f"{len(broken)} of {len(broken) + len(kept)} laws are broken"
        raise ConformanceError("\n".join([f"{what}: {count}", *broken]))
    return kept
