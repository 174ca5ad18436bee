"""Convolutions, columns, padding and pooling of batches and of single images."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.ops.windows import pair


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

max_pool1d = _also_single(ops.max_pool1d, 3)
max_pool2d = _also_single(ops.max_pool2d, 4)
avg_pool1d = _also_single(ops.avg_pool1d, 3)
avg_pool2d = _also_single(ops.avg_pool2d, 4)
adaptive_avg_pool1d = _also_single(ops.adaptive_avg_pool1d, 3)
adaptive_avg_pool2d = _also_single(ops.adaptive_avg_pool2d, 4)
adaptive_max_pool1d = _also_single(ops.adaptive_max_pool1d, 3)
adaptive_max_pool2d = _also_single(ops.adaptive_max_pool2d, 4)


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
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest"
) -> Any:
    """Enlarge or shrink images to a size, or by a factor, taking the nearest pixel before.

    y[h, w] = x[floor(h H / H'), floor(w W / W')] with x (N, C, H, W).

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.interpolate(tg.tensor([[[[1.0, 2.0]]]]), scale_factor=2)
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.]]]])
    """
    if mode != "nearest":
        raise ValueError(f"interpolate: mode must be 'nearest', received {mode!r}")
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: give either size or scale_factor")
    if size is None:
        factors = scale_factor if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * 2
        size = [int(n * f) for n, f in zip(input.shape[-2:], factors, strict=True)]
    return _also_single(ops.interpolate_nearest, 4)(input, pair("size", size, 1))
