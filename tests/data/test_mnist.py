"""MNIST's relatives from local files: found, verified, and refused when they are something else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.data.helpers import InMemory, Tiny, gz, idx_bytes, mutations, outcome, tiny_mnist
from tinygrad_edu.data import (
    MNIST,
    Compose,
    DataFormatError,
    FashionMNIST,
    Normalize,
    OneHot,
    ToFloat,
    UnverifiedDataWarning,
    mnist,
)

IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


@pytest.fixture
def tiny(rng) -> Tiny:
    return tiny_mnist(rng)


def put(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def check(tiny: Tiny, root: Path) -> None:
    for train in (True, False):
        dataset = tiny.kind(root, train=train, download=False)
        assert dataset.images.dtype == np.uint8
        assert dataset.targets.dtype == np.int64
        assert np.array_equal(dataset.images[:, 0], tiny.images[train])
        assert np.array_equal(dataset.targets, tiny.labels[train])


@pytest.mark.parametrize("folder", [".", "tiny", "TinyMNIST/raw"])
@pytest.mark.parametrize("form", ["gz", "raw", "dotted", "gzipped otherwise"])
def test_finds_the_files_and_knows_them(tmp_path: Path, tiny: Tiny, folder: str, form: str) -> None:
    import gzip

    files = {}
    for name, content in tiny.files.items():
        raw = gzip.decompress(content)
        files |= {
            "gz": {name: content},
            "raw": {name.removesuffix(".gz"): raw},
            "dotted": {name.removesuffix(".gz").replace("-idx", ".idx"): raw},
            "gzipped otherwise": {name: gzip.compress(raw, 1)},
        }[form]
    put(tmp_path / folder, files)
    check(tiny, tmp_path)
    assert tiny.kind.path(tmp_path) == tmp_path / folder
    assert tiny.kind.is_complete(tmp_path)


def test_the_folder_comes_from_the_environment(tmp_path, monkeypatch, tiny) -> None:
    put(tmp_path / "elsewhere" / "tiny", tiny.files)
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(tmp_path / "elsewhere"))
    check(tiny, None)


def test_arrays(tmp_path: Path, tiny: Tiny) -> None:
    put(tmp_path, tiny.files)
    flat = tiny.kind.arrays(tmp_path)
    assert flat.x_train.dtype == flat.x_test.dtype == np.float32
    assert flat.y_train.dtype == flat.y_test.dtype == np.int64
    expected = tiny.images[True].reshape(7, 784) / np.float32(255)
    assert np.array_equal(flat.x_train, expected)
    assert np.array_equal(flat.y_test, tiny.labels[False])
    assert flat.x_test.shape == (3, 784)
    images = tiny.kind.arrays(tmp_path, flatten=False, normalize=True)
    assert images.x_train.shape == (7, 1, 28, 28)
    assert np.allclose(images.x_train.reshape(7, 784), (expected - 0.5) / 0.25, atol=1e-6)


def test_transforms_apply_to_one_and_to_many(tmp_path: Path, tiny: Tiny) -> None:
    put(tmp_path, tiny.files)
    both = Compose([ToFloat(), Normalize(tiny.kind.mean, tiny.kind.std)])
    dataset = tiny.kind(tmp_path, transform=both, target_transform=OneHot(10))
    x, y = dataset[1:3]
    assert x.shape == (2, 1, 28, 28)
    assert x.dtype == y.dtype == np.float32
    assert np.array_equal(np.argmax(y, axis=1), tiny.labels[True][1:3])
    one, label = dataset[2]
    assert np.array_equal(one, x[1])
    assert np.array_equal(label, y[1])


def test_another_content_is_read_with_a_warning(tmp_path: Path, tiny: Tiny) -> None:
    images = tiny.images[True].copy()
    images[3, 4, 5] ^= 1
    put(tmp_path, tiny.files | {IMAGES: gz(idx_bytes(images))})
    with pytest.warns(
        UnverifiedDataWarning, match=f"SHA-256 of {IMAGES} in .* is not the published"
    ) as caught:
        dataset = tiny.kind(tmp_path)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert np.array_equal(dataset.images[:, 0], images)
    with pytest.warns(UnverifiedDataWarning, match=IMAGES) as caught:
        tiny.kind.arrays(tmp_path)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_fewer_images_are_read_with_a_warning(tmp_path: Path, tiny: Tiny) -> None:
    files = {IMAGES: idx_bytes(tiny.images[True][:5]), LABELS: idx_bytes(tiny.labels[True][:5])}
    put(tmp_path, files)
    with pytest.warns(UnverifiedDataWarning, match=f"{IMAGES}, {LABELS}"):
        assert len(tiny.kind(tmp_path)) == 5


def test_without_a_checksum_of_the_content_that_of_the_file_counts(tmp_path, tiny) -> None:
    """Fashion-MNIST's case: a raw file cannot be vouched for."""
    tiny.kind.contents = ()
    put(tmp_path, tiny.files)
    check(tiny, tmp_path)
    put(tmp_path / "raw", {LABELS: idx_bytes(tiny.labels[True]), IMAGES: tiny.files[IMAGES]})
    with pytest.warns(UnverifiedDataWarning, match=f"of {LABELS} in"):
        tiny.kind(tmp_path / "raw")


# ---- what is refused

ONE = "type 0x08 in 1 dimensions"


@pytest.mark.parametrize(
    ("replace", "where", "words"),
    [
        (lambda t: {IMAGES: t.files[LABELS], LABELS: t.files[IMAGES]}, IMAGES, f"swapped.*{ONE}"),
        (lambda t: {LABELS: t.files[IMAGES]}, LABELS, "swapped.*bytes in 1 dimensions"),
        (lambda t: {IMAGES: t.files[TEST_IMAGES]}, IMAGES, "wrong file: .*train-im.*t10k-im"),
        (lambda t: {LABELS: t.files[TEST_LABELS]}, LABELS, "wrong file: .*train-la.*t10k-la"),
        (lambda t: {LABELS: idx_bytes(t.labels[True][:6])}, LABELS, "expected 7 labels, got 6"),
        (lambda t: {LABELS: idx_bytes(t.labels[True].astype("i4"))}, LABELS, "type 0x0c in 1"),
        (lambda t: {LABELS: idx_bytes(np.zeros(8, "u1"))}, LABELS, "at most 7 bytes .*got 8 bytes"),
        (lambda t: {IMAGES: idx_bytes(np.zeros((7, 28, 27), "u1"))}, IMAGES, "size of the images"),
        (lambda t: {IMAGES: idx_bytes(t.images[True][:0])}, IMAGES, "holds nothing"),
        (lambda t: {LABELS: b"<html>moved</html>"}, LABELS, "no IDX file"),
        (lambda t: {LABELS: b""}, LABELS, "truncated header"),
        (lambda t: {IMAGES: t.files[IMAGES][:-3]}, IMAGES, "damaged or incomplete"),
        (lambda t: {IMAGES: t.files[IMAGES] + b"more"}, IMAGES, "damaged or incomplete"),
        (lambda t: {IMAGES: t.files[IMAGES] * 2}, IMAGES, "wrong length"),
    ],
)  # fmt: skip
def test_refuses_files_that_are_something_else(tmp_path, tiny, replace, where, words) -> None:
    put(tmp_path, tiny.files | replace(tiny))
    with pytest.raises(DataFormatError, match=words) as caught:
        tiny.kind(tmp_path)
    assert caught.value.path == tmp_path / where


def test_labels_out_of_range(tmp_path: Path, tiny: Tiny) -> None:
    labels = tiny.labels[True].copy()
    labels[5] = 10
    put(tmp_path, tiny.files | {LABELS: idx_bytes(labels)})
    with pytest.raises(DataFormatError, match="expected 0 to 9, got 10") as caught:
        tiny.kind(tmp_path)
    assert caught.value.offset == 13


@pytest.mark.parametrize("other", [MNIST, FashionMNIST])
def test_the_files_of_another_set_under_the_same_names(tmp_path, tiny, monkeypatch, other) -> None:
    """MNIST and Fashion-MNIST name their files alike; a folder of one is no folder of the other."""
    monkeypatch.setattr(other, "contents", tiny.kind.contents)
    tiny.kind.contents = ()
    tiny.kind.files = tuple(file._replace(sha256="0" * 64) for file in tiny.kind.files)
    put(tmp_path, tiny.files)
    with pytest.raises(
        DataFormatError, match=f"Tiny-MNIST's train-im.*got {other.title}'s train-im"
    ):
        tiny.kind(tmp_path)


def test_damaged_files_give_the_original_the_error_or_the_warning(
    tmp_path: Path, tiny: Tiny, rng, monkeypatch
) -> None:
    put(tmp_path, tiny.files)
    memory = InMemory(dict(tiny.files))
    memory.install(monkeypatch, mnist)
    outcomes: Counter[str] = Counter()
    for base in (tiny.files[LABELS], idx_bytes(tiny.labels[True])):
        for memory.contents[LABELS] in mutations(base, rng, random_ones=60):
            outcomes[outcome(tiny.kind, tmp_path, tiny.labels[True])] += 1
    assert outcomes["silently wrong"] == 0
    assert min(outcomes[k] for k in ("original", "refused", "warned")) > 20, outcomes


# ---- the real ones


@pytest.mark.parametrize("kind", [MNIST, FashionMNIST])
def test_facts_of_the_real_sets(kind) -> None:
    assert [file.name for file in kind.files] == [IMAGES, LABELS, TEST_IMAGES, TEST_LABELS]
    digests = {file.sha256 for file in kind.files} | set(kind.contents)
    assert len(digests) == 4 + len(kind.contents)
    assert all(len(digest) == 64 and int(digest, 16) for digest in digests)
    assert all(len(file.urls) == 2 and file.urls[0].startswith("https://") for file in kind.files)
    assert "yann.lecun" not in str(kind.files)  # gone since 2024
    assert len(kind.classes) == 10
