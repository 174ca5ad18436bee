"""Pooling, against loops over windows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tinygrad_edu.random import get_generator
from tinygrad_edu.samples.convolution import both
from tinygrad_edu.testing.specs import between, sample, spec

__all__ = ["SPECS"]


def _count(n: int, k: int, s: int, p: int, d: int, ceil_mode: bool) -> int:
    """The number of windows along an axis, as PyTorch's documentation has it."""
    count = (n + 2 * p - d * (k - 1) - 1) / s + 1
    if not ceil_mode:
        return math.floor(count)
    windows = math.ceil(count)
    return windows - 1 if (windows - 1) * s >= n + p else windows


def _windows(
    shape: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> Iterator[tuple[tuple[int, int], list[tuple[int, int]], int]]:
    """(window, its pixels, its size where it lies on the image or the padding)."""
    stride = kernel_size if stride is None else stride
    k, s, p, d = map(both, (kernel_size, stride, padding, dilation))
    size = [_count(shape[a], k[a], s[a], p[a], d[a], ceil_mode) for a in (0, 1)]
    for window in np.ndindex(*size):
        lines = [[window[a] * s[a] - p[a] + i * d[a] for i in range(k[a])] for a in (0, 1)]
        pixels = [
            (h, w) for h in lines[0] for w in lines[1] if 0 <= h < shape[0] and 0 <= w < shape[1]
        ]
        padded = [sum(n < shape[a] + p[a] for n in lines[a]) for a in (0, 1)]
        yield window, pixels, padded[0] * padded[1]


def _pool(x: Any, reduce: Callable[[Any, int], Any], **geometry: Any) -> Any:
    settings = {"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False} | geometry
    found = {
        window: reduce(np.stack([x[:, :, h, w] for h, w in pixels]), padded)
        for window, pixels, padded in _windows(x.shape[2:], **settings)
    }
    size = [max(window[a] for window in found) + 1 for a in (0, 1)]
    y = np.zeros((*x.shape[:2], *size))
    for (h, w), value in found.items():
        y[:, :, h, w] = value
    return y


def _max_pool2d(x: Any, **geometry: Any) -> Any:
    return _pool(x, lambda values, padded: values.max(axis=0), **geometry)


def _sum_pool2d(x: Any, **geometry: Any) -> Any:
    return _pool(x, lambda values, padded: values.sum(axis=0), **geometry)


def _avg_pool2d(
    x: Any, count_include_pad: bool = True, divisor_override: Any = None, **geometry: Any
) -> Any:
    def mean(values: Any, padded: int) -> Any:
        return values.sum(axis=0) / (
            divisor_override or (padded if count_include_pad else len(values))
        )

    return _pool(x, mean, **geometry)


def _spread_over_windows(x: Any, size: Any, **geometry: Any) -> Any:
    settings = {"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False} | geometry
    y = np.zeros((*x.shape[:2], *size))
    for (h, w), pixels, _ in _windows(size, **settings):
        for pixel in pixels:
            y[:, :, *pixel] += x[:, :, h, w]
    return y


def _spread_to_maxima(grad: Any, x: Any, top: Any, **geometry: Any) -> Any:
    settings = {"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False} | geometry
    y = np.zeros(x.shape)
    for (h, w), pixels, _ in _windows(x.shape[2:], **settings):
        for n, c in np.ndindex(*x.shape[:2]):
            winner = max(pixels, key=lambda pixel: x[n, c, *pixel])  # the first among equals
            y[n, c, *winner] += grad[n, c, h, w]
    return y


def _gather_at_maxima(u: Any, x: Any, top: Any, **geometry: Any) -> Any:
    settings = {"stride": None, "padding": 0, "dilation": 1, "ceil_mode": False} | geometry
    y = np.zeros(top.shape)
    for (h, w), pixels, _ in _windows(x.shape[2:], **settings):
        for n, c in np.ndindex(*x.shape[:2]):
            winner = max(pixels, key=lambda pixel: x[n, c, *pixel])
            y[n, c, h, w] = u[n, c, *winner]
    return y


def _bins(size: int, count: int) -> list[tuple[int, int]]:
    return [(k * size // count, -(-(k + 1) * size // count)) for k in range(count)]


def _adaptive(reduce: Callable[..., Any]) -> Callable[..., Any]:
    def pool(x: Any, output_size: Any) -> Any:
        height, width = (
            n if m is None else m for n, m in zip(x.shape[2:], both(output_size), strict=True)
        )
        y = np.zeros((*x.shape[:2], height, width))
        for h, (top, bottom) in enumerate(_bins(x.shape[2], height)):
            for w, (left, right) in enumerate(_bins(x.shape[3], width)):
                y[:, :, h, w] = reduce(x[:, :, top:bottom, left:right], axis=(2, 3))
        return y

    return pool


def _in_one_dimension(reference: Callable[..., Any]) -> Callable[..., Any]:
    """The same on images of height 1."""
    neutral = {"padding": 0, "dilation": 1, "kernel_size": 1, "stride": 1, "output_size": 1}

    def pool(x: Any, **params: Any) -> Any:
        settings = {k: (neutral[k], v) if k in neutral else v for k, v in params.items()}
        return reference(x[:, :, None], **settings)[:, :, 0]

    return pool


def _resized(x: Any, size: Any, scale_factor: Any) -> tuple[Any, list[float]]:
    """The new size, and how many old pixels lie between new ones, along both axes."""
    old = x.shape[2:]
    if size is not None:
        return both(size), [n / m for n, m in zip(old, both(size), strict=True)]
    factors = both(scale_factor)
    return [int(n * f) for n, f in zip(old, factors, strict=True)], [1 / f for f in factors]


def _interpolate_nearest(x: Any, size: Any = None, scale_factor: Any = None) -> Any:
    new, step = _resized(x, size, scale_factor)
    y = np.zeros((*x.shape[:2], *new))
    for h, w in np.ndindex(*new):
        y[:, :, h, w] = x[:, :, int(h * step[0] + 1e-9), int(w * step[1] + 1e-9)]
    return y


def _interpolate_bilinear(
    x: Any, size: Any = None, scale_factor: Any = None, align_corners: bool = False
) -> Any:
    new, step = _resized(x, size, scale_factor)
    y = np.zeros((*x.shape[:2], *new))
    for place in np.ndindex(*new):
        ends = []
        for k, s, n, m in zip(place, step, x.shape[2:], new, strict=True):
            at = max((k + 0.5) * s - 0.5, 0.0)
            if align_corners:
                at = k * (n - 1) / (m - 1) if m > 1 else 0.0
            at = min(at, n - 1)
            ends.append([(int(at), 1 - at % 1), (min(int(at) + 1, n - 1), at % 1)])
        for (h, a), (w, b) in itertools.product(*ends):
            y[:, :, *place] += a * b * x[:, :, h, w]
    return y


def _kept(*, ties: bool = False) -> Any:
    """Images with their pooled values, which name the winners."""
    values = get_generator(0).permutation(280).reshape(1, 7, 5, 8) / 140 - 1.0
    return np.round(values, 0) + 0.0 if ties else values


def _at_maxima(name: str, reference: Callable[..., Any]) -> Any:
    samples = []
    geometries: list[tuple[bool, dict[str, Any]]] = [
        (False, {"kernel_size": 2}),
        (True, {"kernel_size": (2, 3), "stride": 1, "padding": 1}),
        (True, {"kernel_size": 2, "dilation": (1, 2), "ceil_mode": True}),
        (True, {"kernel_size": (2, 1), "stride": (3, 2)}),
    ]
    for ties, geometry in geometries:
        x = _kept(ties=ties)
        top = _max_pool2d(x, **geometry)
        shape = top.shape if name == "spread_to_maxima" else x.shape
        first = get_generator(1).permutation(math.prod(shape)).reshape(shape) / 40 - 1.0
        samples.append(sample(first, x, top, **geometry))
    return spec(name, *samples, reference=reference, no_gradient=(1, 2), analytic=False)


# Far enough apart that no difference quotient changes a winner.
_apart = between(-2.0, 2.0)

_IMAGES = [
    sample((2, 3, 4, 6), kernel_size=2),
    sample((1, 2, 5, 7), kernel_size=(3, 2), stride=(2, 1), padding=(1, 0)),
    sample((1, 2, 5, 4), kernel_size=2, ceil_mode=True),
    sample((1, 2, 7, 4), kernel_size=(3, 2), stride=(3, 4), ceil_mode=True, padding=1),
    sample((1, 2, 5, 7), kernel_size=1, stride=2),
    sample((0, 2, 4, 3), kernel_size=2, stride=1),
]
_ROWS = [
    sample((2, 3, 6), kernel_size=2),
    sample((1, 2, 7), kernel_size=3, stride=2, padding=1, ceil_mode=True),
    sample((0, 2, 4), kernel_size=2),
]
_ADAPTIVE = [
    sample((2, 3, 4, 6), output_size=2),
    sample((1, 2, 5, 7), output_size=(3, 2)),
    sample((1, 2, 5, 4), output_size=(None, 3)),
    sample((2, 3, 4, 5), output_size=1),
    sample((1, 1, 2, 3), output_size=(4, 5)),
]
_ADAPTIVE_ROWS = [
    sample((2, 3, 6), output_size=2),
    sample((1, 2, 7), output_size=3),
    sample((1, 2, 5), output_size=1),
]

SPECS = [
    spec(
        "max_pool2d",
        *_IMAGES,
        sample((1, 2, 5, 7), kernel_size=2, dilation=(2, 3), stride=1),
        reference=_max_pool2d,
        domain=_apart,
    ),
    spec("sum_pool2d", *_IMAGES, reference=_sum_pool2d, analytic=True),
    spec(
        "spread_over_windows",
        sample((1, 3, 2, 4), size=(4, 8), kernel_size=2),
        sample((1, 2, 3, 6), size=(5, 7), kernel_size=(3, 2), stride=(2, 1), padding=(1, 0)),
        sample((1, 2, 3, 4), size=(5, 7), kernel_size=2, ceil_mode=True),
        sample((1, 3, 2, 4), size=(5, 7), kernel_size=(2, 1), stride=(3, 2)),
        reference=_spread_over_windows,
        analytic=True,
    ),
    spec(
        "avg_pool2d",
        *_IMAGES,
        sample((1, 2, 5, 7), kernel_size=3, padding=1, count_include_pad=False),
        sample((1, 2, 5, 7), kernel_size=(2, 3), padding=1, divisor_override=4),
        reference=_avg_pool2d,
        analytic=True,
    ),
    _at_maxima("spread_to_maxima", _spread_to_maxima),
    _at_maxima("gather_at_maxima", _gather_at_maxima),
    spec(
        "adaptive_avg_pool2d",
        *_ADAPTIVE,
        reference=_adaptive(np.mean),
        analytic=True,
    ),
    spec(
        "adaptive_max_pool2d",
        *_ADAPTIVE,
        reference=_adaptive(np.max),
        domain=_apart,
    ),
    spec(
        "interpolate_nearest",
        sample((1, 2, 3, 4), size=(6, 12)),
        sample((1, 2, 5, 3), size=(4, 7)),
        sample((2, 1, 4, 3), size=(4, 3)),
        sample((1, 2, 9, 5), scale_factor=(0.55, 2)),
        reference=_interpolate_nearest,
        analytic=True,
    ),
    spec(
        "interpolate_bilinear",
        sample((1, 2, 3, 4), size=(6, 5)),
        sample((2, 3, 7, 5), size=(4, 1)),
        sample((1, 2, 3, 4), size=(5, 7), align_corners=True),
        sample((2, 1, 4, 3), size=(1, 3), align_corners=True),
        sample((1, 3, 9, 5), scale_factor=(0.55, 2.3)),
        sample((1, 2, 4, 3), scale_factor=1.5, align_corners=True),
        reference=_interpolate_bilinear,
        analytic=True,
    ),
    spec(
        "max_pool1d",
        *_ROWS,
        sample((1, 2, 7), kernel_size=2, dilation=3, stride=1),
        reference=_in_one_dimension(_max_pool2d),
        domain=_apart,
    ),
    spec(
        "avg_pool1d",
        *_ROWS,
        sample((1, 2, 7), kernel_size=3, padding=1, count_include_pad=False),
        reference=_in_one_dimension(_avg_pool2d),
        analytic=True,
    ),
    spec(
        "adaptive_avg_pool1d",
        *_ADAPTIVE_ROWS,
        reference=_in_one_dimension(_adaptive(np.mean)),
        analytic=True,
    ),
    spec(
        "adaptive_max_pool1d",
        *_ADAPTIVE_ROWS,
        reference=_in_one_dimension(_adaptive(np.max)),
        domain=_apart,
    ),
]
