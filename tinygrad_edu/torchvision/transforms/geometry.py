"""Transforms of size, place and direction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tinygrad_edu._checks import check_choice, check_flag, check_number
from tinygrad_edu.torchvision._draws import chance, integer, uniform
from tinygrad_edu.torchvision._images import dimensions
from tinygrad_edu.torchvision.transforms import functional as F
from tinygrad_edu.torchvision.transforms._transform import Transform, interval
from tinygrad_edu.torchvision.transforms.functional.geometry import borders_of, pair
from tinygrad_edu.torchvision.transforms.functional.resizing import InterpolationMode, as_mode

__all__ = [
    "CenterCrop", "FiveCrop", "Pad", "RandomAffine", "RandomCrop", "RandomHorizontalFlip",
    "RandomResizedCrop", "RandomRotation", "RandomVerticalFlip", "Resize", "TenCrop",
]  # fmt: skip

_NEAREST, _BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR


class Resize(Transform):
    """An image of another size; see `functional.resize`."""

    _told = ("size", "interpolation", "max_size", "antialias")

    def __init__(
        self,
        size: Any,
        interpolation: Any = _BILINEAR,
        max_size: int | None = None,
        antialias: bool | None = True,
    ) -> None:
        super().__init__()
        if size is not None:
            pair("Resize", "size", size)
        self.size, self.max_size, self.antialias = size, max_size, antialias
        self.interpolation = as_mode("Resize", interpolation)

    def forward(self, img: Any) -> Any:
        """Resize it."""
        return F.resize(img, self.size, self.interpolation, self.max_size, self.antialias)


class CenterCrop(Transform):
    """The middle of an image.

    >>> CenterCrop(28)
    CenterCrop(size=(28, 28))
    """

    _told = ("size",)

    def __init__(self, size: Any) -> None:
        super().__init__()
        self.size = pair("CenterCrop", "size", size)

    def forward(self, img: Any) -> Any:
        """Cut it."""
        return F.center_crop(img, self.size)


class Pad(Transform):
    """A border around an image; see `functional.pad`."""

    _told = ("padding", "fill", "padding_mode")

    def __init__(self, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        borders_of("Pad", padding)
        check_choice(
            "Pad", "padding_mode", padding_mode, ("constant", "edge", "reflect", "symmetric")
        )
        self.padding, self.fill, self.padding_mode = padding, fill, padding_mode

    def forward(self, img: Any) -> Any:
        """Pad it."""
        return F.pad(img, self.padding, self.fill, self.padding_mode)


class RandomCrop(Transform):
    """A box at a random place, after padding.

    >>> RandomCrop(32, padding=4)
    RandomCrop(size=(32, 32), padding=4)
    """

    _told = ("size", "padding")

    def __init__(
        self,
        size: Any,
        padding: Any = None,
        pad_if_needed: bool = False,
        fill: Any = 0,
        padding_mode: str = "constant",
    ) -> None:
        super().__init__()
        self.size = pair("RandomCrop", "size", size)
        if padding is not None:
            borders_of("RandomCrop", padding)
        self.padding, self.fill, self.padding_mode = padding, fill, padding_mode
        self.pad_if_needed = check_flag("RandomCrop", "pad_if_needed", pad_if_needed)

    @staticmethod
    def get_params(img: Any, output_size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Draw the box: top, left, height, width."""
        _, rows, columns = dimensions("RandomCrop", img)
        height, width = output_size
        if rows < height or columns < width:
            raise ValueError(
                f"RandomCrop: the crop {(height, width)} is larger than the image {(rows, columns)}"
            )
        if (rows, columns) == (height, width):
            return 0, 0, rows, columns
        top = integer(0, rows - height + 1)
        return top, integer(0, columns - width + 1), height, width

    def forward(self, img: Any) -> Any:
        """Pad it, and cut it at a place that is drawn."""
        if self.padding is not None:
            img = F.pad(img, self.padding, self.fill, self.padding_mode)
        _, rows, columns = dimensions("RandomCrop", img)
        if self.pad_if_needed and columns < self.size[1]:
            img = F.pad(img, [self.size[1] - columns, 0], self.fill, self.padding_mode)
        if self.pad_if_needed and rows < self.size[0]:
            img = F.pad(img, [0, self.size[0] - rows], self.fill, self.padding_mode)
        return F.crop(img, *self.get_params(img, self.size))


class RandomResizedCrop(Transform):
    """A box of random size and shape, resized: ``scale`` is its share of the area."""

    def __init__(
        self,
        size: Any,
        scale: Any = (0.08, 1.0),
        ratio: Any = (3.0 / 4.0, 4.0 / 3.0),
        interpolation: Any = _BILINEAR,
        antialias: bool | None = True,
    ) -> None:
        super().__init__()
        self.size = pair("RandomResizedCrop", "size", size)
        interval("RandomResizedCrop", "scale", scale, low=0.0)
        interval("RandomResizedCrop", "ratio", ratio, low=0.0)
        self.scale, self.ratio, self.antialias = scale, ratio, antialias
        self.interpolation = as_mode("RandomResizedCrop", interpolation)

    @staticmethod
    def get_params(img: Any, scale: Any, ratio: Any) -> tuple[int, int, int, int]:
        """Draw the box: top, left, height, width."""
        _, rows, columns = dimensions("RandomResizedCrop", img)
        logs = [math.log(end) for end in ratio]
        for _ in range(10):
            area = rows * columns * uniform(*scale)
            shape = math.exp(uniform(*logs))
            width, height = round(math.sqrt(area * shape)), round(math.sqrt(area / shape))
            if 0 < width <= columns and 0 < height <= rows:
                top = integer(0, rows - height + 1)
                return top, integer(0, columns - width + 1), height, width
        whole = columns / rows  # the largest box in the middle that has an allowed shape
        height, width = rows, columns
        if whole < min(ratio):
            height = round(columns / min(ratio))
        elif whole > max(ratio):
            width = round(rows * max(ratio))
        return (rows - height) // 2, (columns - width) // 2, height, width

    def forward(self, img: Any) -> Any:
        """Cut a box that is drawn, and resize it."""
        box = self.get_params(img, self.scale, self.ratio)
        return F.resized_crop(img, *box, self.size, self.interpolation, self.antialias)

    def __repr__(self) -> str:
        scale, ratio = (
            tuple(round(float(v), 4) for v in pair) for pair in (self.scale, self.ratio)
        )
        return (
            f"{type(self).__name__}(size={self.size}, scale={scale}, ratio={ratio}, "
            f"interpolation={self.interpolation.value}, antialias={self.antialias})"
        )


class RandomHorizontalFlip(Transform):
    """An image mirrored left to right with probability ``p``."""

    _told = ("p",)

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = check_number("RandomHorizontalFlip", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Mirror it, or return it as it is."""
        return F.hflip(img) if chance(self.p) else img


class RandomVerticalFlip(Transform):
    """An image mirrored top to bottom with probability ``p``."""

    _told = ("p",)

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = check_number("RandomVerticalFlip", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Mirror it, or return it as it is."""
        return F.vflip(img) if chance(self.p) else img


class RandomRotation(Transform):
    """An image turned by an angle of ``degrees``, an interval or its half width about 0.

    >>> RandomRotation(10)
    RandomRotation(degrees=[-10.0, 10.0], interpolation=nearest, expand=False, fill=0)
    """

    def __init__(
        self,
        degrees: Any,
        interpolation: Any = _NEAREST,
        expand: bool = False,
        center: Sequence[float] | None = None,
        fill: Any = 0,
    ) -> None:
        super().__init__()
        self.degrees = [float(end) for end in interval("RandomRotation", "degrees", degrees)]
        self.interpolation = as_mode("RandomRotation", interpolation)
        self.expand, self.center, self.fill = expand, center, fill

    @staticmethod
    def get_params(degrees: Sequence[float]) -> float:
        """Draw the angle."""
        return uniform(float(degrees[0]), float(degrees[1]))

    def forward(self, img: Any) -> Any:
        """Turn it."""
        angle = self.get_params(self.degrees)
        return F.rotate(img, angle, self.interpolation, self.expand, self.center, self.fill)

    def __repr__(self) -> str:
        center = "" if self.center is None else f", center={self.center}"
        return (
            f"{type(self).__name__}(degrees={self.degrees}, "
            f"interpolation={self.interpolation.value}, expand={self.expand}{center}, "
            f"fill={self.fill})"
        )


class RandomAffine(Transform):
    """An image turned, moved, scaled and sheared at random.

    Parameters
    ----------
    degrees : an interval, or its half width
    translate : (across, down), optional
        The largest shifts, as shares of width and height.
    scale : (low, high), optional
    shear : an interval of degrees or its half width, or four numbers for both axes, optional
    """

    def __init__(
        self,
        degrees: Any,
        translate: Any = None,
        scale: Any = None,
        shear: Any = None,
        interpolation: Any = _NEAREST,
        fill: Any = 0,
        center: Sequence[float] | None = None,
    ) -> None:
        super().__init__()
        self.degrees = [float(end) for end in interval("RandomAffine", "degrees", degrees)]
        for share in translate or ():
            check_number("RandomAffine", "translate", share, "[0, 1]")
        self.translate = translate
        self.scale = scale if scale is None else interval("RandomAffine", "scale", scale, low=0.0)
        self.shear: Any
        four = isinstance(shear, Sequence) and len(shear) == 4
        if four:
            self.shear = [float(end) for end in shear]
        else:
            self.shear = shear if shear is None else interval("RandomAffine", "shear", shear)
        self.interpolation = as_mode("RandomAffine", interpolation)
        self.fill, self.center = fill, center

    @staticmethod
    def get_params(
        degrees: Any, translate: Any, scale_ranges: Any, shears: Any, img_size: Sequence[int]
    ) -> tuple[float, tuple[int, int], float, tuple[float, float]]:
        """Draw angle, shift, scale and shears; ``img_size`` is (width, height)."""
        angle = uniform(float(degrees[0]), float(degrees[1]))
        shift = (0, 0)
        if translate is not None:
            furthest = [float(t * side) for t, side in zip(translate, img_size, strict=True)]
            shift = (round(uniform(-furthest[0], furthest[0])), 0)
            shift = (shift[0], round(uniform(-furthest[1], furthest[1])))
        scale = 1.0 if scale_ranges is None else uniform(scale_ranges[0], scale_ranges[1])
        shear = (0.0, 0.0)
        if shears is not None:
            shear = (uniform(shears[0], shears[1]), 0.0)
            if len(shears) == 4:
                shear = (shear[0], uniform(shears[2], shears[3]))
        return angle, shift, scale, shear

    def forward(self, img: Any) -> Any:
        """Map it."""
        _, height, width = dimensions("RandomAffine", img)
        angle, shift, scale, shear = self.get_params(
            self.degrees, self.translate, self.scale, self.shear, (width, height)
        )
        return F.affine(img, angle, shift, scale, shear, self.interpolation, self.fill, self.center)

    def __repr__(self) -> str:

        optional = {
            "translate": self.translate,
            "scale": None if self.scale is None else tuple(self.scale),
            "shear": self.shear,
            "interpolation": _unless(self.interpolation.value, "nearest"),
            "fill": _unless(self.fill, 0),
            "center": self.center,
        }
        said = "".join(f", {name}={value}" for name, value in optional.items() if value is not None)

        return f"{type(self).__name__}(degrees={self.degrees}{said})"


def _unless(value: Any, usual: Any) -> Any:
    return None if value == usual else value


class FiveCrop(Transform):
    """The four corners and the middle of an image, a tuple."""

    _told = ("size",)

    def __init__(self, size: Any) -> None:
        super().__init__()
        self.size = pair("FiveCrop", "size", size)

    def forward(self, img: Any) -> tuple[Any, ...]:
        """Cut it."""
        return F.five_crop(img, self.size)


class TenCrop(Transform):
    """`FiveCrop` of the image and of its mirror image."""

    _told = ("size", "vertical_flip")

    def __init__(self, size: Any, vertical_flip: bool = False) -> None:
        super().__init__()
        self.size = pair("TenCrop", "size", size)
        self.vertical_flip = check_flag("TenCrop", "vertical_flip", vertical_flip)

    def forward(self, img: Any) -> tuple[Any, ...]:
        """Cut it."""
        return F.ten_crop(img, self.size, self.vertical_flip)
