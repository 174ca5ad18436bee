"""``torch.random``: the state of the one generator as a tensor of bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.random import default_generator, get_state, manual_seed, set_state

__all__ = ["fork_rng", "get_rng_state", "initial_seed", "manual_seed", "seed", "set_rng_state"]


def get_rng_state() -> Any:
    """The state of the generator, for `set_rng_state`: a tensor of uint8.

    >>> import tinygrad_edu as tg
    >>> state = get_rng_state()
    >>> first = tg.rand(3)
    >>> set_rng_state(state)
    >>> bool((tg.rand(3) == first).all())
    True
    """
    return tg.from_numpy(np.frombuffer(json.dumps(get_state()).encode(), np.uint8).copy())


def set_rng_state(new_state: Any) -> None:
    """Put the generator back into a state of `get_rng_state`."""
    set_state(json.loads(np.asarray(new_state, np.uint8).tobytes()))


def seed() -> int:
    """Seed the generator with a number that differs from call to call, and return it."""
    number = int(default_generator().bit_generator.random_raw())
    manual_seed(number)
    return number


def initial_seed() -> int:
    """Refused: a generator does not remember its seed."""
    raise NotImplementedError(
        "initial_seed: the generator does not remember its seed; keep the number that you gave "
        "to manual_seed"
    )


@contextmanager
def fork_rng(devices: Any = None, enabled: bool = True, **options: Any) -> Iterator[None]:
    """A block after which the generator goes on as if nothing had been drawn in it."""
    state = get_state()
    try:
        yield
    finally:
        if enabled:
            set_state(state)
