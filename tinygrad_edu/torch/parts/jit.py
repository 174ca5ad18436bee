"""``torch.jit``: nothing is compiled, functions and modules run as they are."""

from __future__ import annotations

from typing import Any

__all__ = ["export", "ignore", "is_scripting", "is_tracing", "script", "unused"]


def script(obj: Any, *args: Any, **options: Any) -> Any:
    """The function or module itself: scripting changes no result.

    >>> script(len) is len
    True
    """
    return obj


def export(function: Any) -> Any:
    """The function itself."""
    return function


def unused(function: Any) -> Any:
    """The function itself."""
    return function


def ignore(function: Any = None, **options: Any) -> Any:
    """The function itself."""
    return function if callable(function) else export


def is_scripting() -> bool:
    """Whether this code is being compiled: no."""
    return False


def is_tracing() -> bool:
    """Whether this code is being traced: no."""
    return False
