"""A call of a NumPy function in the words of the operation that stands for it.

NumPy's order and names of arguments are read off its signature, so no operation needs a second
version for NumPy's callers.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu.engine.calls import argument_names

__all__ = ["respelled"]

# From the first of these on, NumPy's positional arguments are passed by name.
_SETTINGS = ("axis", "dtype", "out")
# They choose an algorithm or whether it may overwrite, and change no result.
_WITHOUT_EFFECT = frozenset({"copy", "kind", "overwrite_input"})
_NO_VALUE = np._NoValue


class _Words(NamedTuple):
    """NumPy's parameters with their defaults, and the operation's."""

    theirs: dict[str, Any]
    positional: list[str]
    leading: int
    ours: tuple[str, ...]
    accepted: frozenset[str]


@functools.cache
def _words(function: Any, operation: Callable[..., Any]) -> _Words | None:
    """None where a signature tells nothing, or where arguments may have any name."""
    code: Any = inspect.unwrap(operation)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):  # some are written in C
        return None
    if code.__code__.co_flags & inspect.CO_VARKEYWORDS:
        return None
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    positional = [p.name for p in parameters if p.kind in by_place]
    leading = next((k for k, n in enumerate(positional) if n in _SETTINGS), len(positional))
    ours, keywords = argument_names(code)
    theirs = {p.name: p.default for p in parameters}
    return _Words(theirs, positional, leading, ours, frozenset(ours + keywords))


def respelled(
    function: Any, operation: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call of ``function`` as ``operation`` takes them.

    >>> import numpy as np, tinygrad_edu as tg
    >>> from tinygrad_edu.tensor.numpy_calls import respelled
    >>> respelled(np.clip, tg.clip, (2.0,), {"a_max": 1.0, "out": None})
    ((2.0,), {'max': 1.0})
    >>> respelled(np.sum, tg.sum, (2.0, 0, None, None, True), {})
    ((2.0,), {'axis': 0, 'keepdims': True})
    """
    words = _words(function, operation)
    if words is None or (
        len(args) <= words.leading
        and options.keys() <= words.accepted
        and options.get("keepdims") is not _NO_VALUE
    ):
        return args, options  # the usual call
    named = dict(zip(words.positional[words.leading :], args[words.leading :], strict=False))
    given = {}
    for name, value in {**named, **options}.items():
        known = name in words.accepted
        if value is _NO_VALUE or (not known and _says_nothing(name, value, words.theirs)):
            continue
        at = words.positional.index(name) if name in words.positional else len(words.ours)
        renamed = not known and at < min(words.leading, len(words.ours))
        given[words.ours[at] if renamed else name] = value
    return args[: words.leading], given


def _says_nothing(name: str, value: Any, theirs: dict[str, Any]) -> bool:
    """Whether an argument that the operation has not is NumPy's default, or has no effect."""
    if name in _WITHOUT_EFFECT:
        return True
    default = theirs.get(name, inspect.Parameter.empty)
    return value is default or (isinstance(value, (bool, int, str)) and value == default)
