"""The data sets by name, as the command line knows them."""

from __future__ import annotations

from pathlib import Path

from tinygrad_edu._checked import explained
from tinygrad_edu.data import cifar, digits, mnist
from tinygrad_edu.data.vision import ImageDataset, TrainTest

__all__ = ["DATASETS", "available", "fetch", "load", "path"]

# Every set of images that these files show. Each class holds the facts of its set: title, shape,
# classes, sizes, mean, std, licence, homepage, files.
DATASETS: dict[str, type[ImageDataset]] = {
    value.name: value
    for file in (digits, mnist, cifar)
    for value in map(vars(file).get, file.__all__)
    if isinstance(value, type) and issubclass(value, ImageDataset)
}


def available() -> tuple[str, ...]:
    """Return the names of all data sets.

    Examples
    --------
    >>> "mnist" in tg.data.available()
    True
    """
    return tuple(DATASETS)


@explained
def load(
    name: str,
    data_dir: str | Path | None = None,
    *,
    flatten: bool = True,
    normalize: bool = False,
    download: bool = True,
) -> TrainTest:
    """Return a data set by name as arrays; see `ImageDataset.arrays`.

    Examples
    --------
    >>> tg.data.load("digits", flatten=False).x_train.shape
    (1442, 1, 8, 8)
    """
    return _by_name(name).arrays(data_dir, flatten=flatten, normalize=normalize, download=download)


@explained
def fetch(name: str, data_dir: str | Path | None = None) -> Path:
    """Download whatever of a data set is not there yet, and return its folder.

    Raises
    ------
    ValueError
        If there is no data set of this name.
    ConnectionError
        If a file cannot be downloaded.
    """
    return _by_name(name).fetch(data_dir)


@explained
def path(name: str, data_dir: str | Path | None = None) -> Path:
    """Return the folder that holds a data set, or the one into which `fetch` would put it.

    Examples
    --------
    >>> tg.data.path("mnist", "/data").as_posix()
    '/data/mnist'
    """
    return _by_name(name).path(data_dir)


def _by_name(name: str) -> type[ImageDataset]:
    if not isinstance(name, str) or name not in DATASETS:
        raise ValueError(f"unknown data set {name!r}; there are {', '.join(DATASETS)}")
    return DATASETS[name]
