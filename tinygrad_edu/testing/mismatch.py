"""What `gradcheck` finds: wrong entries, and undecided ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["GradcheckError", "Mismatch", "UndecidedError"]

#: How many entries, and estimates of one, a message lists.
SHOWN = 8
_ESTIMATES = 4


@dataclass(frozen=True)
class Mismatch:
    """One entry of a Jacobian that backward and differences disagree about.

    ``estimates`` holds pairs (step, slope by differences) of an entry that is undecided.
    """

    output: int
    output_index: tuple[int, ...]
    input: int
    input_index: tuple[int, ...]
    numerical: float
    analytical: float
    estimates: tuple[tuple[float, float], ...] = ()

    @property
    def error(self) -> float:
        """How far apart they are; NaN counts as infinitely far."""
        apart = abs(self.analytical - self.numerical)
        return apart if apart == apart else float("inf")

    def __str__(self) -> str:
        y = f"output {self.output}{list(self.output_index) or ''}"
        x = f"input {self.input}{list(self.input_index) or ''}"
        if self.estimates:
            chosen = self.estimates[:: max(1, len(self.estimates) // _ESTIMATES)]
            told = ", ".join(f"{slope:.6g} (step {step:.0e})" for step, slope in chosen)
            return f"d {y} / d {x}: analytical {self.analytical:.9g}; by differences {told}"
        ratio = f", ratio {self.analytical / self.numerical:.6g}" if self.numerical else ""
        values = f"numerical {self.numerical:.9g}, analytical {self.analytical:.9g}"
        return f"d {y} / d {x}: {values}{ratio}"


class GradcheckError(RuntimeError):
    """A gradient that is wrong.

    Attributes
    ----------
    mismatches : list of Mismatch
        Every wrong entry, the worst first; empty where another law is broken.
    diagnosis : str or None
        The likely cause, or those that fit.
    """

    def __init__(
        self, message: str, mismatches: Sequence[Mismatch] = (), diagnosis: str | None = None
    ) -> None:
        super().__init__(message)
        self.mismatches = list(mismatches)
        self.diagnosis = diagnosis

    @classmethod
    def of(cls, error: Exception) -> GradcheckError:
        """The error without our frames; any other kind with the name of the check in front."""
        if isinstance(error, cls):
            return error.with_traceback(None)
        return cls(f"gradcheck: {error}")


class UndecidedError(GradcheckError):
    """A gradient that differences can neither confirm nor refute.

    No three estimates in a row agree, or there is no derivative. ``mismatches`` holds the entries
    with their estimates, and ``diagnosis`` says why.
    """


def listed(found: Sequence[Mismatch]) -> list[str]:
    """A line for each entry, or for the first ones and how many there are more."""
    lines = [f"  {mismatch}" for mismatch in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"  ... and {len(found) - SHOWN} more, in .mismatches")
    return lines
