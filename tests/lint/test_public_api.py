"""Whatever a user can reach by a public name explains itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tinygrad_edu

MODULES = ["tinygrad_edu"] + [
    module.name
    for module in pkgutil.walk_packages(tinygrad_edu.__path__, "tinygrad_edu.")
    if not any(part.startswith("_") for part in module.name.split("."))
]


def _public_callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every function and class of ours under a public name, once, under its shortest path."""
    seen: set[int] = set()
    for path in sorted(MODULES, key=lambda name: name.count(".")):
        for name, value in sorted(vars(importlib.import_module(path)).items()):
            ours = str(getattr(value, "__module__", "")).startswith("tinygrad_edu")
            if name.startswith("_") or not callable(value) or not ours or id(value) in seen:
                continue
            seen.add(id(value))
            yield f"{path}.{name}", value


CALLABLES = dict(_public_callables())


def _is_explained(value: object) -> bool:
    """A docstring of its own: that of a base class, or of an instance's class, explains nothing."""
    doc = vars(value).get("__doc__") if isinstance(value, type) else value.__doc__
    return bool(doc and doc.strip()) and (isinstance(value, type) or doc != type(value).__doc__)


@pytest.mark.parametrize("path", CALLABLES)
def test_public_name_has_a_docstring(path: str) -> None:
    assert _is_explained(CALLABLES[path]), f"{path} has no docstring"


@pytest.mark.parametrize("path", [p for p, value in CALLABLES.items() if inspect.isclass(value)])
def test_public_methods_have_docstrings(path: str) -> None:
    """A method may inherit its docstring from the method it overrides."""
    cls = CALLABLES[path]
    methods = {
        name: value
        for name, value in vars(cls).items()
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
    }
    silent = [name for name in methods if not inspect.getdoc(getattr(cls, name))]
    assert not silent, f"{path} leaves unexplained: {silent}"


def test_silence_is_noticed() -> None:
    class Explained:
        """Has one."""

    class Silent(Explained):
        pass

    assert _is_explained(Explained)
    assert not _is_explained(Silent)
    assert not _is_explained(Explained())
    assert not _is_explained(lambda: None)
