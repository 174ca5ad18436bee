"""Tensors of the dtype of another one: ``x.new_zeros(2, 3)``."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checks import check_number
from tinygrad_edu.engine import Array, Node
from tinygrad_edu.tensor.conversion import real_array
from tinygrad_edu.tensor.making import creates, real_dtype, sizes_of

__all__ = ["NewMethods"]


class NewMethods(Node):
    """What makes a new tensor in the dtype of this one, unless ``dtype`` says another.

    All take ``device`` and ``requires_grad`` too.
    """

    __slots__ = ()

    @creates
    def new_zeros(self, *sizes: Any, size: Any = None, dtype: Any = None) -> Any:
        """A tensor of zeros."""
        return Node.wrap(np.zeros(sizes_of(sizes, size), self._new_dtype(dtype)))

    @creates
    def new_ones(self, *sizes: Any, size: Any = None, dtype: Any = None) -> Any:
        """A tensor of ones."""
        return Node.wrap(np.ones(sizes_of(sizes, size), self._new_dtype(dtype)))

    @creates
    def new_empty(self, *sizes: Any, size: Any = None, dtype: Any = None) -> Any:
        """A tensor whose values are whatever is in memory."""
        return Node.wrap(np.empty(sizes_of(sizes, size), self._new_dtype(dtype)))

    @creates
    def new_full(self, size: Any, fill_value: Any, dtype: Any = None) -> Any:
        """A tensor with the same value everywhere."""
        number = check_number("new_full", "fill_value", fill_value)
        return Node.wrap(np.full(sizes_of((size,)), number, self._new_dtype(dtype)))

    @creates
    def new_tensor(self, data: Any, dtype: Any = None) -> Any:
        """A tensor of a copy of ``data``."""
        return Node.wrap(np.array(real_array(data, self._new_dtype(dtype))))

    @creates
    def new(self, *data: Any) -> Any:
        """As ``Tensor(...)`` of older code: sizes, or a list of values."""
        if len(data) == 1 and np.ndim(data[0]) and not isinstance(data[0], tuple):
            return self.new_tensor(data[0])
        return self.new_empty(*data or (0,))

    def _new_dtype(self, dtype: Any) -> np.dtype[Any]:
        array: Array = self.value
        return array.dtype if dtype is None else real_dtype(dtype)
