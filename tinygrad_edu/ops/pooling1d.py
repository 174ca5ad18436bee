"""Pooling of rows: a row of pixels is an image of height 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.ops.pooling import (
    adaptive_avg_pool2d,
    adaptive_max_pool2d,
    avg_pool2d,
    max_pool2d,
)

__all__ = ["adaptive_avg_pool1d", "adaptive_max_pool1d", "avg_pool1d", "max_pool1d"]


def _as_image(x: Any) -> Any:
    if x.ndim != 3:
        advice = "; add the batch axis with x[None]" if x.ndim == 2 else ""
        raise ValueError(f"expected rows of shape (N, C, L), got shape {x.shape}{advice}")
    return np.expand_dims(x, 2)


def along_width(value: Any, other: Any) -> Any:
    """A setting of one axis as that of an image: ``other`` for its height."""
    number = value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value
    return None if number is None else (other, number)


def max_pool1d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Any:
    """`max_pool2d` of rows: x (N, C, L), y (N, C, L')."""
    settings = (along_width(padding, 0), along_width(dilation, 1), ceil_mode)
    y = max_pool2d(_as_image(x), along_width(kernel_size, 1), along_width(stride, 1), *settings)
    return np.squeeze(y, 2)


def avg_pool1d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """`avg_pool2d` of rows: x (N, C, L), y (N, C, L')."""
    settings = (along_width(padding, 0), ceil_mode, count_include_pad)
    y = avg_pool2d(_as_image(x), along_width(kernel_size, 1), along_width(stride, 1), *settings)
    return np.squeeze(y, 2)


def adaptive_avg_pool1d(x: Any, output_size: Any) -> Any:
    """`adaptive_avg_pool2d` of rows: x (N, C, L), y (N, C, output_size)."""
    return np.squeeze(adaptive_avg_pool2d(_as_image(x), along_width(output_size, 1)), 2)


def adaptive_max_pool1d(x: Any, output_size: Any) -> Any:
    """`adaptive_max_pool2d` of rows: x (N, C, L), y (N, C, output_size)."""
    return np.squeeze(adaptive_max_pool2d(_as_image(x), along_width(output_size, 1)), 2)
