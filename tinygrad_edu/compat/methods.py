"""The methods of a tensor that only code written for PyTorch calls."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import check_numbers, checked
from tinygrad_edu.compat.devices import CPU, check_device, is_device
from tinygrad_edu.compat.devices import device as device_class
from tinygrad_edu.engine import Node

__all__ = ["TorchMethods"]


class TorchMethods(Node):
    """PyTorch's methods for dtypes, devices and layouts, where NumPy says it in another way."""

    __slots__ = ()

    @checked
    def to(self, *where: Any, device: Any = None, dtype: Any = None, **options: Any) -> Any:
        """The values in another dtype, or in that of another tensor; the device is the CPU.

        ``non_blocking`` and ``copy`` are accepted for the sake of PyTorch's code.
        """
        for wanted in (*where, device):
            if is_device(wanted):
                check_device(wanted)
            elif isinstance(wanted, Node):
                dtype = wanted.value.dtype
            elif wanted is not None:
                dtype = wanted
        if options.keys() - {"non_blocking", "copy"}:
            raise TypeError(f"to: unexpected arguments {', '.join(options)}")
        if dtype is None or np.dtype(dtype) == self.value.dtype:
            return ops.positive(self) if options.get("copy") else self
        return ops.astype(self, dtype=np.dtype(dtype))

    @checked
    def type_as(self, other: Node) -> Any:
        """The values in the dtype of another tensor."""
        return self.to(check_numbers("type_as", "other", other))

    @property
    def device(self) -> device_class:
        """Where the values are: always the CPU."""
        return CPU

    @checked
    def float(self) -> Any:
        """The values as float32."""
        return ops.astype(self, dtype=np.dtype(np.float32))

    @checked
    def double(self) -> Any:
        """The values as float64."""
        return ops.astype(self, dtype=np.dtype(np.float64))

    @checked
    def half(self) -> Any:
        """The values as float16."""
        return ops.astype(self, dtype=np.dtype(np.float16))

    @checked
    def long(self) -> Any:
        """The values as int64."""
        return ops.astype(self, dtype=np.dtype(np.int64))

    @checked
    def int(self) -> Any:
        """The values as int32."""
        return ops.astype(self, dtype=np.dtype(np.int32))

    @checked
    def bool(self) -> Any:
        """Whether each value differs from 0."""
        return ops.astype(self, dtype=np.dtype(np.bool_))

    @checked
    def cpu(self) -> Any:
        """Return this tensor: all are on the CPU. For PyTorch code."""
        return self

    @checked
    def contiguous(self) -> Any:
        """Return this tensor: every operation takes any layout. For PyTorch code."""
        return self

    @checked
    def view_as(self, other: Any) -> Any:
        """The same values in the shape of ``other``."""
        return ops.reshape(self, shape=other.shape)

    reshape_as = view_as

    @checked
    def expand_as(self, other: Any) -> Any:
        """Repeat to the shape of ``other`` without a copy."""
        return ops.broadcast_to(self, shape=other.shape)

    @checked
    def numel(self) -> Any:
        """Number of elements."""
        return self.value.size

    nelement = numel

    @checked
    def is_floating_point(self) -> Any:
        """Whether the elements are floats, which alone can require a gradient."""
        return self.value.dtype.kind == "f"

    @checked
    def dim(self) -> Any:
        """Number of axes."""
        return self.value.ndim

    @checked
    def type(self, dtype: Any) -> Any:
        """The values in another dtype."""
        return ops.astype(self, dtype=np.dtype(dtype))
