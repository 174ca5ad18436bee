"""Windows that slide over images: their geometry, and images to columns and back."""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu.engine import primitive

__all__ = ["fold", "unfold"]


class Slide(NamedTuple):
    """How a window of ``kernel`` elements slides along one axis with padding at its two ends."""

    kernel: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def span(self) -> int:
        """How many places one window reaches over."""
        return self.dilation * (self.kernel - 1) + 1

    def count(self, size: int) -> int:
        """How many windows fit on an axis."""
        return (size + self.before + self.after - self.span) // self.stride + 1

    def size(self, count: int) -> int:
        """The shortest axis on which ``count`` windows fit."""
        return (count - 1) * self.stride + self.span - self.before - self.after

    def shifted(self, windows: int) -> Slide:
        """The same slide seen from the window number ``windows``."""
        return self._replace(before=self.before - windows * self.stride)

    def tap(self, k: int, size: int, count: int) -> tuple[int, int, slice]:
        """Where element k of each of ``count`` windows lies on an axis of ``size``.

        Returns (first, last, elements): windows first to last - 1 find it on the axis, at
        ``elements``; for the others it lies in the padding.
        """
        offset = k * self.dilation - self.before
        first = min(max(-(offset // self.stride), 0), count)
        last = max(min((size - 1 - offset) // self.stride + 1, count), first)
        start = first * self.stride + offset
        stop = start + (last - first - 1) * self.stride + 1
        return first, last, slice(start, stop, self.stride) if last > first else slice(0, 0)

    def formula(self, size: int, letter: str) -> str:
        """The number of windows on an axis of ``size`` as a formula, with its numbers."""
        padded = f"{letter} + 2·padding"
        numbers = f"{size} + 2·{self.before}"
        if self.before != self.after:
            padded, numbers = f"{letter} + padding", f"{size} + {self.before + self.after}"
        return (
            f"floor(({padded} − dilation·(kernel − 1) − 1) / stride) + 1 = "
            f"floor(({numbers} − {self.dilation}·({self.kernel} − 1) − 1) / {self.stride}) + 1"
            f" = {self.count(size)}"
        )


def pair(name: str, value: Any, at_least: int) -> tuple[int, int]:
    """One number for both axes or one for each, as two integers."""
    try:
        first, second = value if isinstance(value, (tuple, list)) else (value, value)
        if isinstance(first, bool) or isinstance(second, bool):
            raise TypeError
        first, second = operator.index(first), operator.index(second)
    except (TypeError, ValueError):
        first = second = at_least - 1
    if first < at_least or second < at_least:
        raise ValueError(
            f"{name} must be an integer >= {at_least}, or two of them for height and width; "
            f"received {value!r}"
        )
    return first, second


def slides(kernel: Any, stride: Any, padding: Any, dilation: Any) -> tuple[Slide, Slide]:
    """How windows slide along height and width.

    ``padding`` is a number, one for each axis, ``((top, bottom), (left, right))``, ``"valid"`` for
    none, or ``"same"`` for as many windows as there are pixels.
    """
    kh, kw = pair("kernel_size", kernel, 1)
    sh, sw = pair("stride", stride, 1)
    dh, dw = pair("dilation", dilation, 1)
    if isinstance(padding, str):
        if padding not in {"same", "valid"}:
            raise ValueError(f"padding must be a number, 'same' or 'valid', received {padding!r}")
        if padding == "same" and (sh, sw) != (1, 1):
            raise ValueError(f"padding='same' needs stride 1, received stride={stride!r}")
        tall, wide = (dh * (kh - 1), dw * (kw - 1)) if padding == "same" else (0, 0)
        top, left = tall // 2, wide // 2
        bottom, right = tall - top, wide - left
    elif isinstance(padding, (tuple, list)) and isinstance(padding[0], tuple):
        (top, bottom), (left, right) = (pair("padding", end, 0) for end in padding)
    else:
        top, left = bottom, right = pair("padding", padding, 0)
    return Slide(kh, sh, dh, top, bottom), Slide(kw, sw, dw, left, right)


def pool_slides(
    shape: tuple[int, ...],
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
) -> tuple[Slide, Slide]:
    """How pooling windows slide over images of ``shape``.

    With ``ceil_mode`` a last window may reach over the end, if it starts on the image or on the
    padding before it; the padding at the end grows to hold it.
    """
    both = slides(kernel_size, kernel_size if stride is None else stride, padding, dilation)
    fitted = []
    for slide, size in zip(both, shape[-2:], strict=True):
        if max(slide.before, slide.after) > slide.kernel // 2:
            raise ValueError(
                f"padding must be at most half of kernel_size, received padding {slide.before} "
                f"for kernel size {slide.kernel}"
            )
        rest = (size + slide.before + slide.after - slide.span) % slide.stride
        starts = size + slide.before + slide.after - slide.span - rest + slide.stride
        if ceil_mode and rest and starts < size + slide.before:
            slide = slide._replace(after=slide.after + slide.stride - rest)
        fitted.append(slide)
    rows, columns = fitted
    return rows, columns


def paddings(rows: Slide, columns: Slide) -> tuple[tuple[int, int], tuple[int, int]]:
    """The padding of both axes, as `slides` takes it."""
    return (rows.before, rows.after), (columns.before, columns.after)


def counts(rows: Slide, columns: Slide, shape: tuple[int, ...]) -> tuple[int, int]:
    """How many windows fit on the last two axes of ``shape``; at least one on each."""
    height, width = rows.count(shape[-2]), columns.count(shape[-1])
    if height < 1 or width < 1:
        short = height < 1
        why = rows.formula(shape[-2], "H") if short else columns.formula(shape[-1], "W")
        raise ValueError(
            f"output would be {max(height, 0)}×{max(width, 0)}: {why}; use a larger input, "
            "a smaller kernel or more padding"
        )
    return height, width


def check_images(x: Any) -> None:
    """Raise ValueError unless ``x`` is a batch of images."""
    if x.ndim != 4:
        advice = "; add the batch axis with x[None]" if x.ndim == 3 else ""
        raise ValueError(f"expected images of shape (N, C, H, W), got shape {x.shape}{advice}")


# ---- image to columns


def _fold(g: Any, y: Any, x: Any, **geometry: Any) -> Any:
    return fold(g, output_size=x.shape[2:], **geometry)


@primitive(_fold)
def unfold(x, *, kernel_size, dilation=1, padding=0, stride=1):
    """Image to columns.  y[n, (c, i, j), (h, …)] = x[n, c, h s + i d - p, …],  x̄ = fold ȳ.

    x (N, C, H, W); y (N, C kh kw, L) with one column for each of the L places of the window, and
    zeros where it reaches into the padding.
    """
    check_images(x)
    rows, columns = slides(kernel_size, stride, padding, dilation)
    height, width = counts(rows, columns, x.shape)
    shape = (*x.shape[:2], rows.kernel, columns.kernel, height, width)
    y = np.zeros_like(x, shape=shape, order="C")
    for i in range(rows.kernel):
        top, bottom, lines = rows.tap(i, x.shape[2], height)
        for j in range(columns.kernel):
            left, right, places = columns.tap(j, x.shape[3], width)
            y[:, :, i, j, top:bottom, left:right] = x[:, :, lines, places]
    return y.reshape(x.shape[0], shape[1] * shape[2] * shape[3], height * width)


def _unfold(g: Any, y: Any, x: Any, output_size: Any, **geometry: Any) -> Any:
    return unfold(g, **geometry)


@primitive(_unfold)
def fold(x, *, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Columns to image: what overlaps is added.  The adjoint of `unfold`, so x̄ = unfold ȳ.

    x (N, C kh kw, L); y (N, C, *output_size).
    """
    rows, columns = slides(kernel_size, stride, padding, dilation)
    size = pair("output_size", output_size, 1)
    height, width = counts(rows, columns, size)
    window = rows.kernel * columns.kernel
    if x.ndim != 3 or x.shape[1] % window or x.shape[2] != height * width:
        raise ValueError(
            f"expected columns of shape (N, C·{window}, {height * width}): a window has {window} "
            f"elements and takes {height}×{width} places on an image of {size[0]}×{size[1]}"
        )
    channels = x.shape[1] // window
    x = x.reshape(x.shape[0], channels, rows.kernel, columns.kernel, height, width)
    y = np.zeros_like(x, shape=(x.shape[0], channels, *size), order="C")
    for i in range(rows.kernel):
        top, bottom, lines = rows.tap(i, size[0], height)
        for j in range(columns.kernel):
            left, right, places = columns.tap(j, size[1], width)
            y[:, :, lines, places] += x[:, :, i, j, top:bottom, left:right]
    return y
