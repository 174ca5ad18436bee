"""Pooling: ties, NaN, infinities, layouts, geometry of the last window, errors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.ops import pooling
from tinygrad_edu.samples import SPECS

INF, NAN = np.inf, np.nan


def _slope(x: Any, g: Any, **geometry: Any) -> Any:
    x = tg.tensor(np.array(x, dtype=np.float64)[None, None], requires_grad=True)
    y = tg.max_pool2d(x, **geometry)
    y.backward(tg.tensor(np.array(g, dtype=np.float64)[None, None]))
    return x.grad.value[0, 0].tolist()


def test_the_first_of_equals_wins() -> None:
    assert _slope([[5, 5], [5, 5]], [[3]], kernel_size=2) == [[3, 0], [0, 0]]
    assert _slope([[1, 5], [5, 5]], [[3]], kernel_size=2) == [[0, 3], [0, 0]]
    # Each window of several that overlap finds its own first.
    assert _slope([[5, 5, 5]], [[1, 10]], kernel_size=(1, 2), stride=1) == [[1, 10, 0]]


def test_nan_is_the_largest() -> None:
    x = np.array([[[[1.0, NAN, 2.0, 3.0], [7.0, 9.0, 5.0, 4.0]]]])
    np.testing.assert_array_equal(pooling.max_pool2d(x, 2), [[[[NAN, 5.0]]]])
    assert _slope([[1, NAN], [NAN, 9]], [[3]], kernel_size=2) == [[0, 3], [0, 0]]
    assert _slope([[1, INF], [-INF, 9]], [[3]], kernel_size=2) == [[0, 3], [0, 0]]


def test_padding_never_wins() -> None:
    assert _slope([[-5, -6]], [[2, 3]], kernel_size=(1, 2), padding=(0, 1)) == [[2, 3]]
    low = np.full((1, 1, 2, 2), np.iinfo(np.int32).min, np.int32)
    assert (pooling.max_pool2d(low, 2, padding=1) == low[0, 0, 0, 0]).all()


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_infinite_gradient_reaches_the_winner_alone(stride: int) -> None:
    """A product with a mask would make 0 · ∞ = NaN of the others."""
    got = np.array(_slope([[1, 2], [4, 3]], [[INF]], kernel_size=2, stride=stride))
    np.testing.assert_array_equal(got, [[0, 0], [INF, 0]])


def test_gradient_in_another_memory_order(rng: np.random.Generator) -> None:
    x = rng.standard_normal((3, 2, 4, 6))
    g = rng.standard_normal((3, 2, 2, 3))
    inner = np.ascontiguousarray(x.transpose(2, 1, 3, 0)).transpose(3, 1, 0, 2)
    top = pooling.max_pool2d(x, 2)
    expected = pooling.spread_to_maxima(g, x, top, 2)
    got = pooling.spread_to_maxima(g, inner, pooling.max_pool2d(inner, 2), 2)
    np.testing.assert_array_equal(got, expected)
    assert got.strides == inner.strides


@pytest.mark.parametrize("kernel", [1, 2, 3])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_every_window_of_small_images(rng: np.random.Generator, kernel: int, stride: int) -> None:
    """All sizes up to 7, with and without padding and ceil_mode, values with ties."""
    for size in range(kernel, 8):
        for padding in range(kernel // 2 + 1):
            for ceil_mode in (False, True):
                geometry = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode}
                x = rng.integers(0, 3, (1, 2, size, kernel)).astype(np.float64)
                for name in ("max_pool2d", "sum_pool2d", "avg_pool2d"):
                    got = getattr(tg, name)(x, kernel, **geometry)
                    expected = SPECS[name].reference(x, kernel_size=kernel, **geometry)
                    assert got.shape == expected.shape, (name, size, geometry)
                    np.testing.assert_allclose(got, expected, rtol=1e-14)
                top = tg.max_pool2d(x, kernel, **geometry)
                g = rng.standard_normal(top.shape)
                got = pooling.spread_to_maxima(g, x, top, kernel, **geometry)
                expected = SPECS["spread_to_maxima"].reference(
                    g, x, top, kernel_size=kernel, **geometry
                )
                np.testing.assert_allclose(got, expected, rtol=1e-13, atol=1e-14)


def test_mean_of_everything() -> None:
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    np.testing.assert_allclose(tg.adaptive_avg_pool2d(x, 1)[..., 0, 0], x.mean((2, 3)), rtol=1e-15)
    np.testing.assert_array_equal(tg.adaptive_max_pool2d(x, 1)[..., 0, 0], x.max((2, 3)))


@pytest.mark.parametrize("pool", ["max_pool2d", "avg_pool2d", "adaptive_avg_pool2d"])
def test_float32_stays(pool: str) -> None:
    x = tg.tensor(np.ones((2, 1, 5, 7), np.float32), requires_grad=True)
    y = getattr(tg, pool)(x, 3)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32


X = np.zeros((2, 3, 5, 7))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: tg.max_pool2d(X, 6),
            "output would be 0×1: floor((H + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1 "
            "= floor((5 + 2·0 − 1·(6 − 1) − 1) / 6) + 1 = 0",
        ),
        (
            lambda: tg.max_pool2d(X, 2, padding=2),
            "padding must be at most half of kernel_size, received padding 2 for kernel size 2",
        ),
        (lambda: tg.max_pool2d(X, 2, 0), "stride must be an integer >= 1"),
        (lambda: tg.max_pool2d(X[0], 2), "got shape (3, 5, 7); add the batch axis with x[None]"),
        (lambda: tg.avg_pool2d(X, 2, divisor_override=0), "divisor_override must not be 0"),
        (lambda: tg.avg_pool2d(X, (2, 9)), "output would be 2×0"),
        (lambda: tg.adaptive_avg_pool2d(X, 0), "output_size must be an integer >= 1"),
        (lambda: tg.adaptive_avg_pool2d(X, (1, 2, 3)), "must be one number or two, received"),
        (lambda: tg.adaptive_max_pool2d(X[0], 2), "expected images of shape (N, C, H, W)"),
        (lambda: tg.interpolate_nearest(X, (0, 4)), "size must be an integer >= 1"),
        (lambda: tg.interpolate_nearest(X), "interpolate: give either size or scale_factor"),
        (lambda: tg.interpolate_bilinear(X, 4, 2.0), "interpolate: give either size or"),
        (lambda: tg.interpolate_bilinear(X, None, 0.1), "scale_factor=0.1 leaves nothing of imag"),
        (lambda: tg.interpolate_bilinear(X, None, -1), "scale_factor must be a positive number"),
        (lambda: tg.interpolate_bilinear(X, None, (1, 2, 3)), "or two of them for height and wid"),
        (lambda: tg.interpolate_bilinear(X[0], 4), "expected images of shape (N, C, H, W)"),
        (lambda: tg.max_pool1d(X, 2), "expected rows of shape (N, C, L), got shape (2, 3, 5, 7)"),
        (lambda: tg.avg_pool1d(X[0, 0], 2), "add the batch axis with x[None]"),
        (lambda: tg.pad(X, ((1, 1),) * 3), "one (before, after) for each of 4 axes"),
        (lambda: tg.pad(X, 1, "mirror"), "mode must be one of constant, reflect, replicate"),
        (lambda: tg.pad(X, -1, "reflect"), "reflect padding cannot be negative"),
        (lambda: tg.pad(X, ((0, 0), (0, 0), (5, 0), (0, 0)), "reflect"), "smaller than the axis"),
        (lambda: tg.pad(X, ((0, 0), (0, 0), (6, 0), (0, 0)), "circular"), "must fit on the axis"),
        (lambda: tg.pad(X[:0], 1, "replicate"), "nothing to repeat on an axis of size 0"),
        (lambda: tg.pad(X, -3), "cannot crop shape (2, 3, 5, 7)"),
    ],
)
def test_error(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_numpy_pad_takes_tensors() -> None:
    x = tg.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    for mode in ("reflect", "edge", "wrap"):
        expected = np.pad(x.value, ((0, 0), (1, 2)), mode)
        np.testing.assert_array_equal(np.pad(x, ((0, 0), (1, 2)), mode=mode).value, expected)
    padded = np.pad(x, ((0, 0), (1, 2)), constant_values=7.0)
    assert padded.tolist() == [[7.0, 1.0, 2.0, 3.0, 7.0, 7.0]]
    with pytest.raises(TypeError, match="takes no stat_length"):
        np.pad(x, 1, mode="reflect", stat_length=2)


# ---- other sizes


def test_bilinear_keeps_the_corners_that_it_should() -> None:
    x = np.arange(6.0).reshape(1, 1, 2, 3)
    kept = tg.interpolate_bilinear(x, (3, 5), align_corners=True)
    assert kept[0, 0].tolist() == [
        [0, 0.5, 1, 1.5, 2],
        [1.5, 2, 2.5, 3, 3.5],
        [3, 3.5, 4, 4.5, 5],
    ]
    assert tg.interpolate_bilinear(x, (1, 1), align_corners=True).item() == 0
    assert tg.interpolate_bilinear(x, (1, 1)).item() == 2.5
    np.testing.assert_array_equal(tg.interpolate_bilinear(x, (2, 3)), x)


def test_bilinear_in_float32() -> None:
    x = tg.tensor(np.ones((1, 2, 3, 4), np.float32), requires_grad=True)
    y = tg.interpolate_bilinear(x, (5, 7))
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32
    assert x.grad.sum().item() == pytest.approx(2 * 5 * 7)  # weights of a place add up to 1
