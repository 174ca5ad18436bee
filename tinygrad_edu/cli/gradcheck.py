"""`tinygrad-edu gradcheck`: the derivatives of every operation against numbers, as a table."""

from __future__ import annotations

import difflib
import platform
import textwrap
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

import tinygrad_edu
from tinygrad_edu.cli.console import UsageError
from tinygrad_edu.cli.gradcheck_file import operations_of
from tinygrad_edu.cli.gradcheck_page import check_writable, figure, write_page

__all__ = ["Survey"]

# The sample inputs of all operations are read by the functions below, not with the command line.

Say = Callable[[str], None]


@dataclass(frozen=True)
class Survey:
    """All that was measured, where and when. ``rows`` holds one measured operation each."""

    rows: list[Any]
    seed: int
    seconds: float
    when: datetime
    versions: dict[str, str]

    def count(self, verdict: str) -> int:
        """How many operations have a verdict."""
        return sum(row.verdict == verdict for row in self.rows)

    def worst(self, order: str) -> Any:
        """The row with the largest error of an order (``"first"``, ``"second"``), or None."""
        found = [row for row in self.rows if getattr(row, order) is not None]
        return max(found, key=lambda row: getattr(row, order).error, default=None)

    def summary(self) -> str:
        """Return the figures of all operations in one line."""
        samples = sum(row.samples for row in self.rows)
        noun = "operation" if len(self.rows) == 1 else "operations"
        parts = [f"{self.count('ok')} ok", f"{self.count('FAILED')} FAILED"]
        if self.count("undecided"):
            parts.append(f"{self.count('undecided')} undecided")
        if self.count("-"):
            parts.append(f"{self.count('-')} without a gradient to check")
        return (
            f"{len(self.rows)} {noun}, {samples:,} samples: {', '.join(parts)}; "
            f"seed {self.seed}, {self.seconds:.1f} s"
        )

    def to_json(self) -> dict[str, Any]:
        """Plain lists and dicts; an infinite error is null."""
        return {
            "failed": self.count("FAILED"),
            "undecided": self.count("undecided"),
            "seed": self.seed,
            "seconds": self.seconds,
            "when": self.when.isoformat(timespec="seconds"),
            "versions": self.versions,
            "operations": [_plain(row) for row in self.rows],
        }


def gradcheck(names: list[str], seed: int, html: str | None, say: Say) -> tuple[Survey, str]:
    """Check operations, a row for each as it comes; return what was found, and the page's path.

    ``names`` are operations, or files of Python with operations of the user's own.
    """
    if html is not None:
        check_writable(html)
    with ExitStack() as files:
        specs = _chosen(names, files)
        survey = _survey(specs, seed, say)
    return survey, str(write_page(html, survey)) if html is not None else ""


def _survey(specs: list[Any], seed: int, say: Say) -> Survey:
    from tinygrad_edu.testing.report import ERROR, METHODS, family, measure

    started, when = time.perf_counter(), datetime.now().astimezone()
    width = max(len(f"  {spec.name}") for spec in specs)
    width = max(width, len("operation"))
    say(f"{'operation':<{width}}  samples   order 1  allowed   order 2  allowed  result")
    rows: list[Any] = []
    for spec in specs:
        if not rows or family(spec) != rows[-1].family:
            say(f"\n{family(spec)}")
        # Each operation from the same seed, so that checking it alone gives the same figures.
        row = measure(spec, seed)
        say(_line(row, width))
        rows.append(row)
    versions = {
        "tinygrad_edu": tinygrad_edu.__version__,
        "NumPy": np.__version__,
        "Python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    survey = Survey(rows, seed, time.perf_counter() - started, when, versions)
    say("\n" + "\n".join(textwrap.fill(text, 100) for text in (ERROR, METHODS)) + "\n")
    return survey


def problems(survey: Survey) -> str:
    """Return the text that says what is wrong, or why it is undecided, of each operation."""
    wrong = [row for row in survey.rows if row.problems]
    return "\n\n".join("\n".join([f"{row.verdict} {row.name}", *row.problems]) for row in wrong)


def _line(row: Any, width: int) -> str:
    cells = ""
    for order in (row.first, row.second):
        error, allowed = (figure(order.error), f"{order.allowed:.0e}") if order else ("-", "")
        cells += f"{error:>10}{allowed:>9}"
    verdict = row.verdict if row.problems or not row.reason else row.reason
    return f"{f'  {row.name}':<{width}}{row.samples:>9}{cells}  {verdict}"


def _plain(row: Any) -> dict[str, Any]:
    def order(found: Any) -> dict[str, float | None] | None:
        if found is None:
            return None
        error = found.error if np.isfinite(found.error) else None
        return {"error": error, "allowed": found.allowed}

    return {
        "name": row.name,
        "family": row.family,
        "samples": row.samples,
        "first": order(row.first),
        "second": order(row.second),
        "verdict": row.verdict,
        "reason": row.reason,
        "problems": list(row.problems),
    }


# ---- which operations


def _chosen(names: list[str], files: ExitStack) -> list[Any]:
    """The specs of what was named, by family; of all operations where nothing was."""
    from tinygrad_edu.samples import SPECS
    from tinygrad_edu.testing.report import family

    if not names:
        return sorted(SPECS.values(), key=family)
    own = [files.enter_context(operations_of(Path(n))) for n in names if n.endswith(".py")]
    known = SPECS | {spec.name: spec for specs in own for spec in specs}
    chosen = {spec.name: spec for specs in own for spec in specs}
    for name in names:
        if not name.endswith(".py"):
            found = _named(name, known)
            chosen[found] = known[found]
    return list(chosen.values())


def _named(name: str, known: dict[str, Any]) -> str:
    """The name of an operation in the table; an alias has that of its function."""
    function = getattr(tinygrad_edu, name, None)
    for word in (name, getattr(function, "__name__", name).rstrip("_")):
        if word in known:
            return word
    near = difflib.get_close_matches(name, known, n=3)
    guess = f" (did you mean {' or '.join(near)}?)" if near else ""
    raise UsageError(
        f"there is no operation {name!r}{guess}",
        "without a name all are checked; a file of your own operations is given as FILE.py",
    )
