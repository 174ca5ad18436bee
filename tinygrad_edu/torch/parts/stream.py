"""PyTorch's stream of random numbers: what `torch.manual_seed` and `torch.Generator` draw from.

The bits are those of the Mersenne Twister (Matsumoto & Nishimura 1998), started from the lower 32
bits of the seed. How numbers are made of them is what PyTorch's CPU build does, so that a script
with a seed trains along the same path; float32 normals differ by rounding. Distributions that are
not written here come from the same bits in NumPy's way.
"""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from tinygrad_edu._checks import check_count
from tinygrad_edu.compat import generators
from tinygrad_edu.engine import Array

__all__ = ["Generator"]

#: From this range on, an integer is made of 64 bits.
_WIDE = 2**28
#: Fewer normal numbers than these are made in pairs, of float64.
_FEW = 16


class Generator(generators.Generator):
    """A stream of random numbers, the same as that of PyTorch's ``torch.Generator`` on a CPU.

    Examples
    --------
    >>> import tinygrad_edu.torch as torch
    >>> g = torch.Generator().manual_seed(2147483647)
    >>> torch.randint(0, 27, (4,), generator=g)
    tensor([ 0, 26, 16, 12])
    """

    _kept = ("_seed", "_second")

    def __init__(self, device: Any = None) -> None:
        super().__init__(device)
        np.random.Generator.__init__(self, np.random.MT19937())
        self._second: float | None = None  # of a pair of normal numbers
        self.manual_seed(self._seed)

    def manual_seed(self, seed: int) -> Self:
        """Restart the stream from ``seed``; return the generator."""
        self._seed = check_count("manual_seed", "seed", seed, None)
        start = {"key": np.array(_first_words(seed & 0xFFFFFFFF), np.uint32), "pos": 624}
        self.bit_generator.state = {"bit_generator": "MT19937", "state": start}
        self._second = None
        return self

    def begin_epoch(self) -> int:
        """The number that a `DataLoader` draws when an epoch begins."""
        return int(self.integers(2**63))

    def spawned(self) -> Generator:
        """The generator that orders an epoch, seeded from this one."""
        return Generator().manual_seed(int(self.integers(2**63)))

    # ---- bits

    def _words(self, count: int) -> Array:
        return np.asarray(self.bit_generator.random_raw(count), np.uint64)

    def _long_words(self, count: int) -> Array:
        words = self._words(2 * count)
        return (words[0::2] << np.uint64(32)) | words[1::2]

    def _uniform(self, count: int, dtype: Any = np.float64) -> Array:
        """Numbers in [0, 1): float32 of 24 bits each, float64 of 53."""
        if np.dtype(dtype) == np.float32:
            return (self._words(count) & np.uint64(2**24 - 1)).astype(np.float32) * np.float32(
                2.0**-24
            )
        return (self._long_words(count) & np.uint64(2**53 - 1)).astype(np.float64) * 2.0**-53

    # ---- what draws through `get_generator` asks for, in NumPy's form

    def random(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        """Numbers uniform in [0, 1)."""
        shape, dtype = _form(size, dtype, out)
        return _given(self._uniform(math.prod(shape), dtype), shape, size, out)

    def standard_normal(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        """Normal numbers of mean 0 and variance 1."""
        shape, dtype = _form(size, dtype, out)
        return _given(self._normal(math.prod(shape), dtype), shape, size, out)

    def integers(
        self,
        low: Any,
        high: Any = None,
        size: Any = None,
        dtype: Any = np.int64,
        endpoint: bool = False,
    ) -> Any:
        """Integers from ``low`` to before ``high``, or from 0 to before ``low``."""
        if endpoint or not (_is_integer(low) and (high is None or _is_integer(high))):
            return super().integers(low, high, size, dtype, endpoint)
        low, high = (0, low) if high is None else (low, high)
        shape = _form(size, dtype, None)[0]
        count, span = math.prod(shape), int(high) - int(low)
        words = self._long_words(count) if span >= _WIDE else self._words(count)
        within = words if span == 2**64 else words % np.uint64(span)
        drawn = within.astype(dtype) + np.asarray(low).astype(dtype)
        return drawn.reshape(shape) if size is not None else int(drawn[0])

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """The integers before ``x``, or the parts of an array, in random order."""
        if not _is_integer(x):
            return super().permutation(x, axis)
        order = list(range(check_count("permutation", "x", x, 0)))
        for k, word in enumerate(self._words(max(len(order) - 1, 0)).tolist()):
            other = k + word % (len(order) - k)
            order[k], order[other] = order[other], order[k]
        return np.array(order, np.int64)

    def standard_exponential(self, size: Any = None, *args: Any, **options: Any) -> Any:
        """Numbers of density e^(-x)."""
        if args or options:
            return super().standard_exponential(size, *args, **options)
        shape = _form(size, np.float64, None)[0]
        return _given(-np.log1p(-self._uniform(math.prod(shape))), shape, size, None)

    def exponential(self, scale: Any = 1.0, size: Any = None) -> Any:
        """Numbers of density e^(-x/s) / s."""
        return self.standard_exponential(np.shape(scale) if size is None else size) * scale

    def choice(
        self, a: Any, size: Any = None, replace: bool = True, p: Any = None, *args: Any, **more: Any
    ) -> Any:
        """``size`` of the integers before ``a``, in proportion to ``p``."""
        if p is None or not (_is_integer(a) and _is_integer(size)) or args or more:
            return super().choice(a, size, replace, p, *args, **more)
        if replace and size > 1:
            ends = np.cumsum(p)
            return np.searchsorted(ends / ends[-1], self._uniform(size))
        waited = np.asarray(self.standard_exponential(a))
        return np.argsort(-(p / waited), kind="stable")[:size]

    # ---- what fills an array in its own dtype

    def bernoulli(self, shape: Any, p: float) -> Array:
        """True with probability ``p``."""
        return self._uniform(math.prod(shape)).reshape(shape) < p

    def fill_uniform(self, array: Array, low: float, high: float) -> None:
        """Overwrite ``array`` by numbers uniform in [low, high)."""
        kind = np.float32 if array.dtype.itemsize <= 4 else np.float64
        start, width = kind(low), kind(high) - kind(low)
        drawn = self._uniform(array.size, kind)
        # Rounded once, as where multiplication and addition are one instruction.
        wide = drawn.astype(np.float64) * np.float64(width) + np.float64(start)
        array[...] = wide.astype(kind).reshape(array.shape)

    def fill_normal(self, array: Array, mean: float, std: float) -> None:
        """Overwrite ``array`` by normal numbers of this mean and standard deviation."""
        kind = np.float32 if array.dtype.itemsize <= 4 else np.float64
        few = array.size < _FEW
        normal = self._pairs(array.size) if few else self._blocks(array.size, kind)
        scale = float if few else kind  # a few are scaled in float64
        array[...] = (normal * scale(std) + scale(mean)).reshape(array.shape)

    # ---- normal numbers, by Box & Muller 1958

    def _normal(self, count: int, dtype: Any) -> Array:
        if count < _FEW:
            return self._pairs(count).astype(dtype)
        return self._blocks(count, np.dtype(dtype).type)

    def _pairs(self, count: int) -> Array:
        """One by one; the second of a pair waits for the next call."""
        drawn = []
        for _ in range(count):
            if self._second is not None:
                drawn.append(self._second)
                self._second = None
                continue
            turn, share = self._uniform(2)
            radius, angle = math.sqrt(-2.0 * math.log1p(-share)), 2.0 * math.pi * turn
            drawn.append(radius * math.cos(angle))
            self._second = radius * math.sin(angle)
        return np.array(drawn, np.float64)

    def _blocks(self, count: int, kind: Any) -> Array:
        """In blocks of 16; a rest is the last 16 numbers drawn again."""
        uniform = self._uniform(count, kind)
        whole = count - count % _FEW
        normal = np.empty(count, kind)
        normal[:whole] = _box_muller(uniform[:whole])
        if whole < count:
            normal[-_FEW:] = _box_muller(self._uniform(_FEW, kind))
        return normal


def _first_words(seed: int) -> list[int]:
    """The state of the Mersenne Twister after ``init_genrand(seed)`` of its authors."""
    words = [seed]
    for k in range(1, 624):
        before = words[-1]
        words.append((1812433253 * (before ^ (before >> 30)) + k) & 0xFFFFFFFF)
    return words


def _box_muller(uniform: Array) -> Array:
    """The first eight of sixteen uniform numbers give the radii, the others the angles."""
    kind = uniform.dtype.type
    block = uniform.reshape(-1, 2, _FEW // 2)
    radius = np.sqrt(kind(-2.0) * np.log(kind(1.0) - block[:, 0]))
    angle = kind(2.0 * math.pi) * block[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(-1)


def _is_integer(x: Any) -> bool:
    return isinstance(x, int | np.integer)


def _form(size: Any, dtype: Any, out: Any) -> tuple[tuple[int, ...], Any]:
    if out is not None:
        return out.shape, out.dtype
    if size is None:
        return (1,), dtype
    return (tuple(size) if isinstance(size, (tuple, list)) else (int(size),)), dtype


def _given(values: Array, shape: tuple[int, ...], size: Any, out: Any) -> Any:
    if out is not None:
        out[...] = values.reshape(shape)
        return out
    return values.reshape(shape) if size is not None else values.item()
