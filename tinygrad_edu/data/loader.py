"""DataLoader: a dataset in batches, in order or shuffled."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu.data.dataset import Array, Dataset
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["DataLoader", "default_collate"]


class DataLoader:
    """Iterate over a dataset in batches: tuples of arrays with a leading batch axis.

    Each batch is read by one index, ``dataset[array_of_indices]``, where PyTorch's asks for one
    example after the other: a ``__getitem__`` that was written for one example acts on the whole
    batch. See `Dataset` for how to write it, or pass ``collate_fn=default_collate``.

    One iteration is one epoch; each draws its own permutation, at its start and in one call, so the
    order is a function of the generator's state alone.

    Parameters
    ----------
    dataset : Dataset
        Or anything with a length that an array of integers can index.
    batch_size : int, default=1
    shuffle : bool, default=False
    drop_last : bool, default=False
        Leave out the last batch when it is smaller than the others.
    generator : np.random.Generator, int or None
        Draws the permutations; an integer seeds one that lives as long as the loader.
    collate_fn : callable, optional
        For a dataset that serves single examples: it is then asked for them one by one, and
        ``collate_fn`` gets the list and makes the batch. `default_collate` stacks them.
    transform : callable, optional
        Applied to the first array of every batch (the inputs): augmentation for training alone.

    Raises
    ------
    ValueError
        If the dataset is empty, ``batch_size`` is below 1, or ``drop_last`` leaves no batch at all.
        (PyTorch yields nothing, in silence.)

    Examples
    --------
    >>> dataset = tg.data.TensorDataset(np.arange(10.0), np.arange(10))
    >>> loader = tg.data.DataLoader(dataset, batch_size=4)
    >>> len(loader)
    3
    >>> [y.tolist() for x, y in loader]
    [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    """

    def __init__(
        self,
        dataset: Dataset | Any,
        batch_size: int = 1,
        shuffle: bool = False,
        drop_last: bool = False,
        generator: GeneratorLike = None,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        transform: Callable[[Array], Array] | None = None,
    ) -> None:
        self.dataset = dataset
        self.batch_size = operator.index(batch_size)
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.generator = None if generator is None else get_generator(generator)
        self.collate_fn = collate_fn
        self.transform = transform
        if self.batch_size < 1:
            raise ValueError(f"DataLoader: batch_size must be at least 1, received {batch_size}")
        if len(dataset) == 0:
            raise ValueError(f"DataLoader: the dataset is empty: {dataset!r}")
        if len(self) == 0:
            raise ValueError(
                f"DataLoader: drop_last=True leaves no batch, as batch_size={batch_size} is more "
                f"than the {len(dataset)} examples"
            )

    def __len__(self) -> int:
        """Return the number of batches."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        # Drawn here and not at the first `next`, so the epoch's order is settled when the epoch
        # begins.
        count = len(self.dataset)
        order = (
            get_generator(self.generator).permutation(count) if self.shuffle else np.arange(count)
        )
        return self._batches(order)

    def _batches(self, order: NDArray[np.intp]) -> Iterator[Any]:
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            batch = self._fetch(order[start : start + self.batch_size])
            if self.transform is None:
                yield batch
            elif isinstance(batch, tuple):
                yield (self.transform(batch[0]), *batch[1:])
            else:
                yield self.transform(batch)

    def _fetch(self, indices: NDArray[np.intp]) -> Any:
        if self.collate_fn is not None:
            return self.collate_fn([self.dataset[int(k)] for k in indices])
        try:
            batch = self.dataset[indices]
        except Exception as error:
            error.add_note(f"while reading a batch: {self._contract()}")
            raise
        for array in batch if isinstance(batch, tuple) else (batch,):
            shape = _shape(array)
            if shape[:1] != indices.shape:
                raise TypeError(
                    f"{self._contract()}; {len(indices)} indices gave {type(array).__name__} "
                    f"of shape {shape}"
                )
        return batch

    def __repr__(self) -> str:
        return (
            f"DataLoader({self.dataset!r}, batch_size={self.batch_size}, shuffle={self.shuffle}, "
            f"drop_last={self.drop_last})"
        )

    def _contract(self) -> str:
        return (
            f"DataLoader: {type(self.dataset).__name__} must accept an array of indices and give "
            "an array, or a tuple of them, with one row for each; if it serves single examples, "
            "pass collate_fn=tinygrad_edu.data.default_collate"
        )


def _shape(value: Any) -> tuple[int, ...]:
    """The shape of what a dataset gave; () for a list of arrays that differ."""
    try:
        return np.shape(value)
    except ValueError:
        return ()


def default_collate(examples: Sequence[Any]) -> Any:
    """Stack single examples into a batch: arrays of one shape into an array, tuples field by field.

    Raises
    ------
    ValueError
        If the examples differ in shape or in their number of fields.

    Examples
    --------
    >>> x, y = tg.data.default_collate([([0.0, 1.0], 3), ([2.0, 4.0], 5)])
    >>> x.shape, y
    ((2, 2), array([3, 5]))
    """
    if isinstance(examples[0], tuple):
        if len({len(example) for example in examples}) > 1:
            raise ValueError("default_collate: the examples have different numbers of fields")
        return tuple(default_collate(field) for field in zip(*examples, strict=True))
    shapes = {np.shape(example) for example in examples}
    if len(shapes) > 1:
        raise ValueError(
            f"default_collate: the examples have different shapes: {sorted(shapes)}; "
            "pass a collate_fn that pads or crops them"
        )
    return np.stack([np.asarray(example) for example in examples])
