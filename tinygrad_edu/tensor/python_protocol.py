"""Tensors as Python's own objects: numbers, texts, sequences, and what leaves the graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tinygrad_edu._checks import check_flag
from tinygrad_edu.engine import Array, Node, value_of
from tinygrad_edu.tensor.lost import warn_if_lost
from tinygrad_edu.tensor.printing import tensor_text

__all__ = ["PythonProtocol"]


class PythonProtocol(Node):
    """What makes ``float(x)``, ``len(x)``, ``print(x)`` work on tensors."""

    __slots__ = ()

    # ---- leaving the graph

    def numpy(self, *, force: bool = False) -> Array:
        """The array itself, not a copy; only without a gradient to lose, unless ``force``."""
        if self.requires_grad and not check_flag("numpy", "force", force):
            raise RuntimeError(
                "a tensor that requires a gradient cannot become an array without losing it; "
                "use .detach().numpy()"
            )
        return self.value

    def item(self) -> Any:
        """The single element as a Python number."""
        if self.value.size != 1:
            raise ValueError(f"item() needs exactly one element, the shape is {self.value.shape}")
        return self.value.item()

    def tolist(self) -> Any:
        """The values as nested Python lists."""
        return self.value.tolist()

    def __dlpack__(self, **options: Any) -> Any:
        return self.numpy().__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.value.__dlpack_device__()

    # ---- Python's protocols

    def __repr__(self) -> str:
        return tensor_text(self)

    def __format__(self, spec: str) -> str:
        one = self.value.ndim == 0 or spec
        return format(self.item(), spec) if one else repr(self)

    def __len__(self) -> int:
        if self.value.ndim == 0:
            raise TypeError("a tensor without axes has no length")
        return len(self.value)

    def __iter__(self: Any) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __float__(self) -> float:
        warn_if_lost(self, "float")
        return float(self.item())

    def __int__(self) -> int:
        warn_if_lost(self, "int")
        return int(self.item())

    def __index__(self) -> int:
        return self.value.__index__()

    def __round__(self: Any, digits: int = 0) -> Any:
        return self.round(decimals=digits)

    def __contains__(self, value: Any) -> bool:
        return bool((self.value == value_of(value)).any())
