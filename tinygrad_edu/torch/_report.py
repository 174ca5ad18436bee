"""Which names of PyTorch a script needs, and which of them are not here: without running it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from tinygrad_edu._text import print_line
from tinygrad_edu.torch._answers import OURS
from tinygrad_edu.torch._missing import why_missing
from tinygrad_edu.torch._source import read_source

__all__ = ["Need", "needs", "report"]


class Need(NamedTuple):
    """A name of PyTorch that a script uses first at a line; `reason` says why it is missing."""

    name: str
    line: int
    reason: str = ""


def report(path: str) -> int:
    """Print every name that a script needs, the missing ones with the reason.

    What is called on objects, such as a method of a tensor, is not known before the script runs.

    Returns
    -------
    int
        0 if all are here, 1 if one is missing, 2 if the file cannot be read.
    """
    try:
        found = needs(read_source(Path(path)).text)
    except (OSError, ValueError, KeyError, SyntaxError) as error:
        print_line(f"error: {path} cannot be read as a script: {error}", sys.stderr)
        return 2
    missing = [need for need in found if need.reason]
    for need in found:
        if not need.reason:
            print_line(f"ok       {need.name}", sys.stdout)
    for need in missing:
        print_line(f"missing  {need.name} ({path}:{need.line}): {need.reason}", sys.stdout)
    print_line(f"{len(found)} names of PyTorch, {len(missing)} missing", sys.stdout)
    return 1 if missing else 0


def needs(text: str) -> list[Need]:
    r"""The names of PyTorch in a text, in alphabetical order.

    >>> needs("import torch.nn as nn\nnet = nn.Linear(2, 1)\n")
    [Need(name='torch.nn', line=1, reason=''), Need(name='torch.nn.Linear', line=2, reason='')]
    """
    lines: dict[str, int] = {}
    for name, line in _Names(ast.parse(text)).found():
        shortened = _as_far_as_known(name)
        lines[shortened] = min(line, lines.get(shortened, line))
    return [Need(name, lines[name], _reason(name)) for name in sorted(lines)]


class _Names:
    """The dotted names in a script that begin with a module of PyTorch, through its aliases."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.aliases: dict[str, str] = {}
        self.imported: list[tuple[str, int]] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    self._add(alias.name, alias.asname, node.lineno)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    self._add_from(node.module, alias, node.lineno)

    def _add(self, name: str, asname: str | None, line: int) -> None:
        head = name.partition(".")[0]
        if head in OURS:
            self.imported.append((name, line))
            self.aliases[asname or head] = name if asname else head

    def _add_from(self, module: str, alias: ast.alias, line: int) -> None:
        if module.partition(".")[0] not in OURS:
            return
        if alias.name == "*":
            self.imported.append((module, line))
            self.aliases.update({name: f"{module}.{name}" for name in _names_of(module)})
        else:
            self.imported.append((f"{module}.{alias.name}", line))
            self.aliases[alias.asname or alias.name] = f"{module}.{alias.name}"

    def found(self) -> Iterator[tuple[str, int]]:
        """Each name with its line."""
        yield from self.imported
        yield from self._in(self.tree, frozenset())

    def _in(self, node: ast.AST, hidden: frozenset[str]) -> Iterator[tuple[str, int]]:
        """The names below a node; ``hidden`` are aliases that a function gives another meaning."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            hidden = hidden | _own_names(node)
        if isinstance(node, ast.Attribute) and (name := _dotted(node)):
            head, _, rest = name.partition(".")
            if head in self.aliases and head not in hidden:
                yield f"{self.aliases[head]}.{rest}", node.lineno
            return
        for child in ast.iter_child_nodes(node):
            yield from self._in(child, hidden)


def _own_names(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """The parameters and local variables of a function."""
    nodes = list(ast.walk(function))
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {n.arg for n in nodes if isinstance(n, ast.arg)}


def _dotted(node: ast.expr) -> str:
    """``a.b.c`` as text, or nothing where it begins with an expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _resolve(name: str) -> tuple[str, bool]:
    """The part of a name down to the first thing that is no module, and whether it is here."""
    parts = name.split(".")
    try:
        value = import_module(f"tinygrad_edu.{parts[0]}")
    except ModuleNotFoundError:
        return name, False
    for k, part in enumerate(parts[1:], 2):
        try:
            value = getattr(value, part)
        except (AttributeError, ImportError):
            return ".".join(parts[:k]), False
        if not isinstance(value, ModuleType):
            return ".".join(parts[:k]), True
    return name, True


def _as_far_as_known(name: str) -> str:
    return _resolve(name)[0]


def _reason(name: str) -> str:
    return "" if _resolve(name)[1] else why_missing(name)


def _names_of(module: str) -> list[str]:
    try:
        return dir(import_module(f"tinygrad_edu.{module}"))
    except ModuleNotFoundError:
        return []
