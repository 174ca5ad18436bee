"""Collating: from a list of examples to one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.tensor import Tensor, as_tensor, from_numpy, tensor

__all__ = ["default_collate", "default_convert"]


def default_collate(batch: Sequence[Any]) -> Any:
    """Make a batch of examples: tensors and arrays stacked, numbers in a tensor, fields by field.

    Python floats give float64, integers int64, booleans bool; strings stay a list. Tuples and
    lists give a list of their fields, named tuples and dicts keep their class.

    Raises
    ------
    ValueError
        If there are no examples, or they differ in shape, in their number of fields or their keys.
    TypeError
        If an example is nothing that a tensor can hold, such as None.

    Examples
    --------
    >>> tg.data.default_collate([(tg.tensor([0.0, 1.0]), 3), (tg.tensor([2.0, 4.0]), 5)])
    [tensor([[0., 1.],
            [2., 4.]]), tensor([3, 5])]
    >>> tg.data.default_collate([{"x": 1.5, "y": "a"}, {"x": 2.5, "y": "b"}])
    {'x': tensor([1.5000, 2.5000], dtype=torch.float64), 'y': ['a', 'b']}
    """
    if not isinstance(batch, Sequence | np.ndarray | Tensor) or isinstance(batch, str | bytes):
        raise TypeError(f"default_collate: batch must be a list, received {type(batch).__name__}")
    if not len(batch):
        raise ValueError("default_collate: batch holds no example")
    first = batch[0]
    if isinstance(first, Tensor | np.ndarray):
        return _stacked(batch)
    if isinstance(first, np.generic) and first.dtype.kind in "biuf":
        return from_numpy(np.asarray([_number(k, each) for k, each in enumerate(batch)]))
    if isinstance(first, int | float):
        dtype = np.float64 if isinstance(first, float) else None
        return tensor([_number(k, each) for k, each in enumerate(batch)], dtype=dtype)
    if isinstance(first, str | bytes):
        return batch
    if isinstance(first, Mapping):
        return _like(first, {k: default_collate(column) for k, column in _columns(batch)})
    if isinstance(first, Sequence):
        return _like(first, [default_collate(column) for column in _fields(batch)])
    raise _no_example(0, first)


def default_convert(data: Any) -> Any:
    """An example as `DataLoader` gives it without batches: arrays become tensors, the rest stays.

    Examples
    --------
    >>> tg.data.default_convert((np.array([1.0, 2.0]), 3))
    [tensor([1., 2.], dtype=torch.float64), 3]
    """
    if isinstance(data, np.ndarray | np.generic) and data.dtype.kind in "biuf":
        return as_tensor(data)
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return _like(data, [default_convert(value) for value in data])
    return data


def _stacked(batch: Sequence[Any]) -> Tensor:
    kind = Tensor if isinstance(batch[0], Tensor) else np.ndarray
    for k, each in enumerate(batch):
        if not isinstance(each, kind) or (kind is np.ndarray and each.dtype.kind not in "biuf"):
            raise _no_example(k, each)
        if tuple(each.shape) != tuple(batch[0].shape):
            raise ValueError(
                f"default_collate: example 0 of the batch has shape {tuple(batch[0].shape)}, "
                f"example {k} has {tuple(each.shape)}; pass a collate_fn that pads or crops them"
            )
    if kind is Tensor and any(each.requires_grad for each in batch):
        return ops.stack(tuple(batch))  # type: ignore[no-any-return]  # operations are untyped
    return from_numpy(np.stack([each.value if kind is Tensor else each for each in batch]))


def _number(position: int, value: Any) -> Any:
    if not isinstance(value, int | float | np.generic):
        raise _no_example(position, value)
    return value


def _columns(batch: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    keys = batch[0].keys()
    if any(not isinstance(each, Mapping) or each.keys() != keys for each in batch):
        raise ValueError("default_collate: the examples have different keys")
    return [(key, [each[key] for each in batch]) for key in keys]


def _fields(batch: Sequence[Any]) -> list[tuple[Any, ...]]:
    size = len(batch[0])
    if any(not isinstance(each, Sequence) or len(each) != size for each in batch):
        raise ValueError("default_collate: the examples have different numbers of fields")
    return list(zip(*batch, strict=True))


def _like(first: Any, made: Any) -> Any:
    """The parts in the class of the first example; a tuple becomes a list."""
    if isinstance(first, MutableMapping) and type(first) is not dict:
        clone = copy(first)
        clone.update(made)
        return clone
    named: Callable[..., Any] | None = getattr(first, "_make", None)
    return made if named is None or isinstance(first, Mapping) else named(made)


def _no_example(position: int, value: Any) -> TypeError:
    dtype = f" of dtype {value.dtype}" if isinstance(value, np.ndarray | np.generic) else ""
    return TypeError(
        f"default_collate: example {position} of the batch holds {type(value).__name__}{dtype}, "
        "where tensors, arrays, numbers, strings, dicts or lists of one kind are expected; pass a "
        "collate_fn of your own"
    )
