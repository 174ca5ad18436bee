"""``torch.random``: the one generator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tinygrad_edu.compat.generators import get_rng_state, initial_seed, seed, set_rng_state
from tinygrad_edu.random import get_state, manual_seed, set_state

__all__ = ["fork_rng", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state"]


@contextmanager
def fork_rng(devices: Any = None, enabled: bool = True, **options: Any) -> Iterator[None]:
    """A block after which the generator goes on as if nothing had been drawn in it."""
    state = get_state()
    try:
        yield
    finally:
        if enabled:
            set_state(state)
