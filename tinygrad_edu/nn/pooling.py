"""Pooling: the functions of batches and single images, and the layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_flag
from tinygrad_edu.engine import Node
from tinygrad_edu.nn.conv import also_single
from tinygrad_edu.nn.module import Module
from tinygrad_edu.ops.pooling import along_width, gather_at_maxima
from tinygrad_edu.ops.windows import slides
from tinygrad_edu.tensor import from_numpy

__all__ = [
    "AvgPool1d", "AvgPool2d", "GlobalAvgPool2d", "MaxPool1d", "MaxPool2d", "avg_pool1d",
    "avg_pool2d",
    "max_pool1d", "max_pool2d",
]  # fmt: skip


avg_pool1d = also_single(ops.avg_pool1d, 3)


avg_pool2d = also_single(ops.avg_pool2d, 4)


_max_pool1d = also_single(ops.max_pool1d, 3)


_max_pool2d = also_single(ops.max_pool2d, 4)


def max_pool2d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Largest element of each window and, with ``return_indices``, where it lies.

    input (N, C, H, W) or (C, H, W). The place of pixel (h, w) is h W + w; the first counts among
    ties.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[[1.0, 2.0, 5.0, 4.0], [3.0, 0.0, 5.0, 1.0]]])
    >>> tg.nn.functional.max_pool2d(x, 2, return_indices=True)
    (tensor([[[3., 5.]]]), tensor([[[4, 2]]]))
    """
    settings = (kernel_size, stride, padding, dilation, ceil_mode)
    y = _max_pool2d(input, *settings)
    return (y, _places(input, y, settings)) if return_indices else y


def max_pool1d(
    input: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """`max_pool2d` of sequences (N, C, L) or (C, L); a place counts along L."""
    y = _max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode)
    if not return_indices:
        return y
    images, tops = np.expand_dims(input, -2), np.expand_dims(y, -2)  # of height 1
    settings = [
        along_width(value, other)
        for value, other in ((kernel_size, 1), (stride, 1), (padding, 0), (dilation, 1))
    ]
    return y, np.squeeze(_places(images, tops, (*settings, ceil_mode)), -2)


def _places(x: Any, y: Any, settings: tuple[Any, ...]) -> Any:
    """Where the elements ``y`` that won the windows lie on the images ``x``."""
    if x.ndim == 3:
        return _places(x[None], y[None], settings)[0]
    x, y = (from_numpy(t.value) if isinstance(t, Node) else t for t in (x, y))
    numbers = np.arange(x.shape[2] * x.shape[3]).reshape(x.shape[2:])
    return gather_at_maxima(np.broadcast_to(numbers, x.shape), x, y, *settings)


# ---- the layers


def check_windows(owner: str, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> None:
    """Raise ValueError, in the constructor already, unless windows can slide like this."""
    try:
        both = slides(kernel_size, kernel_size if stride is None else stride, padding, dilation)
    except ValueError as error:
        raise ValueError(f"{owner}: {error}") from None
    for slide in both:
        if slide.before > slide.kernel // 2:
            raise ValueError(
                f"{owner}: padding must be at most half of kernel_size, "
                f"received padding={padding!r}, kernel_size={kernel_size!r}"
            )


class _MaxPool(Module):
    """Maximum over windows."""

    _shown = "kernel_size=, stride=, padding=, dilation=, ceil_mode="

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        name = type(self).__name__
        check_windows(name, _one(kernel_size), _one(stride), _one(padding), _one(dilation))
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = check_flag(name, "return_indices", return_indices)
        self.ceil_mode = check_flag(name, "ceil_mode", ceil_mode)


def _one(value: Any) -> Any:
    """The number in a tuple of one, as layers of one axis may be given."""
    return value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value


class MaxPool2d(_MaxPool):
    """Largest element of each window of an image. The gradient goes to the first one among ties.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Steps between windows; by default they do not overlap.
    padding : int or (int, int)
        Border of -∞ on each side, at most half the kernel.
    dilation : int or (int, int)
        Steps between the elements of a window.
    return_indices : bool
        Return a pair: the elements, and the places h·W + w where they lie.
    ceil_mode : bool
        Whether a last window may reach over the end.

    Shape
    -----
    Input (N, C, H, W) or (C, H, W); output (N, C, H', W') with
    H' = floor((H + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.MaxPool2d(2)(tg.tensor([[[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]]]))
    tensor([[[[4., 8.]]]])
    """

    def forward(self, x: Any) -> Any:
        """Return the largest element of each window."""
        settings = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        return max_pool2d(x, *settings, self.return_indices)


class MaxPool1d(_MaxPool):
    """Largest element of each window of a sequence (N, C, L) or (C, L). See `MaxPool2d`."""

    def forward(self, x: Any) -> Any:
        """Return the largest element of each window."""
        settings = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        return max_pool1d(x, *settings, self.return_indices)


class AvgPool2d(Module):
    """Mean of each window of an image.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        Steps between windows; by default they do not overlap.
    padding : int or (int, int)
        Border of zeros on each side, at most half the kernel.
    ceil_mode : bool
        Whether a last window may reach over the end.
    count_include_pad : bool
        Whether the zeros of the padding count as elements.
    divisor_override : int, optional
        What to divide by instead of the number of elements.

    Shape
    -----
    Input (N, C, H, W) or (C, H, W); output (N, C, H', W') as for `MaxPool2d`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.AvgPool2d(2)(tg.tensor([[[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]]]))
    tensor([[[[2.5, 6.5]]]])
    """

    _shown = "kernel_size=, stride=, padding="

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        check_windows("AvgPool2d", kernel_size, stride, padding, 1)
        if divisor_override is not None:
            check_count("AvgPool2d", "divisor_override", divisor_override, None)
            if divisor_override == 0:
                raise ValueError("AvgPool2d: divisor_override must not be 0")
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = check_flag("AvgPool2d", "ceil_mode", ceil_mode)
        self.count_include_pad = check_flag("AvgPool2d", "count_include_pad", count_include_pad)
        self.divisor_override = divisor_override

    def forward(self, x: Any) -> Any:
        """Return the mean of each window."""
        settings = (self.ceil_mode, self.count_include_pad, self.divisor_override)
        return avg_pool2d(x, self.kernel_size, self.stride, self.padding, *settings)


class AvgPool1d(Module):
    """Mean of each window of a sequence (N, C, L) or (C, L). See `AvgPool2d`."""

    _shown = "kernel_size=, stride=, padding="

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        check_windows("AvgPool1d", _one(kernel_size), _one(stride), _one(padding), 1)
        self.kernel_size = (_one(kernel_size),)
        self.stride = (_one(kernel_size if stride is None else stride),)
        self.padding = (_one(padding),)
        self.ceil_mode = check_flag("AvgPool1d", "ceil_mode", ceil_mode)
        self.count_include_pad = check_flag("AvgPool1d", "count_include_pad", count_include_pad)

    def forward(self, x: Any) -> Any:
        """Return the mean of each window."""
        settings = (self.padding, self.ceil_mode, self.count_include_pad)
        return avg_pool1d(x, self.kernel_size, self.stride, *settings)


class GlobalAvgPool2d(Module):
    """Mean of each channel: images (N, C, H, W) become features (N, C).

    Parameters
    ----------
    keepdims : bool
        Keep the axes, (N, C, 1, 1), as ``AdaptiveAvgPool2d(1)`` does.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.GlobalAvgPool2d()(tg.tensor([[[[1.0, 3.0]], [[5.0, 9.0]]]]))
    tensor([[2., 7.]])
    """

    _shown = "keepdims="

    def __init__(self, keepdims: bool = False) -> None:
        self.keepdims = check_flag("GlobalAvgPool2d", "keepdims", keepdims)

    def forward(self, x: Any) -> Any:
        """Return the mean over height and width."""
        if x.ndim not in (3, 4):
            raise ValueError(f"expected images of shape (N, C, H, W), got shape {tuple(x.shape)}")
        return ops.mean(x, axis=(-2, -1), keepdims=self.keepdims)
