"""CIFAR-10 and CIFAR-100 in the binary layout: one or two label bytes, 3,072 pixel bytes.

The archives are read as streams: the members whose exact names we know, straight into memory.
Nothing is ever extracted to the disk, so no name inside an archive can matter there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from tinygrad_edu.data.dataset import Array
from tinygrad_edu.data.download import RemoteFile
from tinygrad_edu.data.errors import DataFormatError
from tinygrad_edu.data.streams import (
    BoundedReader,
    open_content,
    read_at_most,
    sha256,
    sha256_of_file,
)
from tinygrad_edu.data.vision import ImageDataset, Images, Labels

if TYPE_CHECKING:
    import tarfile

__all__ = ["CIFAR10", "CIFAR100", "load_cifar10", "load_cifar100"]

_PIXELS = 3 * 32 * 32
_MAX_MEMBERS = 1000


class CifarImages(ImageDataset):
    """Images in ``.bin`` files, in a folder or in the tar archive that holds that folder."""

    folder: ClassVar[str]
    contents: ClassVar[dict[str, str]]  # the SHA-256 of each .bin file
    test_files: ClassVar[tuple[str, ...]]
    label_bytes: ClassVar[tuple[int, ...]] = (10,)  # how many classes each label byte counts
    shape = (3, 32, 32)
    train_size = 50_000
    test_size = 10_000
    licence = "none stated: download only"
    homepage = "https://www.cs.toronto.edu/~kriz/cifar.html"

    @classmethod
    def _find(cls, home: Path) -> Path | None:
        return cls._find_folder(home) or next((p.parent for p in cls._archives(home)), None)

    @classmethod
    def _read(cls, home: Path, train: bool) -> tuple[Images, Labels, list[Path]]:
        names = [name for name in cls.contents if (name in cls.test_files) != train]
        record = len(cls.label_bytes) + _PIXELS
        size = (cls.train_size if train else cls.test_size) // len(names) * record
        folder = cls._find_folder(home)
        if folder is not None:
            contents, unverified = cls._read_folder(folder, names, size)
        else:
            contents, unverified = cls._read_archive(cls._archives(home)[0], names, size)
        records = [cls._parse(path, content) for path, content in contents]
        images = np.concatenate([part[:, len(cls.label_bytes) :] for part in records])
        labels = np.concatenate([part[:, len(cls.label_bytes) - 1] for part in records])
        return images.reshape(-1, *cls.shape), labels.astype(np.int64), unverified

    @classmethod
    def _archives(cls, home: Path) -> list[Path]:
        name = cls.files[0].name
        names = (name, name.removesuffix(".gz"))
        places = [folder / name for folder in (cls.target(home), home) for name in names]
        return [place for place in places if place.is_file()]

    @classmethod
    def _find_folder(cls, home: Path) -> Path | None:
        for folder in (cls.target(home) / cls.folder, home / cls.folder, cls.target(home), home):
            if any(_bin_file(folder, name) for name in cls.contents):
                return folder
        return None

    @classmethod
    def _read_folder(
        cls, folder: Path, names: list[str], size: int
    ) -> tuple[list[tuple[Path, bytearray]], list[Path]]:
        contents, unverified = [], []
        for name in names:
            path = _bin_file(folder, name)
            if path is None:
                raise FileNotFoundError(
                    f"{cls.title}: {folder} lacks {name}; put it there, or empty the folder and "
                    f"download all. {cls.files[0].by_hand(folder.parent)}"
                )
            with open_content(path) as stream:
                content = read_at_most(stream, size + 1, path)
            if len(content) > size:
                raise DataFormatError(
                    path, "too long", expected=f"at most {size} bytes", got="more"
                )
            contents.append((path, content))
            if sha256(content) != cls.contents[name]:
                unverified.append(path)
        return contents, unverified

    @classmethod
    def _read_archive(
        cls, path: Path, names: list[str], size: int
    ) -> tuple[list[tuple[Path, bytearray]], list[Path]]:
        record = len(cls.label_bytes) + _PIXELS
        whole = (cls.train_size + cls.test_size) * record
        wanted = {f"{cls.folder}/{name}": size for name in names}
        found = read_members(path, wanted, limit=whole + whole // 5 + (1 << 20))
        verified = sha256_of_file(path) == cls.files[0].sha256 or all(
            sha256(found[f"{cls.folder}/{name}"]) == cls.contents[name] for name in names
        )
        return [(path / name, found[name]) for name in wanted], [] if verified else [path]

    @classmethod
    def _parse(cls, path: Path, content: bytearray) -> Array:
        record = len(cls.label_bytes) + _PIXELS
        if not content or len(content) % record:
            raise DataFormatError(
                path,
                "truncated, or not of this layout",
                offset=len(content) - len(content) % record,
                expected=f"records of {record} bytes",
                got=f"{len(content)} bytes in all",
            )
        records = np.frombuffer(content, dtype=np.uint8).reshape(-1, record)
        for k, classes in enumerate(cls.label_bytes):
            outside = np.flatnonzero(records[:, k] >= classes)
            if outside.size:
                raise DataFormatError(
                    path,
                    "label out of range",
                    offset=int(outside[0]) * record + k,
                    expected=f"0 to {classes - 1}",
                    got=records[outside[0], k],
                )
        return records


class CIFAR10(CifarImages):
    """50,000 + 10,000 colour photographs of 32 × 32 pixels in 10 classes (Krizhevsky, 2009).

    Parameters, errors and warnings: see `ImageDataset`.

    Examples
    --------
    >>> tg.data.CIFAR10.shape, tg.data.CIFAR10.classes[:3]
    ((3, 32, 32), ('airplane', 'automobile', 'bird'))
    """

    name = "cifar10"
    title = "CIFAR-10"
    folder = "cifar-10-batches-bin"
    classes = (
        *("airplane", "automobile", "bird", "cat", "deer"),
        *("dog", "frog", "horse", "ship", "truck"),
    )
    mean = (0.4914, 0.4822, 0.4465)
    std = (0.2470, 0.2435, 0.2616)
    test_files = ("test_batch.bin",)
    contents: ClassVar[dict[str, str]] = {
        "data_batch_1.bin": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        "data_batch_2.bin": "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
        "data_batch_3.bin": "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
        "data_batch_4.bin": "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
        "data_batch_5.bin": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        "test_batch.bin": "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
    }
    files = (
        RemoteFile(
            "cifar-10-binary.tar.gz",
            170_052_171,
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            (
                "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                "https://cave.cs.toronto.edu/kriz/cifar-10-binary.tar.gz",
            ),
        ),
    )


class CIFAR100(CifarImages):
    """50,000 + 10,000 colour photographs of 32 × 32 pixels in 100 classes (Krizhevsky, 2009).

    The labels are the 100 fine ones. Parameters, errors and warnings: see `ImageDataset`.

    Examples
    --------
    >>> tg.data.CIFAR100.classes[:3], len(tg.data.CIFAR100.classes)
    (('apple', 'aquarium_fish', 'baby'), 100)
    """

    name = "cifar100"
    title = "CIFAR-100"
    folder = "cifar-100-binary"
    # The official order, which is alphabetical.
    classes = tuple(
        """
        apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus
        butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach
        couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster
        house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree
        motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear
        pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket
        rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar
        sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip
        turtle wardrobe whale willow_tree wolf woman worm
        """.split()  # noqa: SIM905 - a hundred names are best read as text
    )
    mean = (0.5071, 0.4865, 0.4409)
    std = (0.2673, 0.2564, 0.2762)
    label_bytes = (20, 100)  # the coarse label, then the fine one
    test_files = ("test.bin",)
    contents: ClassVar[dict[str, str]] = {
        "train.bin": "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29",
        "test.bin": "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a",
    }
    files = (
        RemoteFile(
            "cifar-100-binary.tar.gz",
            168_513_733,
            "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
            (
                "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
                "https://cave.cs.toronto.edu/kriz/cifar-100-binary.tar.gz",
            ),
        ),
    )


load_cifar10 = CIFAR10.arrays
load_cifar100 = CIFAR100.arrays


def read_members(path: Path, wanted: dict[str, int], limit: int) -> dict[str, bytearray]:
    """Read members of a tar archive, gzipped or not, by their exact names, up to given sizes.

    Raises
    ------
    DataFormatError
        If the archive is damaged, holds more than ``limit`` bytes, lacks a member, or holds one
        twice, too large, or as anything but a plain file.
    """
    import tarfile

    found: dict[str, bytearray] = {}
    with open_content(path) as content:
        stream = BoundedReader(content, limit, path)
        try:
            with tarfile.open(fileobj=stream, mode="r|", bufsize=1 << 20) as archive:
                for count, member in enumerate(archive):
                    if count == _MAX_MEMBERS:
                        raise DataFormatError(path, f"holds more than {_MAX_MEMBERS} members")
                    if member.name in wanted:
                        _check_member(path, member, wanted[member.name], member.name in found)
                        file = archive.extractfile(member)
                        found[member.name] = read_at_most(file, member.size, path)  # type: ignore[arg-type]  # None only for what _check_member refuses
            while stream.read(1 << 20):
                pass  # to the end, where gzip checks its sum
        except DataFormatError:
            raise
        except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
            raise DataFormatError(path, f"the archive is damaged ({error})") from error
    for name in wanted:
        if name not in found:
            raise DataFormatError(
                path, "the archive lacks a member", expected=name, got=sorted(found)
            )
    return found


def _check_member(path: Path, member: tarfile.TarInfo, largest: int, again: bool) -> None:
    if again:
        raise DataFormatError(path, f"the archive holds {member.name} twice")
    if not member.isreg() or member.issparse():
        raise DataFormatError(
            path, f"{member.name} in the archive is no plain file", expected="0", got=member.type
        )
    if member.size > largest:
        raise DataFormatError(
            path,
            f"{member.name} in the archive is too long",
            expected=f"at most {largest}",
            got=member.size,
        )


def _bin_file(folder: Path, name: str) -> Path | None:
    """Find a file of records, raw or gzipped."""
    places = (folder / name, folder / f"{name}.gz")
    return next((place for place in places if place.is_file()), None)
