"""Parts of datasets, and datasets side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence, Sized
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_number
from tinygrad_edu.data.arguments import as_array, check_dataset
from tinygrad_edu.data.dataset import (
    Array,
    Dataset,
    Index,
    examples_of,
    in_range,
    resolve_index,
    takes_arrays,
)
from tinygrad_edu.engine import value_of
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["StackDataset", "Subset", "random_split"]


class Subset(Dataset[Any]):
    """The examples of another dataset at given indices, in that order.

    Raises
    ------
    IndexError
        If an index is out of range.
    TypeError
        If the indices are no list of integers.

    Examples
    --------
    >>> dataset = tg.data.TensorDataset(np.arange(10) ** 2)
    >>> tg.data.Subset(dataset, [5, 2])[:]
    (tensor([25,  4]),)
    """

    def __init__(self, dataset: Any, indices: Sequence[int] | Array) -> None:
        self.dataset = check_dataset("Subset", dataset, sized=False)
        self.indices: Any = indices
        chosen = as_array([value_of(k) for k in indices] if isinstance(indices, list) else indices)
        chosen = chosen if chosen.size else chosen.astype(np.intp)
        if chosen.ndim != 1 or chosen.dtype.kind not in "iub":
            raise TypeError(f"Subset: indices must be a list of integers, received {indices!r}")
        if not isinstance(indices, list | range) or chosen.dtype == np.bool_:
            self.indices = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        if isinstance(dataset, Sized):
            try:
                in_range(np.asarray(resolve_index(chosen, len(dataset))), len(dataset))
            except IndexError as error:
                raise IndexError(f"Subset: {error}") from None

    @property
    def takes_arrays(self) -> bool:  # type: ignore[override]  # as the dataset behind it
        """Whether the dataset behind it takes arrays of indices."""
        return takes_arrays(self.dataset)

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: Index) -> Any:
        chosen = resolve_index(index, len(self))
        if isinstance(chosen, int):
            return self.dataset[int(self.indices[chosen])]
        if isinstance(chosen, slice) or isinstance(self.indices, np.ndarray):
            part = self.indices[chosen]
        else:
            part = [self.indices[k] for k in chosen.tolist()]
        return self.dataset[np.asarray(part, np.intp) if self.takes_arrays else list(part)]

    def __getitems__(self, keys: list[int]) -> list[Any]:
        return examples_of(self.dataset, [int(self.indices[key]) for key in keys])

    def __repr__(self) -> str:
        return f"Subset({len(self)} of {self.dataset!r})"


class StackDataset(Dataset[Any]):
    """Datasets side by side: an example is the tuple, or the dict, of theirs.

    Raises
    ------
    ValueError
        If there are none, both ways of naming them are used, or they differ in length.

    Examples
    --------
    >>> tg.data.StackDataset(image=[1.0, 2.0], label=[7, 8])[1]
    {'image': 2.0, 'label': 8}
    """

    def __init__(self, *datasets: Any, **named: Any) -> None:
        if bool(datasets) == bool(named):
            raise ValueError("StackDataset needs datasets, all by position or all by name")
        self.datasets: Any = named or datasets
        parts = [*named.values(), *datasets]
        lengths = {len(check_dataset("StackDataset", part)) for part in parts}
        if len(lengths) > 1:
            raise ValueError(
                f"StackDataset: the datasets differ in length: {[len(part) for part in parts]}"
            )
        self._length = lengths.pop()

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)


def random_split(
    dataset: Any, lengths: Sequence[int] | Sequence[float], generator: GeneratorLike = None
) -> list[Subset]:
    """Cut a dataset into parts at random, without overlap.

    Parameters
    ----------
    lengths : sequence of int or of float
        How many examples each part gets; or fractions that sum to 1, of which each part gets the
        floor and the first parts one more until all are given away.
    generator : Generator, int or None
        Draws one permutation.

    Raises
    ------
    ValueError
        If the lengths do not sum to that of the dataset or the fractions to 1, or one is negative.

    Examples
    --------
    >>> dataset = tg.data.TensorDataset(np.arange(11))
    >>> train, valid = tg.data.random_split(dataset, [0.8, 0.2], generator=0)
    >>> len(train), len(valid)
    (9, 2)
    """
    total = len(check_dataset("random_split", dataset))
    if not isinstance(lengths, Iterable):
        raise TypeError(f"random_split: lengths must be a list of numbers, received {lengths!r}")
    counts = _counts(list(lengths), total)
    order = get_generator(generator, "random_split").permutation(total)
    cuts = np.split(order, np.cumsum(counts)[:-1])
    return [Subset(dataset, cut.tolist()) for cut in cuts]


def _counts(lengths: list[Any], total: int) -> list[int]:
    """Turn lengths or fractions into lengths that sum to the total."""
    for k, length in enumerate(lengths):
        check_number("random_split", f"lengths[{k}]", length)
    if not lengths or not all(length >= 0 for length in lengths):
        raise ValueError(f"random_split: lengths must be at least 0, received {lengths}")
    are_counts = all(isinstance(length, int | np.integer) for length in lengths)
    if are_counts and sum(lengths) == total:
        return [int(length) for length in lengths]
    if are_counts or not math.isclose(sum(lengths), 1.0, rel_tol=1e-6):
        raise ValueError(
            f"random_split: lengths must sum to the {total} examples, or as fractions to 1; "
            f"received {lengths}, which sums to {sum(lengths)}"
        )
    counts = [math.floor(total * fraction) for fraction in lengths]
    for k in range(total - sum(counts)):
        counts[k % len(counts)] += 1
    return counts
