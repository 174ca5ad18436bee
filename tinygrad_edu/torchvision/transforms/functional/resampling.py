"""Images in another size or direction: resizing, rotation, affine maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.tensor import Tensor, from_numpy
from tinygrad_edu.torchvision._images import dimensions, of_each_kind

__all__ = ["InterpolationMode", "affine", "resize", "rotate"]


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
_PIL = {"nearest": 0, "nearest-exact": 0, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5,
        "lanczos": 1}  # fmt: skip


def as_mode(owner: str, value: Any) -> InterpolationMode:
    """An InterpolationMode, also of Pillow's number for it."""
    if isinstance(value, InterpolationMode):
        return value
    numbers = {number: name for name, number in _PIL.items() if name != "nearest-exact"}
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
        lambda pic: pic.resize(target[::-1], _PIL[mode]),
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


def rotate(
    img: Any,
    angle: float,
    interpolation: Any = InterpolationMode.NEAREST,
    expand: bool = False,
    center: Sequence[float] | None = None,
    fill: Any = None,
) -> Any:
    """An image turned by ``angle`` degrees against the clock, about its centre or ``center``.

    With ``expand`` the result is as large as the turned image needs; ``fill`` is the value outside.
    """
    mode = as_mode("rotate", interpolation).value
    check_number("rotate", "angle", angle)
    _, height, width = dimensions("rotate", img)
    middle = None if center is None else [center[0] - width * 0.5, center[1] - height * 0.5]

    def on_tensor(x: Tensor) -> Tensor:
        matrix = _inverse(middle or [0.0, 0.0], -angle, [0.0, 0.0], 1.0, [0.0, 0.0])
        size = _expanded(matrix, height, width) if expand else (height, width)
        return _mapped("rotate", x, matrix, size, mode, fill)

    return of_each_kind(
        "rotate",
        img,
        on_tensor,
        lambda pic: pic.rotate(angle, _PIL[mode], expand, center, fillcolor=_fill_of(pic, fill)),
    )


def affine(
    img: Any,
    angle: float,
    translate: Sequence[float],
    scale: float,
    shear: Any,
    interpolation: Any = InterpolationMode.NEAREST,
    fill: Any = None,
    center: Sequence[float] | None = None,
) -> Any:
    """An image turned by ``angle`` degrees with the clock, moved, scaled and sheared.

    Parameters
    ----------
    translate : two numbers
        To the right and down, in pixels.
    shear : one angle or two
        In degrees, along the first axis (and the second).
    """
    mode = as_mode("affine", interpolation).value
    for name, value in {"angle": angle, "scale": scale}.items():
        check_number("affine", name, value, "(0, inf)" if name == "scale" else "(-inf, inf)")
    shears = [float(shear), 0.0] if isinstance(shear, int | float) else [float(s) for s in shear]
    shears = [*shears, 0.0][:2]
    _, height, width = dimensions("affine", img)
    middle = [width * 0.5, height * 0.5] if center is None else [float(c) for c in center]
    moved = [float(t) for t in translate]

    def on_tensor(x: Tensor) -> Tensor:
        shift = [middle[0] - width * 0.5, middle[1] - height * 0.5]
        matrix = _inverse(shift, angle, moved, scale, shears)
        return _mapped("affine", x, matrix, (height, width), mode, fill)

    def on_pil(pic: Any) -> Any:
        matrix = _inverse(middle, angle, moved, scale, shears).ravel().tolist()
        return pic.transform((width, height), 0, matrix, _PIL[mode], fillcolor=_fill_of(pic, fill))

    return of_each_kind("affine", img, on_tensor, on_pil)


def _inverse(
    center: Sequence[float],
    angle: float,
    translate: Sequence[float],
    scale: float,
    shear: Sequence[float],
) -> NDArray[np.float64]:
    """The matrix (2, 3) from a place in the result to the place in the image.

    The image goes through: to the centre, shear in x and y, rotation, scale, back, translation.
    """
    turn, shear_x, shear_y = (math.radians(value) for value in (angle, *shear))
    rotation = np.array(
        [
            [
                math.cos(turn - shear_y) / math.cos(shear_y),
                -math.cos(turn - shear_y) * math.tan(shear_x) / math.cos(shear_y) - math.sin(turn),
            ],
            [
                math.sin(turn - shear_y) / math.cos(shear_y),
                -math.sin(turn - shear_y) * math.tan(shear_x) / math.cos(shear_y) + math.cos(turn),
            ],
        ]
    )
    (a, b), (c, d) = rotation
    inverse = np.array([[d, -b], [-c, a]]) / scale  # the determinant of rotation and shear is 1
    # In this order of sums: Pillow rounds what lies halfway by the last digit.
    back = [-middle - shift for middle, shift in zip(center, translate, strict=True)]
    offset = (inverse[:, 0] * back[0] + inverse[:, 1] * back[1]) + np.asarray(center, float)
    return np.column_stack([inverse, offset])


def _expanded(matrix: NDArray[Any], height: int, width: int) -> tuple[int, int]:
    """The height and width that hold the whole turned image."""
    corners = np.array([[-0.5 * width, 0.5 * width] * 2, [-0.5 * height] * 2 + [0.5 * height] * 2])
    turned = matrix[:, :2].T @ corners
    middle = np.array([width * 0.5, height * 0.5])
    low, high = turned.min(axis=1) + middle, turned.max(axis=1) + middle
    # Rounded, so that 1e-12 of a pixel is no pixel.
    high = np.ceil(np.trunc(high / 1e-3) * 1e-3)
    low = np.floor(np.trunc(low / 1e-3) * 1e-3)
    new_width, new_height = (high - low).astype(int)
    return int(new_height), int(new_width)


def _mapped(
    owner: str,
    x: Tensor,
    matrix: NDArray[Any],
    size: tuple[int, int],
    mode: str,
    fill: Any,
) -> Tensor:
    """Read the pixels of a tensor where ``matrix`` sends those of the result."""
    if x.requires_grad:
        raise TypeError(f"{owner}: no gradient goes through it; detach the image")
    if mode not in ("nearest", "bilinear"):
        raise ValueError(f"{owner}: tensors take nearest or bilinear, received {mode}")
    height, width = (int(side) for side in x.value.shape[-2:])
    # In float32, and from -1 to 1, as torchvision computes it: places halfway between two pixels
    # then fall to the same side.
    down = (np.arange(size[0]) - size[0] * 0.5 + 0.5).astype(np.float32)
    right = (np.arange(size[1]) - size[1] * 0.5 + 0.5).astype(np.float32)
    places = np.stack([*np.meshgrid(right, down), np.ones(size, np.float32)])
    half = np.array([[0.5 * width], [0.5 * height]], np.float32)
    across, along = np.tensordot(matrix.astype(np.float32) / half, places, axes=1)
    across = ((across + 1) * np.float32(width) - 1) / 2
    along = ((along + 1) * np.float32(height) - 1) / 2
    values = x.value if x.value.dtype.kind == "f" else x.value.astype(np.float32)
    made, cover = _sampled(values, across, along, mode)

    if fill is not None:  # the border counts twice in torchvision: in the sample, and here
        outside = np.asarray(fill, dtype=values.dtype)
        outside = outside.reshape(-1, 1, 1) if outside.ndim else outside
        made = made * cover + (1 - cover) * outside
    if x.value.dtype.kind in "iu":
        made = np.rint(made)
    return from_numpy(made.astype(x.value.dtype))


def _sampled(
    values: NDArray[Any], across: NDArray[Any], along: NDArray[Any], mode: str
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The values at places between the pixels, and how much of each lies inside the image."""
    height, width = values.shape[-2:]
    if mode == "nearest":
        corners = [(np.rint(along), np.rint(across), np.ones_like(along))]
    else:
        top, left = np.floor(along), np.floor(across)
        corners = [
            (top + i, left + j, np.abs(1 - i - (along - top)) * np.abs(1 - j - (across - left)))
            for i in (0, 1)
            for j in (0, 1)
        ]
    made: Any = 0.0
    cover: Any = 0.0
    for row, column, weight in corners:
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
        weight = np.where(inside, weight, 0.0).astype(values.dtype)
        rows = np.clip(row, 0, height - 1).astype(np.intp)
        columns = np.clip(column, 0, width - 1).astype(np.intp)
        made = made + values[..., rows, columns] * weight
        cover = cover + weight
    return made, cover


def _fill_of(pic: Any, fill: Any) -> Any:
    """The colour outside, as Pillow wants it: a number, or one for each band."""
    bands = len(pic.getbands())
    if fill is None:
        fill = 0
    if isinstance(fill, int | float):
        return tuple([fill] * bands) if bands > 1 else fill
    values = tuple(fill)
    if len(values) not in (1, bands):
        raise ValueError(f"fill must be a number or {bands}, one for each band, received {fill!r}")
    values = values * bands if len(values) == 1 else values
    return values if bands > 1 else values[0]
