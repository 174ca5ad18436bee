"""The source of a script: a file of Python, or the code cells of a notebook."""

from __future__ import annotations

import ast
import json
import re
import tokenize
from pathlib import Path
from typing import NamedTuple

__all__ = ["Source", "read_source"]

# Cells in another language, and those that run as they are without their first line.
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")
_COMMAND = re.compile(r"^(\s*)([%!].*|\?.*|\w[\w.]*\?\??)$")
_ASSIGNED = re.compile(r"^(\s*)([\w, ]+=\s*)[%!].*$")


class Source(NamedTuple):
    """The text that runs, and the commands of a notebook that were left out of it."""

    text: str
    left_out: tuple[str, ...] = ()
    is_notebook: bool = False


def read_source(path: Path) -> Source:
    """Read a script or a notebook.

    A notebook's code cells follow each other. Lines that are commands to the notebook, ``%`` and
    ``!``, are left out.
    """
    if path.suffix != ".ipynb":
        with tokenize.open(path) as file:
            return Source(file.read())
    content = json.loads(path.read_text(encoding="utf-8"))
    cells = content.get("cells") or content["worksheets"][0]["cells"]
    text, left_out = [], []
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        lines, commands = _plain("".join(source))
        text += [f"# cell {number}", *lines, ""]
        left_out += commands
    return Source("\n".join(text) + "\n", tuple(left_out), is_notebook=True)


def _plain(cell: str) -> tuple[list[str], list[str]]:
    """The lines of a cell as Python, and the commands in it."""
    lines = cell.splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_PYTHON_CELLS):
        return [f"# {line}" for line in lines], [first]
    if _parses(cell):  # so `%` in it is an operator, or in a text
        return lines, []
    plain, commands = [], []
    for line in lines:
        if found := _COMMAND.match(line):
            plain.append(f"{found[1]}pass  # {found[2]}")
            commands.append(line.strip())
        elif found := _ASSIGNED.match(line):
            plain.append(f"{found[1]}{found[2]}None")
            commands.append(line.strip())
        else:
            plain.append(line)
    return plain, commands


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
