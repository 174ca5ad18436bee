"""DataLoader: a dataset in batches, in order or shuffled."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from functools import partial
from itertools import islice, repeat
from types import GenericAlias
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_count, check_flag, check_function, check_number
from tinygrad_edu.data.ahead import END, load_ahead
from tinygrad_edu.data.arguments import check_dataset
from tinygrad_edu.data.collate import default_collate, default_convert
from tinygrad_edu.data.dataset import Array, IterableDataset, examples_of, takes_arrays
from tinygrad_edu.data.samplers import BatchSampler, RandomSampler, SequentialSampler
from tinygrad_edu.engine import value_of
from tinygrad_edu.random import GeneratorLike, get_generator, of_the_same_kind
from tinygrad_edu.tensor import Tensor

__all__ = ["DataLoader"]

_FIXED = ("batch_sampler", "batch_size", "dataset", "drop_last", "sampler")


class DataLoader:
    """Iterate over a dataset in batches: tensors with a leading batch axis.

    The examples of a batch are read one by one, ``dataset[k]`` with a Python integer, and
    ``collate_fn`` makes the batch of them. The datasets of this package, arrays and tensors, and
    classes that say ``takes_arrays = True``, are read by one array of indices instead: the same
    batches, faster.

    One iteration is one epoch; each draws its own permutation, at its start and in one call, so the
    order is a function of the generator's state alone.

    Parameters
    ----------
    dataset : Dataset
        Anything with ``__getitem__`` and ``__len__``, or an `IterableDataset`.
    batch_size : int or None, default=1
        None gives the examples themselves.
    shuffle : bool, default=False
    sampler : iterable of indices, optional
        The order, instead of ``shuffle``; see `Sampler`.
    batch_sampler : iterable of lists of indices, optional
        The batches, instead of ``batch_size``, ``shuffle``, ``sampler`` and ``drop_last``.
    num_workers : int, default=0
        With 1 or more, a thread reads ``num_workers * prefetch_factor`` batches ahead, in their
        order. What it draws from the default generator comes from generators of its own, one for
        each worker that PyTorch would have. There are no worker processes, so ``worker_init_fn`` is
        not called and `get_worker_info` is None.
    collate_fn : callable, default=default_collate
        Makes a batch of a list of examples.
    drop_last : bool, default=False
        Leave out the last batch when it is smaller than the others.
    timeout : float, default=0
        How many seconds to wait for a batch that is read ahead; 0 waits for ever.
    generator : Generator, int or None
        Draws the permutations; an integer seeds one that lives as long as the loader.
    prefetch_factor : int, optional
        2 where ``num_workers`` is not 0.
    persistent_workers : bool, default=False
        Go on with the generators of the workers in the next epoch.
    pin_memory, worker_init_fn, multiprocessing_context, pin_memory_device, in_order
        Accepted as in PyTorch; they change nothing.
    transform : callable, optional
        Applied to the array of every batch, or of its first part (the inputs): augmentation for
        training alone.

    Raises
    ------
    ValueError
        If an argument is out of its range, or two contradict each other.
    TypeError
        If an argument is of the wrong kind.

    Warns
    -----
    UserWarning
        If there will be no batch at all: the dataset is empty, or ``drop_last`` leaves nothing.

    Examples
    --------
    >>> dataset = tg.data.TensorDataset(np.arange(10.0), np.arange(10))
    >>> loader = tg.data.DataLoader(dataset, batch_size=4)
    >>> len(loader)
    3
    >>> [y.tolist() for x, y in loader]
    [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    """

    __class_getitem__: Any = classmethod(GenericAlias)  # DataLoader[int] in annotations

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Any] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: Any = None,
        generator: GeneratorLike = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
        transform: Callable[[Array], Array] | None = None,
    ) -> None:
        check_dataset("DataLoader", dataset, sized=False)
        self.dataset = dataset
        self.shuffle = False if shuffle is None else check_flag("DataLoader", "shuffle", shuffle)
        self.drop_last = check_flag("DataLoader", "drop_last", drop_last)
        self.pin_memory = check_flag("DataLoader", "pin_memory", pin_memory)
        if not isinstance(pin_memory_device, str):
            raise TypeError(
                f"DataLoader: pin_memory_device must be a string, received {pin_memory_device!r}"
            )
        self.pin_memory_device = pin_memory_device
        self.in_order = check_flag("DataLoader", "in_order", in_order)
        self.num_workers = check_count("DataLoader", "num_workers", num_workers, 0)
        self.timeout = check_number("DataLoader", "timeout", timeout, "[0, inf)")
        self.worker_init_fn = check_function("DataLoader", "worker_init_fn", worker_init_fn, True)
        self.multiprocessing_context = multiprocessing_context
        self.persistent_workers = check_flag("DataLoader", "persistent_workers", persistent_workers)
        self._workers: list[np.random.Generator] = []
        self._refuse_without_workers(prefetch_factor)
        self.prefetch_factor = prefetch_factor or (2 if num_workers else None)
        self.generator = None if generator is None else get_generator(generator, "DataLoader")
        self.transform = check_function("DataLoader", "transform", transform, True)
        self._refuse_contradictions(batch_size, sampler, batch_sampler)
        self._set_order(batch_size, sampler, batch_sampler)
        check_function("DataLoader", "collate_fn", collate_fn, True)
        in_batches = self.batch_sampler is not None or self.batch_size is not None
        self._whole = in_batches and collate_fn is None and takes_arrays(dataset)
        self.collate_fn = collate_fn or (default_collate if in_batches else default_convert)
        self._warn_if_empty()
        self._ready = True

    def _refuse_without_workers(self, prefetch_factor: int | None) -> None:
        """What asks something of workers needs some."""
        if prefetch_factor is not None:
            check_count("DataLoader", "prefetch_factor", prefetch_factor, 0)
        asked = {
            "prefetch_factor": prefetch_factor is not None,
            "persistent_workers": self.persistent_workers,
            "multiprocessing_context": self.multiprocessing_context is not None,
            "timeout": self.timeout > 0,
        }
        for name, value in asked.items():
            if value and not self.num_workers:
                raise ValueError(f"DataLoader: {name} needs num_workers >= 1")

    def _refuse_contradictions(self, batch_size: Any, sampler: Any, batch_sampler: Any) -> None:
        given = {"sampler": sampler is not None, "batch_sampler": batch_sampler is not None}
        for name, value in {"sampler": sampler, "batch_sampler": batch_sampler}.items():
            if isinstance(value, str) or not (value is None or isinstance(value, Iterable)):
                raise TypeError(f"DataLoader: {name} must give indices, received {value!r}")
        if isinstance(self.dataset, IterableDataset):
            for name, value in {"shuffle": self.shuffle, **given}.items():
                if value:
                    raise ValueError(f"DataLoader: an IterableDataset takes no {name}")
        if given["sampler"] and self.shuffle:
            raise ValueError("DataLoader: sampler gives the order, so leave out shuffle")
        if given["batch_sampler"]:
            others = {
                "batch_size": batch_size != 1,
                "shuffle": self.shuffle,
                "sampler": given["sampler"],
                "drop_last": self.drop_last,
            }
            for name, value in others.items():
                if value:
                    raise ValueError(
                        f"DataLoader: batch_sampler gives the batches, so leave out {name}"
                    )
        elif batch_size is None and self.drop_last:
            raise ValueError("DataLoader: drop_last needs a batch_size, received None")

    def _set_order(self, batch_size: Any, sampler: Any, batch_sampler: Any) -> None:
        """Set sampler, batch_sampler and batch_size as PyTorch does."""
        if batch_sampler is not None:
            batch_size = None
        elif batch_size is not None:
            batch_size = check_count("DataLoader", "batch_size", batch_size)
        if isinstance(self.dataset, IterableDataset):
            sampler = None
        elif sampler is None and batch_sampler is None and self.shuffle:
            sampler = RandomSampler(self.dataset, generator=self.generator)
        elif sampler is None and (batch_sampler is None or isinstance(self.dataset, Sized)):
            sampler = SequentialSampler(self.dataset)
        if batch_sampler is None and batch_size is not None and sampler is not None:
            batch_sampler = BatchSampler(sampler, batch_size, self.drop_last)
        self.batch_size, self.sampler, self.batch_sampler = batch_size, sampler, batch_sampler

    def _warn_if_empty(self) -> None:
        if isinstance(self.dataset, Sized) and not isinstance(self.dataset, IterableDataset):
            count = len(self.dataset)
            if not count:
                why = f"the dataset is empty: {self.dataset!r}"
            elif self.drop_last and isinstance(self.sampler, Sized) and not len(self):
                why = (
                    f"drop_last=True leaves no batch, as batch_size={self.batch_size} is more "
                    f"than the {len(self.sampler)} examples"
                )
            else:
                return
            warnings.warn(f"DataLoader: {why}", UserWarning, stacklevel=3)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _FIXED and getattr(self, "_ready", False):
            raise ValueError(f"DataLoader: {name} cannot be changed; make another DataLoader")
        super().__setattr__(name, value)

    def __len__(self) -> int:
        """Return the number of batches."""
        if isinstance(self.dataset, IterableDataset):
            if not isinstance(self.dataset, Sized):
                raise TypeError(f"{type(self.dataset).__name__} has no __len__, nor has its loader")
            size = self.batch_size or 1
            count = len(self.dataset)
            return count // size if self.drop_last else -(-count // size)
        return len(self.batch_sampler if self.batch_sampler is not None else self.sampler)

    def __iter__(self) -> Iterator[Any]:
        # The order is drawn here and not at the first `next`, so it is settled when the epoch
        # begins.
        begin: Any = getattr(get_generator(self.generator), "begin_epoch", None)
        # PyTorch's stream draws it for each epoch, and once for workers that stay.
        seed = None if begin is None or self._workers else begin()
        plan: Iterator[Any]
        read: Callable[[Any], Any] = self._read
        if isinstance(self.dataset, IterableDataset):
            groups = self._groups(iter(self.dataset))
            if not self.num_workers:
                return map(self._made, groups)
            plan = repeat(None)

            def read(_: None) -> Any:
                examples = next(groups, END)
                return END if examples is END else self._made(examples)
        elif self.batch_sampler is None:
            plan = iter(self.sampler)
        elif isinstance(self.batch_sampler, BatchSampler):
            # PyTorch's stream gives the order at the first `next` where there are no workers.
            later = begin is not None and not self.num_workers
            plan = _later(self.batch_sampler) if later else self.batch_sampler.batches()
        else:
            plan = iter(self.batch_sampler)
        if not self.num_workers:
            return map(read, plan)
        depth = self.num_workers * (self.prefetch_factor or 1)
        generators = self._workers or self._new_workers(seed)
        return load_ahead(read, plan, depth, self.timeout or None, generators)

    def _new_workers(self, seed: int | None) -> list[np.random.Generator]:
        """The generators of an epoch, one for each worker, or of all epochs where workers stay."""
        if seed is None:
            seed = int(get_generator(self.generator).integers(2**62))
        generators = [of_the_same_kind(seed + k) for k in range(self.num_workers)]
        if self.persistent_workers:
            self._workers = generators
        return generators

    def _groups(self, examples: Iterator[Any]) -> Iterator[Any]:
        """The examples of an IterableDataset in lists of batch_size."""
        if self.batch_size is None:
            return examples
        batches = iter(lambda: list(islice(examples, self.batch_size)), [])
        if not self.drop_last:
            return batches
        return (batch for batch in batches if len(batch) == self.batch_size)

    def _read(self, indices: Any) -> Any:
        """The batch of these indices, or the example of this one where nothing is batched."""
        if self._whole:
            return self._transformed(self._rows(np.asarray(value_of(indices), dtype=np.intp)))
        if self.batch_sampler is None:
            return self._made(self.dataset[indices])
        keys = indices.tolist() if isinstance(indices, np.ndarray) else list(indices)
        return self._made(examples_of(self.dataset, keys))

    def _made(self, examples: Any) -> Any:
        return self._transformed(self.collate_fn(examples))

    def _rows(self, indices: Array) -> Any:
        """What one array of indices gives, as tensors."""
        try:
            batch = self.dataset[indices]
        except Exception as error:
            error.add_note(f"while reading a batch: {self._contract()}")
            raise
        is_tuple = type(batch) is tuple
        parts = [*batch.values()] if not is_tuple and isinstance(batch, Mapping) else batch
        for part in parts if is_tuple or isinstance(parts, list) else (parts,):
            shape = np.shape(value_of(part))
            if shape[:1] != indices.shape:
                raise TypeError(
                    f"{self._contract()}; {len(indices)} indices gave {type(part).__name__} "
                    f"of shape {shape}"
                )
        if is_tuple and all(isinstance(part, Tensor) for part in batch):
            return list(batch)
        return default_convert(batch)

    def _transformed(self, batch: Any) -> Any:
        if self.transform is None:
            return batch
        convert = partial(map, value_of)
        if isinstance(batch, tuple | list):
            return [*default_convert([self.transform(*convert(batch[:1]))]), *batch[1:]]
        return default_convert(self.transform(*convert([batch])))

    def __repr__(self) -> str:
        return (
            f"DataLoader({self.dataset!r}, batch_size={self.batch_size}, shuffle={self.shuffle}, "
            f"drop_last={self.drop_last})"
        )

    def _contract(self) -> str:
        return (
            f"DataLoader: {type(self.dataset).__name__} says takes_arrays, so it must accept an "
            "array of indices and give a tensor, or a tuple of them, with one row for each"
        )


def _later(sampler: BatchSampler) -> Iterator[Any]:
    """The batches of an epoch, which are drawn when the first of them is asked for."""
    yield from sampler.batches()
