"""Borders around arrays: constant, mirrored, repeated or taken from the other end."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_count
from tinygrad_edu.engine import primitive, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops.indexing import checked_axis

__all__ = ["pad"]

_MODES = ("constant", "reflect", "replicate", "circular")


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
        pairs = np.broadcast_to(pad_width, (ndim, 2))
        widths = [(operator.index(a), operator.index(b)) for a, b in pairs]
    except (TypeError, ValueError):
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


@primitive(_pad, wide=True)
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


# ---- NumPy's function of the name

_STATISTICS: dict[str, Any] = {
    "maximum": np.max,
    "minimum": np.min,
    "mean": np.mean,
    "median": np.median,
}
_OPTIONS = {
    "constant": ("constant_values",),
    "edge": (),
    "wrap": (),
    "reflect": ("reflect_type",),
    "symmetric": ("reflect_type",),
    "linear_ramp": ("end_values",),
    **dict.fromkeys(_STATISTICS, ("stat_length",)),
}


@composite(numpy=np.pad)
def numpy_pad(
    x: Any,
    pad_width: Any,
    mode: str = "constant",
    *,
    constant_values: Any = None,
    end_values: Any = None,
    stat_length: Any = None,
    reflect_type: str | None = None,
) -> Any:
    """``np.pad`` on tensors, in all modes but ``"empty"`` and functions, axis by axis."""
    check_choice("numpy_pad", "mode", mode, tuple(_OPTIONS))
    options = {
        "constant_values": constant_values,
        "end_values": end_values,
        "stat_length": stat_length,
        "reflect_type": reflect_type,
    }
    options = {name: value for name, value in options.items() if value is not None}
    if unknown := options.keys() - set(_OPTIONS[mode]):
        raise TypeError(f"numpy_pad: mode {mode!r} takes no {', '.join(sorted(unknown))}")
    (x,) = arrays_of([x])
    if isinstance(pad_width, dict):
        given = {checked_axis("numpy_pad", x, a): width for a, width in pad_width.items()}
        pad_width = [np.broadcast_to(given.get(a, 0), 2) for a in range(x.ndim)]
    widths = _widths(pad_width, x.ndim, "constant")
    if min(map(min, widths), default=0) < 0:
        raise ValueError(f"numpy_pad: widths cannot be negative, received {pad_width!r}")
    if mode == "constant" and np.ndim(constant_values) == 0:
        return pad(x, pad_width=widths, value=constant_values or 0.0)
    check_choice("numpy_pad", "reflect_type", reflect_type, (None, "even", "odd"))
    pairs = {
        name: np.broadcast_to(value_of(value), (x.ndim, 2)).tolist()
        for name, value in options.items()
        if name != "reflect_type"
    }
    for axis, width in enumerate(widths):
        if any(width):
            own = {name: tuple(pair[axis]) for name, pair in pairs.items()}
            x = _padded(x, axis, width, mode, {**options, **own})
    return x


def _padded(x: Any, axis: int, width: tuple[int, int], mode: Any, options: Any) -> Any:
    n = x.shape[axis]
    if mode in ("edge", "wrap", "reflect", "symmetric"):
        if options.get("reflect_type") == "odd":  # 2 x_0 - x_k: weights of several elements
            weights = np.pad(np.eye(n, dtype=x.dtype), (width, (0, 0)), mode, **options)
            return np.moveaxis(np.tensordot(weights, x, ([1], [axis])), 0, axis)
        places = np.pad(np.arange(n), width, mode, **options)
        return np.take(x, places, axis=axis)
    parts = []
    for side, count in enumerate(width):
        shape = (*x.shape[:axis], count, *x.shape[axis + 1 :])
        if mode == "constant":
            values = options.get("constant_values", (0, 0))[side]
            part = np.full(shape, values, x.dtype)
        elif mode == "linear_ramp":
            edge = np.take(x, [-side], axis=axis)
            part = _ramp(edge, options.get("end_values", (0, 0))[side], count, axis, side)
        else:
            length = check_count(
                "numpy_pad", "stat_length", options.get("stat_length", (n, n))[side]
            )
            places = np.arange(n - min(length, n), n) if side else np.arange(min(length, n))
            part = _STATISTICS[mode](np.take(x, places, axis=axis), axis=axis, keepdims=True)
            part = np.rint(part) if x.dtype.kind in "iu" else part
        parts.append(np.broadcast_to(part, shape))
    return np.concatenate([parts[0], x, parts[1]], axis=axis, dtype=x.dtype, casting="unsafe")


def _ramp(edge: Any, end: float, count: int, axis: int, side: int) -> Any:
    """Values on the way from ``end``, at the border, to the edge of the array."""
    weights = np.arange(count) / max(count, 1)
    weights = weights[::-1] if side else weights
    weights = weights.reshape((-1,) + (1,) * (edge.ndim - axis - 1)).astype(edge.dtype)
    return end + weights * (edge - end)
