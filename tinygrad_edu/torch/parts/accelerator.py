"""``torch.accelerator``: there is none, and every question is answered so."""

from __future__ import annotations

__all__ = ["current_accelerator", "device_count", "is_available"]


def is_available() -> bool:
    """Whether there is an accelerator: no.

    >>> is_available()
    False
    """
    return False


def device_count() -> int:
    """How many accelerators there are: none."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """The accelerator in use: none, as in PyTorch on a machine without one."""
    return
