"""Functions of images give torchvision's values, which were written by it into a golden file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tinygrad_edu as tg
from tests.torchvision.cases import CASES, IMAGES, image, plain
from tinygrad_edu.torchvision.transforms import InterpolationMode
from tinygrad_edu.torchvision.transforms import functional as F

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "torchvision.json").read_text())

# Bytes of tensors that torchvision rounds in fixed point while resizing may differ by one.
_OFF_BY_ONE = ("resize", "resized_crop")
# What Pillow computes, and not alike in all its versions.
_OF_PILLOW = ("resize bicubic",)


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("case", CASES)
def test_as_torchvision(case: str, name: str) -> None:
    expected = GOLDEN[f"{case}: {name}"]
    x = image(name, tg.tensor)
    if expected == "refused":
        with pytest.raises((TypeError, ValueError, RuntimeError)):
            CASES[case](F, InterpolationMode, x)
        return
    kind, dtype, shape, values = expected
    made = plain(CASES[case](F, InterpolationMode, x))
    assert made[:3] == [kind, dtype, shape]
    if case in _OF_PILLOW and name in ("rgb", "grey"):
        return
    near = name == "bytes" and case.startswith(_OFF_BY_ONE)
    assert np.allclose(made[3], values, rtol=0, atol=1 if near else 3e-6)


@pytest.mark.parametrize(
    "case",
    ["crop", "crop outside", "center_crop", "pad", "pad edge", "hflip", "vflip", "to_tensor"],
)
@pytest.mark.parametrize("name", ["rgb", "grey"])
def test_an_array_stands_in_for_an_image(case: str, name: str) -> None:
    """The same pixels as of an image of Pillow."""
    made = CASES[case](F, InterpolationMode, IMAGES[name].copy())
    expected = CASES[case](F, InterpolationMode, Image.fromarray(IMAGES[name]))
    assert np.array_equal(np.asarray(made), np.asarray(expected))
    assert isinstance(made, tg.Tensor if case == "to_tensor" else np.ndarray)


def test_to_tensor_of_other_modes() -> None:
    for mode, dtype in (("I", "int32"), ("F", "float32"), ("1", "float32"), ("RGBA", "float32")):
        made = F.to_tensor(Image.fromarray(IMAGES["rgb"]).convert(mode))
        assert (made.value.ndim, str(made.value.dtype)) == (3, dtype)
    assert F.to_tensor(np.ones((2, 3, 4))).value.dtype == np.float64
    assert F.to_tensor(Image.fromarray(IMAGES["rgb"]).convert("1")).value.max() == 1


def test_there_and_back() -> None:
    for array in (IMAGES["rgb"], IMAGES["grey"]):
        again = F.to_pil_image(F.to_tensor(Image.fromarray(array)))
        assert np.array_equal(np.asarray(again), array)
        assert np.array_equal(np.asarray(F.to_pil_image(array)), array)
    assert F.to_pil_image(np.zeros((2, 3), np.float32)).mode == "F"
    assert F.to_pil_image(tg.zeros(2, 4, 5)).mode == "LA"
    assert F.to_pil_image(tg.zeros(3, 4, 5), "HSV").mode == "HSV"
    with pytest.raises(ValueError, match="mode 'L' does not fit"):
        F.to_pil_image(tg.zeros(3, 4, 5), "L")
    with pytest.raises(ValueError, match="1 to 4 channels, received 5"):
        F.to_pil_image(tg.zeros(5, 4, 4))


def test_dtypes_keep_their_range() -> None:
    convert = F.convert_image_dtype
    x = tg.tensor([0, 127, 255], dtype="uint8")
    assert convert(x, "int16").tolist() == [0, 127 * 128, 255 * 128]
    assert convert(convert(x, "int16"), "uint8").tolist() == [0, 127, 255]
    assert convert(tg.tensor([0.0, 0.5, 1.0]), "uint8").tolist() == [0, 127, 255]
    assert convert(x, "float64").tolist() == [0, 127 / 255, 1]
    with pytest.raises(RuntimeError, match="float32 holds not all numbers of int32"):
        convert(tg.zeros(2), "int32")


def test_gradients_go_through() -> None:
    x = tg.rand(1, 3, 6, 8, requires_grad=True)
    for f in (
        lambda x: F.normalize(x, [0.5] * 3, [0.2] * 3),
        lambda x: F.resize(x, 4),
        lambda x: F.crop(x, 1, 1, 9, 3),
        lambda x: F.pad(x, 2),
        F.hflip,
        F.vflip,
    ):
        x.grad = None
        f(x).sum().backward()
        assert x.grad is not None
    for f in (lambda x: F.rotate(x, 5), F.invert, lambda x: F.adjust_contrast(x, 2)):
        with pytest.raises(TypeError, match="no gradient goes through"):
            f(x)


def test_normalize_in_place() -> None:
    x = tg.ones(1, 2, 2)
    assert F.normalize(x, [0.5], [0.25], inplace=True) is x
    assert x.tolist() == [[[2, 2], [2, 2]]]


def test_erase() -> None:
    x = tg.zeros(1, 3, 3)
    assert F.erase(x, 0, 1, 2, 2, 5.0).tolist() == [[[0, 5, 5], [0, 5, 5], [0, 0, 0]]]
    assert x.sum().item() == 0
    assert F.erase(x, 0, 0, 1, 1, 5.0, inplace=True) is x


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.to_tensor("cat.png"), "to_tensor: img must be an image .* received str"),
        (lambda: F.to_tensor(tg.zeros(3, 2, 2)), "to_tensor: pic must be an image"),
        (lambda: F.resize(tg.zeros(3), 2), "resize: img must be .* Tensor of shape"),
        (lambda: F.resize(tg.zeros(3, 4, 4), 0), "resize: size must be an integer >= 1"),
        (lambda: F.resize(tg.zeros(3, 4, 4), (1, 2, 3)), "resize: size must be one number or two"),
        (lambda: F.resize(tg.zeros(3, 4, 4), 3, "best"), "resize: interpolation must be an Inter"),
        (lambda: F.resize(tg.zeros(3, 4, 4), 3, 1), "resize: tensors take no lanczos"),
        (lambda: F.normalize(np.ones((1, 2, 2)), 0, 1), "normalize: tensor must be a tensor"),
        (lambda: F.normalize(tg.ones(1, 2, 2).int(), [0], [1]), "normalize: tensor must hold fl"),
        (lambda: F.normalize(tg.ones(1, 2, 2), [0.0], [0.0]), "normalize: std must not be 0"),
        (
            lambda: F.normalize(tg.ones(1, 2, 2), [0.0] * 3, [1.0] * 3),
            "3 numbers do not fit the",
        ),
        (lambda: F.pad(tg.zeros(1, 2, 2), (1, 2, 3)), "pad: padding must be one number, two or f"),
        (lambda: F.pad(tg.zeros(1, 2, 2), 1, padding_mode="wrap"), "pad: padding_mode must be one"),
        (lambda: F.five_crop(tg.zeros(1, 2, 2), 3), "five_crop: size 3 is larger than the image"),
        (lambda: F.adjust_hue(tg.zeros(3, 2, 2), 0.7), r"adjust_hue: hue_factor must be in \[-0.5"),
        (lambda: F.gaussian_blur(tg.zeros(3, 4, 4), 2), "gaussian_blur: kernel_size must be odd"),
        (lambda: F.to_grayscale(tg.zeros(3, 4, 4)), "to_grayscale: img must be an image of Pillow"),
    ],
)
def test_refuses(call: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        call()
