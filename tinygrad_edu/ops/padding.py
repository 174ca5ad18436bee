"""Borders around arrays: constant, mirrored, repeated or taken from the other end."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import implements, primitive

__all__ = ["pad"]

_MODES = ("constant", "reflect", "replicate", "circular")
# NumPy's names for the same modes.
_NUMPY_MODES = {"edge": "replicate", "wrap": "circular"}


def _source(size: int, before: int, after: int, mode: str) -> Any:
    """Which element of an axis each place of the padded axis repeats."""
    if mode == "reflect" and max(before, after) >= size:
        raise ValueError(
            f"reflect padding must be smaller than the axis: {before, after} of {size}"
        )
    if mode == "circular" and max(before, after) > size:
        raise ValueError(f"circular padding must fit on the axis: {before, after} of {size}")
    if size == 0:
        raise ValueError(f"{mode} padding has nothing to repeat on an axis of size 0")
    place = np.arange(-before, size + after)
    if mode == "replicate":
        return np.clip(place, 0, size - 1)
    if mode == "circular":
        return place % size
    place = np.abs(place)
    return np.minimum(place, 2 * (size - 1) - place)


def _widths(pad_width: Any, ndim: int, mode: str) -> list[tuple[int, int]]:
    """One (before, after) for each axis."""
    if mode not in _MODES:
        raise ValueError(f"mode must be one of {', '.join(_MODES)}; received {mode!r}")
    if ndim == 0:
        return []
    try:
        widths = [(int(a), int(b)) for a, b in np.broadcast_to(pad_width, (ndim, 2))]
    except ValueError:
        raise ValueError(
            f"pad_width must be one (before, after) for each of {ndim} axes, received {pad_width!r}"
        ) from None
    if mode != "constant" and min(map(min, widths), default=0) < 0:
        raise ValueError(f"{mode} padding cannot be negative, received {pad_width!r}")
    return widths


def _unpad(g: Any, y: Any, x: Any, pad_width: Any, mode: str, value: float) -> Any:
    return unpad(g, pad_width=pad_width, mode=mode)


@primitive(_unpad)
def pad(x, *, pad_width, mode="constant", value=0.0):
    """Put a border around x.  x̄ = ȳ inside the border, plus ȳ of the border where it repeats x.

    ``pad_width`` is ``(before, after)`` for each axis, as in NumPy; negative widths crop. The
    border is ``value`` for mode ``"constant"``; the mirrored inside for ``"reflect"``, the edge
    for ``"replicate"``, the opposite end for ``"circular"``.
    """
    widths = _widths(pad_width, x.ndim, mode)
    if mode == "constant":
        return _framed(x, widths, value)
    for axis, (before, after) in enumerate(widths):
        if before or after:
            x = np.take(x, _source(x.shape[axis], before, after, mode), axis=axis)
    return x if any(map(any, widths)) else x.copy()


def _framed(x: Any, widths: list[tuple[int, int]], value: float) -> Any:
    """Put x into a frame of ``value``; what reaches over a negative width is cut off."""
    inside, kept, shape = [], [], []
    for size, (before, after) in zip(x.shape, widths, strict=True):
        shape.append(size + before + after)
        kept.append(slice(max(-before, 0), max(size + min(after, 0), 0)))
        inside.append(slice(max(before, 0), max(before + size + min(after, 0), 0)))
    if min(shape, default=0) < 0:
        raise ValueError(f"cannot crop shape {x.shape} by {widths}: nothing would be left")
    y = np.empty_like(x, shape=shape)
    y[...] = value
    y[tuple(inside)] = x[tuple(kept)]
    return y


def _pad(g: Any, y: Any, x: Any, pad_width: Any, mode: str) -> Any:
    return pad(g, pad_width=pad_width, mode=mode)


@primitive(_pad)
def unpad(x, *, pad_width, mode="constant"):
    """Remove the border and add it to the elements that it repeats: the adjoint of `pad`."""
    widths = _widths(pad_width, x.ndim, mode)
    shape = [n - a - b for n, (a, b) in zip(x.shape, widths, strict=True)]
    if mode == "constant":
        return _framed(x, [(-a, -b) for a, b in widths], 0.0)
    for axis, (before, after) in enumerate(widths):
        if not before and not after:
            continue
        size = shape[axis]
        moved = np.moveaxis(x, axis, 0)
        source = _source(size, before, after, mode)
        y = moved[before : before + size].copy(order="K")
        np.add.at(y, source[:before], moved[:before])
        np.add.at(y, source[before + size :], moved[before + size :])
        x = np.moveaxis(y, 0, axis)
    return x if any(map(any, widths)) else x.copy()


@implements(np.pad)
def _numpy_pad(array: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    """``np.pad`` on tensors: constant, reflect, edge and wrap."""
    value = options.pop("constant_values", 0.0)
    if options:
        raise TypeError(f"np.pad on a tensor takes no {next(iter(options))!r}")
    return pad(array, pad_width, _NUMPY_MODES.get(mode, mode), value)
