"""``torch.backends``: switches that change nothing, and libraries that are not there."""

from __future__ import annotations

from types import SimpleNamespace

__all__ = [
    "allow_tf32", "benchmark", "deterministic", "enabled", "is_available", "is_built", "matmul",
    "version",
]  # fmt: skip

benchmark = False
deterministic = True
enabled = False
allow_tf32 = False
matmul = SimpleNamespace(allow_tf32=False, allow_fp16_reduced_precision_reduction=False)


def is_available() -> bool:
    """Whether this library is used: no, NumPy computes everything.

    >>> is_available()
    False
    """
    return False


def is_built() -> bool:
    """Whether this library is part of the package: no."""
    return False


def version() -> None:
    """The version of this library: none."""
    return
