"""CIFAR from folders and archives, and the archives that want to do harm."""

from __future__ import annotations

import io
import tarfile
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.data.helpers import (
    InMemory,
    Tiny,
    gz,
    mutations,
    outcome,
    tar_gz,
    tar_of,
    tiny_cifar,
)
from tinygrad_edu.data import CIFAR10, CIFAR100, DataFormatError, UnverifiedDataWarning, cifar
from tinygrad_edu.data.cifar import read_members
from tinygrad_edu.data.streams import BoundedReader

ARCHIVE = "tiny-binary.tar.gz"


@pytest.fixture
def tiny(rng) -> Tiny:
    return tiny_cifar(rng)


def put(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def check(tiny: Tiny, root: Path) -> None:
    for train in (True, False):
        dataset = tiny.kind(root, train=train, download=False)
        assert dataset.images.dtype == np.uint8
        assert dataset.targets.dtype == np.int64
        assert np.array_equal(dataset.images, tiny.images[train])
        assert np.array_equal(dataset.targets, tiny.labels[train])


def tree(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


# ---- what is read


@pytest.mark.parametrize("label_bytes", [(10,), (3, 10)])
@pytest.mark.parametrize("folder", [".", "tinycifar"])
@pytest.mark.parametrize("form", ["tar.gz", "tar", "folder", "bare", "gzipped bins"])
def test_finds_the_files_and_knows_them(tmp_path, rng, label_bytes, folder, form) -> None:
    tiny = tiny_cifar(rng, label_bytes=label_bytes)
    place = tmp_path / folder
    if form == "tar.gz":
        put(place, tiny.files)
    elif form == "tar":
        members = [(tarfile.TarInfo(f"tiny-bin/{n}"), c) for n, c in tiny.bins.items()]
        put(place, {"tiny-binary.tar": tar_of(members)})
    elif form == "gzipped bins":
        put(place / "tiny-bin", {f"{name}.gz": gz(content) for name, content in tiny.bins.items()})
    else:
        put(place if form == "bare" else place / "tiny-bin", tiny.bins)
    before = tree(tmp_path)
    check(tiny, tmp_path)
    assert tiny.kind.is_complete(tmp_path)
    assert tree(tmp_path) == before


def test_channels_are_red_green_blue_planes(tmp_path: Path, tiny: Tiny) -> None:
    red_dot_at_row_2_column_5 = bytes([7]) + bytes(2 * 32 + 5) + b"\xff" + bytes(3072 - 2 * 32 - 6)
    put(tmp_path, {"test.bin": red_dot_at_row_2_column_5})
    with pytest.warns(UnverifiedDataWarning, match=r"of test\.bin in"):
        dataset = tiny.kind(tmp_path, train=False)
    assert np.argwhere(dataset.images).tolist() == [[0, 0, 2, 5]]
    assert dataset.targets.tolist() == [7]


def test_arrays_are_normalized_by_channel(tmp_path: Path, tiny: Tiny) -> None:
    put(tmp_path, tiny.files)
    got = tiny.kind.arrays(tmp_path, normalize=True, flatten=False)
    for c in range(3):
        pixels = tiny.images[True][:, c] / 255
        expected = (pixels - tiny.kind.mean[c]) / tiny.kind.std[c]
        assert np.allclose(got.x_train[:, c], expected, atol=1e-5)
    assert got.x_train.dtype == np.float32
    assert tiny.kind.arrays(tmp_path).x_test.shape == (3, 3072)


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_another_content_is_read_with_a_warning(tmp_path: Path, tiny: Tiny, form: str) -> None:
    changed = tiny.bins | {"batch_2.bin": tiny.bins["batch_1.bin"]}
    if form == "folder":
        put(tmp_path, changed)
        where = rf"of batch_2\.bin in {tmp_path} "
    else:
        put(tmp_path, {ARCHIVE: tar_gz({f"tiny-bin/{n}": c for n, c in changed.items()})})
        where = rf"of {ARCHIVE} in {tmp_path} "
    with pytest.warns(UnverifiedDataWarning, match=where) as caught:
        dataset = tiny.kind(tmp_path)
    assert len(caught) == 1
    assert np.array_equal(dataset.images, tiny.images[True][[0, 1, 0, 1]])


def test_an_archive_packed_anew_is_known_by_its_contents(tmp_path: Path, tiny: Tiny) -> None:
    put(tmp_path, {ARCHIVE: tar_gz({f"tiny-bin/{n}": c for n, c in reversed(tiny.bins.items())})})
    check(tiny, tmp_path)


def test_an_archive_is_read_to_its_end(tmp_path: Path, tiny: Tiny) -> None:
    """More than one buffer of padding: gzip's sum stands behind it."""
    padded = gz(tar_of(good(tiny.bins)) + bytes((1 << 20) - 10_000))
    put(tmp_path, {ARCHIVE: padded})
    check(tiny, tmp_path)
    put(tmp_path, {ARCHIVE: padded[:-8] + bytes(8)})
    with pytest.raises(DataFormatError, match="damaged or incomplete"):
        tiny.kind(tmp_path)


# ---- what is refused in folders


@pytest.mark.parametrize("cut", [0, 1, 100, 3072, 3074, 6145])
def test_truncated_files(tmp_path: Path, tiny: Tiny, cut: int) -> None:
    put(tmp_path, tiny.bins | {"batch_2.bin": tiny.bins["batch_2.bin"][:cut]})
    with pytest.raises(DataFormatError, match=f"records of 3073 bytes, got {cut} bytes") as caught:
        tiny.kind(tmp_path)
    assert caught.value.path == tmp_path / "batch_2.bin"


def test_too_long(tmp_path: Path, tiny: Tiny) -> None:
    put(tmp_path, tiny.bins | {"test.bin": tiny.bins["test.bin"] + b"x"})
    with pytest.raises(DataFormatError, match="too long: expected at most 9219 bytes"):
        tiny.kind(tmp_path, train=False)


@pytest.mark.parametrize(
    ("label_bytes", "column", "bad"), [((10,), 0, 10), ((3, 10), 0, 3), ((3, 10), 1, 255)]
)
def test_labels_out_of_range(tmp_path: Path, rng, label_bytes, column, bad) -> None:
    tiny = tiny_cifar(rng, label_bytes=label_bytes)
    record = 3072 + len(label_bytes)
    content = bytearray(tiny.bins["test.bin"])
    content[2 * record + column] = bad
    put(tmp_path, tiny.bins | {"test.bin": bytes(content)})
    with pytest.raises(DataFormatError, match=f"label out of range.*got {bad}") as caught:
        tiny.kind(tmp_path, train=False)
    assert caught.value.offset == 2 * record + column


def test_a_folder_that_lacks_a_file_says_which(tmp_path: Path, tiny: Tiny) -> None:
    put(tmp_path / "tiny-bin", {"batch_1.bin": tiny.bins["batch_1.bin"]})
    with pytest.raises(FileNotFoundError, match=r"tiny-bin lacks batch_2\.bin.*load_digits"):
        tiny.kind(tmp_path)


# ---- hostile archives


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


FIRST = "tiny-bin/batch_1.bin"
Members = list[tuple[tarfile.TarInfo, bytes]]


def other(
    name: str, kind: bytes = tarfile.REGTYPE, link: str = "", content: bytes = b""
) -> Members:
    return [(member(name, kind, link), content)]


def renamed(**headers: str) -> tarfile.TarInfo:
    info = member(FIRST)
    info.pax_headers = headers
    return info


# What stands before the good members, which are then read all the same.
HARMLESS: dict[str, Members] = {
    "parent": other("../evil", content=b"evil"),
    "deep parent": other("tiny-bin/../../../evil", content=b"evil"),
    "drive": other("C:\\evil", content=b"evil"),
    "symlink out": other("tiny-bin/x", tarfile.SYMTYPE, "/etc"),
    "hard link out": other("../evil", tarfile.LNKTYPE, "/etc/passwd"),
    "fifo beside": other("tiny-bin/pipe", tarfile.FIFOTYPE),
    "long name": other("a/" * 2500 + "evil", content=b"evil"),
    "odd name": other("tiny-bin/\nbatch_1.bin\x1b[31m", content=b"evil"),
}

# What stands in place of the first good member, made from its content; and the words of the error.
HARMFUL: dict[str, tuple[Callable[[bytes], Members], str]] = {
    "symlink": (lambda c: other(FIRST, tarfile.SYMTYPE, "/etc/passwd"), "no plain file"),
    "hard link": (lambda c: other(FIRST, tarfile.LNKTYPE, "tiny-bin/batch_2.bin"), "no plain file"),
    "fifo": (lambda c: other(FIRST, tarfile.FIFOTYPE), "no plain file"),
    "device": (lambda c: other(FIRST, tarfile.CHRTYPE), "no plain file"),
    "folder": (lambda c: other(FIRST, tarfile.DIRTYPE), "no plain file"),
    "sparse": (
        lambda c: [(renamed(**{"GNU.sparse.map": "0,1", "GNU.sparse.size": "9999999"}), b"x")],
        "no plain file",
    ),
    "twice": (lambda c: 2 * other(FIRST, content=c), "holds tiny-bin/batch_1.bin twice"),
    "renamed": (lambda c: [(renamed(path="../evil"), c)], "lacks a member"),
    "missing": (lambda c: [], "lacks a member: expected tiny-bin/batch_1.bin"),
    "other folder": (lambda c: other("batch_1.bin", content=c), "lacks a member"),
    "too long": (lambda c: other(FIRST, content=c + b"x"), "too long: expected at most 6146"),
    "too short": (lambda c: other(FIRST, content=c[:-1]), "records of 3073"),
    "empty": (lambda c: other(FIRST), "records of 3073"),
    "many": (lambda c: 1001 * other("m") + other(FIRST, content=c), "more than 1000 members"),
}


def good(bins: dict[str, bytes]) -> Members:
    return [(member(f"tiny-bin/{name}"), content) for name, content in bins.items()]


@pytest.mark.parametrize("case", HARMLESS)
def test_names_in_archives_do_not_matter(tmp_path: Path, tiny: Tiny, case: str) -> None:
    root = tmp_path / "deep" / "root"
    absolute = other(str(tmp_path / "evil"), content=b"evil")
    put(root, {ARCHIVE: gz(tar_of(absolute + HARMLESS[case] + good(tiny.bins)))})
    before = tree(tmp_path)
    check(tiny, root)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("case", HARMFUL)
def test_hostile_archives_are_refused(tmp_path: Path, tiny: Tiny, case: str) -> None:
    make, words = HARMFUL[case]
    members = make(tiny.bins["batch_1.bin"]) + good(tiny.bins)[1:]
    put(tmp_path, {ARCHIVE: gz(tar_of(members))})
    before = tree(tmp_path)
    with pytest.raises(DataFormatError, match=words) as caught:
        tiny.kind(tmp_path)
    assert str(tmp_path / ARCHIVE) in str(caught.value)
    assert tree(tmp_path) == before


def test_bombs_take_no_memory(tmp_path: Path, tiny: Tiny) -> None:
    """64 MB of zeros: as a member, as a header, and after the end."""
    zeros = bytes(64 << 20)
    pax = member("x", tarfile.XHDTYPE)
    bombs = [
        tar_of([(member("filler"), zeros), *good(tiny.bins)]),
        tar_of([(pax, zeros), *good(tiny.bins)]),
        tar_of(good(tiny.bins)) + zeros,
        zeros,
    ]
    for number, bomb in enumerate(bombs):
        (tmp_path / ARCHIVE).write_bytes(gz(bomb))
        bombs[number] = bomb = b""
        tracemalloc.start()
        try:
            with pytest.raises(DataFormatError, match=r"too large|lacks a member"):
                tiny.kind(tmp_path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 16 << 20, number


@pytest.mark.parametrize("content", [b"", b"<html>", gz(b""), gz(b"<html>" * 200), bytes(2048)])
def test_what_is_no_archive(tmp_path: Path, tiny: Tiny, content: bytes) -> None:
    put(tmp_path, {ARCHIVE: content})
    with pytest.raises(DataFormatError, match=r"archive|compressed"):
        tiny.kind(tmp_path)


def test_an_archive_cut_anywhere(tmp_path: Path, tiny: Tiny, rng) -> None:
    whole = tiny.files[ARCHIVE]
    for cut in [
        *range(40),
        *rng.integers(40, len(whole), size=60),
        *range(len(whole) - 12, len(whole)),
    ]:
        put(tmp_path, {ARCHIVE: whole[:cut]})
        with pytest.raises(DataFormatError):
            tiny.kind(tmp_path)


def test_damaged_archives_give_the_original_the_error_or_the_warning(
    tmp_path: Path, tiny: Tiny, rng, monkeypatch
) -> None:
    put(tmp_path, {ARCHIVE: b""})
    memory = InMemory({})
    memory.install(monkeypatch, cifar)
    outcomes: Counter[str] = Counter()
    # Damage to the header of the first member, and to the beginning of the compressed stream.
    for whole, front, picked in (
        (tar_of(good(tiny.bins)), 512, 1500),
        (tiny.files[ARCHIVE], 64, 500),
    ):
        cases = list(mutations(whole[:front], rng, random_ones=100))
        for k in rng.choice(len(cases), size=picked, replace=False):
            memory.contents[ARCHIVE] = cases[k] + whole[front:]
            outcomes[outcome(tiny.kind, tmp_path, tiny.labels[True])] += 1
    assert outcomes["silently wrong"] == 0
    assert min(outcomes["original"], outcomes["refused"]) > 50, outcomes


def test_bounded_reader() -> None:
    path = Path("some/archive")
    for sizes in ([-1], [10, 10], [4, 6, 1], [3, 3, 3, 3]):
        reader = BoundedReader(io.BytesIO(b"0123456789"), 10, path)
        assert b"".join(reader.read(size) for size in sizes) == b"0123456789"
    for size in (-1, 10, 1 << 40):
        source = io.BytesIO(bytes(1000))
        with pytest.raises(DataFormatError, match="expected at most 9 bytes, got more"):
            BoundedReader(source, 9, path).read(size)
        assert source.tell() == 10


def test_read_members_by_exact_name(tmp_path: Path) -> None:
    put(tmp_path, {"a.tar.gz": tar_gz({"d/a": b"one", "d/b": b"two", "c": b"three"})})
    path = tmp_path / "a.tar.gz"
    assert read_members(path, {"d/b": 3, "c": 9}, 1 << 20) == {"d/b": b"two", "c": b"three"}
    with pytest.raises(DataFormatError, match="too large: expected at most 100 bytes"):
        read_members(path, {"c": 9}, 100)


# ---- the real ones


@pytest.mark.parametrize("kind", [CIFAR10, CIFAR100])
def test_facts_of_the_real_sets(kind) -> None:
    (file,) = kind.files
    digests = {file.sha256, *kind.contents.values()}
    assert len(digests) == 1 + len(kind.contents)
    assert all(len(digest) == 64 and int(digest, 16) for digest in digests)
    assert all(url.startswith("https://") for url in file.urls)
    assert kind.label_bytes[-1] == len(kind.classes) == len(set(kind.classes))
    assert list(kind.classes) == sorted(kind.classes)
