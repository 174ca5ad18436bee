"""MNIST and its relatives, from the files of `tinygrad_edu.data`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu import data
from tinygrad_edu._checks import check_choice
from tinygrad_edu.data.vision import ImageDataset
from tinygrad_edu.tensor import Tensor
from tinygrad_edu.torchvision.datasets.known import KnownImages

__all__ = ["EMNIST", "KMNIST", "MNIST", "FashionMNIST"]


class MNIST(KnownImages):
    """Handwritten digits: ``data`` is a tensor (N, 28, 28) of bytes, ``targets`` one of int64."""

    source: ClassVar[type[ImageDataset]] = data.MNIST
    classes: ClassVar[list[str]] = [
        "0 - zero", "1 - one", "2 - two", "3 - three", "4 - four", "5 - five", "6 - six",
        "7 - seven", "8 - eight", "9 - nine",
    ]  # fmt: skip

    @property
    def train_data(self) -> Tensor:
        """The old name of ``data``, also of the test images."""
        return self.data  # type: ignore[no-any-return]  # a tensor

    @property
    def train_labels(self) -> Tensor:
        """The old name of ``targets``."""
        return self.targets  # type: ignore[no-any-return]  # a tensor

    test_data, test_labels = train_data, train_labels


class FashionMNIST(MNIST):
    """Pieces of clothing, like `MNIST`."""

    source = data.FashionMNIST
    classes: ClassVar[list[str]] = list(data.FashionMNIST.classes)


class KMNIST(MNIST):
    """Handwritten kuzushiji, like `MNIST`; its files must be in ``root`` already."""

    classes: ClassVar[list[str]] = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]

    def _read(self, download: bool) -> tuple[Any, Any]:
        return _idx_files(self, "train" if self.train else "t10k")


class EMNIST(MNIST):
    """Handwritten letters and digits, in six splits; its files must be in ``root`` already."""

    splits = ("byclass", "bymerge", "balanced", "letters", "digits", "mnist")

    def __init__(self, root: str | Path, split: str, **options: Any) -> None:
        self.split = check_choice("EMNIST", "split", split, self.splits)
        digits, upper = list("0123456789"), [chr(k) for k in range(65, 91)]
        lower = [chr(k) for k in range(97, 123)]
        merged = [c for c in lower if c not in "cijklmopsuvwxyz"]
        self.classes = {  # type: ignore[misc]  # they differ by the split
            "byclass": digits + upper + lower,
            "bymerge": digits + upper + merged,
            "balanced": digits + upper + merged,
            "letters": ["N/A", *lower],
            "digits": digits,
            "mnist": digits,
        }[split]
        super().__init__(root, **options)

    def _read(self, download: bool) -> tuple[Any, Any]:
        return _idx_files(self, f"emnist-{self.split}-{'train' if self.train else 'test'}")


def _idx_files(dataset: MNIST, prefix: str) -> tuple[Any, Any]:
    """Images and labels from files of IDX, in torchvision's folder, in ``root``, or in ours."""
    name = type(dataset).__name__
    own, shared = Path(dataset.root), data.data_home()
    folders = [own / name / "raw", own / name.lower(), own, shared / name.lower(), shared]
    found = []
    for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"):
        places = [folder / f"{prefix}-{kind}{end}" for folder in folders for end in ("", ".gz")]
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            raise RuntimeError(
                f"{name}: {prefix}-{kind}.gz is not in {folders[0].absolute()}; it cannot be "
                "downloaded here, so fetch it by hand and put it there"
            )
        found.append(data.read_idx(path))
    images, labels = found
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise ValueError(f"{name}: {images.shape} images and {labels.shape} labels do not fit")
    return images[:, None], labels.astype(np.int64)
