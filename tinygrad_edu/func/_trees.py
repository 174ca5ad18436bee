"""Tensors in tuples, lists and dicts: taken out in order, and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["leaves_of", "mapped", "rebuilt"]


def leaves_of(tree: Any) -> list[Any]:
    """What tuples, lists and dicts hold, in order.

    >>> leaves_of({"a": 1, "b": (2, [3])})
    [1, 2, 3]
    """
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in leaves_of(part)]
    if isinstance(tree, (tuple, list)):
        return [leaf for part in tree for leaf in leaves_of(part)]
    return [tree]


def rebuilt(tree: Any, leaves: Iterator[Any]) -> Any:
    """The same tuples, lists and dicts around other leaves.

    >>> rebuilt({"a": 1, "b": (2, [3])}, iter("xyz"))
    {'a': 'x', 'b': ('y', ['z'])}
    """
    if isinstance(tree, dict):
        return type(tree)((key, rebuilt(part, leaves)) for key, part in tree.items())
    if isinstance(tree, (tuple, list)):
        parts = [rebuilt(part, leaves) for part in tree]
        return type(tree)(*parts) if getattr(tree, "_fields", None) else type(tree)(parts)
    return next(leaves)


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with ``function`` of each leaf."""
    return rebuilt(tree, iter([function(leaf) for leaf in leaves_of(tree)]))
