"""MNIST and Fashion-MNIST: four IDX files each."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np

from tinygrad_edu.data.dataset import Array
from tinygrad_edu.data.download import RemoteFile
from tinygrad_edu.data.errors import DataFormatError
from tinygrad_edu.data.idx import parse_idx
from tinygrad_edu.data.streams import open_content, sha256_of_file
from tinygrad_edu.data.vision import ImageDataset, Images, Labels

__all__ = ["MNIST", "FashionMNIST", "load_fashion_mnist", "load_mnist"]

_MNIST_MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
# The second has no https, which is safe because the SHA-256 of every file is checked.
_FASHION_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)


def _files(mirrors: tuple[str, ...], *facts: tuple[str, int, str]) -> tuple[RemoteFile, ...]:
    return tuple(
        RemoteFile(name, size, sha256, tuple(mirror + name for mirror in mirrors))
        for name, size, sha256 in facts
    )


class IdxImages(ImageDataset):
    """Images and labels in IDX files: those for training, then those for testing."""

    folder: ClassVar[str]  # the one torchvision makes
    # SHA-256 of the decompressed content where it is published; where not, that of the gzipped file
    # counts.
    contents: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def _find(cls, home: Path) -> Path | None:
        found = (cls._locate(home, file) for file in cls.files)
        return next((path.parent for path in found if path), None)

    @classmethod
    def _is_local(cls, home: Path, file: RemoteFile) -> bool:
        return cls._locate(home, file) is not None

    @classmethod
    def _needed(cls, train: bool) -> tuple[RemoteFile, ...]:
        return cls.files[:2] if train else cls.files[2:]

    @classmethod
    def _read(cls, home: Path, train: bool) -> tuple[Images, Labels, list[Path]]:
        images_file, labels_file = cls._needed(train)
        count = cls.train_size if train else cls.test_size
        images, images_path, images_ok = cls._read_file(home, images_file, count, cls.shape[1:])
        labels, labels_path, labels_ok = cls._read_file(home, labels_file, count, ())
        if len(images) != len(labels):
            raise DataFormatError(
                labels_path,
                f"does not match {images_path}",
                offset=4,
                expected=f"{len(images)} labels",
                got=len(labels),
            )
        outside = np.flatnonzero(labels >= len(cls.classes))
        if outside.size:
            raise DataFormatError(
                labels_path,
                "label out of range",
                offset=8 + int(outside[0]),
                expected=f"0 to {len(cls.classes) - 1}",
                got=labels[outside[0]],
            )
        verdicts = [(images_path, images_ok), (labels_path, labels_ok)]
        unverified = [path for path, verified in verdicts if not verified]
        return images.reshape(-1, *cls.shape), labels.astype(np.int64), unverified

    @classmethod
    def _locate(cls, home: Path, file: RemoteFile) -> Path | None:
        """Find a file gzipped or raw, also under the name with a dot that some archives give it."""
        raw = file.name.removesuffix(".gz")
        names = (file.name, raw, raw.replace("-idx", ".idx"))
        for folder in (cls.target(home), home, home / cls.folder / "raw"):
            for name in names:
                if (folder / name).is_file():
                    return folder / name
        return None

    @classmethod
    def _read_file(
        cls, home: Path, file: RemoteFile, count: int, item_shape: tuple[int, ...]
    ) -> tuple[Array, Path, bool]:
        """Read one file; tell whether its checksum is the published one."""
        path = cls._locate(home, file) or cls.target(home) / file.name
        # The header is 16 bytes at most; nothing is larger than the official file.
        limit = count * int(np.prod(item_shape, dtype=int))
        with open_content(path) as stream:
            array, content = parse_idx(stream, path, max_bytes=limit, item_shape=item_shape)
        if len(array) == 0:
            raise DataFormatError(path, "holds nothing", offset=4, expected="at least 1", got=0)
        what, known = _what(cls, file), _known(cls)
        verdict = known.get(content) or known.get(sha256_of_file(path))
        if verdict not in (None, what):
            raise DataFormatError(path, "the wrong file", expected=what, got=verdict)
        return array, path, verdict == what


class MNIST(IdxImages):
    """60,000 + 10,000 handwritten digits of 28 × 28 pixels (LeCun, Bottou, Bengio & Haffner, 1998).

    Parameters, errors and warnings: see `ImageDataset`.

    Examples
    --------
    >>> MNIST = tg.data.MNIST
    >>> MNIST.shape, len(MNIST.classes), MNIST.train_size, MNIST.test_size
    ((1, 28, 28), 10, 60000, 10000)
    """

    name = "mnist"
    title = "MNIST"
    folder = "MNIST"
    shape = (1, 28, 28)
    classes = tuple("0123456789")
    train_size = 60_000
    test_size = 10_000
    mean = (0.1307,)
    std = (0.3081,)
    licence = "CC BY-SA 3.0"
    homepage = "https://yann.lecun.com/exdb/mnist/"
    files = _files(
        _MNIST_MIRRORS,
        (
            "train-images-idx3-ubyte.gz",
            9_912_422,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            28_881,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            1_648_877,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            4_542,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    )
    contents = (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    )


class FashionMNIST(IdxImages):
    """60,000 + 10,000 pieces of clothing of 28 × 28 pixels (Xiao et al., 2017, arXiv:1708.07747).

    Parameters, errors and warnings: see `ImageDataset`.

    Examples
    --------
    >>> tg.data.FashionMNIST.classes[:3]
    ('T-shirt/top', 'Trouser', 'Pullover')
    """

    name = "fashion"
    title = "Fashion-MNIST"
    folder = "FashionMNIST"
    shape = (1, 28, 28)
    classes = (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    )
    train_size = 60_000
    test_size = 10_000
    mean = (0.2860,)
    std = (0.3530,)
    licence = "MIT"
    homepage = "https://github.com/zalandoresearch/fashion-mnist"
    files = _files(
        _FASHION_MIRRORS,
        (
            "train-images-idx3-ubyte.gz",
            26_421_880,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ),
        (
            "train-labels-idx1-ubyte.gz",
            29_515,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        ),
        (
            "t10k-images-idx3-ubyte.gz",
            4_422_102,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ),
        (
            "t10k-labels-idx1-ubyte.gz",
            5_148,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
    )


load_mnist = MNIST.arrays
load_fashion_mnist = FashionMNIST.arrays


def _known(wanted: type[IdxImages]) -> dict[str, str]:
    """Return which set each known checksum belongs to: the sets use the same file names."""
    known: dict[str, str] = {}
    for dataset in (wanted, MNIST, FashionMNIST):
        digests = dataset.contents or tuple(file.sha256 for file in dataset.files)
        for digest, file in zip(digests, dataset.files, strict=True):
            known.setdefault(digest, _what(dataset, file))
    return known


def _what(dataset: type[IdxImages], file: RemoteFile) -> str:
    return f"{dataset.title}'s {file.name.removesuffix('.gz')}"
