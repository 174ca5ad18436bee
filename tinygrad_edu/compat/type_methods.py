"""The methods of a tensor that ask for its dtype, device and memory, or convert it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import check_numbers, checked, explained
from tinygrad_edu.compat.devices import CPU, check_device, is_device
from tinygrad_edu.compat.devices import device as device_class
from tinygrad_edu.compat.dtypes import DTYPES, get_default_dtype
from tinygrad_edu.compat.dtypes import dtype as dtype_class
from tinygrad_edu.engine import Node

__all__ = ["TypeMethods", "dtype_of_type", "type_name"]

_WORDS = {
    "float16": "Half", "float32": "Float", "float64": "Double", "uint8": "Byte", "int8": "Char",
    "int16": "Short", "int32": "Int", "int64": "Long", "bool": "Bool", "uint16": "UInt16",
    "uint32": "UInt32", "uint64": "UInt64",
}  # fmt: skip
_OPTIONS = {"copy", "memory_format", "non_blocking"}


def type_name(dtype: Any) -> str:
    """PyTorch's old name of the tensors of a dtype.

    >>> type_name(np.float32)
    'torch.FloatTensor'
    """
    return f"torch.{_WORDS[np.dtype(dtype).name]}Tensor"


_BY_NAME = {type_name(known): known for known in DTYPES.values()}


def dtype_of_type(wanted: Any) -> dtype_class:
    """The dtype that is meant by a dtype, an old name, an old constructor or the class Tensor.

    >>> dtype_of_type("torch.LongTensor"), dtype_of_type(np.float64)
    (torch.int64, torch.float64)
    """
    if isinstance(wanted, str) and wanted.startswith("torch.cuda."):
        check_device("cuda")
    if isinstance(wanted, str) and wanted in _BY_NAME:
        return _BY_NAME[wanted]
    if (isinstance(wanted, type) and issubclass(wanted, Node)) or wanted == "torch.Tensor":
        return get_default_dtype()
    return dtype_class(wanted)


def _cast(name: str, dtype: Any) -> Callable[..., Any]:
    """The method that converts to one dtype."""

    def convert(self: Any, memory_format: Any = None) -> Any:
        same = self.value.dtype == dtype
        return self if same else ops.astype(self, dtype=np.dtype(dtype))

    convert.__name__, convert.__qualname__ = name, f"TypeMethods.{name}"
    convert.__doc__ = f"The values as {np.dtype(dtype)}."
    return convert


class TypeMethods(Node):
    """PyTorch's methods for dtypes, devices and memory, where NumPy says it in another way."""

    __slots__ = ()

    half = _cast("half", np.float16)
    float = _cast("float", np.float32)
    double = _cast("double", np.float64)
    byte = _cast("byte", np.uint8)
    char = _cast("char", np.int8)
    short = _cast("short", np.int16)
    int = _cast("int", np.int32)
    long = _cast("long", np.int64)
    bool = _cast("bool", np.bool_)

    @checked
    def to(self, *where: Any, device: Any = None, dtype: Any = None, **options: Any) -> Any:
        """The values in another dtype, or in that of another tensor; the device is the CPU.

        ``non_blocking`` and ``memory_format`` change nothing; ``copy=True`` copies in any case.
        """
        check_device(device)
        for wanted in where:
            if isinstance(wanted, bool):
                continue  # non_blocking and copy by position
            if is_device(wanted):
                check_device(wanted)
            elif isinstance(wanted, Node):
                dtype = wanted.value.dtype
            elif wanted is not None:
                dtype = wanted
        if options.keys() - _OPTIONS:
            raise TypeError(f"to: unexpected arguments {', '.join(options)}")
        if dtype is None or (wanted := dtype_class(dtype)) == self.value.dtype:
            return ops.positive(self) if options.get("copy") else self
        return ops.astype(self, dtype=wanted.dtype)

    @explained
    def type(self, dtype: Any = None, non_blocking: Any = False) -> Any:
        """The values in another dtype; without one, PyTorch's old name of this tensor's.

        ``x.type("torch.LongTensor")`` and ``x.type(torch.LongTensor)`` are ``x.long()``.
        """
        if dtype is None:
            return type_name(self.value.dtype)
        return self.to(dtype_of_type(dtype))

    @checked
    def type_as(self, other: Node) -> Any:
        """The values in the dtype of another tensor."""
        return self.to(check_numbers("type_as", "other", other))

    @checked
    def is_floating_point(self) -> Any:
        """Whether the elements are floats, which alone can require a gradient."""
        return self.value.dtype.kind == "f"

    @property
    def device(self) -> device_class:
        """Where the values are: always the CPU."""
        return CPU

    @checked
    def cpu(self, memory_format: Any = None) -> Any:
        """Return this tensor: all are on the CPU. For PyTorch code."""
        return self

    @checked
    def contiguous(self, memory_format: Any = None) -> Any:
        """The same values in memory row by row: this tensor where they are. Nothing needs it."""
        if self.value.flags.c_contiguous:
            return self
        flat = ops.reshape(self, shape=(-1,))
        return ops.reshape(flat, shape=self.value.shape)
