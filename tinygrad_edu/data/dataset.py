"""Datasets: examples by index, or one after the other."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu.data.arguments import as_array, check_dataset
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.tensor import Tensor, as_tensor, from_numpy

__all__ = [
    "ChainDataset", "ConcatDataset", "Dataset", "IterableDataset", "TensorDataset",
]  # fmt: skip

Array: TypeAlias = NDArray[Any]
Index: TypeAlias = "int | slice | Sequence[int] | Array | Tensor"
Example = TypeVar("Example", covariant=True)


class Dataset(Generic[Example]):
    """Examples by index. Subclasses define ``__getitem__``, and ``__len__`` where it is known.

    `DataLoader` asks for one example after the other, ``dataset[k]`` with a Python integer, and
    makes the batch of them, as in PyTorch.

    A dataset that sets ``takes_arrays = True`` is asked for a whole batch by one array of indices,
    which is faster, and gives one row for each. Its ``__getitem__`` must then not take the first
    axis for one of an example: ``image[..., ::-1]`` mirrors one image or many. The datasets of
    this package do so; a subclass that overrides ``__getitem__`` is read one by one again, unless
    it says ``takes_arrays = True`` itself.

    Examples
    --------
    >>> class Squares(tg.data.Dataset):
    ...     def __len__(self):
    ...         return 100
    ...     def __getitem__(self, k):
    ...         return float(k), k**2
    >>> next(iter(tg.data.DataLoader(Squares(), batch_size=3)))
    [tensor([0., 1., 2.], dtype=torch.float64), tensor([0, 1, 4])]
    """

    #: Whether an array of indices gives the batch of these examples.
    takes_arrays: ClassVar[bool] = False

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} defines no __getitem__(self, index)")

    def __add__(self, other: Dataset[Any]) -> Any:
        return ConcatDataset([self, other])


class IterableDataset(Dataset[Example]):
    """Examples one after the other, without an index. Subclasses define ``__iter__``.

    `DataLoader` reads it in its own order: it takes no ``shuffle`` and no sampler.

    Examples
    --------
    >>> class Lines(tg.data.IterableDataset):
    ...     def __iter__(self):
    ...         return iter([1, 2, 3])
    >>> list(tg.data.DataLoader(Lines(), batch_size=2))
    [tensor([1, 2]), tensor([3])]
    """

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError(f"{type(self).__name__} defines no __iter__(self)")

    def __add__(self, other: Dataset[Any]) -> Any:
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors whose rows belong together: the k-th example is the tuple of their k-th rows.

    Parameters
    ----------
    *arrays : tensors, arrays, or anything that NumPy can turn into an array
        All with the same first dimension. They are held, not copied: an example shares their
        memory, a batch of an array of indices is a copy.

    Raises
    ------
    ValueError
        If there are none, or the first dimensions differ.
    TypeError
        If one has no first dimension or holds Python objects.

    Examples
    --------
    >>> dataset = tg.data.TensorDataset(tg.tensor([[0.0, 1.0], [2.0, 3.0]]), tg.tensor([7, 8]))
    >>> len(dataset)
    2
    >>> dataset[1]
    (tensor([2., 3.]), tensor(8))
    """

    takes_arrays = True

    def __init__(self, *arrays: Any) -> None:
        if not arrays:
            raise ValueError("TensorDataset needs at least one tensor")
        self.tensors = tuple(_checked(array, k) for k, array in enumerate(arrays))
        if len({len(each) for each in self.tensors}) > 1:
            shapes = ", ".join(str(tuple(each.value.shape)) for each in self.tensors)
            raise ValueError(
                f"TensorDataset: the tensors must agree in their first dimension, received {shapes}"
            )

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, index: Index) -> tuple[Tensor, ...]:
        chosen = resolve_index(index, len(self))
        if isinstance(chosen, np.ndarray):
            return tuple(_rows(tensor, chosen) for tensor in self.tensors)
        return tuple(tensor[chosen] for tensor in self.tensors)

    def __repr__(self) -> str:
        arrays = (each.value for each in self.tensors)
        return f"TensorDataset({', '.join(f'{a.shape} {a.dtype}' for a in arrays)})"


class ConcatDataset(Dataset[Any]):
    """Datasets one after the other.

    Raises
    ------
    ValueError
        If there are none; on reading a batch, if the parts serve tensors of different shapes or
        dtypes.

    Examples
    --------
    >>> first, second = tg.data.TensorDataset([1, 2, 3]), tg.data.TensorDataset([4, 5])
    >>> tg.data.ConcatDataset([first, second])[[4, 0]]
    (tensor([5, 1]),)
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        if not isinstance(datasets, Iterable):
            raise TypeError(f"ConcatDataset: datasets must be a list, received {datasets!r}")
        self.datasets = [check_dataset("ConcatDataset", dataset) for dataset in datasets]
        if not self.datasets:
            raise ValueError("ConcatDataset needs at least one dataset")
        self.cumulative_sizes = np.cumsum([len(dataset) for dataset in self.datasets]).tolist()

    @property
    def takes_arrays(self) -> bool:  # type: ignore[override]  # as the datasets behind it
        """Whether all its datasets take arrays of indices."""
        return all(map(takes_arrays, self.datasets))

    def __len__(self) -> int:
        return int(self.cumulative_sizes[-1])

    def __getitem__(self, index: Index) -> Any:
        chosen = resolve_index(index, len(self))
        chosen = np.arange(len(self))[chosen] if isinstance(chosen, slice) else np.asarray(chosen)
        chosen = in_range(chosen, len(self))
        part_of = np.searchsorted(self.cumulative_sizes, chosen, side="right")
        starts = np.array([0, *self.cumulative_sizes])
        if chosen.ndim == 0:
            return self.datasets[part_of][int(chosen - starts[part_of])]
        if not self.takes_arrays:
            raise IndexError("ConcatDataset: these datasets give one example by one integer")
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


class ChainDataset(IterableDataset[Any]):
    """Datasets without an index, one after the other.

    Examples
    --------
    >>> class Count(tg.data.IterableDataset):
    ...     def __iter__(self):
    ...         return iter(range(2))
    >>> list(Count() + Count())
    [0, 1, 0, 1]
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        if not isinstance(datasets, Iterable):
            raise TypeError(f"ChainDataset: datasets must be a list, received {datasets!r}")
        self.datasets = list(datasets)
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise TypeError(
                    "ChainDataset: datasets must be IterableDatasets, received "
                    f"{type(dataset).__name__}; ConcatDataset takes those with an index"
                )

    def __iter__(self) -> Iterator[Any]:
        for dataset in self.datasets:
            yield from dataset

    def __len__(self) -> int:
        return sum(map(len, self.datasets))


def takes_arrays(dataset: Any) -> bool:
    """Whether a dataset may be read by an array of indices: it is one, or its class says so.

    The word of a class counts for its own ``__getitem__``, not for one that a subclass puts in
    its place.

    >>> class Doubled(TensorDataset):
    ...     def __getitem__(self, index):
    ...         return super().__getitem__(index)[0] * 2
    >>> takes_arrays(TensorDataset([1])), takes_arrays(Doubled([1])), takes_arrays([1])
    (True, False, False)
    """
    if isinstance(dataset, Tensor) or type(dataset) is np.ndarray:
        return dataset.ndim > 0 and dataset.dtype.kind in "biuf"
    for kind in type(dataset).__mro__:
        if "takes_arrays" in vars(kind):
            return dataset.takes_arrays is True
        if "__getitem__" in vars(kind):
            return False
    return False


def examples_of(dataset: Any, keys: list[Any]) -> list[Any]:
    """The examples of a list of keys, at once where the class defines ``__getitems__``.

    As with `takes_arrays`, that does not count for a ``__getitem__`` of a subclass.
    """
    for kind in type(dataset).__mro__:
        if "__getitems__" in vars(kind):
            return dataset.__getitems__(keys)  # type: ignore[no-any-return]  # a user's
        if "__getitem__" in vars(kind):
            break
    return [dataset[key] for key in keys]


def resolve_index(index: Index, length: int) -> int | slice | NDArray[np.integer[Any]]:
    """Reduce what may stand in the brackets to an integer, a slice or a 1-D array of integers.

    A boolean mask as long as the dataset becomes the positions where it is true.

    Raises
    ------
    IndexError
        If it is anything else, or an array of floats, or has more than one dimension.
    """
    if isinstance(index, slice):
        return index
    index = value_of(index)
    if isinstance(index, list):
        index = np.asarray([value_of(k) for k in index], dtype=None if index else np.intp)
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


def in_range(indices: NDArray[Any], length: int) -> NDArray[np.intp]:
    """Count negative indices from the end; refuse what lies outside."""
    outside = (indices < -length) | (indices >= length)
    if outside.any():
        raise IndexError(
            f"index {indices[outside].flat[0]} is out of range for a dataset of {length}"
        )
    wrapped: NDArray[np.intp] = np.where(indices < 0, indices + length, indices).astype(np.intp)
    return wrapped


def _rows(tensor: Tensor, chosen: NDArray[Any]) -> Any:
    """Rows of a tensor; unrecorded ones the short way, as every batch comes through here."""
    return tensor[chosen] if tensor.requires_grad else Node.wrap(tensor.value[chosen])


def _checked(value: Any, position: int) -> Tensor:
    array = as_array(value)
    if array.ndim == 0 or array.dtype.kind not in "biufc":
        raise TypeError(
            f"TensorDataset: argument {position} must be a tensor or an array with at least one "
            f"dimension and a numeric dtype, received {type(value).__name__} of shape "
            f"{array.shape} and dtype {array.dtype}"
        )
    return value if isinstance(value, Tensor) else as_tensor(array)


def _scatter(parts: tuple[Any, ...], places: list[NDArray[np.intp]], length: int) -> Any:
    """Put the rows of each part at its places in one new tensor."""
    if any(getattr(part, "requires_grad", False) for part in parts):
        raise TypeError("ConcatDataset: a batch would lose the gradient; detach the tensors")
    arrays = [np.asarray(value_of(part)) for part in parts]
    kinds = {(array.shape[1:], array.dtype) for array in arrays}
    if len(kinds) > 1:
        raise ValueError(
            "ConcatDataset: the datasets serve different rows: "
            + ", ".join(f"{shape} {dtype}" for shape, dtype in sorted(kinds, key=str))
        )
    out = np.empty((length, *arrays[0].shape[1:]), dtype=arrays[0].dtype)
    for array, place in zip(arrays, places, strict=True):
        out[place] = array
    return from_numpy(out)
