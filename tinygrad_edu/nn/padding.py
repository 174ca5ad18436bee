"""Layers that put borders around images, and images to columns and back."""

from __future__ import annotations

import operator
from typing import Any

from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.module import Module
from tinygrad_edu.ops.windows import pair, slides

__all__ = [
    "CircularPad2d", "ConstantPad2d", "Fold", "ReflectionPad2d", "ReplicationPad2d", "Unfold",
    "ZeroPad2d",
]  # fmt: skip


class _Pad2d(Module):
    """A border around images; a subclass says what it holds."""

    _mode = "constant"
    value = 0.0

    def __init__(self, padding: Any) -> None:
        self.padding = self._widths(padding)

    def _widths(self, padding: Any) -> tuple[int, ...]:
        """(left, right, top, bottom) from one number or four."""
        name = type(self).__name__
        widths = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * 4
        try:
            numbers = tuple(operator.index(width) for width in widths)
        except TypeError:
            numbers = ()
        if len(numbers) != 4:
            raise ValueError(
                f"{name}: padding must be an integer or (left, right, top, bottom), "
                f"received {padding!r}"
            )
        if self._mode != "constant" and min(numbers) < 0:
            raise ValueError(f"{name}: padding must not be negative, received {padding!r}")
        return numbers

    def forward(self, x: Any) -> Any:
        """Return ``x`` with its border."""
        if x.ndim not in (3, 4):
            raise ValueError(f"expected images of shape (N, C, H, W), got shape {x.shape}")
        return F.pad(x, self.padding, self._mode, self.value)


class ZeroPad2d(_Pad2d):
    """A border of zeros.

    Parameters
    ----------
    padding : int or (int, int, int, int)
        Its width, or (left, right, top, bottom). Negative widths crop.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.ZeroPad2d((1, 0, 0, 1))(tg.tensor([[[1.0, 2.0]]]))
    tensor([[[0., 1., 2.],
             [0., 0., 0.]]])
    """


class ConstantPad2d(_Pad2d):
    """A border of ``value``. Padding as in `ZeroPad2d`."""

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value


class ReflectionPad2d(_Pad2d):
    """A border that mirrors the inside, without repeating the edge. Padding as in `ZeroPad2d`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.ReflectionPad2d((2, 1, 0, 0))(tg.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[3., 2., 1., 2., 3., 2.]]])
    """

    _mode = "reflect"


class ReplicationPad2d(_Pad2d):
    """A border that repeats the edge. Padding as in `ZeroPad2d`."""

    _mode = "replicate"


class CircularPad2d(_Pad2d):
    """A border taken from the opposite end. Padding as in `ZeroPad2d`."""

    _mode = "circular"


class Unfold(Module):
    """Image to columns: one column for each place of a window.

    Parameters
    ----------
    kernel_size, dilation, padding, stride : int or (int, int)
        As in `Conv2d`.

    Shape
    -----
    Input (N, C, H, W) or (C, H, W); output (N, C·kh·kw, L), with L places of the window.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Unfold(2)(tg.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]))
    tensor([[1., 2.],
            [2., 3.],
            [4., 5.],
            [5., 6.]])
    """

    def __init__(
        self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        _check_slides(type(self).__name__, kernel_size, stride, padding, dilation)
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, x: Any) -> Any:
        """Return the columns of ``x``."""
        return F.unfold(x, self.kernel_size, self.dilation, self.padding, self.stride)


class Fold(Module):
    """Columns to image, adding what overlaps: the adjoint of `Unfold`.

    Parameters
    ----------
    output_size : int or (int, int)
        Height and width of the image.
    kernel_size, dilation, padding, stride : int or (int, int)
        As in `Unfold`.

    Shape
    -----
    Input (N, C·kh·kw, L) or (C·kh·kw, L); output (N, C, *output_size).
    """

    def __init__(
        self,
        output_size: Any,
        kernel_size: Any,
        dilation: Any = 1,
        padding: Any = 0,
        stride: Any = 1,
    ) -> None:
        pair("Fold: output_size", output_size, 1)
        _check_slides(type(self).__name__, kernel_size, stride, padding, dilation)
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, x: Any) -> Any:
        """Return the image of the columns ``x``."""
        settings = (self.kernel_size, self.dilation, self.padding, self.stride)
        return F.fold(x, self.output_size, *settings)


def _check_slides(owner: str, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> None:
    try:
        slides(kernel_size, stride, padding, dilation)
    except ValueError as error:
        raise ValueError(f"{owner}: {error}") from None
