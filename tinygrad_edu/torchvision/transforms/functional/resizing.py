"""Images in another size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_count
from tinygrad_edu.tensor import Tensor, from_numpy
from tinygrad_edu.torchvision._images import dimensions, of_each_kind

__all__ = ["InterpolationMode", "resize"]


class InterpolationMode(Enum):
    """How values between the pixels are found."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


# The numbers that Pillow has for them.
PILLOWS = {"nearest": 0, "nearest-exact": 0, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5,
        "lanczos": 1}  # fmt: skip


def as_mode(owner: str, value: Any) -> InterpolationMode:
    """An InterpolationMode, also of Pillow's number for it."""
    if isinstance(value, InterpolationMode):
        return value
    numbers = {number: name for name, number in PILLOWS.items() if name != "nearest-exact"}
    if not isinstance(value, int) or isinstance(value, bool) or int(value) not in numbers:
        raise TypeError(f"{owner}: interpolation must be an InterpolationMode, received {value!r}")
    return InterpolationMode(numbers[int(value)])


def resize(
    img: Any,
    size: Any,
    interpolation: Any = InterpolationMode.BILINEAR,
    max_size: int | None = None,
    antialias: bool | None = True,
) -> Any:
    """An image of height and width ``size``; of one number, the smaller edge gets it.

    Images of Pillow are resized by Pillow, where ``antialias`` has no meaning.

    >>> resize(from_numpy(np.zeros((3, 4, 8), np.float32)), 2).shape
    torch.Size([3, 2, 4])
    """
    mode = as_mode("resize", interpolation).value
    _, height, width = dimensions("resize", img)
    target = _target(size, max_size, height, width)
    if target == (height, width):
        return img
    return of_each_kind(
        "resize",
        img,
        lambda x: _resized(x, target, mode, bool(antialias)),
        lambda pic: pic.resize(target[::-1], PILLOWS[mode]),
    )


def _target(size: Any, max_size: int | None, height: int, width: int) -> tuple[int, int]:
    """Height and width to resize to."""
    sides = size if isinstance(size, Sequence) and not isinstance(size, str) else [size]
    if size is None:
        if max_size is None:
            raise ValueError("resize: max_size must be given where size is None")
        longest = max(height, width)
        return max_size * height // longest, max_size * width // longest
    counts = [check_count("resize", "size", side) for side in sides]
    if len(counts) not in (1, 2):
        raise ValueError(f"resize: size must be one number or two, received {size!r}")
    if len(counts) == 2:
        if max_size is not None:
            raise ValueError("resize: max_size goes with a size of one number")
        return counts[0], counts[1]
    short, long = min(height, width), max(height, width)
    new_short, new_long = counts[0], int(counts[0] * long / short)
    if max_size is not None:
        if max_size <= counts[0]:
            raise ValueError(f"resize: max_size={max_size} must be larger than size={counts[0]}")
        if new_long > max_size:
            new_short, new_long = int(max_size * new_short / new_long), max_size
    return (new_short, new_long) if height <= width else (new_long, new_short)


def _resized(x: Tensor, target: tuple[int, int], mode: str, antialias: bool) -> Tensor:
    height, width = (int(side) for side in x.value.shape[-2:])
    if mode.startswith("nearest"):
        rows, columns = (
            _nearest(old, new, mode) for old, new in ((height, target[0]), (width, target[1]))
        )
        return x[..., rows, :][..., columns]  # type: ignore[no-any-return]  # operations are untyped
    if mode not in _FILTERS:
        raise ValueError(f"resize: tensors take no {mode}; use bilinear, bicubic or nearest")
    down, across = (
        _weights(old, new, mode, antialias)
        for old, new in ((height, target[0]), (width, target[1]))
    )
    dtype = x.value.dtype
    if dtype.kind == "f":
        across, down = across.astype(dtype), down.astype(dtype)
        return from_numpy(down) @ (x @ from_numpy(across.T))  # type: ignore[no-any-return]  # untyped
    made = np.rint(down @ (x.value @ across.T))
    if dtype.kind in "iu":
        made = np.clip(made, np.iinfo(dtype).min, np.iinfo(dtype).max)
    return from_numpy(made.astype(dtype))


def _nearest(old: int, new: int, mode: str) -> NDArray[np.intp]:
    shift = 0.5 if mode == "nearest-exact" else 0.0
    places = np.floor((np.arange(new) + shift) * (old / new)).astype(np.intp)
    return np.minimum(places, old - 1)  # type: ignore[no-any-return]  # NumPy's stubs


def _linear(d: NDArray[Any], antialias: bool) -> NDArray[Any]:
    return np.maximum(1 - np.abs(d), 0)  # type: ignore[no-any-return]  # NumPy's stubs


def _cubic(d: NDArray[Any], antialias: bool) -> NDArray[Any]:
    """Keys' kernel (1981); a = -0.5 is Pillow's, -0.75 that of the convolution of four pixels."""
    a, d = (-0.5 if antialias else -0.75), np.abs(d)
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((d - 5) * d + 8) * d * a - 4 * a
    return np.where(d < 1, near, np.where(d < 2, far, 0))


# The kernel, and how far it reaches.
_FILTERS = {"bilinear": (_linear, 1), "bicubic": (_cubic, 2)}


def _weights(old: int, new: int, mode: str, antialias: bool) -> NDArray[np.float64]:
    """The matrix (new, old) that resizes one axis; antialiasing widens the kernel."""
    kernel, reach = _FILTERS[mode]
    scale = old / new
    width = max(scale, 1.0) if antialias else 1.0
    centres = (np.arange(new) + 0.5) * scale - 0.5
    steps = math.ceil(reach * width) + 1
    taps = np.floor(centres).astype(np.intp)[:, None] + np.arange(-steps, steps + 1)
    weights = kernel((taps - centres[:, None]) / width, antialias)
    if antialias:  # outside of the image there is nothing; else its edge goes on
        weights = np.where((taps >= 0) & (taps < old), weights, 0.0)
        weights /= weights.sum(axis=1, keepdims=True)
    matrix = np.zeros((new, old))
    np.add.at(matrix, (np.arange(new)[:, None], np.clip(taps, 0, old - 1)), weights)
    return matrix
