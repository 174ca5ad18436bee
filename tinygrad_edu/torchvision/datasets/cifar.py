"""CIFAR-10 and CIFAR-100, from the files of `tinygrad_edu.data`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from tinygrad_edu import data
from tinygrad_edu.data.vision import ImageDataset
from tinygrad_edu.torchvision.datasets.known import KnownImages

__all__ = ["CIFAR10", "CIFAR100"]


class CIFAR10(KnownImages):
    """Photographs in 10 classes: ``data`` an array (N, 32, 32, 3) of bytes, ``targets`` a list."""

    source: ClassVar[type[ImageDataset]] = data.CIFAR10
    classes: ClassVar[list[str]] = list(data.CIFAR10.classes)

    def _stored(self, images: Any, labels: Any) -> tuple[Any, Any]:
        return np.ascontiguousarray(images.transpose(0, 2, 3, 1)), labels.tolist()


class CIFAR100(CIFAR10):
    """Photographs in 100 classes, like `CIFAR10`."""

    source = data.CIFAR100
    classes: ClassVar[list[str]] = list(data.CIFAR100.classes)
