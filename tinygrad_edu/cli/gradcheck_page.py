"""The page of `tinygrad-edu gradcheck --html`: one file, nothing fetched from elsewhere."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinygrad_edu.cli.console import UsageError

if TYPE_CHECKING:
    from tinygrad_edu.cli.gradcheck import Survey

__all__ = ["check_writable", "figure", "write_page"]

# The bars reach from errors smaller than any rounding error to a gradient that is all wrong.
_LOWEST, _HIGHEST = 1e-17, 1.0

_STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #1c2128; --soft: #59636e; --line: #d8dee4;
  --track: #e6eaef; --bar: #3d7cc9; --good: #1a7f37; --bad: #c4242f;
  --badband: #fdeeee; }
@media (prefers-color-scheme: dark) { :root { --page: #14181d; --text: #e4e8ed; --soft: #98a3ae;
  --line: #333b45; --track: #2a313a; --bar: #5b9be6; --good: #4cc26a; --bad: #ff7b7b;
  --badband: #35191c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 66rem; background: var(--page);
  color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { margin: 0; font-size: 1.9rem; } h2 { margin: 2.2rem 0 .6rem; font-size: 1.2rem; }
p { margin: .4rem 0; } .soft { color: var(--soft); } .bad { color: var(--bad); }
.good { color: var(--good); }
.facts { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.4rem 0; padding: 0;
  list-style: none; }
.facts li { flex: 1 1 7rem; padding: .6rem .9rem; border: 1px solid var(--line);
  border-radius: 8px; }
.facts b { display: block; font-size: 1.5rem; line-height: 1.3; white-space: nowrap; }
.failure, .undecided { margin: .8rem 0; padding: .7rem 1rem; border-radius: 0 8px 8px 0; }
.failure { border-left: 4px solid var(--bad); background: var(--badband); }
.undecided { border-left: 4px solid var(--soft); background: var(--track); }
pre { margin: .5rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; } thead th { padding: .4rem .6rem; font-size: .85rem;
  color: var(--soft); border-bottom: 2px solid var(--line); }
tbody th { padding: 1.3rem .6rem .3rem; font-size: 1.02rem; border-bottom: 1px solid var(--line); }
td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n { text-align: right; } td.n, .figure { font-variant-numeric: tabular-nums; }
.order { width: 10.5rem; } .result { width: 7.5rem; } .name { font-weight: 600; }
.formula { font-size: .87rem; color: var(--soft); } tr.wrong td { background: var(--badband); }
.figure { font-size: .85rem; white-space: nowrap; }
.track { position: relative; height: 7px; margin: .45rem 0 .15rem; background: var(--track);
  border-radius: 4px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.track i { position: absolute; inset: 0 auto 0 0; background: var(--bar); border-radius: 4px; }
.wrong .over { background: var(--bad); }
.track u { position: absolute; top: -3px; bottom: -3px; width: 2px; background: var(--text); }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; font-size: 11px; }
  tr, .failure, .facts { break-inside: avoid; } tbody th { break-after: avoid; }
  thead { display: table-header-group; } }
@media (max-width: 45rem) { .order { width: 7rem; } .formula { overflow-wrap: anywhere; } }
"""


def check_writable(path: str) -> None:
    """Refuse a path that no page can be written to, before anything is computed."""
    target = Path(path)
    hint = "give --html a file in a folder that exists, as report.html"
    if target.is_dir():
        raise UsageError(f"--html: {path} is a folder", hint)
    if not target.parent.is_dir():
        raise UsageError(f"--html: there is no folder {target.parent}", hint)
    if not os.access(target.parent, os.W_OK):
        raise UsageError(f"--html: the folder {target.parent.resolve()} is read-only", hint)


def write_page(path: str, survey: Survey) -> Path:
    """Write the page, whole or not at all; return where."""
    target = Path(path).resolve()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(page(survey), encoding="utf-8", errors="backslashreplace")
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def page(survey: Survey) -> str:
    """The text of the page; everything that comes from operations is escaped."""
    return "\n".join(_page(survey))


def _page(survey: Survey) -> Iterator[str]:
    from tinygrad_edu.testing.report import ERROR, METHODS

    versions = ", ".join(f"{name} {version}" for name, version in survey.versions.items())
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Gradient check: {_verdict(survey)}</title>\n<style>{_STYLE}</style>\n</head>"
    yield "<body>\n<h1>Gradient check</h1>"
    yield f'<p class="soft">{escape(versions.replace("system ", ""))}; '
    yield f"{survey.when:%Y-%m-%d %H:%M %Z}; seed {survey.seed}; {survey.seconds:.1f} s</p>"
    yield from _facts(survey)
    yield from _failures(survey)
    yield f'<h2>What is compared</h2>\n<p class="soft">{_sentence(ERROR)}</p>'
    yield f'<p class="soft">{_sentence(METHODS)}</p>'
    yield (
        '<p class="soft">A bar shows an error on a logarithmic scale, from '
        f"{_LOWEST:.0e} to {_HIGHEST:.0f}; its mark is what is allowed.</p>"
    )
    yield "<h2>Operations</h2>"
    yield from _table(survey.rows)
    yield "</body>\n</html>\n"


def _verdict(survey: Survey) -> str:
    failed = survey.count("FAILED")
    undecided = survey.count("undecided")
    told = [f"{failed} of {len(survey.rows)} failed"] if failed else []
    told += [f"{undecided} of {len(survey.rows)} undecided"] if undecided else []
    return ", ".join(told) or f"{len(survey.rows)} operations"


def _sentence(text: str) -> str:
    """With the word that it defines made bold."""
    word, _, rest = text.partition(":")
    return f"<b>{escape(word.capitalize())}</b>:{escape(rest)}"


def _facts(survey: Survey) -> Iterator[str]:
    failed = survey.count("FAILED")
    facts = [
        (f"{len(survey.rows)}", "operations", ""),
        (f"{sum(row.samples for row in survey.rows):,}", "samples", ""),
        (f"{survey.count('ok')}", "ok", "good"),
        (f"{failed}", "failed", "bad" if failed else ""),
        (f"{survey.count('undecided')}", "undecided", ""),
        (f"{survey.count('-')}", "without a gradient to check", ""),
    ]
    for order, words in (("first", "worst of order 1"), ("second", "worst of order 2")):
        if row := survey.worst(order):
            facts.append((figure(getattr(row, order).error), f"{words}: {row.name}", ""))
    yield '<ul class="facts">'
    for number, words, tone in facts:
        yield f'<li><b class="{tone}">{number}</b><span class="soft">{escape(words)}</span></li>'
    yield "</ul>"


def _failures(survey: Survey) -> Iterator[str]:
    for verdict, box, tone in (("FAILED", "failure", "bad"), ("undecided", "undecided", "soft")):
        rows = [row for row in survey.rows if row.verdict == verdict]
        if rows:
            yield f'<h2 class="{tone}">{verdict.capitalize()}</h2>'
        for row in rows:
            texts = "".join(f"<pre>{escape(text)}</pre>" for text in row.problems)
            yield (
                f'<div class="{box}"><span class="name">{escape(row.name)}</span> '
                f'<span class="formula">{_formula(row)}</span>{texts}</div>'
            )


def _table(rows: list[Any]) -> Iterator[str]:
    yield "<table>\n<thead><tr><th>Operation</th><th>Samples</th>"
    yield '<th class="order">Order 1</th><th class="order">Order 2</th>'
    yield '<th class="result">Result</th></tr></thead>'
    by_family = sorted(rows, key=lambda row: (row.family, row.name))
    for family, members in groupby(by_family, key=lambda row: row.family):
        yield f'<tbody>\n<tr><th colspan="5">{escape(family)}</th></tr>'
        yield from map(_row, members)
        yield "</tbody>"
    yield "</table>"


def _row(row: Any) -> str:
    tone = {"ok": "good", "FAILED": "bad"}.get(row.verdict, "soft")
    verdict = escape(row.verdict if row.problems else row.reason or row.verdict)
    wrong = ' class="wrong"' if row.verdict == "FAILED" else ""
    return (
        f'<tr{wrong}><td><span class="name">{escape(row.name)}</span>'
        f'<div class="formula">{_formula(row)}</div></td><td class="n">{row.samples}</td>'
        f"<td>{_bar(row.first)}</td><td>{_bar(row.second)}</td>"
        f'<td class="{tone}">{verdict}</td></tr>'
    )


def _formula(row: Any) -> str:
    return escape(row.formula.replace("`", ""))


def _bar(order: Any) -> str:
    if order is None:
        return ""
    over = "" if order.holds else ' class="over"'
    sign = "≤" if order.holds else "&gt;"
    return (
        f'<div class="track"><i{over} style="width:{_place(order.error):.1f}%"></i>'
        f'<u style="left:{_place(order.allowed):.1f}%"></u></div>'
        f'<span class="figure">{figure(order.error)} <span class="soft">{sign} '
        f"{order.allowed:.0e}</span></span>"
    )


def _place(error: float) -> float:
    """Where an error stands on the scale, in percent."""
    if not error > _LOWEST:
        return 0.0
    decades = math.log10(min(error, _HIGHEST) / _LOWEST)
    return 100.0 * decades / math.log10(_HIGHEST / _LOWEST)


def figure(error: float) -> str:
    """An error as it is shown.

    >>> figure(0.0), figure(1.23456e-12), figure(float("inf"))
    ('0', '1.2e-12', 'inf')
    """
    return "0" if error == 0 else f"{error:.1e}"
