"""Transforms of colour and sharpness."""

from __future__ import annotations

from typing import Any

from tinygrad_edu._checks import check_choice, check_count, check_number
from tinygrad_edu.tensor import randperm
from tinygrad_edu.torchvision._draws import chance, uniform
from tinygrad_edu.torchvision._images import dimensions
from tinygrad_edu.torchvision.transforms import functional as F
from tinygrad_edu.torchvision.transforms._transform import Transform, interval

__all__ = [
    "ColorJitter", "GaussianBlur", "Grayscale", "RandomAdjustSharpness", "RandomAutocontrast",
    "RandomEqualize", "RandomGrayscale", "RandomInvert", "RandomPosterize", "RandomSolarize",
]  # fmt: skip


class Grayscale(Transform):
    """The grey image, in one channel or in three equal ones."""

    _told = ("num_output_channels",)

    def __init__(self, num_output_channels: int = 1) -> None:
        super().__init__()
        self.num_output_channels = check_choice(
            "Grayscale", "num_output_channels", num_output_channels, (1, 3)
        )

    def forward(self, img: Any) -> Any:
        """Make it grey."""
        return F.rgb_to_grayscale(img, self.num_output_channels)


class RandomGrayscale(Transform):
    """The grey image in as many channels, with probability ``p``."""

    _told = ("p",)

    def __init__(self, p: float = 0.1) -> None:
        super().__init__()
        self.p = check_number("RandomGrayscale", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Make it grey, or return it as it is."""
        channels, _, _ = dimensions("RandomGrayscale", img)
        return F.rgb_to_grayscale(img, channels) if chance(self.p) else img


class ColorJitter(Transform):
    """Brightness, contrast, saturation and hue changed at random, in a random order.

    Parameters
    ----------
    brightness, contrast, saturation : number or (low, high), default=0
        The factor comes from 1 - number to 1 + number, at least 0; see `functional`.
    hue : number or (low, high), default=0
        The shift comes from -number to number, at most 0.5.
    """

    _told = ("brightness", "contrast", "saturation", "hue")

    def __init__(
        self, brightness: Any = 0, contrast: Any = 0, saturation: Any = 0, hue: Any = 0
    ) -> None:
        super().__init__()
        self.brightness = _factors("brightness", brightness)
        self.contrast = _factors("contrast", contrast)
        self.saturation = _factors("saturation", saturation)
        ends = interval("ColorJitter", "hue", hue)
        if not -0.5 <= ends[0] <= ends[1] <= 0.5:
            raise ValueError(f"ColorJitter: hue must lie in [-0.5, 0.5], received {hue!r}")
        self.hue = None if ends[0] == ends[1] == 0 else tuple(ends)

    @staticmethod
    def get_params(
        brightness: Any, contrast: Any, saturation: Any, hue: Any
    ) -> tuple[Any, float | None, float | None, float | None, float | None]:
        """Draw the order of the four changes and their factors."""
        order = randperm(4)
        factors = [
            None if ends is None else uniform(ends[0], ends[1])
            for ends in (brightness, contrast, saturation, hue)
        ]
        return order, factors[0], factors[1], factors[2], factors[3]

    def forward(self, img: Any) -> Any:
        """Change the colours."""
        order, *factors = self.get_params(self.brightness, self.contrast, self.saturation, self.hue)
        changes = (F.adjust_brightness, F.adjust_contrast, F.adjust_saturation, F.adjust_hue)
        for k in order.tolist():
            factor = factors[k]
            if factor is not None:
                img = changes[k](img, factor)
        return img


def _factors(name: str, value: Any) -> tuple[float, float] | None:
    low, high = interval("ColorJitter", name, value, about=1.0, low=0.0)
    return None if low == high == 1 else (low, high)


class GaussianBlur(Transform):
    """An image blurred with a Gaussian of a random ``sigma``; see `functional.gaussian_blur`."""

    _told = ("kernel_size", "sigma")

    def __init__(self, kernel_size: Any, sigma: Any = (0.1, 2.0)) -> None:
        super().__init__()
        sizes = kernel_size if isinstance(kernel_size, list | tuple) else (kernel_size,) * 2
        for size in sizes:
            if check_count("GaussianBlur", "kernel_size", size) % 2 == 0:
                raise ValueError(f"GaussianBlur: kernel_size must be odd, received {kernel_size}")
        self.kernel_size = tuple(sizes)
        self.sigma = (sigma, sigma) if isinstance(sigma, int | float) else tuple(sigma)
        for end in self.sigma:
            check_number("GaussianBlur", "sigma", end, "(0, inf)")

    @staticmethod
    def get_params(sigma_min: float, sigma_max: float) -> float:
        """Draw sigma."""
        return uniform(sigma_min, sigma_max)

    def forward(self, img: Any) -> Any:
        """Blur it."""
        sigma = self.get_params(self.sigma[0], self.sigma[1])
        return F.gaussian_blur(img, self.kernel_size, [sigma, sigma])


class RandomInvert(Transform):
    """Light and dark exchanged with probability ``p``."""

    _told = ("p",)

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = check_number("RandomInvert", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Invert it, or return it as it is."""
        return F.invert(img) if chance(self.p) else img


class RandomPosterize(Transform):
    """Bytes cut to ``bits`` bits with probability ``p``."""

    _told = ("bits", "p")

    def __init__(self, bits: int, p: float = 0.5) -> None:
        super().__init__()
        self.bits = check_count("RandomPosterize", "bits", bits, 0)
        self.p = check_number("RandomPosterize", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Cut them, or return the image as it is."""
        return F.posterize(img, self.bits) if chance(self.p) else img


class RandomSolarize(Transform):
    """Values of ``threshold`` and more inverted with probability ``p``."""

    _told = ("threshold", "p")

    def __init__(self, threshold: float, p: float = 0.5) -> None:
        super().__init__()
        self.threshold = check_number("RandomSolarize", "threshold", threshold)
        self.p = check_number("RandomSolarize", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Invert them, or return the image as it is."""
        return F.solarize(img, self.threshold) if chance(self.p) else img


class RandomAdjustSharpness(Transform):
    """Sharpness times ``sharpness_factor`` with probability ``p``."""

    _told = ("sharpness_factor", "p")

    def __init__(self, sharpness_factor: float, p: float = 0.5) -> None:
        super().__init__()
        self.sharpness_factor = check_number(
            "RandomAdjustSharpness", "sharpness_factor", sharpness_factor, "[0, inf)"
        )
        self.p = check_number("RandomAdjustSharpness", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Sharpen it, or return it as it is."""
        return F.adjust_sharpness(img, self.sharpness_factor) if chance(self.p) else img


class RandomAutocontrast(Transform):
    """The contrast stretched with probability ``p``; see `functional.autocontrast`."""

    _told = ("p",)

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = check_number("RandomAutocontrast", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Stretch it, or return the image as it is."""
        return F.autocontrast(img) if chance(self.p) else img


class RandomEqualize(Transform):
    """The histogram flattened with probability ``p``; see `functional.equalize`."""

    _told = ("p",)

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = check_number("RandomEqualize", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Flatten it, or return the image as it is."""
        return F.equalize(img) if chance(self.p) else img
