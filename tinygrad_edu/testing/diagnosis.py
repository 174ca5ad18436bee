"""What is wrong with a gradient, told from the pattern of its errors."""

from __future__ import annotations

from tinygrad_edu.testing.causes_places import PLACES
from tinygrad_edu.testing.causes_terms import TERMS
from tinygrad_edu.testing.causes_whole import NOTHING, WHOLE
from tinygrad_edu.testing.pair import Pair

__all__ = ["diagnose"]

_SHOWN = 3


def diagnose(pair: Pair) -> str | None:
    """The cause of a wrong Jacobian, or those that fit; None for a pattern not known.

    Each cause is a hypothesis that is computed and compared with all entries of both Jacobians.
    Those that explain every number come first: one simple change, then a factor or a term that is
    missing. Where none does, it is told where the errors are.
    """
    for causes in (NOTHING, WHOLE, TERMS, PLACES):
        found = [words for cause in causes if (words := cause(pair))]
        if found and causes in (WHOLE, TERMS):
            return "; or ".join(found[:_SHOWN])
        if found:
            return found[0]
    return None
