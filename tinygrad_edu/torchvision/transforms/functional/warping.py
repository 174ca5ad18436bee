"""Images turned, moved, sheared, or seen askew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_number
from tinygrad_edu.tensor import Tensor, from_numpy
from tinygrad_edu.torchvision._images import dimensions, of_each_kind
from tinygrad_edu.torchvision.transforms.functional.resizing import (
    PILLOWS,
    InterpolationMode,
    as_mode,
)

__all__ = ["affine", "perspective", "rotate"]


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
        lambda pic: pic.rotate(angle, PILLOWS[mode], expand, center, fillcolor=fill_of(pic, fill)),
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
        return pic.transform(
            (width, height), 0, matrix, PILLOWS[mode], fillcolor=fill_of(pic, fill)
        )

    return of_each_kind("affine", img, on_tensor, on_pil)


def perspective(
    img: Any,
    startpoints: Sequence[Sequence[float]],
    endpoints: Sequence[Sequence[float]],
    interpolation: Any = InterpolationMode.BILINEAR,
    fill: Any = None,
) -> Any:
    """An image seen askew: four corners, (x, y) from the top left clockwise, come to other places.

    >>> corners = [[0, 0], [3, 0], [3, 3], [0, 3]]
    >>> x = from_numpy(np.arange(16.0, dtype=np.float32).reshape(1, 4, 4))
    >>> bool(np.allclose(perspective(x, corners, corners).value, x.value, atol=1e-5))
    True
    """
    mode = as_mode("perspective", interpolation).value
    _, height, width = dimensions("perspective", img)
    inverse = _perspective(startpoints, endpoints)

    def on_tensor(x: Tensor) -> Tensor:
        right, down = (np.arange(n, dtype=np.float32) + np.float32(0.5) for n in (width, height))
        half = np.array([[0.5 * width], [0.5 * height]], np.float32)
        matrix = np.array([*inverse, 1.0], np.float32).reshape(3, 3)
        above, below = (_at(part, right, down) for part in (matrix[:2] / half, matrix[2:]))
        return _read("perspective", x, above / below - 1, mode, fill)

    return of_each_kind(
        "perspective",
        img,
        on_tensor,
        lambda pic: pic.transform(
            pic.size, 2, inverse, PILLOWS[mode], fillcolor=fill_of(pic, fill)
        ),
    )


def _perspective(start: Any, end: Any) -> list[float]:
    """The eight numbers of x = (a u + b v + c) / (g u + h v + 1), y = (d u + e v + f) / (...)."""
    if np.shape(start) != (4, 2) or np.shape(end) != (4, 2):
        raise ValueError("perspective: startpoints and endpoints must be four pairs (x, y) each")
    rows = []
    for (x, y), (u, v) in zip(start, end, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -x * u, -x * v], [0, 0, 0, u, v, 1, -y * u, -y * v]]
    found = np.linalg.lstsq(np.array(rows, float), np.array(start, float).ravel(), rcond=None)[0]
    return found.astype(np.float32).tolist()  # type: ignore[no-any-return]  # NumPy's stubs


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
    owner: str, x: Tensor, matrix: NDArray[Any], size: tuple[int, int], mode: str, fill: Any
) -> Tensor:
    """Read the pixels of a tensor where ``matrix`` sends those of the result."""
    height, width = (int(side) for side in x.value.shape[-2:])
    # In float32, and from -1 to 1, as torchvision computes it: places halfway between two pixels
    # then fall to the same side.
    down = (np.arange(size[0]) - size[0] * 0.5 + 0.5).astype(np.float32)
    right = (np.arange(size[1]) - size[1] * 0.5 + 0.5).astype(np.float32)
    half = np.array([[0.5 * width], [0.5 * height]], np.float32)
    return _read(owner, x, _at(matrix.astype(np.float32) / half, right, down), mode, fill)


def _at(matrix: NDArray[Any], right: NDArray[Any], down: NDArray[Any]) -> NDArray[Any]:
    """Where a matrix (2, 3) sends all places of a grid."""
    ones = np.ones((len(down), len(right)), np.float32)
    places = np.stack([*np.meshgrid(right, down), ones])
    return np.tensordot(matrix, places, axes=1)


def _read(owner: str, x: Tensor, places: NDArray[Any], mode: str, fill: Any) -> Tensor:
    """The pixels of a tensor at places from -1 to 1, the edges of the image."""
    if x.requires_grad:
        raise TypeError(f"{owner}: no gradient goes through it; detach the image")
    if mode not in ("nearest", "bilinear"):
        raise ValueError(f"{owner}: tensors take nearest or bilinear, received {mode}")
    height, width = x.value.shape[-2:]
    across = ((places[0] + 1) * np.float32(width) - 1) / 2
    along = ((places[1] + 1) * np.float32(height) - 1) / 2
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


def fill_of(pic: Any, fill: Any) -> Any:
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
