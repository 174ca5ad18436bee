"""The data sets by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tinygrad_edu import data
from tinygrad_edu.data import DATASETS, available, fetch, load, path


@pytest.mark.parametrize("name", available())
def test_every_set_states_its_facts(name: str) -> None:
    dataset = DATASETS[name]
    assert dataset.name == name
    channels, height, width = dataset.shape
    assert height == width > 0
    assert len(dataset.mean) == len(dataset.std) == channels
    assert all(0 < m < 1 for m in (*dataset.mean, *dataset.std))
    assert dataset.train_size > dataset.test_size > 0
    assert dataset.title
    assert dataset.licence
    assert dataset.homepage.startswith("https://")
    assert dataset.__doc__ is not None


def test_the_loaders_are_those_of_the_classes() -> None:
    for function, name in (
        (data.load_mnist, "mnist"),
        (data.load_fashion_mnist, "fashion"),
        (data.load_cifar10, "cifar10"),
        (data.load_cifar100, "cifar100"),
    ):
        assert function == DATASETS[name].arrays


def test_load_by_name() -> None:
    got = load("digits", flatten=False, normalize=True)
    assert all(map(np.array_equal, got, data.load_digits(flatten=False, normalize=True)))


def test_path_is_where_the_files_are_or_would_be(tmp_path: Path, monkeypatch) -> None:
    assert path("cifar10", tmp_path) == tmp_path / "cifar10"
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(tmp_path / "other"))
    assert path("mnist") == tmp_path / "other" / "mnist"
    (tmp_path / "train-images-idx3-ubyte.gz").touch()
    assert path("mnist", tmp_path) == tmp_path


@pytest.mark.parametrize("function", [load, fetch, path])
def test_unknown_names(function) -> None:
    with pytest.raises(
        ValueError, match="unknown data set 'mnits'; there are digits, mnist, fashion, cifar10"
    ):
        function("mnits")


@pytest.mark.parametrize("name", ["mnist", "fashion", "cifar10", "cifar100"])
def test_missing_files_and_no_download(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        load(name, tmp_path, download=False)
    message = str(caught.value)
    for part in (
        DATASETS[name].files[0].urls[0],
        str(tmp_path / name / DATASETS[name].files[0].name),
        DATASETS[name].files[0].sha256,
        "load_digits()",
        "download=True",
    ):
        assert part in message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("function", [load, fetch, path])
def test_arguments_of_the_wrong_kind(function) -> None:
    for name in (None, 1, ["mnist"]):
        with pytest.raises(ValueError, match=r"unknown data set .*; there are digits, mnist"):
            function(name)
    for folder in (-1, 1.5, b"x", ["x"]):
        with pytest.raises(TypeError, match="data_home: data_dir must be a string or a Path, rec"):
            function("mnist", folder)


@pytest.mark.parametrize("flag", ["no", 1, None, np.nan])
def test_flags_are_true_or_false(flag) -> None:
    for name in ("flatten", "normalize", "download"):
        with pytest.raises(TypeError, match=rf"Digits\.arrays: {name} must be True or False, rec"):
            load("digits", **{name: flag})
    for name in ("train", "download"):
        with pytest.raises(TypeError, match=f"Digits: {name} must be True or False, received"):
            DATASETS["digits"](**{name: flag})
    for name in ("transform", "target_transform"):
        with pytest.raises(
            TypeError, match=f"Digits: {name} must be a function or None, received 5"
        ):
            DATASETS["digits"](**{name: 5})
