"""Colours: brightness, contrast, saturation, hue, grey, and blurring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tinygrad_edu._checks import check_choice, check_count, check_number
from tinygrad_edu.tensor import Tensor, from_numpy
from tinygrad_edu.torchvision._images import (
    is_pil,
    of_each_kind,
    pillow,
    pillow_enhancers,
    pillow_operations,
)
from tinygrad_edu.torchvision.transforms.functional.conversion import (
    convert_image_dtype,
    pil_to_tensor,
    to_pil_image,
)

__all__ = [
    "adjust_brightness", "adjust_contrast", "adjust_gamma", "adjust_hue", "adjust_saturation",
    "gaussian_blur", "invert", "posterize", "rgb_to_grayscale", "solarize", "to_grayscale",
]  # fmt: skip

_GREY = (0.2989, 0.587, 0.114)


def adjust_brightness(img: Any, brightness_factor: float) -> Any:
    """All values times ``brightness_factor``, within their range.

    >>> adjust_brightness(from_numpy(np.full((3, 1, 1), 0.25, np.float32)), 2.0).reshape(-1)
    tensor([0.5000, 0.5000, 0.5000])
    """
    return _enhanced("adjust_brightness", img, "Brightness", brightness_factor, np.zeros_like)


def adjust_contrast(img: Any, contrast_factor: float) -> Any:
    """The differences to the mean grey times ``contrast_factor``."""

    def mean_grey(values: NDArray[Any]) -> Any:
        grey = _grey(values) if values.shape[-3] == 3 else values
        grey = grey if grey.dtype.kind == "f" else grey.astype(np.float32)
        return np.mean(grey, axis=(-3, -2, -1), keepdims=True)

    return _enhanced("adjust_contrast", img, "Contrast", contrast_factor, mean_grey)


def adjust_saturation(img: Any, saturation_factor: float) -> Any:
    """The differences to the grey image times ``saturation_factor``; 0 gives the grey image."""
    return _enhanced(
        "adjust_saturation",
        img,
        "Color",
        saturation_factor,
        lambda values: _grey(values) if values.shape[-3] == 3 else values,
    )


def _enhanced(
    owner: str, img: Any, name: str, factor: float, other: Callable[[NDArray[Any]], Any]
) -> Any:
    check_number(owner, f"{owner.removeprefix('adjust_')}_factor", factor, "[0, inf)")

    def on_tensor(x: Tensor) -> Tensor:
        return same_kind(x, blended(plain(owner, x), other(plain(owner, x)), factor))

    def on_pil(pic: Any) -> Any:
        return getattr(pillow_enhancers(owner), name)(pic).enhance(factor)

    return of_each_kind(owner, img, on_tensor, on_pil)


def plain(owner: str, x: Tensor) -> NDArray[Any]:
    """The values of an image (..., C, H, W) that no gradient is asked of, or raise."""
    if x.requires_grad:
        raise TypeError(f"{owner}: no gradient goes through it; detach the image")
    if x.ndim < 3:
        raise ValueError(f"{owner}: img must be (..., C, H, W), received {tuple(x.value.shape)}")
    return x.value


def blended(first: NDArray[Any], second: Any, factor: float) -> NDArray[Any]:
    """``factor`` times the first and the rest of the second, within the range of the dtype."""
    floats = first.dtype if first.dtype.kind == "f" else np.dtype(np.float32)
    rest = floats.type(1.0 - factor) * np.asarray(second).astype(floats)
    mixed = floats.type(factor) * first.astype(floats) + rest
    return np.clip(mixed, 0, bound(first.dtype))


def bound(dtype: np.dtype[Any]) -> float:
    """The value of white: 1 for floats, the largest for integers."""
    return 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)


def same_kind(x: Tensor, values: NDArray[Any]) -> Tensor:
    """The values as a tensor of the dtype of another."""
    return from_numpy(np.ascontiguousarray(values.astype(x.value.dtype)))


def _grey(values: NDArray[Any]) -> NDArray[Any]:
    """The grey of red, green and blue, (..., 1, H, W), in the same dtype."""
    floats = values.dtype if values.dtype.kind == "f" else np.dtype(np.float32)
    red, green, blue = (values[..., k, :, :].astype(floats) for k in range(3))
    mixed = floats.type(_GREY[0]) * red + floats.type(_GREY[1]) * green
    return (mixed + floats.type(_GREY[2]) * blue).astype(values.dtype)[..., None, :, :]


def rgb_to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """The grey image, in one channel or in three equal ones.

    >>> rgb_to_grayscale(from_numpy(np.ones((3, 2, 2), np.float32))).shape
    torch.Size([1, 2, 2])
    """
    check_choice("rgb_to_grayscale", "num_output_channels", num_output_channels, (1, 3))

    def on_tensor(x: Tensor) -> Tensor:
        values = plain("rgb_to_grayscale", x)
        if values.shape[-3] not in (1, 3):
            raise ValueError(
                f"rgb_to_grayscale: img must have 1 or 3 channels, received {values.shape[-3]}"
            )
        grey = _grey(values) if values.shape[-3] == 3 else values
        return same_kind(x, np.repeat(grey, num_output_channels, axis=-3))

    return of_each_kind(
        "rgb_to_grayscale", img, on_tensor, lambda pic: to_grayscale(pic, num_output_channels)
    )


def to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """The grey image of one of Pillow, in one band or in three equal ones."""
    if not is_pil(img):
        raise TypeError(
            f"to_grayscale: img must be an image of Pillow, received {type(img).__name__}"
        )
    check_choice("to_grayscale", "num_output_channels", num_output_channels, (1, 3))
    grey = img.convert("L")
    return grey if num_output_channels == 1 else pillow("to_grayscale").merge("RGB", [grey] * 3)


def adjust_hue(img: Any, hue_factor: float) -> Any:
    """The colours moved around the circle of hues by ``hue_factor``, -0.5 to 0.5, of it."""
    check_number("adjust_hue", "hue_factor", hue_factor, "[-0.5, 0.5]")

    def on_tensor(x: Tensor) -> Tensor:
        values = plain("adjust_hue", x)
        if values.shape[-3] == 1:
            return x
        floats = convert_image_dtype(x).value
        hue, saturation, value = _hsv(floats)
        hue = (hue + np.float32(hue_factor)) % 1.0
        return convert_image_dtype(from_numpy(_rgb(hue, saturation, value)), values.dtype)

    def on_pil(pic: Any) -> Any:
        if pic.mode in ("L", "1", "I", "F"):
            return pic
        image = pillow("adjust_hue")
        hue, saturation, value = pic.convert("HSV").split()
        turned = np.asarray(hue) + np.int32(hue_factor * 255).astype(np.uint8)
        bands = (image.fromarray(turned), saturation, value)
        return image.merge("HSV", bands).convert(pic.mode)

    return of_each_kind("adjust_hue", img, on_tensor, on_pil)


def _hsv(x: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    red, green, blue = (x[..., k, :, :] for k in range(3))
    high, low = x.max(axis=-3), x.min(axis=-3)
    spread = high - low
    safe = np.where(spread == 0, 1, spread)
    saturation = spread / np.where(high == 0, 1, high)
    r, g, b = ((high - colour) / safe for colour in (red, green, blue))
    hue = np.where(high == red, b - g, np.where(high == green, 2.0 + r - b, 4.0 + g - r))
    return ((hue / 6.0 + 1.0) % 1.0).astype(x.dtype), saturation, high


def _rgb(hue: NDArray[Any], saturation: NDArray[Any], value: NDArray[Any]) -> NDArray[Any]:
    sector = np.floor(hue * 6.0)
    part = hue * 6.0 - sector
    p = np.clip(value * (1 - saturation), 0, 1)
    q = np.clip(value * (1 - saturation * part), 0, 1)
    t = np.clip(value * (1 - saturation * (1 - part)), 0, 1)
    which = sector.astype(int) % 6
    colours = ((value, q, p, p, t, value), (t, value, value, q, p, p), (p, p, t, value, value, q))
    made = [np.choose(which, choices) for choices in colours]
    return np.stack(made, axis=-3).astype(value.dtype)


def adjust_gamma(img: Any, gamma: float, gain: float = 1) -> Any:
    """``gain * x ** gamma`` of values between 0 and 1, and so within any other range."""
    check_number("adjust_gamma", "gamma", gamma, "[0, inf)")

    def on_tensor(x: Tensor) -> Tensor:
        floats = convert_image_dtype(x) if x.value.dtype.kind != "f" else x
        made = np.clip(gain * plain("adjust_gamma", floats) ** gamma, 0, 1)
        return convert_image_dtype(from_numpy(made), x.value.dtype)

    def on_pil(pic: Any) -> Any:
        bands = len(pic.convert("RGB").getbands()) if pic.mode != "L" else 1
        table = [int((255 + 1 - 1e-3) * gain * pow(k / 255.0, gamma)) for k in range(256)] * bands
        made = (pic if pic.mode == "L" else pic.convert("RGB")).point(table)
        return made.convert(pic.mode)

    return of_each_kind("adjust_gamma", img, on_tensor, on_pil)


def invert(img: Any) -> Any:
    """Light becomes dark, and dark light."""
    return of_each_kind(
        "invert",
        img,
        lambda x: same_kind(x, np.asarray(bound(x.value.dtype)) - plain("invert", x)),
        lambda pic: pillow_operations("invert").invert(pic),
    )


def posterize(img: Any, bits: int) -> Any:
    """Bytes with only their first ``bits`` bits."""
    check_count("posterize", "bits", bits, 0)
    mask = np.uint8(256 - 2 ** (8 - bits))
    return of_each_kind(
        "posterize",
        img,
        lambda x: same_kind(x, plain("posterize", x) & mask),
        lambda pic: pillow_operations("posterize").posterize(pic, bits),
    )


def solarize(img: Any, threshold: float) -> Any:
    """Values of ``threshold`` and more inverted."""
    if isinstance(img, Tensor) and threshold > bound(img.value.dtype):
        raise TypeError(
            f"solarize: threshold must be at most {bound(img.value.dtype)}, received {threshold}"
        )

    return of_each_kind(
        "solarize",
        img,
        lambda x: same_kind(
            x,
            np.where(x.value >= threshold, bound(x.value.dtype) - plain("solarize", x), x.value),
        ),
        lambda pic: pillow_operations("solarize").solarize(pic, threshold),
    )


def gaussian_blur(img: Any, kernel_size: Any, sigma: Any = None) -> Any:
    """An image blurred with a Gaussian of odd size; its border is reflected.

    ``sigma`` is ``0.3 * ((size - 1) * 0.5 - 1) + 0.8`` where it is not given.
    """
    sizes = list(kernel_size) if isinstance(kernel_size, Sequence) else [kernel_size] * 2
    for size in sizes:
        if check_count("gaussian_blur", "kernel_size", size) % 2 == 0:
            raise ValueError(f"gaussian_blur: kernel_size must be odd, received {kernel_size}")
    if sigma is None:
        sigmas = [0.3 * ((size - 1) * 0.5 - 1) + 0.8 for size in sizes]
    else:
        given = list(sigma) if isinstance(sigma, Sequence) else [sigma]
        sigmas = [check_number("gaussian_blur", "sigma", s, "(0, inf)") for s in (given * 2)[:2]]

    def on_tensor(x: Tensor) -> Tensor:
        values = plain("gaussian_blur", x)
        floats = values if values.dtype.kind == "f" else values.astype(np.float32)
        across, down = map(_bell, sizes, sigmas)
        edges = [(0, 0)] * (floats.ndim - 2) + [(len(k) // 2,) * 2 for k in (down, across)]
        padded = np.pad(floats, edges, mode="reflect")
        windows = sliding_window_view(padded, (len(down), len(across)), axis=(-2, -1))
        kernel = np.outer(down, across).astype(floats.dtype)
        made = np.einsum("...hwij,ij->...hw", windows, kernel)
        return same_kind(x, np.rint(made) if values.dtype.kind in "iu" else made)

    return of_each_kind(
        "gaussian_blur",
        img,
        on_tensor,
        lambda pic: to_pil_image(on_tensor(pil_to_tensor(pic)), mode=pic.mode),
    )


def _bell(size: int, sigma: float) -> NDArray[Any]:
    places = np.arange(size) - (size - 1) * 0.5
    weights = np.exp(-0.5 * (places / sigma) ** 2)
    return weights / weights.sum()  # type: ignore[no-any-return]  # NumPy's stubs
