"""Images in folders, one folder for each class."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinygrad_edu._checks import check_function
from tinygrad_edu.torchvision._images import pillow
from tinygrad_edu.torchvision.datasets.vision import VisionDataset

__all__ = ["IMG_EXTENSIONS", "DatasetFolder", "ImageFolder", "default_loader"]

IMG_EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")


def default_loader(path: str | Path) -> Any:
    """Read an image file in red, green and blue."""
    with Path(path).open("rb") as file:
        return pillow("ImageFolder").open(file).convert("RGB")


class DatasetFolder(VisionDataset):
    """Files in a folder for each class, which ``loader`` reads.

    Parameters
    ----------
    loader : callable
        Gets the path of a file.
    extensions : tuple of str, optional
        Which files count; or ``is_valid_file``, a function of the path.
    allow_empty : bool, default=False
        Whether a class may have no files.

    Raises
    ------
    FileNotFoundError
        If there is no folder, or a class has no files.
    """

    def __init__(
        self,
        root: str | Path,
        loader: Callable[[str], Any],
        extensions: tuple[str, ...] | None = None,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.loader = check_function(type(self).__name__, "loader", loader)
        if (extensions is None) == (is_valid_file is None):
            raise ValueError(
                f"{type(self).__name__}: pass either extensions or is_valid_file, and not both"
            )
        self.extensions = extensions
        self.classes, self.class_to_idx = self.find_classes(self.root)
        self.samples = self.make_dataset(
            self.root, self.class_to_idx, extensions, is_valid_file, allow_empty
        )
        self.targets = [target for _, target in self.samples]

    def find_classes(self, directory: str) -> tuple[list[str], dict[str, int]]:
        """The folders of a folder by the alphabet, and their numbers."""
        if not Path(directory).is_dir():
            raise FileNotFoundError(f"{type(self).__name__}: there is no folder {directory}")
        classes = sorted(entry.name for entry in Path(directory).iterdir() if entry.is_dir())
        if not classes:
            raise FileNotFoundError(f"{type(self).__name__}: {directory} has no folder for a class")
        return classes, {name: k for k, name in enumerate(classes)}

    @staticmethod
    def make_dataset(
        directory: str,
        class_to_idx: dict[str, int],
        extensions: tuple[str, ...] | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> list[tuple[str, int]]:
        """The paths of all files that count, with the number of their class."""
        found, empty = [], []
        for name in sorted(class_to_idx):
            paths = [
                str(Path(folder, file))
                for folder, _, files in sorted(os.walk(Path(directory, name), followlinks=True))
                for file in sorted(files)
            ]
            if is_valid_file is not None:
                paths = [path for path in paths if is_valid_file(path)]
            else:
                paths = [path for path in paths if path.lower().endswith(tuple(extensions or ()))]
            found += [(path, class_to_idx[name]) for path in paths]
            empty += [] if paths else [name]
        if empty and not allow_empty:
            raise FileNotFoundError(f"found no file for the classes {', '.join(empty)}")
        return found

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        path, target = self.samples[index]
        return self.transformed(self.loader(path), target)


class ImageFolder(DatasetFolder):
    """Images in a folder for each class: ``root/dog/1.png``, ``root/cat/2.png``.

    The parameters are those of `DatasetFolder`.
    """

    def __init__(
        self,
        root: str | Path,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
        loader: Callable[[str], Any] = default_loader,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> None:
        super().__init__(
            root,
            loader,
            IMG_EXTENSIONS if is_valid_file is None else None,
            transform,
            target_transform,
            is_valid_file,
            allow_empty,
        )
        self.imgs = self.samples
