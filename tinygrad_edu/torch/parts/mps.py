"""``torch.mps`` and ``torch.xpu``: there is no such device."""

from __future__ import annotations

__all__ = ["device_count", "empty_cache", "is_available", "manual_seed"]


def is_available() -> bool:
    """Whether there is such a GPU to compute on: no.

    >>> is_available()
    False
    """
    return False


def device_count() -> int:
    """How many there are: none."""
    return 0


def manual_seed(seed: int) -> None:
    """Seed it: there is none."""


def empty_cache() -> None:
    """Free what it keeps: nothing."""
