"""Datasets: things with a length that give the examples of an index, one or many at a time."""

from __future__ import annotations

import math
import operator
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_number
from tinygrad_edu.data.arguments import as_array, check_dataset
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["ConcatDataset", "Dataset", "Subset", "TensorDataset", "random_split"]

Array: TypeAlias = NDArray[Any]
Index: TypeAlias = "int | slice | Sequence[int] | Array"


class Dataset(ABC):
    """Examples by index. Subclasses define ``__len__`` and ``__getitem__``.

    ``dataset[i]`` with an integer is one example: a tuple of arrays (or whatever the subclass
    serves). ``dataset[index]`` with a slice or an array of integers is the batch of those examples,
    each array with a leading axis as long as the index.

    **`DataLoader` asks for a whole batch by one such index**, which is what makes it fast, so
    ``__getitem__`` must not take the first axis for one of an example. Count axes from the end:
    ``image[..., ::-1]`` mirrors one image or many, ``image[:, ::-1]`` would mix up a batch. What
    can only be written for single examples works with ``DataLoader(collate_fn=default_collate)``.

    Examples
    --------
    >>> class Squares(tg.data.Dataset):
    ...     def __len__(self):
    ...         return 100
    ...     def __getitem__(self, index):
    ...         x = np.arange(100, dtype=np.float32)[index]
    ...         return x, x**2
    >>> Squares()[np.array([2, 3])]
    (array([2., 3.], dtype=float32), array([4., 9.], dtype=float32))
    """

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, index: Any) -> Any: ...

    def __add__(self, other: Dataset) -> ConcatDataset:
        return ConcatDataset([self, other])


class TensorDataset(Dataset):
    """Arrays whose rows belong together: the k-th example is the tuple of their k-th rows.

    Parameters
    ----------
    *arrays : arrays, Tensors, or anything that NumPy can turn into an array
        All with the same first dimension. They are held, not copied; what is read by index is
        always a copy.

    Raises
    ------
    ValueError
        If there are none, or the first dimensions differ.
    TypeError
        If one has no first dimension or holds Python objects.

    Examples
    --------
    >>> dataset = tg.data.TensorDataset([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], [7, 8, 9])
    >>> len(dataset)
    3
    >>> x, y = dataset[1:]
    >>> x.shape, y.tolist()
    ((2, 2), [8, 9])
    """

    def __init__(self, *arrays: Any) -> None:
        if not arrays:
            raise ValueError("TensorDataset needs at least one array")
        self.arrays = tuple(_checked(array, k) for k, array in enumerate(arrays))
        if len({len(array) for array in self.arrays}) > 1:
            shapes = ", ".join(str(array.shape) for array in self.arrays)
            raise ValueError(
                f"TensorDataset: the arrays must agree in their first dimension, received {shapes}"
            )

    def __len__(self) -> int:
        return len(self.arrays[0])

    def __getitem__(self, index: Index) -> tuple[Any, ...]:
        chosen = resolve_index(index, len(self))
        rows = tuple(array[chosen] for array in self.arrays)
        return tuple(row.copy() for row in rows) if isinstance(chosen, int) else rows

    def __repr__(self) -> str:
        arrays = ", ".join(f"{array.shape} {array.dtype}" for array in self.arrays)
        return f"TensorDataset({arrays})"


class Subset(Dataset):
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
    (array([25,  4]),)
    """

    def __init__(self, dataset: Dataset, indices: Sequence[int] | Array) -> None:
        self.dataset = check_dataset("Subset", dataset)
        chosen = as_array(indices)
        chosen = chosen if chosen.size else chosen.astype(np.intp)
        if chosen.ndim != 1 or chosen.dtype.kind not in "iub":
            raise TypeError(f"Subset: indices must be a list of integers, received {indices!r}")
        try:
            self.indices = _in_range(np.asarray(resolve_index(chosen, len(dataset))), len(dataset))
        except IndexError as error:
            raise IndexError(f"Subset: {error}") from None

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: Index) -> Any:
        chosen = self.indices[resolve_index(index, len(self))]
        return self.dataset[int(chosen) if chosen.ndim == 0 else chosen]

    def __repr__(self) -> str:
        return f"Subset({len(self)} of {self.dataset!r})"


class ConcatDataset(Dataset):
    """Datasets one after the other.

    Raises
    ------
    ValueError
        If there are none; on reading a batch, if the parts serve arrays of different shapes or
        dtypes.

    Examples
    --------
    >>> first, second = tg.data.TensorDataset([1, 2, 3]), tg.data.TensorDataset([4, 5])
    >>> tg.data.ConcatDataset([first, second])[[4, 0]]
    (array([5, 1]),)
    """

    def __init__(self, datasets: Iterable[Dataset]) -> None:
        if not isinstance(datasets, Iterable):
            raise TypeError(f"ConcatDataset: datasets must be a list, received {datasets!r}")
        self.datasets = [check_dataset("ConcatDataset", dataset) for dataset in datasets]
        if not self.datasets:
            raise ValueError("ConcatDataset needs at least one dataset")
        self.ends = np.cumsum([len(dataset) for dataset in self.datasets])

    def __len__(self) -> int:
        return int(self.ends[-1])

    def __getitem__(self, index: Index) -> Any:
        chosen = _in_range(np.asarray(resolve_index(index, len(self))), len(self))
        part_of = np.searchsorted(self.ends, chosen, side="right")
        starts = self.ends - [len(dataset) for dataset in self.datasets]
        if chosen.ndim == 0:
            return self.datasets[part_of][int(chosen - starts[part_of])]
        # One index per part that is touched; its rows then go to their places in the batch.
        parts = [int(k) for k in np.unique(part_of)] or [0]
        places = [np.flatnonzero(part_of == k) for k in parts]
        batches = [
            self.datasets[k][chosen[place] - starts[k]]
            for k, place in zip(parts, places, strict=True)
        ]
        if isinstance(batches[0], tuple):
            columns = zip(*batches, strict=True)
            return tuple(_scatter(column, places, len(chosen)) for column in columns)
        return _scatter(tuple(batches), places, len(chosen))

    def __repr__(self) -> str:
        return f"ConcatDataset({self.datasets!r})"


def random_split(
    dataset: Dataset, lengths: Sequence[int] | Sequence[float], generator: GeneratorLike = None
) -> list[Subset]:
    """Cut a dataset into parts at random, without overlap.

    Parameters
    ----------
    lengths : sequence of int or of float
        How many examples each part gets; or fractions that sum to 1, of which each part gets the
        floor and the first parts one more until all are given away.
    generator : np.random.Generator, int or None
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
    return [Subset(dataset, cut) for cut in cuts]


def resolve_index(index: Index, length: int) -> int | NDArray[np.integer[Any]]:
    """Reduce what may stand in the brackets to an integer or a 1-D array of integers.

    A slice becomes the array of its positions, so that reading always copies; a boolean mask as
    long as the dataset becomes the positions where it is true.

    Raises
    ------
    IndexError
        If it is anything else, or an array of floats, or has more than one dimension.
    """
    if isinstance(index, slice):
        return np.arange(length)[index]
    if isinstance(index, list):
        index = np.asarray(index, dtype=None if index else np.intp)
    if isinstance(index, np.ndarray) and index.ndim == 1:
        if index.dtype.kind in "iu":
            return index
        if index.dtype == np.bool_ and len(index) == length:
            return np.flatnonzero(index)
    else:
        try:
            return operator.index(index)  # type: ignore[arg-type]  # what is no integer is refused
        except TypeError:
            pass
    shown = f"{index.dtype}{list(index.shape)}" if isinstance(index, np.ndarray) else repr(index)
    raise IndexError(
        f"a dataset of {length} is indexed by an integer, a slice or a 1-D array of integers, "
        f"received {shown}"
    )


def _in_range(indices: NDArray[Any], length: int) -> NDArray[np.intp]:
    """Count negative indices from the end; refuse what lies outside."""
    outside = (indices < -length) | (indices >= length)
    if outside.any():
        raise IndexError(
            f"index {indices[outside].flat[0]} is out of range for a dataset of {length}"
        )
    wrapped: NDArray[np.intp] = np.where(indices < 0, indices + length, indices).astype(np.intp)
    return wrapped


def _checked(value: Any, position: int) -> Array:
    array = as_array(value)
    if array.ndim == 0 or array.dtype == np.object_:
        raise TypeError(
            f"TensorDataset: argument {position} must be an array with at least one dimension and "
            f"a numeric dtype, received {type(value).__name__} of shape {array.shape} and "
            f"dtype {array.dtype}"
        )
    return array


def _scatter(parts: tuple[Array, ...], places: list[NDArray[np.intp]], length: int) -> Array:
    """Put the rows of each part at its places in one new array."""
    kinds = {(part.shape[1:], part.dtype) for part in parts}
    if len(kinds) > 1:
        raise ValueError(
            "ConcatDataset: the datasets serve different rows: "
            + ", ".join(f"{shape} {dtype}" for shape, dtype in sorted(kinds, key=str))
        )
    out = np.empty((length, *parts[0].shape[1:]), dtype=parts[0].dtype)
    for part, place in zip(parts, places, strict=True):
        out[place] = part
    return out


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
