"""Which pixels an image keeps: crops, borders, mirrors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_count
from tinygrad_edu.nn import functional as F
from tinygrad_edu.tensor import Tensor, from_numpy
from tinygrad_edu.torchvision._images import dimensions, of_each_kind, pillow, pillow_operations
from tinygrad_edu.torchvision.transforms.functional.resizing import InterpolationMode, resize
from tinygrad_edu.torchvision.transforms.functional.warping import fill_of

__all__ = [
    "center_crop", "crop", "five_crop", "hflip", "horizontal_flip", "pad", "resized_crop",
    "ten_crop", "vertical_flip", "vflip",
]  # fmt: skip

_MODES = ("constant", "edge", "reflect", "symmetric")


def pair(owner: str, name: str, value: Any) -> tuple[int, int]:
    """Height and width, of two numbers or one."""
    sides = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    if len(sides) not in (1, 2):
        raise ValueError(f"{owner}: {name} must be one number or two, received {value!r}")
    height, width = (check_count(owner, name, side) for side in (sides * 2)[:2])
    return height, width


def crop(img: Any, top: int, left: int, height: int, width: int) -> Any:
    """The box of this height and width at (top, left); outside of the image it is 0.

    >>> crop(from_numpy(np.arange(12.0).reshape(1, 3, 4)), 1, 1, 2, 2)
    tensor([[[ 5.,  6.],
             [ 9., 10.]]], dtype=torch.float64)
    """
    _, rows, columns = dimensions("crop", img)

    def on_tensor(x: Tensor) -> Any:
        borders = (-left, left + width - columns, -top, top + height - rows)
        part = x[..., max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
        outside = [max(border, 0) for border in borders]
        return F.pad(part, outside) if any(outside) else part

    return of_each_kind(
        "crop", img, on_tensor, lambda pic: pic.crop((left, top, left + width, top + height))
    )


def center_crop(img: Any, output_size: Any) -> Any:
    """The middle of an image; a smaller image gets a border of 0.

    >>> center_crop(from_numpy(np.arange(5.0).reshape(1, 1, 5)), (1, 3))
    tensor([[[1., 2., 3.]]], dtype=torch.float64)
    """
    height, width = pair("center_crop", "output_size", output_size)
    _, rows, columns = dimensions("center_crop", img)
    if height > rows or width > columns:
        across, down = max(width - columns, 0), max(height - rows, 0)
        img = pad(img, [across // 2, down // 2, (across + 1) // 2, (down + 1) // 2])
        _, rows, columns = dimensions("center_crop", img)
        if (rows, columns) == (height, width):
            return img
    return crop(img, round((rows - height) / 2), round((columns - width) / 2), height, width)


def resized_crop(
    img: Any,
    top: int,
    left: int,
    height: int,
    width: int,
    size: Any,
    interpolation: Any = InterpolationMode.BILINEAR,
    antialias: bool | None = True,
) -> Any:
    """A box of the image (`crop`), in another size (`resize`)."""
    return resize(crop(img, top, left, height, width), size, interpolation, antialias=antialias)


def pad(img: Any, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> Any:
    """An image with a border.

    Parameters
    ----------
    padding : one number, (left and right, top and bottom), or (left, top, right, bottom)
    fill : number or one for each channel, default=0
    padding_mode : {"constant", "edge", "reflect", "symmetric"}

    Examples
    --------
    >>> pad(from_numpy(np.ones((1, 1, 2), np.float32)), (1, 0))
    tensor([[[0., 1., 1., 0.]]])
    """
    check_choice("pad", "padding_mode", padding_mode, _MODES)
    left, top, right, bottom = borders_of("pad", padding)

    def on_tensor(x: Tensor) -> Any:
        if (
            padding_mode == "constant"
            and not isinstance(fill, Sequence)
            and min(left, top, right, bottom) >= 0
        ):
            made = F.pad(x, [left, right, top, bottom], value=float(fill or 0))
            return made if made.value.dtype == x.value.dtype else made.to(x.value.dtype)
        if x.requires_grad:
            raise TypeError(f"pad: no gradient goes through {padding_mode}; detach the image")
        return from_numpy(_bordered(x.value, (left, top, right, bottom), fill, padding_mode))

    def on_pil(pic: Any) -> Any:
        if padding_mode == "constant":
            operations = pillow_operations("pad")
            return operations.expand(pic, (left, top, right, bottom), fill_of(pic, fill))
        pixels = np.asarray(pic)
        axes = ((top, bottom), (left, right), (0, 0))[: pixels.ndim]
        return pillow("pad").fromarray(np.pad(pixels, axes, mode=padding_mode))  # type: ignore[call-overload]  # checked above

    return of_each_kind("pad", img, on_tensor, on_pil)


def borders_of(owner: str, padding: Any) -> list[int]:
    """Left, top, right and bottom of one number, two, or four."""
    sides = list(padding) if isinstance(padding, Sequence) else [padding]
    if isinstance(padding, str) or len(sides) not in (1, 2, 4):
        raise ValueError(f"{owner}: padding must be one number, two or four, received {padding!r}")
    counts = [check_count(owner, "padding", side, None) for side in sides]
    return counts * (4 // len(counts))


def _bordered(values: Any, borders: tuple[int, ...], fill: Any, mode: str) -> Any:
    left, top, right, bottom = borders
    cut = values[
        ..., max(-top, 0) : values.shape[-2] - max(-bottom, 0),
        max(-left, 0) : values.shape[-1] - max(-right, 0),
    ]  # fmt: skip
    sides = [(max(top, 0), max(bottom, 0)), (max(left, 0), max(right, 0))]
    axes = [(0, 0)] * (values.ndim - 2) + sides
    if mode != "constant":
        return np.pad(cut, axes, mode=mode)  # type: ignore[call-overload]  # checked above
    made = np.empty([n + a + b for n, (a, b) in zip(cut.shape, axes, strict=True)], values.dtype)
    made[...] = np.asarray(fill, dtype=values.dtype).reshape(-1, 1, 1)
    rows = slice(sides[0][0], sides[0][0] + cut.shape[-2])
    made[..., rows, sides[1][0] : sides[1][0] + cut.shape[-1]] = cut
    return made


def hflip(img: Any) -> Any:
    """An image mirrored left to right.

    >>> hflip(from_numpy(np.arange(3.0).reshape(1, 1, 3)))
    tensor([[[2., 1., 0.]]], dtype=torch.float64)
    """
    return of_each_kind("hflip", img, lambda x: x.flip(-1), lambda pic: pic.transpose(0))


def vflip(img: Any) -> Any:
    """An image mirrored top to bottom."""
    return of_each_kind("vflip", img, lambda x: x.flip(-2), lambda pic: pic.transpose(1))


horizontal_flip, vertical_flip = hflip, vflip


def five_crop(img: Any, size: Any) -> tuple[Any, ...]:
    """The four corners and the middle of an image."""
    height, width = pair("five_crop", "size", size)
    _, rows, columns = dimensions("five_crop", img)
    if height > rows or width > columns:
        raise ValueError(f"five_crop: size {size} is larger than the image, {(rows, columns)}")
    corners = [(top, left) for top in (0, rows - height) for left in (0, columns - width)]
    crops = [crop(img, top, left, height, width) for top, left in corners]
    return (*crops, center_crop(img, [height, width]))


def ten_crop(img: Any, size: Any, vertical_flip: bool = False) -> tuple[Any, ...]:
    """`five_crop` of the image and of its mirror image."""
    return five_crop(img, size) + five_crop(vflip(img) if vertical_flip else hflip(img), size)
