"""Sets of images that `tinygrad_edu.data` reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from tinygrad_edu import data
from tinygrad_edu._checks import check_flag
from tinygrad_edu.data.errors import warn_unverified
from tinygrad_edu.data.vision import ImageDataset
from tinygrad_edu.tensor import from_numpy
from tinygrad_edu.torchvision.datasets.vision import ImagesInMemory

__all__ = ["KnownImages"]


class KnownImages(ImagesInMemory):
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
