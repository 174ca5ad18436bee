"""Pooling: the largest element or the mean of each window that slides over an image or a row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.ops.elementwise import quiet
from tinygrad_edu.ops.windows import Slide, check_images, counts, pair, pool_slides

__all__ = [
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool1d", "adaptive_max_pool2d",
    "avg_pool1d", "avg_pool2d", "max_pool1d", "max_pool2d", "sum_pool2d",
]  # fmt: skip


# ---- max pooling


def _padded(x: Any, rows: Slide, columns: Slide, value: Any) -> Any:
    """Images with their padding, in the memory order they had."""
    ends = ((0, 0), (0, 0), (rows.before, rows.after), (columns.before, columns.after))
    if not any(map(any, ends)):
        return x
    y = np.empty_like(x, shape=[n + a + b for n, (a, b) in zip(x.shape, ends, strict=True)])
    y[...] = value
    y[_inside(x.shape, rows, columns)] = x
    return y


def _inside(shape: tuple[int, ...], rows: Slide, columns: Slide) -> tuple[Any, ...]:
    """Where images of ``shape`` lie in their padding."""
    lines = slice(rows.before, rows.before + shape[2])
    return ..., lines, slice(columns.before, columns.before + shape[3])


def _lowest(dtype: Any) -> Any:
    """The smallest value: no element loses against it."""
    return -math.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _taps(rows: Slide, columns: Slide, height: int, width: int) -> Iterator[tuple[Any, ...]]:
    """For each place in the window, in reading order, where it lies on the padded images."""
    for i in range(rows.kernel):
        top = i * rows.dilation
        lines = slice(top, top + (height - 1) * rows.stride + 1, rows.stride)
        for j in range(columns.kernel):
            left = j * columns.dilation
            yield ..., lines, slice(left, left + (width - 1) * columns.stride + 1, columns.stride)


def _laid_out_like(g: Any, x: Any) -> Any:
    """``g`` with its axes in memory in the order of those of ``x``.

    A gradient may lie in memory in another order, for example behind a flattened layer. One copy
    is many times quicker than reading two orders at once for each place in the window.
    """
    y = np.empty_like(x, dtype=g.dtype, shape=g.shape)
    if y.strides == g.strides:
        return g
    y[...] = g
    return y


def _winners(x: Any, y: Any, rows: Slide, columns: Slide) -> Iterator[tuple[Any, Any]]:
    """For each place in the window: where it lies on the padded x, and whether it gave y.

    Among equal ones the first wins, and NaN is larger than any number.
    """
    x = _padded(x, rows, columns, _lowest(x.dtype))
    has_nan = bool(np.isnan(np.sum(y)))
    free = None
    for at in _taps(rows, columns, *y.shape[2:]):
        won = x[at] == y
        if has_nan:
            won |= np.isnan(y) & np.isnan(x[at])
        if free is None:
            free = ~won
        else:
            won &= free
            free ^= won
        yield at, won


def _max_pool2d_vjp(g: Any, y: Any, x: Any, **geometry: Any) -> Any:
    return spread_to_maxima(g, value_of(x), value_of(y), **geometry)


@primitive(_max_pool2d_vjp, kinks=True)
def max_pool2d(x, *, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Largest element of each window.  x̄ = ȳ at that element, the first one among ties.

    x (N, C, H, W); y (N, C, H', W') with H' = floor((H + 2 p - d (k - 1) - 1) / s) + 1, or rounded
    up with ``ceil_mode``. The stride is the kernel size by default; the padding is -∞.
    """
    check_images(x)
    rows, columns = pool_slides(x.shape, kernel_size, stride, padding, dilation, ceil_mode)
    height, width = counts(rows, columns, x.shape)
    x = _padded(x, rows, columns, _lowest(x.dtype))
    y = None
    for at in _taps(rows, columns, height, width):
        y = x[at].copy(order="K") if y is None else np.maximum(y, x[at], out=y)
    return y


def _gather_again(g: Any, y: Any, grad: Any, x: Any, top: Any, **geometry: Any) -> Any:
    return gather_at_maxima(g, value_of(x), value_of(top), **geometry)


@primitive(_gather_again, None, None, kinks=True)
@quiet
def spread_to_maxima(
    grad, x, top, *, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """Give each element of grad to the place that won its window in ``top = max_pool2d(x)``.

    grad, top (N, C, H', W'), x and y (N, C, H, W). Linear in grad: its adjoint is
    `gather_at_maxima`. In x and top the derivative is 0 wherever it exists.
    """
    rows, columns = pool_slides(x.shape, kernel_size, stride, padding, dilation, ceil_mode)
    slides, windows = (rows, columns), grad.shape[2:]
    shape = [n + s.before + s.after for n, s in zip(x.shape[2:], slides, strict=True)]
    y = np.empty_like(x, dtype=grad.dtype, shape=(*x.shape[:2], *shape))
    # Windows side by side that cover all write each element once; others find zeros to add to.
    tiles = zip(slides, windows, shape, strict=True)
    if not all(s.kernel == s.stride and s.dilation == 1 and n * s.stride == m for s, n, m in tiles):
        y[...] = 0
    grad = _laid_out_like(grad, x)
    apart = rows.stride >= rows.span and columns.stride >= columns.span
    finite = bool(np.isfinite(np.sum(grad)))  # as in `masked`: else 0 · ∞ would be NaN
    for at, won in _winners(x, top, rows, columns):
        if apart and finite:
            np.multiply(grad, won, out=y[at])
        elif apart:
            y[at] = np.where(won, grad, 0)
        else:
            y[at] += grad * won if finite else np.where(won, grad, 0)
    return y[_inside(x.shape, rows, columns)]


def _spread_again(g: Any, y: Any, u: Any, x: Any, top: Any, **geometry: Any) -> Any:
    return spread_to_maxima(g, value_of(x), value_of(top), **geometry)


@primitive(_spread_again, None, None, kinks=True)
@quiet
def gather_at_maxima(
    u, x, top, *, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """Read u at the places that won the windows in ``top = max_pool2d(x)``.

    u, x (N, C, H, W), top and y (N, C, H', W'). Linear in u: its adjoint is `spread_to_maxima`.
    """
    rows, columns = pool_slides(x.shape, kernel_size, stride, padding, dilation, ceil_mode)
    u = _padded(u, rows, columns, 0)
    y = np.zeros_like(top, dtype=u.dtype)
    for at, won in _winners(x, top, rows, columns):
        np.copyto(y, u[at], where=won)
    return y


# ---- average pooling


def _spread_sums(g: Any, y: Any, x: Any, **geometry: Any) -> Any:
    return spread_over_windows(g, size=x.shape[2:], **geometry)


@primitive(_spread_sums, wide=True)
def sum_pool2d(x, *, kernel_size, stride=None, padding=0, ceil_mode=False):
    """Sum of each window.  x̄ = ȳ added to every element of its window.

    x (N, C, H, W), y (N, C, H', W'), with the windows of `max_pool2d`; the padding is 0.
    """
    check_images(x)
    rows, columns = pool_slides(x.shape, kernel_size, stride, padding, 1, ceil_mode)
    counts(rows, columns, x.shape)
    return _sum_along(_sum_along(x, 2, rows), 3, columns)


def _sum_along(x: Any, axis: int, slide: Slide) -> Any:
    """Sums of windows along one axis: a window is the product of its axes, so one at a time."""
    size, count = x.shape[axis], slide.count(x.shape[axis])
    lead = (slice(None),) * axis
    y = np.zeros_like(x, shape=(*x.shape[:axis], count, *x.shape[axis + 1 :]))
    for k in range(slide.kernel):
        first, last, elements = slide.tap(k, size, count)
        y[(*lead, slice(first, last))] += x[(*lead, elements)]
    return y


def _sum_again(g: Any, y: Any, x: Any, size: Any, **geometry: Any) -> Any:
    return sum_pool2d(g, **geometry)


@primitive(_sum_again, wide=True)
def spread_over_windows(x, *, size, kernel_size, stride=None, padding=0, ceil_mode=False):
    """Add each element of x to its whole window of an image: the adjoint of `sum_pool2d`.

    x (N, C, H', W'), y (N, C, *size).
    """
    rows, columns = pool_slides(size, kernel_size, stride, padding, 1, ceil_mode)
    return _spread_along(_spread_along(x, 3, columns, size[1]), 2, rows, size[0])


def _spread_along(x: Any, axis: int, slide: Slide, size: int) -> Any:
    lead = (slice(None),) * axis
    y = np.zeros_like(x, shape=(*x.shape[:axis], size, *x.shape[axis + 1 :]))
    for k in range(slide.kernel):
        first, last, elements = slide.tap(k, size, x.shape[axis])
        y[(*lead, elements)] += x[(*lead, slice(first, last))]
    return y


def _sizes(slide: Slide, size: int, padding: int, include: bool) -> Any:
    """How many elements each window along an axis counts: overhang never, padding on demand."""
    starts = np.arange(slide.count(size)) * slide.stride - slide.before
    stops = np.minimum(starts + slide.kernel, size + padding)
    return stops - starts if include else np.minimum(stops, size) - np.maximum(starts, 0)


@composite()
@rounded_once
def avg_pool2d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """Mean of each window.  y = Σ x / n, with n the size of the window or ``divisor_override``.

    x (N, C, H, W); y (N, C, H', W') as for `max_pool2d`. Zeros of the padding count as elements
    unless ``count_include_pad`` is False. Places beyond it, from ``ceil_mode``, never count.
    """
    total = sum_pool2d(x, kernel_size, stride, padding, ceil_mode)
    rows, columns = pool_slides(x.shape, kernel_size, stride, padding, 1, ceil_mode)
    if divisor_override is not None:
        if divisor_override == 0:
            raise ValueError("avg_pool2d: divisor_override must not be 0")
        return total * (1.0 / divisor_override)
    pads = pair("padding", padding, 0)
    tall = _sizes(rows, x.shape[2], pads[0], count_include_pad)
    wide = _sizes(columns, x.shape[3], pads[1], count_include_pad)
    n = tall[:, None] * wide
    if n.min() == n.max():
        return total * (1.0 / int(n[0, 0]))
    return total / n.astype(total.dtype)


# ---- adaptive pooling


def _bins(size: int, count: int) -> tuple[Any, Any]:
    """Where ``count`` bins that cover an axis start and stop; neighbours may share an element."""
    k = np.arange(count)
    return k * size // count, -(-(k + 1) * size // count)


def _adaptive_size(x: Any, output_size: Any) -> tuple[int, int]:
    """The size a user asks for; None keeps that of the input."""
    sizes = output_size if isinstance(output_size, (tuple, list)) else (output_size, output_size)
    if len(sizes) != 2:
        raise ValueError(f"output_size must be one number or two, received {output_size!r}")
    kept = [n if size is None else size for n, size in zip(x.shape[2:], sizes, strict=True)]
    return pair("output_size", kept, 1)


@composite()
@rounded_once
def adaptive_avg_pool2d(x: Any, output_size: Any) -> Any:
    """Mean over bins that cover the image, as many as ``output_size`` says.

    x (N, C, H, W); y (N, C, H', W'), where bin h reaches from floor(h H / H') to
    ceil((h + 1) H / H'). None keeps a size. With output size 1 it is the mean of each channel.
    """
    check_images(x)
    height, width = _adaptive_size(x, output_size)
    if x.shape[2] % height == 0 and x.shape[3] % width == 0:
        return avg_pool2d(x, (x.shape[2] // height, x.shape[3] // width))
    # A mean over bins of different sizes is a product with one matrix for each axis.
    rows, columns = (
        _averages(size, count, x.dtype)
        for size, count in zip(x.shape[2:], (height, width), strict=True)
    )
    return np.matmul(np.matmul(rows, x), columns.T)


def _averages(size: int, count: int, dtype: Any) -> Any:
    """The matrix that averages an axis of ``size`` over bins: one row for each bin."""
    starts, stops = _bins(size, count)
    k = np.arange(size)
    members = (k >= starts[:, None]) & (k < stops[:, None])
    means = members / (stops - starts)[:, None]
    return means if dtype.kind in "iub" else means.astype(dtype)


@composite()
def adaptive_max_pool2d(x: Any, output_size: Any) -> Any:
    """Largest element over the bins of `adaptive_avg_pool2d`; the first among ties."""
    check_images(x)
    height, width = _adaptive_size(x, output_size)
    if x.shape[2] % height == 0 and x.shape[3] % width == 0:
        return max_pool2d(x, (x.shape[2] // height, x.shape[3] // width))
    rows, tall = _even(x.shape[2], height)
    columns, wide = _even(x.shape[3], width)
    return max_pool2d(x[:, :, rows][:, :, :, columns], (tall, wide))


def _even(size: int, count: int) -> tuple[Any, int]:
    """Indices that list bin after bin, the shorter ones filled up with their last element."""
    starts, stops = _bins(size, count)
    longest = int(np.max(stops - starts))
    return np.minimum(starts[:, None] + np.arange(longest), stops[:, None] - 1).reshape(-1), longest


# ---- rows: a row of pixels is an image of height 1


def _as_image(x: Any) -> Any:
    if x.ndim != 3:
        advice = "; add the batch axis with x[None]" if x.ndim == 2 else ""
        raise ValueError(f"expected rows of shape (N, C, L), got shape {x.shape}{advice}")
    return np.expand_dims(x, 2)


def along_width(value: Any, other: Any) -> Any:
    """A setting of one axis as that of an image: ``other`` for its height."""
    number = value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value
    return None if number is None else (other, number)


@composite()
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


@composite()
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


@composite()
def adaptive_avg_pool1d(x: Any, output_size: Any) -> Any:
    """`adaptive_avg_pool2d` of rows: x (N, C, L), y (N, C, output_size)."""
    return np.squeeze(adaptive_avg_pool2d(_as_image(x), along_width(output_size, 1)), 2)


@composite()
def adaptive_max_pool1d(x: Any, output_size: Any) -> Any:
    """`adaptive_max_pool2d` of rows: x (N, C, L), y (N, C, output_size)."""
    return np.squeeze(adaptive_max_pool2d(_as_image(x), along_width(output_size, 1)), 2)
