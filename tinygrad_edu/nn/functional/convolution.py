"""Convolutions, columns, padding and pooling of batches and of single images."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import Node
from tinygrad_edu.ops.pooling import gather_at_maxima
from tinygrad_edu.ops.pooling1d import along_width
from tinygrad_edu.tensor import from_numpy

__all__ = [
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "avg_pool1d", "avg_pool2d", "conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d", "fold",
    "interpolate", "max_pool1d", "max_pool2d", "pad", "unfold",
]  # fmt: skip


def _also_single(operation: Callable[..., Any], axes: int) -> Callable[..., Any]:
    """Let an operation on batches with ``axes`` axes take one example without a batch axis."""

    @functools.wraps(operation)
    def function(input: Any, *args: Any, **params: Any) -> Any:
        if input.ndim == axes - 1:
            return operation(input[None], *args, **params)[0]
        return operation(input, *args, **params)

    return function


conv1d = _also_single(ops.conv1d, 3)
conv2d = _also_single(ops.conv2d, 4)
conv_transpose1d = _also_single(ops.conv_transpose1d, 3)
conv_transpose2d = _also_single(ops.conv_transpose2d, 4)
unfold = _also_single(ops.unfold, 4)
fold = _also_single(ops.fold, 3)

avg_pool1d = _also_single(ops.avg_pool1d, 3)
avg_pool2d = _also_single(ops.avg_pool2d, 4)
adaptive_avg_pool1d = _also_single(ops.adaptive_avg_pool1d, 3)
adaptive_avg_pool2d = _also_single(ops.adaptive_avg_pool2d, 4)
adaptive_max_pool1d = _also_single(ops.adaptive_max_pool1d, 3)
adaptive_max_pool2d = _also_single(ops.adaptive_max_pool2d, 4)


_max_pool1d = _also_single(ops.max_pool1d, 3)
_max_pool2d = _also_single(ops.max_pool2d, 4)


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


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """Put a border around the last axes, in PyTorch's order: (left, right, top, bottom, ...).

    Modes as in `tinygrad_edu.pad`, which takes one ``(before, after)`` for each axis instead.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.pad(tg.tensor([[1.0, 2.0]]), (1, 0, 0, 1))
    tensor([[0., 1., 2.],
            [0., 0., 0.]])
    """
    if len(pad) % 2 or len(pad) > 2 * input.ndim:
        raise ValueError(
            f"pad must be (left, right, top, bottom, ...) with two numbers for each of at most "
            f"{input.ndim} axes, received {pad!r}"
        )
    last = [(pad[k], pad[k + 1]) for k in range(0, len(pad), 2)][::-1]
    widths = [(0, 0)] * (input.ndim - len(last)) + last
    return ops.pad(input, tuple(widths), mode, 0.0 if value is None else value)


def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Any:
    """Enlarge or shrink images to a size, or by a factor. See `tinygrad_edu.nn.Upsample`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[[[1.0, 2.0]]]])
    >>> tg.nn.functional.interpolate(x, scale_factor=2)
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.]]]])
    >>> tg.nn.functional.interpolate(x, (1, 4), mode="bilinear")
    tensor([[[[1.  , 1.25, 1.75, 2.  ]]]])
    """
    if mode not in ("nearest", "bilinear"):
        raise ValueError(f"interpolate: mode must be 'nearest' or 'bilinear', received {mode!r}")
    if mode == "bilinear":
        corners = bool(align_corners)
        return _bilinear(input, size, scale_factor, align_corners=corners)
    if align_corners is not None:
        raise ValueError("interpolate: align_corners is for mode='bilinear'; leave it out")
    return _nearest(input, size, scale_factor)


_nearest = _also_single(ops.interpolate_nearest, 4)
_bilinear = _also_single(ops.interpolate_bilinear, 4)
