"""``torch.random``: the default generator, whose stream is PyTorch's once this has seeded it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tinygrad_edu import random
from tinygrad_edu.torch.parts.stream import Generator

__all__ = [
    "Generator", "default_generator", "fork_rng", "get_rng_state", "initial_seed", "manual_seed",
    "seed", "set_rng_state",
]  # fmt: skip

default_generator = Generator()


def _in_use() -> Generator:
    """The default generator of the package, from now on that of PyTorch's stream."""
    if random.default_generator() is not default_generator:
        default_generator.seed()
        random.replace_default(default_generator)
    return default_generator


def manual_seed(seed: int) -> Generator:
    """Restart the default generator, and draw PyTorch's stream from now on; return it.

    ``tg.manual_seed`` goes back to the stream of ``np.random.default_rng``.

    >>> import tinygrad_edu.torch as torch
    >>> _ = torch.manual_seed(0)
    >>> torch.rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    random.replace_default(default_generator)
    return default_generator.manual_seed(seed)


def seed() -> int:
    """Restart the default generator from a seed of the operating system; return it."""
    return _in_use().seed()


def initial_seed() -> int:
    """The seed from which the default generator was started last."""
    return _in_use().initial_seed()


def get_rng_state() -> Any:
    """The state of the default generator, for `set_rng_state`: a tensor of uint8.

    >>> import tinygrad_edu.torch as torch
    >>> state = torch.get_rng_state()
    >>> first = torch.rand(3)
    >>> torch.set_rng_state(state)
    >>> bool((torch.rand(3) == first).all())
    True
    """
    return _in_use().get_state()


def set_rng_state(new_state: Any) -> None:
    """Put the default generator into a state of `get_rng_state`."""
    _in_use().set_state(new_state)


@contextmanager
def fork_rng(devices: Any = None, enabled: bool = True, **options: Any) -> Iterator[None]:
    """A block after which the generator goes on as if nothing had been drawn in it."""
    state = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)
