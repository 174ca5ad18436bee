"""DataLoader: a dataset in batches, in order or shuffled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_count, check_flag, check_function
from tinygrad_edu.data.arguments import as_array, check_dataset
from tinygrad_edu.data.dataset import Array, Dataset
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["DataLoader", "default_collate"]


# PyTorch's arguments: accepted with their defaults; otherwise the error says what to do instead.
_TORCH_ONLY = {
    **dict.fromkeys(
        ("num_workers", "prefetch_factor", "persistent_workers", "worker_init_fn", "timeout"),
        "batches are read by this process, each with one index; leave it out",
    ),
    "pin_memory": "arrays stay where they are; leave it out",
    "sampler": "use shuffle=True, or Subset(dataset, indices) for an order of your own",
    "batch_sampler": "use batch_size, shuffle and drop_last",
}


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

    **torch_only
        ``num_workers=0`` and others of PyTorch's arguments, as long as they change nothing.

    Raises
    ------
    ValueError
        If the dataset is empty, ``batch_size`` is below 1, or ``drop_last`` leaves no batch at all.
        (PyTorch yields nothing, in silence.)
    TypeError
        If an argument is of the wrong kind, or one of PyTorch's that cannot be followed here.

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
        **torch_only: Any,
    ) -> None:
        for name, value in torch_only.items():
            advice = _TORCH_ONLY.get(name, "it is no argument")
            if value or name not in _TORCH_ONLY:
                raise TypeError(f"DataLoader: {name}={value!r} is not possible: {advice}")
        self.dataset = check_dataset("DataLoader", dataset)
        self.batch_size = check_count("DataLoader", "batch_size", batch_size)
        self.shuffle = check_flag("DataLoader", "shuffle", shuffle)
        self.drop_last = check_flag("DataLoader", "drop_last", drop_last)
        self.generator = None if generator is None else get_generator(generator, "DataLoader")
        self.collate_fn = check_function("DataLoader", "collate_fn", collate_fn, True)
        self.transform = check_function("DataLoader", "transform", transform, True)
        if collate_fn is None and type(dataset) in (list, tuple, range):
            raise TypeError(
                f"{self._contract()}; for arrays x and y pass TensorDataset(x, y) as the dataset"
            )
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
    """Stack single examples into a batch: arrays into one array, tuples and dicts by their fields.

    Raises
    ------
    ValueError
        If there are no examples, or they differ in shape, in their number of fields or their keys.
    TypeError
        If an example is nothing that an array can hold, such as None.

    Examples
    --------
    >>> x, y = tg.data.default_collate([([0.0, 1.0], 3), ([2.0, 4.0], 5)])
    >>> x.shape, y
    ((2, 2), array([3, 5]))
    >>> tg.data.default_collate([{"x": 1.5, "y": 0}, {"x": 2.5, "y": 1}])
    {'x': array([1.5, 2.5]), 'y': array([0, 1])}
    """
    if not isinstance(examples, Sequence | np.ndarray) or isinstance(examples, str | bytes):
        raise TypeError(
            f"default_collate: examples must be a list, received {type(examples).__name__}"
        )
    if not len(examples):
        raise ValueError("default_collate: there are no examples")
    first = examples[0]
    if isinstance(first, Mapping):
        if any(not isinstance(e, Mapping) or e.keys() != first.keys() for e in examples):
            raise ValueError("default_collate: the examples have different keys")
        return {key: default_collate([example[key] for example in examples]) for key in first}
    if isinstance(first, tuple):
        if any(not isinstance(e, tuple) or len(e) != len(first) for e in examples):
            raise ValueError("default_collate: the examples have different numbers of fields")
        return tuple(default_collate(field) for field in zip(*examples, strict=True))
    arrays = [as_array(example) for example in examples]
    for example, array in zip(examples, arrays, strict=True):
        if array.dtype == np.object_:
            raise TypeError(
                f"default_collate: an example holds {type(example).__name__}, which an array of "
                "numbers cannot; pass a collate_fn of your own"
            )
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        raise ValueError(
            f"default_collate: the examples have different shapes: {sorted(shapes)}; "
            "pass a collate_fn that pads or crops them"
        )
    return np.stack(arrays)
