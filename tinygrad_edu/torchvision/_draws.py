"""Random numbers of the transforms: one call after the other, from the default generator."""

from __future__ import annotations

from tinygrad_edu.tensor import empty, rand, randint

__all__ = ["chance", "integer", "uniform"]


def chance(p: float) -> bool:
    """True with probability ``p``."""
    return bool(rand(1).item() < p)


def integer(low: int, high: int) -> int:
    """An integer of low, ..., high - 1."""
    return int(randint(low, high, (1,)).item())


def uniform(low: float, high: float) -> float:
    """A number between ``low`` and ``high``."""
    return float(empty(1).uniform_(low, high).item())
