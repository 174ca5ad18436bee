"""Changes for the time of a block, undone at its end whatever ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["restored"]


@contextmanager
def restored(restore: Callable[[], object]) -> Iterator[None]:
    """Call ``restore`` at the end of the block, and once more if an interrupt fell into it.

    Make the changes inside of the block: an interrupt between a change and the block would keep it.

    >>> values = [1, 2]
    >>> kept = values.copy()
    >>> with restored(lambda: values.__setitem__(slice(None), kept)):
    ...     values.append(3)
    >>> values
    [1, 2]
    """
    try:
        try:
            yield
        finally:
            restore()
    except BaseException:  # an interrupt may have come in the line above
        restore()
        raise
