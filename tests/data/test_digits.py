"""The embedded digits: whole, split as promised, and refused when damaged."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.data.helpers import sha256
from tinygrad_edu.data import DataFormatError, Digits, digits, load_digits


def everything() -> tuple[np.ndarray, np.ndarray]:
    with np.load(Path(digits.__file__).with_name("digits.npz")) as archive:
        return archive["images"], archive["labels"]


def test_the_bytes_are_those_of_the_repository() -> None:
    images, labels = everything()
    assert images.shape == (1797, 8, 8)
    assert sha256(images.tobytes()) == (
        "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3"
    )
    assert sha256(labels.tobytes()) == (
        "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0"
    )


def test_the_split_is_fixed_stratified_and_covers_all() -> None:
    images, labels = everything()
    train, test = Digits(train=True), Digits(train=False)
    assert (len(train), len(test)) == (Digits.train_size, Digits.test_size) == (1442, 355)
    for label in range(10):
        rows = images[labels == label]
        assert np.array_equal(test.images[test.targets == label][:, 0], rows[4::5])
        kept = np.delete(rows, np.arange(4, len(rows), 5), axis=0)
        assert np.array_equal(train.images[train.targets == label][:, 0], kept)


def test_arrays() -> None:
    x_train, y_train, x_test, y_test = load_digits()
    assert x_train.shape == (1442, 64)
    assert x_test.shape == (355, 64)
    assert x_train.dtype == np.float32
    assert y_train.dtype == y_test.dtype == np.int64
    assert (x_train.min(), x_train.max()) == (0, 1)
    assert np.array_equal(x_train * 16, Digits().images.reshape(1442, 64))
    images = load_digits(flatten=False, normalize=True).x_train
    assert images.shape == (1442, 1, 8, 8)
    assert abs(images.mean()) < 1e-3
    assert abs(images.std() - 1) < 1e-3


def test_nothing_to_fetch() -> None:
    assert Digits.is_complete()
    assert Digits.fetch("/nowhere") == Digits.path() == Path(digits.__file__).parent


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "no labels", "other labels"])
def test_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    images, labels = everything()
    path = tmp_path / "digits.npz"
    if damage == "no labels":
        np.savez(path, images=images)
    elif damage == "other labels":
        np.savez(path, images=images, labels=labels[::-1])
    else:
        content = bytearray(Path(digits.__file__).with_name("digits.npz").read_bytes())
        content[9000] ^= 1
        path.write_bytes({"cut": content[:5000], "flip": content, "empty": b""}[damage])
    monkeypatch.setattr(digits, "_FILE", path)
    with pytest.raises(DataFormatError, match="damaged, reinstall the package"):
        load_digits()


def test_the_wheel_needs_no_pickle() -> None:
    """Object arrays are where pickles hide; both members are plain bytes."""
    with zipfile.ZipFile(Path(digits.__file__).with_name("digits.npz")) as archive:
        for name in archive.namelist():
            assert b"'descr': '|u1'" in archive.read(name)[:128]
