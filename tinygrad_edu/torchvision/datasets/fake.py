"""FakeData: noise in place of images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_edu._checks import check_count
from tinygrad_edu.random import lend, of_the_same_kind
from tinygrad_edu.tensor import randint, randn
from tinygrad_edu.torchvision.datasets.vision import VisionDataset
from tinygrad_edu.torchvision.transforms.functional import to_pil_image

__all__ = ["FakeData"]


class FakeData(VisionDataset):
    """``size`` images of noise with random classes, the same ones in every run."""

    def __init__(
        self,
        size: int = 1000,
        image_size: tuple[int, int, int] = (3, 224, 224),
        num_classes: int = 10,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        random_offset: int = 0,
    ) -> None:
        super().__init__(transform=transform, target_transform=target_transform)
        self.size = check_count("FakeData", "size", size, 0)
        self.num_classes = check_count("FakeData", "num_classes", num_classes)
        self.image_size, self.random_offset = image_size, random_offset

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if not 0 <= index < self.size:
            raise IndexError(f"FakeData: index {index} is out of range for {self.size} images")
        with lend(of_the_same_kind(index + self.random_offset)):
            pixels = randn(*self.image_size)
            target = int(randint(0, self.num_classes, (1,)).item())
        return self.transformed(to_pil_image(pixels), target)
