"""Modules that are made of other modules: their names appear as those of their sources."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from tinygrad_edu._face import is_imported_from
from tinygrad_edu.torch._missing import why_missing

__all__ = ["Namespace", "install"]


class Namespace(ModuleType):
    """A module whose names are those of its sources, asked in order and at first use.

    A name that none of them has is an error that says why it is missing and what to use instead.
    """

    _sources: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:
        """The name in the first source that has it."""
        if name == "__all__":  # from torch.utils.data import *
            return [each for each in dir(self) if not each.startswith("_")]
        if name.startswith("__"):  # what Python asks of a module
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        for source in _there(self._sources):
            try:
                value = getattr(source, name)
            except AttributeError:
                continue
            if not isinstance(value, ModuleType):  # a namespace below this one is its attribute
                return value
        path = f"{self.__name__.removeprefix('tinygrad_edu.')}.{name}"
        message = f"{path} is not here: {why_missing(path)}"
        if is_imported_from(sys._getframe(1)):
            raise ImportError(message, name=path)
        raise AttributeError(message, name=name, obj=self)

    def __dir__(self) -> list[str]:
        """The names of all sources, and the namespaces below this one."""
        names = {name for name in vars(self) if not name.startswith("_")}
        for source in _there(self._sources):
            names |= {name for name in dir(source) if not name.startswith("_")}
        return sorted(names)


def _there(sources: tuple[str, ...]) -> Iterator[ModuleType]:
    """The sources, loaded; one that does not exist has no names."""
    for source in sources:
        try:
            yield import_module(source)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{source}.".startswith(f"{error.name}."):
                raise


def install(top: ModuleType, spaces: Mapping[str, tuple[str, ...]]) -> None:
    """Make ``top`` the namespace "" of the table, and register all the others below it."""
    top.__class__ = Namespace
    for path in sorted(spaces):
        name = f"{top.__name__}.{path}" if path else top.__name__
        module = sys.modules[name] if not path else Namespace(name, f"``torch.{path}``.")
        module._sources = spaces[path]  # type: ignore[attr-defined]  # it is a Namespace
        if path:
            module.__path__ = []
            module.__package__ = name
            sys.modules[name] = module
            parent, _, leaf = name.rpartition(".")
            setattr(sys.modules[parent], leaf, module)
