"""Convolution, transposed convolution and the gradient of their weights.

All three come from one form that is linear in the image x, the weight w and the result y. So each
is the derivative of the others, and gradients of any order need no further rule.

Images are (N, C, H, W) to the user and (H, C, W, N) in memory. With the batch innermost, whatever
slices an image copies long runs, whatever its stride; with the height outermost, the windows of one
output row lie a fixed number of bytes after those of the row above, so a strided view slides them
down at no cost. Only the k shifts along the width are copied, not all k × k as im2col does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.windows import Slide, check_images, counts, paddings, pair, slides

__all__ = ["conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d"]

# A few rows of the result are made at a time, which bounds the memory for any batch. Columns are
# read once, and neighbouring blocks copy k - 1 rows twice; products are added up, from the cache.
_COLUMN_BYTES = 8 * 2**20
_PRODUCT_BYTES = 2 * 2**20


def _in_memory_order(x: Any) -> Any:
    """Images (N, C, H, W) as an array (H, C, W, N), copied unless they lie so already."""
    return np.ascontiguousarray(x.transpose(2, 1, 3, 0))


def _as_images(y: Any) -> Any:
    """An array (H, C, W, N) as images (N, C, H, W)."""
    return y.transpose(3, 1, 0, 2)


def _blocks(height: int, row_bytes: int, block_bytes: int) -> Iterator[tuple[int, int]]:
    """Rows cut into equal blocks of at most ``block_bytes``, or of one row."""
    most = max(block_bytes // max(row_bytes, 1), 1)
    size = -(-height // -(-height // most))
    return ((first, min(first + size, height)) for first in range(0, height, size))


def _row_bytes(x: Any, rows: Slide, columns: Slide, width: int) -> int:
    """How much `_columns` copies for one row of windows of x (H, C, W, N)."""
    lines = rows.stride if rows.dilation == 1 else rows.kernel
    return int(lines * columns.kernel * x.shape[1] * width * x.shape[3] * x.itemsize)


def _columns(x: Any, rows: Slide, columns: Slide, height: int, width: int, groups: int) -> Any:
    """Windows of x (H, C, W, N) as matrices (groups, height, kh kw C/groups, width N)."""
    size, channels, _, batch = x.shape
    window = rows.kernel * columns.kernel * (channels // groups)
    if rows.dilation == 1 or rows.kernel == 1:
        lines = (height - 1) * rows.stride + rows.kernel
        inside = rows.before <= 0 and lines - rows.before <= size
        if inside and groups == 1 and columns == (1, 1, 1, 0, 0) and width == x.shape[2]:
            y = x[-rows.before : lines - rows.before][None, :, None]  # 1 × 1: no shift, no copy
        else:
            shape = (groups, lines, columns.kernel, channels // groups, width, batch)
            y = np.empty_like(x, shape=shape)
            _shift_along_width(y, x, Slide(1, 1, 1, rows.before, 0).tap(0, size, lines), columns)
        # From the sizes, since NumPy leaves the stride of an axis of size 1 open.
        run = width * batch * y.itemsize
        line = window // rows.kernel * run
        steps = (lines * line, rows.stride * line, run, y.itemsize)
        return as_strided(y, (groups, height, window, width * batch), steps)
    # The rows of a dilated window do not follow each other: here all k × k elements are copied.
    kernel = (rows.kernel, columns.kernel)
    y = np.empty_like(x, shape=(groups, height, *kernel, channels // groups, width, batch))
    for i in range(rows.kernel):
        _shift_along_width(y[:, :, i], x, rows.tap(i, size, height), columns)
    return y.reshape(groups, height, window, width * batch)


def _shift_along_width(y: Any, x: Any, tap: tuple[int, int, slice], columns: Slide) -> None:
    """Copy x (H, C, W, N) into y (groups, rows, kw, C/groups, width, N), once for each shift."""
    groups, _, _, channels, width, batch = y.shape
    top, bottom, lines = tap
    y[:, :top] = y[:, bottom:] = 0
    for j in range(columns.kernel):
        left, right, places = columns.tap(j, x.shape[2], width)
        part = x[lines, :, places].reshape(bottom - top, groups, channels, right - left, batch)
        y[:, top:bottom, j, :, left:right] = part.swapaxes(0, 1)
        y[:, top:bottom, j, :, :left] = y[:, top:bottom, j, :, right:] = 0


def _check_groups(channels: int, groups: Any) -> None:
    if not isinstance(groups, int) or groups < 1:
        raise ValueError(f"groups must be an integer >= 1, received {groups!r}")
    if channels % groups:
        raise ValueError(f"{channels} channels cannot be split into {groups} groups")


def _check(x: Any, weight: Any, bias: Any, groups: Any, transposed: bool) -> None:
    """Raise ValueError unless images, weight, bias and groups fit each other."""
    check_images(x)
    if weight.ndim != 4:
        form = "(C_in, C_out / groups, kh, kw)" if transposed else "(C_out, C_in / groups, kh, kw)"
        raise ValueError(f"expected a weight of shape {form}, got shape {weight.shape}")
    given, other = weight.shape[:2]
    _check_groups(given, groups)
    taken, made = (given, other * groups) if transposed else (other * groups, given)
    if x.shape[1] != taken:
        last = x.shape[3] == taken
        advice = "; are the channels last? x.transpose(0, 3, 1, 2) puts them second" if last else ""
        raise ValueError(f"expected an input with {taken} channels, got {x.shape[1]}{advice}")
    if bias is not None and bias.shape != (made,):
        raise ValueError(f"expected a bias of shape ({made},), got shape {bias.shape}")


def _dtype(x: Any, weight: Any, bias: Any) -> Any:
    return np.result_type(x, weight) if bias is None else np.result_type(x, weight, bias)


def _sum_per_channel(g: Any, y: Any, x: Any, weight: Any, bias: Any, **geometry: Any) -> Any:
    return np.sum(g, axis=(0, 2, 3))


# ---- convolution


def _conv2d_input(
    g: Any,
    y: Any,
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    rows, columns = slides(weight.shape[2:], stride, padding, dilation)
    # What the stride leaves over at the end belongs to no window, but to x.
    left_over = tuple(
        size - slide.size(count)
        for slide, size, count in zip((rows, columns), x.shape[2:], g.shape[2:], strict=True)
    )
    ends = paddings(rows, columns)
    return conv_transpose2d(g, weight, None, stride, ends, left_over, groups, dilation)


def _conv2d_weight(g: Any, y: Any, x: Any, weight: Any, bias: Any = None, **geometry: Any) -> Any:
    return conv2d_weight(x, g, kernel_size=weight.shape[2:], **geometry)


@primitive(_conv2d_input, _conv2d_weight, _sum_per_channel, wide=True)
def conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Cross-correlation.  y[n, o, h, …] = b[o] + Σ w[o, c, i, j] x[n, c, h s + i d - p, …].

    x (N, C, H, W), weight (O, C / groups, kh, kw), bias (O,) or None; y (N, O, H', W') with
    H' = floor((H + 2 p - d (kh - 1) - 1) / s) + 1.  ``padding`` may be ``"same"`` or ``"valid"``.
    x̄ is the transposed convolution of ȳ, w̄ the correlation of x with ȳ, b̄ = Σ ȳ.
    """
    _check(x, weight, bias, groups, transposed=False)
    rows, columns = slides(weight.shape[2:], stride, padding, dilation)
    height, width = counts(rows, columns, x.shape)
    made, channels, batch = weight.shape[0], weight.shape[1], x.shape[0]
    matrix = weight.reshape(groups, 1, made // groups, channels, rows.kernel * columns.kernel)
    matrix = matrix.swapaxes(-1, -2).reshape(groups, 1, made // groups, -1)
    x = _in_memory_order(x)
    shape = (height, groups, made // groups, width * batch)
    y = np.empty_like(x, dtype=_dtype(x, weight, bias), shape=shape)
    for first, last in _blocks(height, _row_bytes(x, rows, columns, width), _COLUMN_BYTES):
        windows = _columns(x, rows.shifted(first), columns, last - first, width, groups)
        part = np.matmul(matrix, windows, out=y[first:last].swapaxes(0, 1))
        if bias is not None:
            part += bias.reshape(groups, 1, -1, 1)
    return _as_images(y.reshape(height, made, width, batch))


# ---- transposed convolution


def _cropped(y: Any, size: tuple[int, ...]) -> Any:
    """The first ``size`` rows and columns; a large output padding has room for another window."""
    return y if y.shape[2:] == size else y[:, :, : size[0], : size[1]]


def _conv_transpose2d_input(
    g: Any,
    y: Any,
    x: Any,
    weight: Any,
    bias: Any = None,
    output_padding: Any = 0,
    **geometry: Any,
) -> Any:
    return _cropped(conv2d(g, weight, **geometry), x.shape[2:])


def _conv_transpose2d_weight(
    g: Any,
    y: Any,
    x: Any,
    weight: Any,
    bias: Any = None,
    output_padding: Any = 0,
    **geometry: Any,
) -> Any:
    return conv2d_weight(g, x, kernel_size=weight.shape[2:], **geometry)


@primitive(_conv_transpose2d_input, _conv_transpose2d_weight, _sum_per_channel, wide=True)
def conv_transpose2d(
    x, weight, bias=None, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Adjoint of `conv2d`.  y[n, o, h s + i d - p, …] = b[o] + Σ w[c, o, i, j] x[n, c, h, …].

    x (N, C, H, W), weight (C, O / groups, kh, kw), bias (O,) or None; y (N, O, H', W') with
    H' = (H - 1) s - 2 p + d (kh - 1) + 1 + output_padding.
    x̄ is the convolution of ȳ, w̄ the correlation of ȳ with x, b̄ = Σ ȳ.
    """
    _check(x, weight, bias, groups, transposed=True)
    rows, columns = slides(weight.shape[2:], stride, padding, dilation)
    extra = pair("output_padding", output_padding, 0)
    if any(e >= max(s.stride, s.dilation) for e, s in zip(extra, (rows, columns), strict=True)):
        raise ValueError("output_padding must be smaller than the stride or the dilation")
    height, width = rows.size(x.shape[2]) + extra[0], columns.size(x.shape[3]) + extra[1]
    if height < 1 or width < 1:
        raise ValueError(
            f"output would be {max(height, 0)}×{max(width, 0)}: (H − 1)·stride − 2·padding + "
            f"dilation·(kernel − 1) + 1 + output_padding = {height} for the height, {width} for "
            "the width; use less padding"
        )
    y = _spread(x, weight, rows, columns, (height, width), groups)
    if bias is not None:
        bias = bias.reshape(-1, 1, 1)
        y = np.add(y, bias, out=y) if y.dtype == _dtype(x, weight, bias) else y + bias
    return y


def _spread(
    x: Any, weight: Any, rows: Slide, columns: Slide, size: tuple[int, int], groups: int
) -> Any:
    """Multiply the pixels by the weight and add the products where their windows lie.

    A row of x makes kh rows of y. At stride 1 along the width, the shifts within a row are gathered
    before the product, by a matrix turned by 180°, as windows over x: then only kh rows are added
    instead of kh × kw shifted ones.
    """
    taken, made, kh, kw = weight.shape
    batch, _, height, width = x.shape
    each = taken // groups
    matrix = weight.reshape(groups, each, made, kh, kw)
    x, dtype = _in_memory_order(x), _dtype(x, weight, None)
    whole = Slide(1, 1, 1, 0, 0)
    gathers = columns.stride == 1
    if gathers:
        matrix = matrix[..., ::-1].transpose(0, 3, 2, 4, 1).reshape(groups, 1, kh * made, kw * each)
        across = columns._replace(before=columns.span - 1 - columns.before)
        columns, width = whole, size[1]
    else:
        matrix = matrix.transpose(0, 3, 4, 2, 1).reshape(groups, 1, kh * kw * made, each)
    y = np.zeros_like(x, dtype=dtype, shape=(size[0], groups, made, size[1], batch), order="C")
    row_bytes = groups * matrix.shape[2] * width * batch * dtype.itemsize
    for first, last in _blocks(height, row_bytes, _PRODUCT_BYTES):
        part = x[first:last]
        if gathers:
            part = _columns(part, whole, across, last - first, width, groups)
        else:
            part = part.reshape(last - first, groups, each, width * batch).swapaxes(0, 1)
        part = np.matmul(matrix, part)
        part = part.reshape(groups, last - first, kh, columns.kernel, made, width, batch)
        for i in range(kh):
            top, bottom, lines = rows.shifted(first).tap(i, size[0], last - first)
            for j in range(columns.kernel):
                left, right, places = columns.tap(j, size[1], width)
                shifted = part[:, top:bottom, i, j, :, left:right]
                y[lines, :, :, places] += shifted.swapaxes(0, 1)
    return _as_images(y.reshape(size[0], groups * made, size[1], batch))


# ---- the gradient of the weight


def _conv2d_weight_input(
    g: Any,
    y: Any,
    x: Any,
    grad: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    return _conv2d_input(grad, None, x, g, None, stride, padding, dilation, groups)


def _conv2d_weight_grad(
    g: Any, y: Any, x: Any, grad: Any, kernel_size: Any, **geometry: Any
) -> Any:
    return _cropped(conv2d(x, g, **geometry), grad.shape[2:])


@primitive(_conv2d_weight_input, _conv2d_weight_grad, wide=True)
def conv2d_weight(x, grad, *, kernel_size, stride=1, padding=0, dilation=1, groups=1):
    """Gradient of a weight.  y[o, c, i, j] = Σ ȳ[n, o, h, …] x[n, c, h s + i d - p, …].

    x (N, C, H, W) the images, grad (N, O, H', W') the gradient ȳ of `conv2d`'s result;
    y (O, C / groups, kh, kw).
    """
    check_images(x)
    check_images(grad)
    rows, columns = slides(kernel_size, stride, padding, dilation)
    most = counts(rows, columns, x.shape)
    made, height, width = grad.shape[1:]
    fits = 0 < height <= most[0] and 0 < width <= most[1]
    if len(x) != len(grad) or not fits:
        raise ValueError(f"expected a grad of shape ({len(x)}, O, {most[0]}, {most[1]})")
    for channels in (x.shape[1], made):
        _check_groups(channels, groups)
    x, grad = _in_memory_order(x), _in_memory_order(grad)
    grad = grad.reshape(height, groups, made // groups, -1).transpose(1, 0, 3, 2)
    shape = (groups, rows.kernel * columns.kernel * (x.shape[1] // groups), made // groups)
    y = np.zeros_like(x, dtype=np.result_type(x, grad), shape=shape)
    for first, last in _blocks(height, _row_bytes(x, rows, columns, width), _COLUMN_BYTES):
        windows = _columns(x, rows.shifted(first), columns, last - first, width, groups)
        y += np.sum(np.matmul(windows, grad[:, first:last]), axis=1)
    y = y.reshape(groups, rows.kernel, columns.kernel, -1, made // groups).transpose(0, 4, 3, 1, 2)
    return np.ascontiguousarray(y).reshape(made, -1, rows.kernel, columns.kernel)


# ---- one axis: a row of pixels is an image of height 1


def _along_width(value: Any, other: int) -> Any:
    """A setting of one axis as that of an image: ``other`` for its height."""
    if isinstance(value, str):
        return value
    return (other, value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value)


def _as_images1d(x: Any, weight: Any) -> tuple[Any, Any]:
    if x.ndim != 3 or weight.ndim != 3:
        advice = "; add the batch axis with x[None]" if x.ndim == 2 else ""
        raise ValueError(
            "expected rows of shape (N, C, L) and a weight with three axes, "
            f"got shapes {x.shape} and {weight.shape}{advice}"
        )
    return np.expand_dims(x, 2), np.expand_dims(weight, 2)


@composite()
def conv1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """`conv2d` of rows: x (N, C, L), weight (O, C / groups, k), bias (O,) or None; y (N, O, L')."""
    settings = (_along_width(stride, 1), _along_width(padding, 0), _along_width(dilation, 1))
    return np.squeeze(conv2d(*_as_images1d(x, weight), bias, *settings, groups), 2)


@composite()
def conv_transpose1d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    """`conv_transpose2d` of rows: x (N, C, L), weight (C, O / groups, k); y (N, O, L')."""
    ends = (_along_width(padding, 0), _along_width(output_padding, 0))
    images = _as_images1d(x, weight)
    y = conv_transpose2d(
        *images, bias, _along_width(stride, 1), *ends, groups, _along_width(dilation, 1)
    )
    return np.squeeze(y, 2)
