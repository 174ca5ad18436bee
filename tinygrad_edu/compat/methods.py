"""The methods of a tensor that only code written for PyTorch calls."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checked import checked
from tinygrad_edu.compat.type_methods import TypeMethods

__all__ = ["TorchMethods"]


class TorchMethods(TypeMethods):
    """PyTorch's methods for shapes and counts, where NumPy says it in another way."""

    __slots__ = ()

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
    def dim(self) -> Any:
        """Number of axes."""
        return self.value.ndim
