"""Walking through a module: every part with its dotted name, and how the whole is written out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from tinygrad_edu._text import visible
from tinygrad_edu.nn.parameter import Buffer, Parameter

__all__ = ["Tree", "in_one_line", "no_tensor", "note_place", "outline", "walk"]


class Tree:
    """What the walk descends into: the base of Module, which adds all that users call."""

    def named_children(self) -> Iterator[tuple[str, Any]]:
        """Yield the modules right below this one."""
        return ((name, item) for name, item in walk(self, deep=False) if isinstance(item, Tree))

    #: The attributes in the brackets of the repr, in PyTorch's order: "name=" shows the name too,
    #: and "name?" leaves out what is None or False.
    _shown: str = ""
    #: Whether the repr counts equal neighbours, as that of a list does.
    _counts_equals = False

    def extra_repr(self) -> str:
        """What stands in the brackets of the repr; a module of your own says it here."""
        return ", ".join(_attributes(self, self._shown))


def walk(
    root: Tree, prefix: str = "", shared: bool = False, deep: bool = True, mirrored: bool = False
) -> Iterator[tuple[str, Any]]:
    """Yield every module, parameter and buffer from ``root`` down, parents first, in order.

    Each is met once, under its first name; with ``shared`` under all of its names, also one
    that holds itself. Without ``deep``, the modules right below are met but not entered, and
    ``root`` is left out. ``mirrored`` takes siblings in reverse. What is an attribute somewhere has
    its name from there: plain lists, tuples and dicts give a name only to what has no other.
    """
    seen: set[int] = set()
    named: set[int] | None = None
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
            if below and not isinstance(item, Tree):
                named = _attribute_ids(root) if named is None else named
                below = [pair for pair in below if id(pair[1]) not in named]
            if below:
                trail = (*trail, key)
                join = f"{name}." if name else ""
                for member, value in below if mirrored else reversed(below):
                    stack.append((f"{join}{member}", value, trail))


def _members(item: Any) -> list[tuple[Any, Any]]:
    """What an object holds by name or position, if that may be or hold a part of a module.

    A module's own parameters come first, then its buffers, then the modules below it, as PyTorch
    has them: whoever goes through the parameters by number finds the same ones.
    """
    if isinstance(item, Tree):
        pairs: Any = sorted(vars(item).items(), key=lambda pair: _rank(pair[1]))
    elif isinstance(item, dict):
        pairs = item.items()
    elif isinstance(item, (list, tuple)):
        pairs = enumerate(item)
    else:
        return []
    return [(name, value) for name, value in pairs if isinstance(value, _PARTS) or _refuse(value)]


def _rank(value: Any) -> int:
    return 0 if isinstance(value, Parameter) else 1 if isinstance(value, Buffer) else 2


def _attribute_ids(root: Tree) -> set[int]:
    """The ids of all parts that are reached through attributes alone."""
    found: set[int] = set()
    waiting = [root]
    while waiting:
        for value in vars(waiting.pop()).values():
            if isinstance(value, (Tree, Parameter, Buffer)) and id(value) not in found:
                found.add(id(value))
                if isinstance(value, Tree):
                    waiting.append(value)
    return found


_PARTS = (Tree, Parameter, Buffer, list, tuple, dict)


def _refuse(value: Any) -> bool:
    """Raise TypeError for a set of parts: its order differs from one process to the next."""
    if isinstance(value, (set, frozenset)) and any(isinstance(part, _PARTS) for part in value):
        raise TypeError("a module cannot hold its parts in a set, which has no order; use a list")
    return False


# ---- writing it out


def _attributes(module: Tree, names: str) -> Iterator[str]:
    """The attributes in ``names`` as one would type them; a bias by whether it is there."""
    for word in names.split(", ") if names else ():
        name = word.rstrip("=?")
        value = getattr(module, name)
        if name == "bias":
            value = value is not None
        if word[-1] != "?" or not (value is None or value is False):
            yield repr(value) if word == name else f"{name}={value!r}"


def headline(module: Tree) -> str:
    """A module in one line, without what is below it."""
    return f"{type(module).__name__}({in_one_line(module.extra_repr())})"


def in_one_line(text: str) -> str:
    """``text`` with control characters and ends of lines written out."""
    return visible(text).replace("\n", "\\n")


def outline(root: Tree) -> str:
    """A module and all below it, one line each; equal neighbours of a list in one line."""
    lines: list[str] = []
    stack: list[tuple[str, str, Tree | None, tuple[Tree, ...]]] = [("", "", root, ())]
    while stack:
        indent, name, module, trail = stack.pop()
        if module is None:
            lines.append(f"{indent})")
            continue
        # A module that holds its own parent is shown once on every way down.
        below = [] if module in trail else _grouped(module)
        label, extra = in_one_line(name), module.extra_repr().split("\n")
        own = type(module).__repr__
        if own is not _plain_repr(module):  # a repr of the user's
            shown = visible(own(module), lines=True).replace("\n", f"\n{indent}")
            lines.append(f"{indent}{label}{shown}")
        elif not below and len(extra) == 1:
            lines.append(f"{indent}{label}{headline(module)}")
        else:
            lines.append(f"{indent}{label}{type(module).__name__}(")
            lines += [f"{indent}  {visible(line)}" for line in extra if line]
            stack.append((indent, "", None, ()))
            for child, item in reversed(below):
                stack.append((f"{indent}  ", child, item, (*trail, module)))
    return "\n".join(lines)


def _plain_repr(module: Tree) -> Any:
    """The repr that `Module` gives its subclasses."""
    return next(kind.__repr__ for kind in type(module).__mro__ if kind.__name__ == "Module")


def _grouped(module: Tree) -> list[tuple[str, Tree]]:
    """The name and the module of each child; a list counts equal neighbours under one name."""
    below = list(module.named_children())
    if not module._counts_equals:
        return [(f"({name}): ", child) for name, child in below]
    found: list[tuple[str, Tree]] = []
    for _, same in groupby(below, key=lambda pair: outline(pair[1])):
        pairs = list(same)
        first, last = pairs[0], pairs[-1]
        count = f"({first[0]}-{last[0]}): {len(pairs)} x "
        found.append((f"({first[0]}): " if len(pairs) == 1 else count, first[1]))
    return found


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
