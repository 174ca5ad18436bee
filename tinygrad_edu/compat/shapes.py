"""Shapes of tensors as PyTorch's code reads them."""

from __future__ import annotations

import math
import operator
from typing import Any

__all__ = ["ElementCount", "Size"]


class Size(tuple[int, ...]):
    """A shape: a tuple of integers that prints as in PyTorch and counts the elements.

    >>> import tinygrad_edu as tg
    >>> shape = tg.zeros(2, 3).shape
    >>> shape, shape == (2, 3), shape.numel(), shape[1:] + (4,)
    (torch.Size([2, 3]), True, 6, torch.Size([3, 4]))
    """

    __slots__ = ()

    def __new__(cls, sizes: Any = ()) -> Size:
        """A shape of these sizes, which must be integers."""
        try:
            return super().__new__(cls, map(operator.index, sizes))
        except TypeError:
            raise TypeError(f"Size: sizes must be integers, received {sizes!r}") from None

    def numel(self) -> int:
        """How many elements an array of this shape has: the product of the sizes."""
        return math.prod(self)

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"

    def __getitem__(self, index: Any) -> Any:
        found = tuple.__getitem__(self, index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Any:
        joined = tuple.__add__(self, other)
        return joined if joined is NotImplemented else Size(joined)

    def __radd__(self, other: Any) -> Any:
        return Size((*other, *self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, times: Any) -> Size:
        return Size(tuple.__mul__(self, times))

    __rmul__ = __mul__


class ElementCount(int):
    """The number of elements as NumPy's ``x.size``, which can be called as PyTorch's ``x.size(0)``.

    >>> import tinygrad_edu as tg
    >>> x = tg.zeros(2, 3)
    >>> x.size, x.size(0), x.size()
    (6, 2, torch.Size([2, 3]))
    """

    shape: Size

    def __new__(cls, shape: tuple[int, ...]) -> ElementCount:
        """The number of elements of an array of this shape."""
        count = super().__new__(cls, math.prod(shape))
        count.shape = Size(shape)
        return count

    def __call__(self, dim: int | None = None) -> Any:
        """The shape, or the size of one axis."""
        return self.shape if dim is None else self.shape[dim]

    def __reduce__(self) -> Any:
        return int, (int(self),)
