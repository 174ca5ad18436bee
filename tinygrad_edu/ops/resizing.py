"""Images of another size: the nearest pixel, or a mean of the four around each place."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.pooling import spread_over_windows
from tinygrad_edu.ops.windows import check_images, pair

__all__ = ["interpolate_bilinear", "interpolate_nearest"]


class _Axis(NamedTuple):
    """``new`` pixels for ``old`` ones, and ``step``: how many old ones neighbours are apart."""

    old: int
    new: int
    step: float


def _axes(x: Any, size: Any, scale_factor: Any) -> list[_Axis]:
    """Height and width, from the one of the two settings that was given."""
    check_images(x)
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: give either size or scale_factor")
    old = x.shape[2:]
    if scale_factor is None:
        return [_Axis(n, m, n / m) for n, m in zip(old, pair("size", size, 1), strict=True)]
    both = isinstance(scale_factor, (tuple, list))
    factors = list(scale_factor) if both else [scale_factor] * 2
    if len(factors) != 2 or not all(0 < f < math.inf for f in factors):
        raise ValueError(
            f"scale_factor must be a positive number, or two of them for height and width; "
            f"received {scale_factor!r}"
        )
    axes = [_Axis(n, int(n * f), 1 / f) for n, f in zip(old, factors, strict=True)]
    if not all(axis.new for axis in axes):
        raise ValueError(
            f"scale_factor={scale_factor!r} leaves nothing of images of {old[0]}×{old[1]}"
        )
    return axes


@composite()
def interpolate_nearest(x: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """Enlarge or shrink images by taking pixels.  y[h, w] = x[floor(h s), floor(w s)].

    x (N, C, H, W), y (N, C, *size). The step s is H / H' for a ``size``, 1 / ``scale_factor`` for
    a factor, by which a size is multiplied and rounded down.
    """
    rows, columns = _axes(x, size, scale_factor)
    if rows.new % rows.old == 0 and columns.new % columns.old == 0:
        factors = (rows.new // rows.old, columns.new // columns.old)
        return spread_over_windows(x, (rows.new, columns.new), factors)
    lines, places = (_nearest(axis, exact=scale_factor is None) for axis in (rows, columns))
    return x[:, :, lines][:, :, :, places]


def _nearest(axis: _Axis, exact: bool) -> Any:
    k = np.arange(axis.new)
    before = k * axis.old // axis.new if exact else (k * axis.step).astype(int)
    return np.minimum(before, axis.old - 1)


@composite()
def interpolate_bilinear(
    x: Any, size: Any = None, scale_factor: Any = None, align_corners: bool = False
) -> Any:
    """Enlarge or shrink images by mixing the four pixels around a place.  y = R x Cᵀ.

    x (N, C, H, W), y (N, C, *size). R and C hold two weights for each new row and column, 1 - r
    and r, where r is the fraction of its place: (h + 1/2) s - 1/2, with the step s of
    `interpolate_nearest` and no place before the first; or h (H - 1) / (H' - 1) with
    ``align_corners``, which leaves the four corners where they are.
    """
    rows, columns = (_weights(a, align_corners, x.dtype) for a in _axes(x, size, scale_factor))
    return np.matmul(np.matmul(rows, x), columns.T)


def _weights(axis: _Axis, align_corners: bool, dtype: Any) -> Any:
    """The matrix that mixes old pixels along an axis: one row for each new one."""
    k = np.arange(axis.new)
    if align_corners:
        places = k * ((axis.old - 1) / max(axis.new - 1, 1))
    else:
        places = np.maximum((k + 0.5) * axis.step - 0.5, 0)
    before = np.minimum(places.astype(int), axis.old - 1)
    fraction = np.clip(places - before, 0, 1)
    weights = np.zeros((axis.new, axis.old), dtype)
    weights[k, before] = 1 - fraction
    weights[k, np.minimum(before + 1, axis.old - 1)] += fraction
    return weights
