"""Converting a module to another dtype; the devices that PyTorch's code names."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from tinygrad_edu._checks import check_dtype, check_flag
from tinygrad_edu.compat.devices import device as require_device
from tinygrad_edu.compat.devices import is_device
from tinygrad_edu.engine import mark_changed
from tinygrad_edu.nn._tree import Tree, walk
from tinygrad_edu.tensor import Tensor

__all__ = ["Convertible"]


class Convertible(Tree):
    """What a module does to all of its parameters and buffers at once."""

    def to(
        self, *args: Any, dtype: Any = None, device: Any = None, non_blocking: bool = False
    ) -> Self:
        """Convert floating-point parameters and buffers to a dtype; return this module.

        The only device is the CPU: ``to("cpu")`` changes nothing, any other raises ValueError.
        """
        check_flag("to", "non_blocking", non_blocking)
        for arg in (*args, device):
            if isinstance(arg, Tensor):
                dtype = arg.value.dtype
            elif isinstance(arg, bool):
                continue  # non_blocking by position
            elif is_device(arg):
                require_device(arg)
            elif arg is not None:
                dtype = arg
        if dtype is None:
            return self
        wanted = np.dtype(check_dtype("to", "dtype", dtype))
        if wanted.kind != "f":
            raise TypeError(f"a module converts to floating-point dtypes only, not to {wanted}")
        for _, item in walk(self):
            if isinstance(item, Tensor) and item.value.dtype.kind == "f":
                item.value = item.value.astype(wanted, copy=False)
                mark_changed(item.value)
                if item.grad is not None:
                    item.grad = item.grad.detach().astype(wanted)
        return self

    def float(self) -> Self:
        """Convert floating-point parameters and buffers to float32."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Convert floating-point parameters and buffers to float64."""
        return self.to(np.float64)

    def half(self) -> Self:
        """Convert floating-point parameters and buffers to float16."""
        return self.to(np.float16)

    def type(self, dst_type: Any) -> Self:
        """Convert floating-point parameters and buffers to a dtype."""
        if dst_type is None:
            raise TypeError("type: dst_type must be a dtype, received None")
        return self.to(dtype=check_dtype("type", "dst_type", dst_type))

    def cpu(self) -> Self:
        """Return this module: everything is on the CPU. For PyTorch code."""
        return self

    def cuda(self, device: Any = None) -> Self:
        """Refuse: everything is on the CPU, and ``tg.cuda.is_available()`` says so."""
        return self.to(device="cuda" if device is None else f"cuda:{device}")

    def share_memory(self) -> Self:
        """Return this module: there is one process. For PyTorch code."""
        return self

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Do nothing: nothing is compiled. For PyTorch code."""
