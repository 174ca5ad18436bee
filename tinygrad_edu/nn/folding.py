"""Images to columns and back."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.nn.conv import also_single
from tinygrad_edu.nn.module import Module
from tinygrad_edu.ops.windows import pair, slides

__all__ = ["Fold", "Unfold", "fold", "unfold"]


unfold = also_single(ops.unfold, 4)


fold = also_single(ops.fold, 3)


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

    _shown = "kernel_size=, dilation=, padding=, stride="

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
        return unfold(x, self.kernel_size, self.dilation, self.padding, self.stride)


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

    _shown = "output_size=, kernel_size=, dilation=, padding=, stride="

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
        return fold(x, self.output_size, *settings)


def _check_slides(owner: str, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> None:
    try:
        slides(kernel_size, stride, padding, dilation)
    except ValueError as error:
        raise ValueError(f"{owner}: {error}") from None
