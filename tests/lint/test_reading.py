"""The reading path leads through files that exist, and is short enough for an evening."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.lint.rules import ROOT

PAGE = ROOT / "docs" / "reading.md"
LIMIT = 2500
# | 3 | [`engine/primitive.py`](../tinygrad_edu/engine/primitive.py): `record`, `primitive` | ...
STOP = re.compile(r"^\| *\d+ *\| *\[`[^`]+`\]\(\.\./(?P<file>[\w/.]+)\)(?P<parts>[^|]*)\|", re.M)


def stops(page: str) -> list[tuple[str, list[str]]]:
    """The stops of the path: a file, and the definitions to read in it, or none for the whole."""
    return [(m["file"], re.findall(r"`([\w.]+)`", m["parts"])) for m in STOP.finditer(page)]


def lines_of(path: Path, parts: list[str]) -> int:
    """How many lines a stop asks to read; KeyError if the file has no such definition."""
    text = path.read_text(encoding="utf-8")
    if not parts:
        return len(text.splitlines())
    spans = _spans(ast.parse(text))
    return sum(stop - start + 1 for start, stop in (spans[part] for part in parts))


def _spans(tree: ast.AST, prefix: str = "") -> dict[str, tuple[int, int]]:
    """The first and the last line of each function and class, by its dotted name."""
    spans = {}
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            spans[prefix + node.name] = (first, node.end_lineno or first)
            spans.update(_spans(node, f"{prefix}{node.name}."))
    return spans


def test_the_path_is_short_enough() -> None:
    path = stops(PAGE.read_text(encoding="utf-8"))
    counts = [(lines_of(ROOT / file, parts), file, parts) for file, parts in path]
    total = sum(count for count, _, _ in counts)
    listed = "\n".join(f"{count:5} {file} {' '.join(parts)}" for count, file, parts in counts)
    assert len(path) >= 12, "the table of stops was not found"
    assert total <= LIMIT, f"{total} lines to read, {LIMIT} are an evening:\n{listed}"


def test_stops_are_found(tmp_path: Path) -> None:
    table = (
        "| | read | what to see |\n|---|---|---|\n"
        "| 1 | [`a.py`](../tinygrad_edu/a.py) | `x` is a value |\n"
        "| 2 | [`b.py`](../tinygrad_edu/b.py): `f`, `A.g` | two |\n"
    )
    assert stops(table) == [("tinygrad_edu/a.py", []), ("tinygrad_edu/b.py", ["f", "A.g"])]
    (tmp_path / "b.py").write_text(
        "@d\ndef f():\n    pass\n\nclass A:\n    def g(self):\n        pass\n"
    )
    assert lines_of(tmp_path / "b.py", []) == 7
    assert lines_of(tmp_path / "b.py", ["f", "A.g"]) == 5
    with pytest.raises(KeyError):
        lines_of(tmp_path / "b.py", ["h"])
