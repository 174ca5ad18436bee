"""``torch.distributed``: one process, and nothing else."""

from __future__ import annotations

__all__ = ["is_available", "is_initialized"]


def is_available() -> bool:
    """Whether processes can train together: no.

    >>> is_available()
    False
    """
    return False


def is_initialized() -> bool:
    """Whether processes train together: no."""
    return False
