"""The face of a folder: what its ``__init__.py`` shows of the files behind it."""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import ModuleType
from typing import Any

__all__ = ["face", "is_imported_from"]

_IMPORT_FROM = dis.opmap["IMPORT_FROM"]

# What a face imports only to describe itself.
_TOOLS = ("TYPE_CHECKING", "annotations", "face")


def face(
    namespace: dict[str, Any],
    *namespaces: str,
    shows: Callable[[Any], bool] = lambda value: True,
) -> tuple[list[str], Callable[[], list[str]]]:
    """Return ``__all__`` and ``__dir__`` of a folder that re-exports its files by star.

    Each file says in ``__all__`` what it gives, so nothing is listed twice. The files themselves
    are not part of the face; ``namespaces`` are those that are, such as ``nn.functional``. What
    ``shows`` refuses leaves the face: ``nn`` shows the classes of a file of losses, and
    ``nn.functional`` the functions of the same file.
    """
    names = []
    for name, value in list(namespace.items()):
        if name in _TOOLS or (
            not name.startswith("_") and not isinstance(value, ModuleType) and not shows(value)
        ):
            del namespace[name]
        elif not name.startswith("_") and not isinstance(value, ModuleType):
            names.append(name)
    shown = sorted({*names, *namespaces})
    return shown, lambda: shown


def is_imported_from(frame: Any) -> bool:
    """Whether the frame is at ``from module import name``: then the error is an ImportError."""
    code: bytes = frame.f_code.co_code
    return bool(frame.f_lasti >= 0 and code[frame.f_lasti] == _IMPORT_FROM)
