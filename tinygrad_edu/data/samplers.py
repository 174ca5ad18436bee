"""Samplers: in which order the examples of a dataset are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_count, check_flag
from tinygrad_edu.data.arguments import as_array
from tinygrad_edu.engine import value_of
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor import multinomial

__all__ = [
    "BatchSampler", "RandomSampler", "Sampler", "SequentialSampler", "SubsetRandomSampler",
    "WeightedRandomSampler",
]  # fmt: skip

Key = TypeVar("Key", covariant=True)


class Sampler(Generic[Key]):
    """An order of indices. Subclasses define ``__iter__``, and ``__len__`` where it is known.

    Examples
    --------
    >>> class Backwards(tg.data.Sampler):
    ...     def __init__(self, data):
    ...         self.data = data
    ...     def __iter__(self):
    ...         return iter(range(len(self.data) - 1, -1, -1))
    ...     def __len__(self):
    ...         return len(self.data)
    >>> loader = tg.data.DataLoader([1, 2, 3], batch_size=2, sampler=Backwards([1, 2, 3]))
    >>> list(loader)
    [tensor([3, 2]), tensor([1])]
    """

    def __init__(self, data_source: Any = None) -> None:
        pass  # an argument that old scripts pass

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} defines no __iter__(self)")


class _Drawn(Sampler[int]):
    """A sampler that knows its whole order at once, as an array, when an epoch begins."""

    def order(self) -> NDArray[np.intp]:
        """The indices of an epoch that begins."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[int]:
        return iter(self.order().tolist())


class SequentialSampler(_Drawn):
    """The indices 0, 1, 2, ...

    Examples
    --------
    >>> list(tg.data.SequentialSampler(range(3)))
    [0, 1, 2]
    """

    def __init__(self, data_source: Any) -> None:
        self.data_source = _sized("SequentialSampler", "data_source", data_source)

    def order(self) -> NDArray[np.intp]:
        """The indices in their order."""
        return np.arange(len(self.data_source))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(_Drawn):
    """The indices in a random order: without replacement one permutation after the other.

    Parameters
    ----------
    replacement : bool, default=False
        Draw each index on its own, so that some come twice.
    num_samples : int, optional
        How many to draw, otherwise as many as there are examples.
    generator : Generator, int or None

    Examples
    --------
    >>> sorted(tg.data.RandomSampler(range(3)))
    [0, 1, 2]
    >>> len(tg.data.RandomSampler(range(3), replacement=True, num_samples=7))
    7
    """

    def __init__(
        self,
        data_source: Any,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: GeneratorLike = None,
    ) -> None:
        self.data_source = _sized("RandomSampler", "data_source", data_source)
        self.replacement = check_flag("RandomSampler", "replacement", replacement)
        if num_samples is not None:
            check_count("RandomSampler", "num_samples", num_samples)
        self._num_samples = num_samples
        self.generator = _kept("RandomSampler", generator)

    @property
    def num_samples(self) -> int:
        """How many indices an epoch has."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def order(self) -> NDArray[np.intp]:
        """Draw the indices of one epoch."""
        count, draw = len(self.data_source), get_generator(self.generator)
        spawned: Any = getattr(draw, "spawned", None)  # of PyTorch's stream
        own = self.generator is not None
        if not own and spawned is not None:
            draw = spawned()
        if self.replacement:
            return draw.integers(count, size=self.num_samples)
        rounds = -(-self.num_samples // count) if count else 0
        if (
            spawned is not None and count
        ):  # PyTorch draws one more order, of which it takes the rest
            rounds = self.num_samples // count + 1
        if rounds == 1:
            return draw.permutation(count)[: self.num_samples]
        drawn = [draw.permutation(count) for _ in range(rounds)]
        return np.concatenate([np.zeros(0, np.intp), *drawn])[: self.num_samples]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(_Drawn):
    """Given indices, without replacement, in a random order.

    Examples
    --------
    >>> sorted(tg.data.SubsetRandomSampler([3, 5, 8]))
    [3, 5, 8]
    """

    def __init__(self, indices: Sequence[int], generator: GeneratorLike = None) -> None:
        self.indices = _sized("SubsetRandomSampler", "indices", indices)
        self.generator = _kept("SubsetRandomSampler", generator)
        if _numbers(indices).dtype.kind not in "iu" and len(indices):
            raise TypeError(f"SubsetRandomSampler: indices must be integers, received {indices!r}")

    def order(self) -> NDArray[np.intp]:
        """Draw an order of the indices."""
        chosen = _numbers(self.indices).astype(np.intp)
        return chosen[get_generator(self.generator).permutation(len(chosen))]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(_Drawn):
    """Indices drawn in proportion to weights, which need not sum to 1.

    Parameters
    ----------
    weights : sequence of numbers >= 0
    num_samples : int
    replacement : bool, default=True
    generator : Generator, int or None

    Raises
    ------
    ValueError
        If weights are negative or not finite, or, without replacement, too few are positive.

    Examples
    --------
    >>> list(tg.data.WeightedRandomSampler([0.0, 3.0], 4))
    [1, 1, 1, 1]
    """

    def __init__(
        self,
        weights: Any,
        num_samples: int,
        replacement: bool = True,
        generator: GeneratorLike = None,
    ) -> None:
        array = _numbers(_sized("WeightedRandomSampler", "weights", weights))
        numbers = array.ndim == 1 and array.dtype.kind in "biuf" and array.size > 0
        if not numbers or not (np.isfinite(array) & (array >= 0)).all():
            raise ValueError(
                "WeightedRandomSampler: weights must be finite numbers >= 0, one for each example, "
                f"received {weights!r}"
            )
        self.weights = array.astype(np.float64)
        self.num_samples = check_count("WeightedRandomSampler", "num_samples", num_samples)
        self.replacement = check_flag("WeightedRandomSampler", "replacement", replacement)
        self.generator = _kept("WeightedRandomSampler", generator)

    def order(self) -> NDArray[np.intp]:
        """Draw the indices of one epoch."""
        draw = get_generator(self.generator)
        drawn = multinomial(self.weights, self.num_samples, self.replacement, generator=draw)
        return drawn.value.astype(np.intp, copy=False)

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """The indices of another sampler in lists of ``batch_size``.

    Examples
    --------
    >>> list(tg.data.BatchSampler(range(5), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        if not isinstance(sampler, Iterable) or isinstance(sampler, str | bytes):
            raise TypeError(f"BatchSampler: sampler must give indices, received {sampler!r}")
        self.sampler = sampler
        self.batch_size = check_count("BatchSampler", "batch_size", batch_size)
        self.drop_last = check_flag("BatchSampler", "drop_last", drop_last)

    def batches(self) -> Iterator[Any]:
        """The indices of an epoch that begins, as arrays where the order is known at once."""
        if not isinstance(self.sampler, _Drawn):
            return iter(self)
        order, size = self.sampler.order(), self.batch_size
        end = len(order) - len(order) % size if self.drop_last else len(order)
        return iter([order[k : k + size] for k in range(0, end, size)])

    def __iter__(self) -> Iterator[list[Any]]:
        batch: list[Any] = []
        for index in self.sampler:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch

    def __len__(self) -> int:
        full, rest = divmod(len(self.sampler), self.batch_size)  # type: ignore[arg-type]  # or Python says it has none
        return full + (rest > 0 and not self.drop_last)


def _sized(owner: str, name: str, source: Any) -> Any:
    """Return what has a length, or raise."""
    if not isinstance(source, Sized) or isinstance(source, str | bytes):
        raise TypeError(
            f"{owner}: {name} must have a length, received {type(source).__name__}; define "
            "__len__, or pass a sampler of your own"
        )
    return source


def _numbers(values: Any) -> NDArray[Any]:
    """A list of numbers, which may be tensors, as an array."""
    return as_array([value_of(each) for each in values])


def _kept(owner: str, generator: GeneratorLike) -> Any:
    """A generator that lives as long as the sampler; None stands for the default one."""
    return None if generator is None else get_generator(generator, owner)
