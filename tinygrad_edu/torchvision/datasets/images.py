"""MNIST and its relatives, and CIFAR, from the files of `tinygrad_edu.data`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu import data
from tinygrad_edu._checks import check_choice, check_flag
from tinygrad_edu.data.errors import warn_unverified
from tinygrad_edu.data.vision import ImageDataset
from tinygrad_edu.tensor import Tensor, from_numpy
from tinygrad_edu.torchvision.datasets.vision import ImagesInMemory

__all__ = ["CIFAR10", "CIFAR100", "EMNIST", "KMNIST", "MNIST", "FashionMNIST"]


class _Known(ImagesInMemory):
    """A set that `tinygrad_edu.data` reads.

    The files are looked for in ``root``, also where torchvision puts them, then in the folder of
    `tinygrad_edu.data.data_home`: the environment variable ``TINYGRAD_EDU_DATA``, or the cache.
    ``download=True`` puts what is missing into ``root``, checked by its SHA-256.

    Raises
    ------
    RuntimeError
        If files are missing and ``download`` is False.
    ConnectionError
        If they cannot be downloaded.
    """

    source: ClassVar[type[ImageDataset]]
    classes: ClassVar[Any]

    def __init__(
        self,
        root: str | Path | None = None,
        train: bool = True,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        download: bool = False,
    ) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        name = type(self).__name__
        self.train = check_flag(name, "train", train)
        check_flag(name, "download", download)
        images, labels = self._read(download)
        self.data, self.targets = self._stored(images, labels)

    def _read(self, download: bool) -> tuple[Any, Any]:
        own, shared = Path(self.root), data.data_home()
        for home in (own, shared):
            try:
                images, labels, unverified = self.source._load(home, self.train, False)
            except FileNotFoundError:
                continue
            warn_unverified(self.source.title, unverified, stacklevel=4)
            return images, labels
        if not download:
            raise RuntimeError(
                f"{type(self).__name__}: the files are neither in {own.absolute()} nor in "
                f"{shared}; download=True fetches them, and the environment variable "
                "TINYGRAD_EDU_DATA says where they are"
            )
        images, labels, _ = self.source._load(own, self.train, True)
        return images, labels

    def _stored(self, images: Any, labels: Any) -> tuple[Any, Any]:
        """``data`` and ``targets`` as torchvision has them."""
        return from_numpy(images[:, 0]), from_numpy(labels)

    @property
    def class_to_idx(self) -> dict[str, int]:
        """The number of each class."""
        return {name: k for k, name in enumerate(self.classes)}

    def extra_repr(self) -> str:
        """Which part it is."""
        return f"Split: {'Train' if self.train else 'Test'}"


class MNIST(_Known):
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


class CIFAR10(_Known):
    """Photographs in 10 classes: ``data`` an array (N, 32, 32, 3) of bytes, ``targets`` a list."""

    source: ClassVar[type[ImageDataset]] = data.CIFAR10
    classes: ClassVar[list[str]] = list(data.CIFAR10.classes)

    def _stored(self, images: Any, labels: Any) -> tuple[Any, Any]:
        return np.ascontiguousarray(images.transpose(0, 2, 3, 1)), labels.tolist()


class CIFAR100(CIFAR10):
    """Photographs in 100 classes, like `CIFAR10`."""

    source = data.CIFAR100
    classes: ClassVar[list[str]] = list(data.CIFAR100.classes)
