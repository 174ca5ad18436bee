"""What the sets of labelled images have in common: facts, finding, fetching, reading as arrays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_flag, check_function
from tinygrad_edu.data.arguments import check_path
from tinygrad_edu.data.dataset import Array, Dataset, Index, resolve_index
from tinygrad_edu.data.download import RemoteFile, data_home, download
from tinygrad_edu.data.errors import warn_unverified
from tinygrad_edu.tensor import as_tensor

__all__ = ["ImageDataset", "TrainTest"]

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]


class TrainTest(NamedTuple):
    """Arrays for training: x float32, (N, D) or (N, C, H, W), and y int64, (N,)."""

    x_train: NDArray[np.float32]
    y_train: Labels
    x_test: NDArray[np.float32]
    y_test: Labels


class ImageDataset(Dataset[Any], ABC):
    """A set of labelled images: `images` uint8 (N, C, H, W) and `targets` int64 (N,), arrays.

    An example is a pair of tensors, an image and its label.

    Parameters
    ----------
    root : str or Path, optional
        The folder with the files, or one that holds it; see `data_home` for the default.
    train : bool, default=True
        The training or the test images.
    transform, target_transform : callable, optional
        Applied to each batch of images, of labels, when it is read. Without them images stay uint8.
    download : bool, default=True
        Fetch what is not there.

    Raises
    ------
    FileNotFoundError
        If files are missing and ``download=False``.
    ConnectionError
        If they cannot be downloaded.
    DataFormatError
        If a file is not what it should be.

    Warns
    -----
    UnverifiedDataWarning
        If a file is well formed, but its SHA-256 is not the published one.
    """

    takes_arrays = True
    name: ClassVar[str]
    title: ClassVar[str]
    shape: ClassVar[tuple[int, int, int]]
    classes: ClassVar[tuple[str, ...]]
    train_size: ClassVar[int]
    test_size: ClassVar[int]
    high: ClassVar[int] = 255  # the value of a white pixel
    mean: ClassVar[
        tuple[float, ...]
    ]  # per channel, of pixels between 0 and 1, over the training images
    std: ClassVar[tuple[float, ...]]
    licence: ClassVar[str]
    homepage: ClassVar[str]
    files: ClassVar[tuple[RemoteFile, ...]]

    def __init__(
        self,
        root: str | Path | None = None,
        train: bool = True,
        transform: Callable[[Array], Array] | None = None,
        target_transform: Callable[[Array], Array] | None = None,
        download: bool = True,
    ) -> None:
        owner = type(self).__name__
        self.root = data_home(root if root is None else check_path(owner, root, "root"))
        self.train = check_flag(owner, "train", train)
        self.transform = check_function(owner, "transform", transform, True)
        self.target_transform = check_function(owner, "target_transform", target_transform, True)
        check_flag(owner, "download", download)
        self.images, self.targets, unverified = self._load(self.root, train, download)
        warn_unverified(self.title, unverified, stacklevel=2)

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: Index) -> tuple[Any, Any]:
        chosen = resolve_index(index, len(self))
        # Transforms work on batches, so a single example is for them a batch of one. They get a
        # copy, also of a slice.
        rows = np.arange(len(self))[[chosen] if isinstance(chosen, int) else chosen]
        x: Any = self.images[rows]
        y: Any = self.targets[rows]
        x = as_tensor(x if self.transform is None else self.transform(x))
        y = as_tensor(y if self.target_transform is None else self.target_transform(y))
        return (x[0], y[0]) if isinstance(chosen, int) else (x, y)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(train={self.train}, {len(self)} images)"

    @classmethod
    def arrays(
        cls,
        data_dir: str | Path | None = None,
        *,
        flatten: bool = True,
        normalize: bool = False,
        download: bool = True,
    ) -> TrainTest:
        """Return the whole set as arrays for training: pixels between 0 and 1, in float32.

        Parameters
        ----------
        data_dir : str or Path, optional
            As ``root`` of the class.
        flatten : bool, default=True
            One row per image, (N, C·H·W); otherwise (N, C, H, W).
        normalize : bool, default=False
            Subtract `mean` and divide by `std`, channel by channel.
        download : bool, default=True
            Fetch what is not there.

        Raises and warns as the class does.
        """
        for name, flag in {
            "flatten": flatten,
            "normalize": normalize,
            "download": download,
        }.items():
            check_flag(f"{cls.__name__}.arrays", name, flag)
        home = data_home(data_dir)
        parts: list[Array] = []
        unverified: list[Path] = []
        for train in (True, False):
            images, labels, doubtful = cls._load(home, train, download)
            parts += [cls._floats(images, flatten, normalize), labels]
            unverified += doubtful
        warn_unverified(cls.title, unverified, stacklevel=2)
        return TrainTest(*parts)

    @classmethod
    def fetch(cls, data_dir: str | Path | None = None) -> Path:
        """Download whatever is not there yet, and return the folder. Nothing is overwritten."""
        home = data_home(data_dir)
        for file in cls.files:
            if not cls._is_local(home, file):
                download(file, cls.target(home))
        return cls.path(data_dir)

    @classmethod
    def path(cls, data_dir: str | Path | None = None) -> Path:
        """Return the folder that holds the files, or the one into which `fetch` would put them."""
        home = data_home(data_dir)
        return cls._find(home) or cls.target(home)

    @classmethod
    def target(cls, home: Path) -> Path:
        """Return the folder for downloads under ``home``."""
        return home / cls.name

    @classmethod
    def is_complete(cls, data_dir: str | Path | None = None) -> bool:
        """Tell whether every file is there, so that nothing would be downloaded."""
        home = data_home(data_dir)
        return all(cls._is_local(home, file) for file in cls.files)

    @classmethod
    @abstractmethod
    def _find(cls, home: Path) -> Path | None:
        """Return a folder at or under ``home`` that holds files of this set."""

    @classmethod
    def _is_local(cls, home: Path, file: RemoteFile) -> bool:
        """Tell whether a file, or what it contains, lies at or under ``home``."""
        return cls._find(home) is not None

    @classmethod
    def _needed(cls, train: bool) -> tuple[RemoteFile, ...]:
        """Return the files that hold the training images, or the test images."""
        return cls.files

    @classmethod
    @abstractmethod
    def _read(cls, home: Path, train: bool) -> tuple[Images, Labels, list[Path]]:
        """Read images, labels, and the paths of the files whose checksum is unknown."""

    @classmethod
    def _load(
        cls, home: Path, train: bool, may_download: bool
    ) -> tuple[Images, Labels, list[Path]]:
        for file in cls._needed(train):
            if cls._is_local(home, file):
                continue
            if not may_download:
                raise FileNotFoundError(
                    f"{cls.title}: {file.name} is neither in {home} nor in {cls.target(home)}. "
                    f"download=True fetches it. {file.by_hand(cls.target(home))}"
                )
            download(file, cls.target(home))
        return cls._read(home, train)

    @classmethod
    def _floats(cls, images: Images, flatten: bool, normalize: bool) -> NDArray[np.float32]:
        # In place: CIFAR-10's training images are 600 MB as floats.
        x = images.astype(np.float32)
        x /= cls.high
        if normalize:
            x -= np.asarray(cls.mean, dtype=np.float32)[:, None, None]
            x /= np.asarray(cls.std, dtype=np.float32)[:, None, None]
        return x.reshape(len(x), -1) if flatten else x
