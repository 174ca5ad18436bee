"""Walking through a module: every part with its dotted name, and how the whole is written out."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np

from tinygrad_edu._text import visible
from tinygrad_edu.nn.parameter import Buffer, Parameter
from tinygrad_edu.tensor import Tensor

__all__ = ["Tree", "in_one_line", "no_tensor", "note_place", "outline", "walk"]


class Tree:
    """What the walk descends into: the base of Module, which adds all that users call."""

    def named_children(self) -> Iterator[tuple[str, Any]]:
        """Yield the modules right below this one."""
        return ((name, item) for name, item in walk(self, deep=False) if isinstance(item, Tree))

    def extra_repr(self) -> str:
        """What stands in the brackets of the repr: the arguments that differ from defaults."""
        return ", ".join(_arguments(self))


def walk(
    root: Tree, prefix: str = "", shared: bool = False, deep: bool = True, mirrored: bool = False
) -> Iterator[tuple[str, Any]]:
    """Yield every module, parameter and buffer from ``root`` down, parents first, in order.

    Each is met once, under its first name; with ``shared`` under all of its names, also one
    that holds itself. Without ``deep``, the modules right below are met but not entered, and
    ``root`` is left out. ``mirrored`` takes siblings in reverse.
    """
    seen: set[int] = set()
    stack: list[tuple[str, Any, tuple[int, ...]]] = [(prefix, root, ())]
    while stack:
        name, item, trail = stack.pop()
        key = id(item)
        if key in trail or (key in seen and not shared):
            continue
        seen.add(key)
        if isinstance(item, (Tree, Parameter, Buffer)) and (deep or item is not root):
            yield name, item
        if deep or item is root or not isinstance(item, Tree):
            below = _members(item)
            if below:
                trail = (*trail, key)
                join = f"{name}." if name else ""
                for member, value in below if mirrored else reversed(below):
                    stack.append((f"{join}{member}", value, trail))


def _members(item: Any) -> list[tuple[Any, Any]]:
    """What an object holds by name or position, if that may be or hold a part of a module."""
    if isinstance(item, Tree):
        pairs: Any = vars(item).items()
    elif isinstance(item, dict):
        pairs = item.items()
    elif isinstance(item, (list, tuple)):
        pairs = enumerate(item)
    else:
        return []
    return [(name, value) for name, value in pairs if isinstance(value, _PARTS) or _refuse(value)]


_PARTS = (Tree, Parameter, Buffer, list, tuple, dict)


def _refuse(value: Any) -> bool:
    """Raise TypeError for a set of parts: its order differs from one process to the next."""
    if isinstance(value, (set, frozenset)) and any(isinstance(part, _PARTS) for part in value):
        raise TypeError("a module cannot hold its parts in a set, which has no order; use a list")
    return False


# ---- writing it out


def _arguments(module: Tree) -> Iterator[str]:
    """The constructor's arguments as one would type them, from the attributes of their names."""
    by_position = True
    for name, parameter in inspect.signature(type(module).__init__).parameters.items():
        if name == "self" or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        value = vars(module).get(name, parameter)
        if isinstance(parameter.default, bool) and (value is None or isinstance(value, Tensor)):
            value = value is not None  # bias=True became the parameter `bias`, bias=False None
        if value is parameter or isinstance(value, (Tree, Parameter)):
            by_position = False  # not stored under its name
            continue
        if parameter.default is parameter.empty:
            shown = _short(value)
            yield shown if by_position else f"{name}={shown}"
        elif not _equal(value, parameter.default):
            yield f"{name}={_short(value)}"


def _equal(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and bool(value == default))


def _short(value: Any) -> str:
    if isinstance(value, (Tensor, np.ndarray)):
        return f"<{value.dtype} of shape {value.shape}>"
    if isinstance(value, (type, np.dtype)):
        return str(np.dtype(value))
    if callable(value):
        return str(getattr(value, "__name__", type(value).__name__))
    return repr(value) if not isinstance(value, np.generic) else repr(value.item())


def headline(module: Tree) -> str:
    """A module in one line, without what is below it."""
    return in_one_line(f"{type(module).__name__}({module.extra_repr()})")


def in_one_line(text: str) -> str:
    """``text`` with control characters and ends of lines written out."""
    return visible(text).replace("\n", "\\n")


def outline(root: Tree) -> str:
    """A module and all below it, one line each."""
    lines: list[str] = []
    stack: list[tuple[str, str, Tree | None, tuple[Tree, ...]]] = [("", "", root, ())]
    while stack:
        indent, name, module, trail = stack.pop()
        if module is None:
            lines.append(f"{indent})")
            continue
        # A module that holds its own parent is shown once on every way down.
        below = [] if module in trail else list(module.named_children())
        line = f"{indent}{in_one_line(name)}{headline(module)}"
        lines.append(line[:-1] if below else line)
        if below:
            stack.append((indent, "", None, ()))
            for child, item in reversed(below):
                stack.append((f"{indent}  ", f"({child}): ", item, (*trail, module)))
    return "\n".join(lines)


# ---- where an error happened


class _Place(str):
    """A note on an error: the path from the outermost module it passed to where it arose."""

    __slots__ = ("outermost", "path", "where")

    outermost: Tree
    path: str
    where: str


def no_tensor(error: Exception, module: Tree, args: tuple[Any, ...]) -> TypeError | None:
    """What to raise where Python complains of an argument that is None, a word or a number."""
    if isinstance(error, (AttributeError, TypeError)):
        for position, arg in enumerate(args):
            plain = isinstance(arg, (str, int, float, type(None)))
            if plain and f"'{type(arg).__name__}'" in str(error):
                wanted = f"{type(module).__name__}: argument {position} must be a tensor"
                return TypeError(f"{wanted}, received {arg!r}")
    return None


def note_place(error: BaseException, module: Tree) -> None:
    """Keep one note on ``error``, ``in Sequential.2 Linear(300, 10)``, as it passes ``module``."""
    notes: list[str] = getattr(error, "__notes__", [])
    inner = next((note for note in notes if isinstance(note, _Place)), None)
    if inner is None:
        path, where = "", headline(module)
        text = f"in {where}"
    else:
        between = next((n for n, m in walk(module) if m is inner.outermost and n), None)
        if between is None:  # called from outside this module's parts: its place is known already
            return
        path, where = ".".join(filter(None, (between, inner.path))), inner.where
        text = f"in {type(module).__name__}.{in_one_line(path)} {where}"
        notes.remove(inner)
    place = _Place(text)
    place.outermost, place.path, place.where = module, path, where
    error.add_note(place)
