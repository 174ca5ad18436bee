"""Convolutions on 5 × 7 images: every geometry against loops, adjoints, blocks, memory, errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.ops import convolution
from tinygrad_edu.ops.convolution import conv2d, conv2d_weight, conv_transpose2d
from tinygrad_edu.ops.windows import Slide, fold, unfold
from tinygrad_edu.samples import SPECS

SIZE = (5, 7)
AXIS = list(product((1, 2, 3), (1, 2, 3), (0, 1, 2), (1, 2)))  # kernel, stride, padding, dilation


def geometries() -> Iterator[dict[str, Any]]:
    """Every combination along the height, each with four along the width; none is empty."""
    for shift in (0, 7, 20, 33):
        for k, tall in enumerate(AXIS):
            wide = AXIS[(k * 5 + shift) % len(AXIS)]
            if all(
                Slide(kernel, stride, dilation, padding, padding).count(size) > 0
                for (kernel, stride, padding, dilation), size in zip(
                    (tall, wide), SIZE, strict=True
                )
            ):
                names = ("kernel", "stride", "padding", "dilation")
                yield dict(zip(names, zip(tall, wide, strict=True), strict=True))


GEOMETRIES = list(geometries())


def inner(a: Any, b: Any) -> float:
    return float(np.dot(np.ravel(a), np.ravel(b)))


def test_geometries_are_many() -> None:
    assert len(GEOMETRIES) > 200
    assert {g["kernel"] for g in GEOMETRIES} == set(product((1, 2, 3), repeat=2))


@pytest.mark.parametrize("groups", [1, 2])
def test_convolution_is_that_of_loops(rng: np.random.Generator, groups: int) -> None:
    reference = SPECS["conv2d"].reference
    for geometry in GEOMETRIES:
        settings = {name: geometry[name] for name in ("stride", "padding", "dilation")}
        x = rng.standard_normal((2, 4, *SIZE))
        weight = rng.standard_normal((6, 4 // groups, *geometry["kernel"]))
        bias = rng.standard_normal(6)
        got = conv2d(x, weight, bias, **settings, groups=groups)
        expected = reference(x, weight, bias, **settings, groups=groups)
        assert got.shape == expected.shape, geometry
        assert np.abs(got - expected).max() < 1e-13, geometry


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("groups", [1, 2])
def test_the_three_are_adjoint(rng: np.random.Generator, groups: int, batch: int) -> None:
    """⟨conv(x, w), g⟩ = ⟨x, transposed(g, w)⟩ = ⟨w, weight(x, g)⟩, to 1e-14 of the norms."""
    for geometry in GEOMETRIES:
        settings = {name: geometry[name] for name in ("stride", "padding", "dilation")}
        x = rng.standard_normal((batch, 4, *SIZE))
        weight = rng.standard_normal((6, 4 // groups, *geometry["kernel"]))
        y = conv2d(x, weight, **settings, groups=groups)
        g = rng.standard_normal(y.shape)
        expected = inner(y, g)
        scale = np.linalg.norm(y) * np.linalg.norm(g)
        back = convolution._conv2d_input(g, y, x, weight, **settings, groups=groups)
        assert back.shape == x.shape, geometry
        assert abs(inner(back, x) - expected) < 1e-14 * scale, geometry
        slope = conv2d_weight(x, g, geometry["kernel"], **settings, groups=groups)
        assert slope.shape == weight.shape, geometry
        assert abs(inner(slope, weight) - expected) < 1e-14 * scale, geometry


def test_fold_is_the_adjoint_of_unfold(rng: np.random.Generator) -> None:
    for geometry in GEOMETRIES:
        settings = {name: geometry[name] for name in ("dilation", "padding", "stride")}
        x = rng.standard_normal((2, 3, *SIZE))
        y = unfold(x, geometry["kernel"], **settings)
        g = rng.standard_normal(y.shape)
        back = fold(g, SIZE, geometry["kernel"], **settings)
        scale = np.linalg.norm(y) * np.linalg.norm(g)
        assert abs(inner(y, g) - inner(x, back)) < 1e-14 * scale, geometry


def test_convolution_is_a_product_with_columns(rng: np.random.Generator) -> None:
    for geometry in GEOMETRIES:
        settings = {name: geometry[name] for name in ("stride", "padding", "dilation")}
        x = rng.standard_normal((2, 3, *SIZE))
        weight = rng.standard_normal((4, 3, *geometry["kernel"]))
        y = conv2d(x, weight, **settings)
        product_ = weight.reshape(4, -1) @ unfold(x, geometry["kernel"], **settings)
        assert np.abs(product_.reshape(y.shape) - y).max() < 1e-13, geometry


def test_blocks_do_not_show(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results are the same, whether they are made in one block or one row at a time."""
    for groups, geometry in product((1, 2), GEOMETRIES):
        settings = {name: geometry[name] for name in ("stride", "padding", "dilation")}
        x = rng.standard_normal((2, 4, *SIZE))
        weight = rng.standard_normal((6, 4 // groups, *geometry["kernel"]))
        whole, cut = [], []
        for results in (whole, cut):
            y = conv2d(x, weight, **settings, groups=groups)
            results += [y, conv2d_weight(x, y, geometry["kernel"], **settings, groups=groups)]
            results.append(convolution._conv2d_input(y, y, x, weight, **settings, groups=groups))
            monkeypatch.setattr(convolution, "_COLUMN_BYTES", 1)
            monkeypatch.setattr(convolution, "_PRODUCT_BYTES", 1)
        monkeypatch.undo()
        for a, b in zip(whole, cut, strict=True):
            assert np.abs(a - b).max() < 1e-13 * max(1.0, np.abs(a).max()), geometry


def test_memory_order_of_inputs_does_not_matter(rng: np.random.Generator) -> None:
    x, weight = rng.standard_normal((3, 2, *SIZE)), rng.standard_normal((4, 2, 3, 2))
    expected = conv2d(x, weight)
    channels_last = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    in_our_order = np.ascontiguousarray(x.transpose(2, 1, 3, 0)).transpose(3, 1, 0, 2)
    wider = np.zeros((3, 2, 5, 14))
    wider[..., ::2] = x
    for same in (channels_last, in_our_order, wider[..., ::2], x[::-1][::-1].copy("F")):
        np.testing.assert_array_equal(conv2d(same, weight), expected)


def test_layers_pass_images_on_without_copies(rng: np.random.Generator) -> None:
    """What a convolution makes lies in memory as the next one wants it."""
    x, weight = rng.standard_normal((3, 2, *SIZE)), rng.standard_normal((4, 2, 3, 3))
    y = conv2d(x, weight, padding=1)
    for image in (y, np.maximum(y, 0.0), tg.max_pool2d(y, 2), tg.avg_pool2d(y, 2)):
        assert convolution._in_memory_order(image).base is not None
        assert np.shares_memory(convolution._in_memory_order(image), image)


def test_gradient_of_the_images_is_not_computed_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first layer's images are data."""
    record = tg.engine.PRIMITIVES["conv2d"]

    def never(*args: Any, **params: Any) -> Any:
        raise RuntimeError("computed the gradient of the data")

    monkeypatch.setattr(record, "vjps", (never, *record.vjps[1:]))
    weight = tg.tensor(np.ones((1, 1, 2, 2)), requires_grad=True)
    tg.conv2d(tg.tensor(np.ones((1, 1, 3, 3))), weight).sum().backward()
    assert weight.grad.tolist() == [[[[4.0, 4.0], [4.0, 4.0]]]]


def test_integer_images_and_float32_weights_give_float32() -> None:
    images = np.arange(2 * 9, dtype=np.uint8).reshape(2, 1, 3, 3)
    weight = tg.tensor(np.ones((1, 1, 2, 2), np.float32), requires_grad=True)
    y = tg.conv2d(tg.from_numpy(images), weight)
    assert y.dtype == np.float32
    assert y.value[0, 0, 0, 0] == 0 + 1 + 3 + 4


# ---- errors

X, W = np.zeros((2, 4, 5, 7)), np.zeros((6, 4, 3, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: conv2d(X[:, :, :2], W),
            "output would be 0×5: floor((H + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1 "
            "= floor((2 + 2·0 − 1·(3 − 1) − 1) / 1) + 1 = 0; use a larger input",
        ),
        (
            lambda: conv2d(X, W, dilation=(1, 4), stride=2),
            "output would be 2×0: floor((W + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1 "
            "= floor((7 + 2·0 − 4·(3 − 1) − 1) / 2) + 1 = 0",
        ),
        (lambda: conv2d(X, W[:, :3]), "expected an input with 3 channels, got 4"),
        (lambda: conv2d(X, W, groups=4), "6 channels cannot be split into 4 groups"),
        (lambda: conv2d(X, W, groups=0), "groups must be an integer >= 1, received 0"),
        (lambda: conv2d(X, W, np.zeros(5)), "expected a bias of shape (6,), got shape (5,)"),
        (lambda: conv2d(X[0], W), "shape (N, C, H, W), got shape (4, 5, 7); add the batch axis"),
        (lambda: conv2d(X[0, 0], W), "expected images of shape (N, C, H, W), got shape (5, 7)"),
        (lambda: conv2d(X, W[0]), "weight of shape (C_out, C_in / groups, kh, kw), got shape (4,"),
        (lambda: conv2d(X, W, stride=0), "stride must be an integer >= 1, or two of them"),
        (lambda: conv2d(X, W, stride=1.5), "stride must be an integer >= 1"),
        (lambda: conv2d(X, W, padding=(1, 2, 3)), "padding must be an integer >= 0, or two"),
        (lambda: conv2d(X, W, padding=-1), "received -1"),
        (lambda: conv2d(X, W, padding="full"), "must be a number, 'same' or 'valid', received"),
        (lambda: conv2d(X, W, padding="same", stride=2), "padding='same' needs stride 1"),
        (lambda: conv2d(X, W, dilation=(0, 1)), "dilation must be an integer >= 1"),
        (
            lambda: conv_transpose2d(X, W),
            "expected an input with 6 channels, got 4",
        ),
        (
            lambda: conv_transpose2d(X, W[:4], padding=4),
            "output would be 0×1: (H − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + "
            "output_padding = -1 for the height, 1 for the width; use less padding",
        ),
        (
            lambda: conv_transpose2d(X, W[:4], output_padding=1),
            "output_padding must be smaller than the stride or the dilation",
        ),
        (lambda: conv_transpose2d(X, W[0]), "weight of shape (C_in, C_out / groups, kh, kw)"),
        (
            lambda: conv2d_weight(X, np.zeros((2, 6, 4, 5)), (3, 3)),
            "expected a grad of shape (2, O, 3, 5)",
        ),
        (
            lambda: conv2d_weight(X, np.zeros((2, 6, 3, 5)), (3, 3), groups=4),
            "6 channels cannot be split into 4 groups",
        ),
        (lambda: unfold(X[0], 2), "expected images of shape (N, C, H, W)"),
        (
            lambda: fold(np.zeros((2, 8, 5)), (3, 4), 2),
            "expected columns of shape (N, C·4, 6): a window has 4 elements and takes 2×3 places "
            "on an image of 3×4",
        ),
        (lambda: tg.conv1d(X, W), "expected rows of shape (N, C, L) and a weight with three axes"),
        (lambda: tg.conv1d(X[0, 0], W[0]), "add the batch axis with x[None]"),
    ],
)
def test_error(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_asymmetric_padding_shows_its_sum() -> None:
    with pytest.raises(ValueError, match=r"floor\(\(H \+ padding .*floor\(\(2 \+ 1 − "):
        conv2d(X[:, :, :2], np.zeros((6, 4, 4, 3)), padding=((1, 0), (0, 0)))
