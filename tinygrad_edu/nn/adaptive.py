"""Pooling to a given size, whatever the size of the input."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_flag
from tinygrad_edu.nn.conv import also_single
from tinygrad_edu.nn.module import Module
from tinygrad_edu.ops.windows import pair

__all__ = [
    "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d",
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d",
]  # fmt: skip


adaptive_avg_pool1d = also_single(ops.adaptive_avg_pool1d, 3)


adaptive_avg_pool2d = also_single(ops.adaptive_avg_pool2d, 4)


_adaptive_max_pool1d = also_single(ops.adaptive_max_pool1d, 3)


_adaptive_max_pool2d = also_single(ops.adaptive_max_pool2d, 4)


def _refuse_indices(owner: str, return_indices: bool) -> None:
    if check_flag(owner, "return_indices", return_indices):
        raise ValueError(f"{owner}: return_indices must be False; max_pool2d returns the places")


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Largest element of the bins of `AdaptiveAvgPool1d`.  input (N, C, L) or (C, L)."""
    _refuse_indices("adaptive_max_pool1d", return_indices)
    return _adaptive_max_pool1d(input, output_size)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Largest element of the bins of `AdaptiveAvgPool2d`.  input (N, C, H, W) or (C, H, W)."""
    _refuse_indices("adaptive_max_pool2d", return_indices)
    return _adaptive_max_pool2d(input, output_size)


# ---- the layers


class _Adaptive(Module):
    """Pooling to a given size."""

    _shown = "output_size="

    def __init__(self, output_size: Any) -> None:
        sizes = output_size if isinstance(output_size, (tuple, list)) else (output_size,)
        numbers = [size for size in sizes if size is not None]
        if not sizes or len(sizes) > 2:
            raise ValueError(
                f"{type(self).__name__}: output_size must be one number or one for each axis, "
                f"received {output_size!r}"
            )
        for number in numbers:
            try:
                pair("output_size", number, 1)
            except ValueError as error:
                raise ValueError(f"{type(self).__name__}: {error}") from None
        self.output_size = output_size


class AdaptiveAvgPool2d(_Adaptive):
    """Mean over bins that cover the image, whatever its size.

    Parameters
    ----------
    output_size : int, or (int or None, int or None)
        Bins along height and width; None keeps a size.

    Shape
    -----
    Input (N, C, H, W) or (C, H, W); output (N, C, *output_size). Bin h reaches from
    floor(h H / H') to ceil((h + 1) H / H').

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.AdaptiveAvgPool2d((1, 2))(tg.tensor([[[1.0, 2.0, 6.0]]]))
    tensor([[[1.5000, 4.0000]]])
    """

    def forward(self, x: Any) -> Any:
        """Return the mean of each bin."""
        return adaptive_avg_pool2d(x, self.output_size)


class _AdaptiveMax(_Adaptive):
    """The largest of each bin; PyTorch's argument for their places is refused."""

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        _refuse_indices(type(self).__name__, return_indices)


class AdaptiveMaxPool2d(_AdaptiveMax):
    """Largest element of the bins of `AdaptiveAvgPool2d`."""

    def forward(self, x: Any) -> Any:
        """Return the largest element of each bin."""
        return adaptive_max_pool2d(x, self.output_size)


class AdaptiveAvgPool1d(_Adaptive):
    """Mean over bins that cover a sequence (N, C, L) or (C, L). See `AdaptiveAvgPool2d`."""

    def forward(self, x: Any) -> Any:
        """Return the mean of each bin."""
        return adaptive_avg_pool1d(x, self.output_size)


class AdaptiveMaxPool1d(_AdaptiveMax):
    """Largest element over bins that cover a sequence (N, C, L) or (C, L)."""

    def forward(self, x: Any) -> Any:
        """Return the largest element of each bin."""
        return adaptive_max_pool1d(x, self.output_size)
