"""PyTorch's generators of random numbers. Loaded at first use, as ``numpy.random`` takes time."""

from __future__ import annotations

import json
from typing import Any, Self

import numpy as np

from tinygrad_edu import random
from tinygrad_edu._checked import shown
from tinygrad_edu._checks import check_count
from tinygrad_edu.compat.devices import CPU, check_device
from tinygrad_edu.compat.devices import device as device_class
from tinygrad_edu.engine import Array
from tinygrad_edu.tensor import Tensor, from_numpy

__all__ = [
    "Generator", "default_generator", "get_rng_state", "initial_seed", "seed", "set_rng_state",
]  # fmt: skip

# PyTorch's generators start from this number, so that one that nobody seeded repeats itself.
_FIRST_SEED = 67280421310721


class Generator(np.random.Generator):
    """A stream of random numbers of its own, for the argument ``generator=``.

    It is a generator of NumPy too: ``g.normal(size=3)``. The stream of `manual_seed` is that of
    ``np.random.default_rng``, not PyTorch's.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> g = tg.Generator().manual_seed(7)
    >>> first = tg.rand(3, generator=g)
    >>> bool((tg.rand(3, generator=g.manual_seed(7)) == first).all()), g.initial_seed()
    (True, 7)
    """

    _kept: tuple[str, ...] = ("_seed",)  # what the state holds beside the bits

    def __init__(self, device: Any = None) -> None:
        check_device(device)
        super().__init__(np.random.PCG64(_FIRST_SEED))
        self._seed = _FIRST_SEED

    @property
    def device(self) -> device_class:
        """Where the numbers are drawn: the CPU."""
        return CPU

    def manual_seed(self, seed: int) -> Self:
        """Restart the stream from ``seed``; return the generator."""
        seed = check_count("manual_seed", "seed", seed, 0)
        self.bit_generator.state = np.random.PCG64(seed).state
        self._seed = seed
        return self

    def initial_seed(self) -> int:
        """The seed from which the stream was started last."""
        return self._seed

    def seed(self) -> int:
        """Restart from a seed that the operating system draws; return it."""
        drawn = np.random.SeedSequence().generate_state(1, np.uint64)
        return self.manual_seed(int(drawn[0])).initial_seed()

    def get_state(self) -> Tensor:
        """The state as bytes, a tensor of uint8, for `set_state`."""
        text = json.dumps([random.get_state(self), *(getattr(self, name) for name in self._kept)])
        return from_numpy(np.frombuffer(text.encode(), np.uint8).copy())

    def set_state(self, new_state: Any) -> Self:
        """Go on from a state of `get_state`; return the generator.

        Raises
        ------
        ValueError
            If it is none of this package's, such as one that PyTorch saved.
        """
        try:
            state, *kept = json.loads(np.asarray(new_state, np.uint8).tobytes())
            values = dict(zip(self._kept, kept, strict=True))
        except (OverflowError, TypeError, ValueError):
            raise ValueError(
                "set_state: new_state must be what get_state() returned here, as a state of "
                f"PyTorch's generators cannot be taken over; received {shown(new_state)}"
            ) from None
        random.set_state(state, self)
        for name, value in values.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        return "Generator()"

    def __reduce__(self) -> Any:
        return _restored, (type(self), self.get_state().value)


def _restored(kind: type[Generator], state: Array) -> Generator:
    return kind().set_state(state)


class _Default(Generator):
    """The generator behind ``tg.manual_seed``, which draws the same stream."""

    def __init__(self) -> None:
        np.random.Generator.__init__(self, random.own_generator().bit_generator)

    @property
    def _seed(self) -> int:
        known = random.noted_seed()
        return self.seed() if known is None else known

    @_seed.setter
    def _seed(self, seed: int) -> None:
        random.note_seed(seed)

    def __reduce__(self) -> Any:
        return "default_generator"


default_generator = _Default()


def seed() -> int:
    """Restart the default generator from a seed of the operating system; return it.

    >>> import tinygrad_edu as tg
    >>> tg.seed() == tg.initial_seed()
    True
    """
    return default_generator.seed()


def initial_seed() -> int:
    """The seed from which the default generator was started last.

    >>> import tinygrad_edu as tg
    >>> _ = tg.manual_seed(3)
    >>> tg.initial_seed()
    3
    """
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the default generator as bytes, for `set_rng_state`.

    >>> import tinygrad_edu as tg
    >>> state = tg.get_rng_state()
    >>> first = tg.rand(3)
    >>> tg.set_rng_state(state)
    >>> bool((tg.rand(3) == first).all())
    True
    """
    return default_generator.get_state()


def set_rng_state(new_state: Any) -> None:
    """Put the default generator into a state of `get_rng_state`."""
    default_generator.set_state(new_state)
