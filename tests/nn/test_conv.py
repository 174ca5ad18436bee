"""Convolution, pooling and padding layers: options, names, and what their errors say."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F


def images(*shape: int) -> tg.Tensor:
    return tg.from_numpy(np.random.default_rng(0).standard_normal(shape).astype(np.float32))


def test_start_is_uniform_in_one_over_root_fan_in() -> None:
    for layer, fan_in in [
        (nn.Conv2d(6, 40, (3, 5), groups=2, generator=1), 3 * 15),
        (nn.ConvTranspose2d(6, 40, (3, 5), groups=2, generator=1), 20 * 15),
        (nn.Conv1d(6, 40, 5, generator=1), 30),
    ]:
        bound = 1 / np.sqrt(fan_in)
        for parameter in (layer.weight, layer.bias):
            assert np.abs(parameter.value).max() <= bound
            assert np.abs(parameter.value).max() > 0.9 * bound
            assert parameter.dtype == np.float32
        assert abs(layer.weight.value.std() - bound / np.sqrt(3)) < 0.1 * bound


def test_state_has_pytorch_names_and_shapes() -> None:
    shapes = {name: a.shape for name, a in nn.Conv2d(4, 6, (3, 2), groups=2).state_dict().items()}
    assert shapes == {"weight": (6, 2, 3, 2), "bias": (6,)}
    shapes = {n: a.shape for n, a in nn.ConvTranspose2d(4, 6, 3, bias=False).state_dict().items()}
    assert shapes == {"weight": (4, 6, 3, 3)}


@pytest.mark.parametrize(
    ("layer", "shown"),
    [
        (nn.Conv2d(3, 8, 3), "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))"),
        (
            nn.Conv2d(4, 8, 3, 2, "valid", 2, 2, False, "circular"),
            "Conv2d(4, 8, kernel_size=(3, 3), stride=(2, 2), padding=valid, dilation=(2, 2), "
            "groups=2, padding_mode=circular, bias=False)",
        ),
        (
            nn.ConvTranspose1d(3, 8, 4, stride=2, output_padding=1),
            "ConvTranspose1d(3, 8, kernel_size=(4,), stride=(2,), output_padding=(1,))",
        ),
        (
            nn.MaxPool2d(2),
            "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
        ),
        (nn.AvgPool1d(3, 2, 1), "AvgPool1d(kernel_size=(3,), stride=(2,), padding=(1,))"),
        (nn.AvgPool2d((3, 2)), "AvgPool2d(kernel_size=(3, 2), stride=(3, 2), padding=0)"),
        (nn.AdaptiveAvgPool2d((None, 2)), "AdaptiveAvgPool2d(output_size=(None, 2))"),
        (nn.ReflectionPad2d(2), "ReflectionPad2d((2, 2, 2, 2))"),
    ],
)
def test_repr(layer: nn.Module, shown: str) -> None:
    assert repr(layer) == shown


def test_border_of_another_kind_is_that_of_a_padding_layer() -> None:
    x = images(2, 3, 6, 5)
    layers = {
        "reflect": nn.ReflectionPad2d((1, 1, 2, 2)),
        "replicate": nn.ReplicationPad2d((1, 1, 2, 2)),
        "circular": nn.CircularPad2d((1, 1, 2, 2)),
    }
    for mode, border in layers.items():
        layer = nn.Conv2d(3, 4, (5, 3), padding=(2, 1), padding_mode=mode)
        expected = F.conv2d(border(x), layer.weight, layer.bias)
        np.testing.assert_array_equal(layer(x).value, expected.value)
        same = nn.Conv2d(3, 4, (5, 3), padding="same", padding_mode=mode)
        same.load_state_dict(layer.state_dict())
        np.testing.assert_array_equal(same(x).value, expected.value)
    row = nn.Conv1d(3, 4, 4, padding="same", padding_mode="circular")
    assert row(images(2, 3, 7)).shape == (2, 4, 7)


def test_same_keeps_the_size() -> None:
    for kernel in (1, 2, 3, 4):
        for dilation in (1, 2):
            layer = nn.Conv2d(2, 3, kernel, padding="same", dilation=dilation)
            assert layer(images(1, 2, 7, 9)).shape == (1, 3, 7, 9)


def test_output_size_names_the_size_that_a_stride_hid() -> None:
    for height in (9, 10, 11):
        down = nn.Conv2d(2, 3, 3, stride=3, padding=1)
        up = nn.ConvTranspose2d(3, 2, 3, stride=3, padding=1)
        x = images(1, 2, height, 12)
        assert up(down(x), output_size=(height, 12)).shape == x.shape
    with pytest.raises(ValueError, match=re.escape("from (10, 10) to (12, 12)")):
        up(images(1, 3, 4, 4), output_size=(13, 10))
    with pytest.raises(ValueError, match="output_size must be"):
        up(images(1, 3, 4, 4), output_size=(10,))


def test_depthwise_convolution_treats_each_channel_alone() -> None:
    layer = nn.Conv2d(3, 6, 3, groups=3)
    x = images(2, 3, 5, 6)
    x2 = tg.from_numpy(x.value * np.array([1, 0, 1], np.float32)[:, None, None])
    changed = np.abs(layer(x).value - layer(x2).value).max(axis=(0, 2, 3)) > 0
    assert changed.tolist() == [False, False, True, True, False, False]


def test_lenet_learns_and_float32_stays() -> None:
    tg.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10),
    )
    optimizer = tg.optim.Adam(net.parameters(), lr=3e-3)
    x, y = images(32, 1, 16, 16), tg.from_numpy(np.arange(32) % 10)
    losses = []
    for _ in range(60):
        loss = nn.CrossEntropyLoss()(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        assert {p.grad.dtype for p in net.parameters()} == {np.dtype(np.float32)}
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]


# ---- errors


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Conv2d(0, 3, 3), "Conv2d: in_channels must be an integer >= 1, received 0"),
        (lambda: nn.Conv2d(3, 4, 0), "Conv2d: kernel_size must be an integer >= 1, received 0"),
        (lambda: nn.Conv2d(3, 4, (1, 2, 3)), "Conv2d: kernel_size must be one number or two"),
        (lambda: nn.Conv1d(3, 4, (1, 2)), "Conv1d: kernel_size must be one number, received"),
        (lambda: nn.Conv2d(3, 4, 3, stride=-1), "Conv2d: stride must be an integer >= 1"),
        (lambda: nn.Conv2d(3, 4, 3, padding=-1), "Conv2d: padding must be an integer >= 0"),
        (lambda: nn.Conv2d(3, 4, 3, padding="full"), "padding must be one of 'same', 'valid'"),
        (lambda: nn.Conv2d(3, 4, 3, 2, "same"), "Conv2d: padding='same' needs stride 1, received"),
        (lambda: nn.Conv2d(3, 4, 3, dilation=0), "Conv2d: dilation must be an integer >= 1"),
        (
            lambda: nn.Conv2d(3, 4, 3, groups=2),
            "Conv2d: in_channels must be divisible by groups, received 3 and 2",
        ),
        (
            lambda: nn.Conv2d(2, 3, 3, groups=2),
            "Conv2d: out_channels must be divisible by groups, received 3 and 2",
        ),
        (lambda: nn.Conv2d(3, 4, 3, padding_mode="mirror"), "padding_mode must be one of 'zeros'"),
        (lambda: nn.ConvTranspose2d(3, 4, 3, padding_mode="reflect"), "must be one of 'zeros'"),
        (lambda: nn.ConvTranspose2d(3, 4, 3, output_padding=-1), "output_padding must be an"),
        (lambda: nn.MaxPool2d(0), "MaxPool2d: kernel_size must be an integer >= 1"),
        (lambda: nn.MaxPool2d(2, padding=2), "MaxPool2d: padding must be at most half of"),
        (lambda: nn.AvgPool2d(2, 0), "AvgPool2d: stride must be an integer >= 1"),
        (lambda: nn.AvgPool2d(2, divisor_override=0), "AvgPool2d: divisor_override must not be 0"),
        (lambda: nn.AvgPool1d(2, padding=-1), "AvgPool1d: padding must be an integer >= 0"),
        (lambda: nn.AdaptiveAvgPool2d(0), "AdaptiveAvgPool2d: output_size must be an integer >= 1"),
        (lambda: nn.AdaptiveMaxPool2d((1, 2, 3)), "output_size must be one number or one for each"),
        (lambda: nn.Upsample(), "Upsample: give either size or scale_factor"),
        (lambda: nn.Upsample(3, mode="cubic"), "Upsample: mode must be one of 'nearest'"),
        (lambda: nn.ZeroPad2d((1, 2)), "ZeroPad2d: padding must be an integer or (left, right,"),
        (lambda: nn.ReflectionPad2d(-1), "ReflectionPad2d: padding must not be negative"),
        (lambda: nn.Unfold(0), "Unfold: kernel_size must be an integer >= 1"),
        (lambda: nn.Fold((4, 0), 2), "Fold: output_size must be an integer >= 1"),
        (lambda: nn.Fold(4, 2, stride=0), "Fold: stride must be an integer >= 1"),
        (lambda: F.pad(images(2, 3), (1, 2, 3)), "pad must be (left, right, top, bottom, ...)"),
        (lambda: F.interpolate(images(1, 1, 2, 2)), "interpolate: give either size or"),
        (lambda: F.interpolate(images(1, 1, 2, 2), 4, mode="area"), "mode must be 'nearest' or"),
        (lambda: F.interpolate(images(1, 1, 2, 2), 4, align_corners=True), "align_corners is for"),
        (lambda: nn.Upsample(4, align_corners=False), "Upsample: align_corners is for mode='bilin"),
    ],
)
def test_bad_setting(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Conv2d(3, 2.5, 3), "Conv2d: out_channels must be an integer >= 1"),
        (lambda: nn.ConvTranspose2d(3, 4, 3, padding="same"), "padding must be an integer >= 0"),
    ],
)
def test_setting_of_the_wrong_kind(make: Any, message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("layer", "x", "message", "place"),
    [
        (
            nn.Conv2d(3, 4, 3),
            images(2, 3, 2, 5),
            "output would be 0×3: floor((H + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1 "
            "= floor((2 + 2·0 − 1·(3 − 1) − 1) / 1) + 1 = 0",
            "in Sequential.0 Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))",
        ),
        (
            nn.Conv2d(3, 4, 3),
            images(2, 4, 5, 5),
            "expected an input with 3 channels, got 4",
            "in Sequential.0 Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))",
        ),
        (
            nn.Conv2d(3, 4, 3),
            images(2, 5, 6, 3),
            "got 5; are the channels last? x.transpose(0, 3, 1, 2) puts them second",
            "in Sequential.0 Conv2d",
        ),
        (
            nn.MaxPool2d(3),
            images(2, 3, 2, 5),
            "output would be 0×1: floor((H + 2·padding",
            "in Sequential.0 MaxPool2d(kernel_size=3",
        ),
        (
            nn.GlobalAvgPool2d(),
            images(2, 5),
            "expected images of shape (N, C, H, W), got shape (2, 5)",
            "in Sequential.0 GlobalAvgPool2d(keepdims=False)",
        ),
        (
            nn.ZeroPad2d(1),
            images(2, 5),
            "expected images of shape (N, C, H, W), got shape (2, 5)",
            "in Sequential.0 ZeroPad2d((1, 1, 1, 1))",
        ),
    ],
)
def test_bad_input(layer: nn.Module, x: Any, message: str, place: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        nn.Sequential(layer)(x)
    assert any(place in note for note in caught.value.__notes__)


def test_wider_input_is_refused() -> None:
    x = tg.from_numpy(np.zeros((1, 3, 4, 4)))
    for layer in (nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(3, 4, 3)):
        with pytest.raises(TypeError, match="input is float64 and the weights are float32"):
            layer(x)


def test_max_pool_tells_the_places() -> None:
    x = images(2, 3, 4, 6)
    y, places = nn.MaxPool2d(2, return_indices=True)(x)
    flat = x.value.reshape(2, 3, -1)
    found = np.take_along_axis(flat, places.value.reshape(2, 3, -1), axis=2)
    np.testing.assert_array_equal(found.reshape(y.shape), y.value)
    rows = x[:, :, 0]
    y, places = nn.MaxPool1d((3,), stride=(2,), return_indices=True)(rows)
    np.testing.assert_array_equal(np.take_along_axis(rows.value, places.value, axis=2), y.value)
    y, places = F.max_pool2d(x.value, 2, return_indices=True)  # an array stays one
    assert type(y) is type(places) is np.ndarray
