"""Augmentation whose changes and strengths are drawn together: RandAugment, TrivialAugment."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.torchvision._draws import chance, integer
from tinygrad_edu.torchvision._images import dimensions
from tinygrad_edu.torchvision.transforms import functional as F
from tinygrad_edu.torchvision.transforms._transform import Transform
from tinygrad_edu.torchvision.transforms.functional.resizing import InterpolationMode, as_mode

__all__ = ["RandAugment", "RandomPerspective", "TrivialAugmentWide"]

_NEAREST, _BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR

# Name: strengths from the weakest to the strongest, or none; and whether half get a minus.
Changes = dict[str, tuple[NDArray[Any] | None, bool]]

_FACTORS: dict[str, Callable[[Any, float], Any]] = {
    "Brightness": F.adjust_brightness,
    "Color": F.adjust_saturation,
    "Contrast": F.adjust_contrast,
    "Sharpness": F.adjust_sharpness,
}
_PLAIN: dict[str, Callable[[Any], Any]] = {
    "AutoContrast": F.autocontrast,
    "Equalize": F.equalize,
    "Identity": lambda img: img,
}


def _changed(img: Any, name: str, strength: float, mode: Any, fill: Any) -> Any:
    """The image after one change."""
    if name in _PLAIN:
        return _PLAIN[name](img)
    if name in _FACTORS:
        return _FACTORS[name](img, 1.0 + strength)
    if name == "Rotate":
        return F.rotate(img, strength, mode, fill=fill)
    if name == "Posterize":
        return F.posterize(img, int(strength))
    if name == "Solarize":
        return F.solarize(img, strength)
    first = name.endswith("X")
    if name.startswith("Translate"):
        shift = [int(strength), 0] if first else [0, int(strength)]
        return F.affine(img, 0.0, shift, 1.0, [0.0, 0.0], mode, fill)
    angle = math.degrees(math.atan(strength))
    shear = [angle, 0.0] if first else [0.0, angle]
    return F.affine(img, 0.0, [0, 0], 1.0, shear, mode, fill, center=[0, 0])


def _line(end: float, bins: int, start: float = 0.0) -> NDArray[Any]:
    """Equal steps in float32, from both ends, as PyTorch's linspace counts them."""
    low, high = np.float32(start), np.float32(end)
    k, step = np.arange(bins, dtype=np.float32), (high - low) / np.float32(bins - 1)
    return np.where(k < bins // 2, low + step * k, high - step * (bins - 1 - k))


def _changes(bins: int, ends: Sequence[float], bits: int, light: float) -> Changes:
    """All changes: the ends of shear, both shifts, rotation and the factors."""
    shear, across, down, turn, factor = ends
    posterize = 8 - np.round(np.arange(bins) / ((bins - 1) / bits))
    return {
        "Identity": (None, False),
        "ShearX": (_line(shear, bins), True),
        "ShearY": (_line(shear, bins), True),
        "TranslateX": (_line(across, bins), True),
        "TranslateY": (_line(down, bins), True),
        "Rotate": (_line(turn, bins), True),
        **{name: (_line(factor, bins), True) for name in ("Brightness", "Color", "Contrast")},
        "Sharpness": (_line(factor, bins), True),
        "Posterize": (posterize, False),
        "Solarize": (_line(0.0, bins, light), False),
        "AutoContrast": (None, False),
        "Equalize": (None, False),
    }


def _light(img: Any) -> float:
    dtype = getattr(getattr(img, "value", None), "dtype", np.dtype(np.uint8))
    return 1.0 if dtype.kind == "f" else 255.0


class TrivialAugmentWide(Transform):
    """One change of random strength (Mueller & Hutter, 2021, arXiv:2103.10158)."""

    _told = ("num_magnitude_bins", "interpolation", "fill")

    def __init__(
        self, num_magnitude_bins: int = 31, interpolation: Any = _NEAREST, fill: Any = None
    ) -> None:
        super().__init__()
        self.num_magnitude_bins = check_count(
            "TrivialAugmentWide", "num_magnitude_bins", num_magnitude_bins, 2
        )
        self.interpolation, self.fill = as_mode("TrivialAugmentWide", interpolation), fill

    def forward(self, img: Any) -> Any:
        """Change it."""
        ends = (0.99, 32.0, 32.0, 135.0, 0.99)
        changes = _changes(self.num_magnitude_bins, ends, 6, _light(img))
        name = list(changes)[integer(0, len(changes))]
        strengths, signed = changes[name]
        strength = 0.0 if strengths is None else float(strengths[integer(0, len(strengths))])
        if signed and integer(0, 2):
            strength = -strength
        return _changed(img, name, strength, self.interpolation, self.fill)


class RandAugment(Transform):
    """``num_ops`` changes of one strength (Cubuk et al., 2020, arXiv:1909.13719)."""

    _told = ("num_ops", "magnitude", "num_magnitude_bins", "interpolation", "fill")

    def __init__(
        self,
        num_ops: int = 2,
        magnitude: int = 9,
        num_magnitude_bins: int = 31,
        interpolation: Any = _NEAREST,
        fill: Any = None,
    ) -> None:
        super().__init__()
        self.num_ops = check_count("RandAugment", "num_ops", num_ops, 0)
        self.num_magnitude_bins = check_count(
            "RandAugment", "num_magnitude_bins", num_magnitude_bins, 2
        )
        self.magnitude = check_count("RandAugment", "magnitude", magnitude, 0)
        if magnitude >= num_magnitude_bins:
            raise ValueError(
                f"RandAugment: magnitude must be less than {num_magnitude_bins}, "
                f"received {magnitude}"
            )
        self.interpolation, self.fill = as_mode("RandAugment", interpolation), fill

    def forward(self, img: Any) -> Any:
        """Change it."""
        _, height, width = dimensions("RandAugment", img)
        ends = (0.3, 150.0 / 331.0 * width, 150.0 / 331.0 * height, 30.0, 0.9)
        for _ in range(self.num_ops):
            changes = _changes(self.num_magnitude_bins, ends, 4, _light(img))
            name = list(changes)[integer(0, len(changes))]
            strengths, signed = changes[name]
            strength = 0.0 if strengths is None else float(strengths[self.magnitude])
            if signed and integer(0, 2):
                strength = -strength
            img = _changed(img, name, strength, self.interpolation, self.fill)
        return img


class RandomPerspective(Transform):
    """An image seen askew with probability ``p``; corners move by half of ``distortion_scale``."""

    def __init__(
        self,
        distortion_scale: float = 0.5,
        p: float = 0.5,
        interpolation: Any = _BILINEAR,
        fill: Any = 0,
    ) -> None:
        super().__init__()
        self.distortion_scale = check_number(
            "RandomPerspective", "distortion_scale", distortion_scale, "[0, 1]"
        )
        self.p = check_number("RandomPerspective", "p", p, "[0, 1]")
        self.interpolation, self.fill = as_mode("RandomPerspective", interpolation), fill

    @staticmethod
    def get_params(
        width: int, height: int, distortion_scale: float
    ) -> tuple[list[list[int]], list[list[int]]]:
        """Draw where the corners go: the corners, and their new places."""
        across, down = (int(distortion_scale * (side // 2)) for side in (width, height))
        right, bottom = width - 1, height - 1
        start = [[0, 0], [right, 0], [right, bottom], [0, bottom]]
        end = [
            [
                integer(0, across + 1) if x == 0 else integer(width - across - 1, width),
                integer(0, down + 1) if y == 0 else integer(height - down - 1, height),
            ]
            for x, y in start
        ]
        return start, end

    def forward(self, img: Any) -> Any:
        """Turn it, or return it as it is."""
        if not chance(self.p):
            return img
        _, height, width = dimensions("RandomPerspective", img)
        start, end = self.get_params(width, height, self.distortion_scale)
        return F.perspective(img, start, end, self.interpolation, self.fill)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"
