"""Reading and writing the state of a module: its parameters and persistent buffers by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu.engine import Array, mark_changed, value_of
from tinygrad_edu.nn.parameter import Buffer, Parameter, UninitializedParameter
from tinygrad_edu.tensor import Tensor, from_numpy

__all__ = ["LoadReport", "State", "is_state", "load", "snapshot"]

State = dict[str, Any]


class LoadReport(NamedTuple):
    """What ``load_state_dict`` left alone: names only the module has, names only the state has."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"LoadReport(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"
        )


def is_state(tensor: Tensor) -> bool:
    """Whether a tensor of a module belongs into its state dict."""
    return isinstance(tensor, Parameter) or (isinstance(tensor, Buffer) and tensor.persistent)


def snapshot(tensor: Tensor) -> Tensor:
    """A copy of the values in a tensor that refuses to be written."""
    array = tensor.value.copy()
    array.flags.writeable = False
    return from_numpy(array)


def load(
    label: str,
    own: Iterable[tuple[str, Tensor]],
    state: Mapping[str, Any],
    strict: bool,
    assign: bool = False,
) -> LoadReport:
    """Copy ``state`` into the tensors ``own``, or raise one error with all that is wrong with it.

    Everything is checked before anything is written.
    """
    if not isinstance(state, Mapping):
        raise TypeError(
            f"load_state_dict needs a dict of arrays by name, got {type(state).__name__}"
        )
    tensors = dict(own)
    missing = [name for name in tensors if name not in state]
    unexpected = [name for name in state if name not in tensors]
    problems: list[str] = []
    if tensors and state and len(unexpected) == len(state):
        problems.append(
            f"no name of the state is one of the module's: the state has {next(iter(state))!r}, "
            f"the module {next(iter(tensors))!r}"
        )
    if strict:
        problems += [f"missing: {name} {tuple(tensors[name].shape)}" for name in missing]
        problems += [f"unexpected: {name}" for name in unexpected]
    arrays: dict[str, Array] = {}
    for name, tensor in tensors.items():
        if name in state:
            array, problem = _fitting(tensor, state[name], assign)
            if problem:
                problems.append(f"{name}: {problem}")
            else:
                arrays[name] = array
    problems += _ties(tensors, arrays)
    if problems:
        listed = "\n  ".join(problems)
        raise ValueError(f"load_state_dict of {label}: nothing was loaded, because of\n  {listed}")
    for name, array in arrays.items():
        tensor = tensors[name]
        if isinstance(tensor, UninitializedParameter) and not tensor.value.size:
            tensor.value = array.astype(tensor.dtype)  # now its shape is known
        if assign:
            tensor.value = tensor.value.astype(array.dtype)
        tensor.value[...] = array
        mark_changed(tensor.value)
    return LoadReport(missing, unexpected)


def _fitting(tensor: Tensor, value: Any, assign: bool) -> tuple[Array, str]:
    """``value`` as an array, and why it cannot be loaded into ``tensor``, or nothing."""
    try:
        array = np.asarray(value_of(value))
    except Exception as error:
        return tensor.value, f"cannot be read as an array: {error}"
    unknown = isinstance(tensor, UninitializedParameter) and not tensor.value.size
    if array.shape != tensor.shape and not unknown:
        return (
            array,
            f"shape {tuple(array.shape)} in the state, {tuple(tensor.shape)} in the module",
        )
    if not np.can_cast(array.dtype, tensor.dtype, "same_kind"):
        return array, f"dtype {array.dtype.name} in the state, {tensor.dtype.name} in the module"
    return (array, "") if assign else _converted(array, tensor.value.dtype)


def _converted(array: Array, dtype: Any) -> tuple[Array, str]:
    """``array`` in ``dtype``, and which value is too large for it, or nothing."""
    if array.dtype == dtype:
        return array, ""
    with np.errstate(over="ignore"):
        converted = array.astype(dtype)
    lost = np.isfinite(array) & ~np.isfinite(converted)
    if converted.dtype.kind in "iu":
        lost = converted != array
    if lost.any():
        return array, f"{array[lost].flat[0]!s} is too large for {dtype}"
    return converted, ""


def _ties(tensors: dict[str, Tensor], arrays: dict[str, Array]) -> list[str]:
    """Names of one shared tensor for which the state holds different values."""
    first: dict[int, str] = {}
    problems = []
    for name, array in arrays.items():
        other = first.setdefault(id(tensors[name]), name)
        if other != name and not np.array_equal(arrays[other], array, equal_nan=True):
            problems.append(f"{name}: shares its values with {other}, but the state has others")
    return problems
