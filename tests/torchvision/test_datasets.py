"""Data sets give torchvision's examples, and batches the same numbers as examples one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tinygrad_edu as tg
from tests.data.helpers import gz, idx_bytes, tiny_cifar, tiny_mnist
from tinygrad_edu.data import DataLoader, Subset
from tinygrad_edu.torchvision import datasets
from tinygrad_edu.torchvision import transforms as T
from tinygrad_edu.torchvision.transforms import v2


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(tmp_path / "home"))


class Files:
    """A small MNIST and a small CIFAR-10 in a folder."""

    def __init__(self, root: Path, rng: np.random.Generator) -> None:
        self.root, self.mnist, self.cifar = root, tiny_mnist(rng), tiny_cifar(rng)
        for files in (self.mnist.files, self.cifar.files):
            for name, content in files.items():
                (root / name).write_bytes(content)

    def make_mnist(self, **options: Any) -> Any:
        kind = type("MNIST", (datasets.MNIST,), {"source": self.mnist.kind})
        return kind(self.root, **options)

    def make_cifar(self, **options: Any) -> Any:
        kind = type("CIFAR10", (datasets.CIFAR10,), {"source": self.cifar.kind})
        return kind(self.root, **options)


@pytest.fixture
def files(tmp_path: Path, rng: np.random.Generator) -> Files:
    return Files(tmp_path, rng)


def test_examples(files: Files) -> None:
    for train in (True, False):
        mnist, images = files.make_mnist(train=train), files.mnist.images[train]
        img, target = mnist[1]
        assert (img.mode, type(target)) == ("L", int)
        assert np.array_equal(np.asarray(img), images[1])
        assert isinstance(mnist.data, tg.Tensor)
        assert mnist.targets.tolist() == files.mnist.labels[train].tolist()
        assert len(mnist) == len(images)
        cifar, images = files.make_cifar(train=train), files.cifar.images[train]
        img, target = cifar[-1]
        assert (img.mode, target) == ("RGB", files.cifar.labels[train][-1])
        assert np.array_equal(np.asarray(img), images[-1].transpose(1, 2, 0))
        assert isinstance(cifar.data, np.ndarray)
        assert type(cifar.targets) is list
    assert datasets.MNIST.classes[3] == "3 - three"
    assert mnist.class_to_idx["3 - three"] == 3
    with pytest.raises(IndexError):
        mnist[3]


def test_repr(files: Files) -> None:
    dataset = files.make_mnist(transform=T.Compose([T.ToTensor(), T.Pad(1)]))
    assert repr(dataset) == (
        f"Dataset MNIST\n    Number of datapoints: 7\n    Root location: {files.root}\n"
        "    Split: Train\n    StandardTransform\nTransform: Compose(\n               ToTensor()\n"
        "               Pad(padding=1, fill=0, padding_mode=constant)\n           )"
    )


STEPS = {
    "whole": [T.ToTensor(), T.Normalize((0.1307,), (0.3081,))],
    "bytes": [T.PILToTensor(), T.ConvertImageDtype(np.float32)],
    "v2": [v2.ToImage(), v2.ToDtype(np.float32, scale=True), v2.Normalize([0.5], [0.5])],
    "then one by one": [T.ToTensor(), T.Normalize((0.5,), (0.5,)), T.Lambda(lambda x: x.view(-1))],
    "drawn": [T.ToTensor(), T.RandomErasing(0.7), T.RandomHorizontalFlip()],
    "of images": [T.RandomCrop(28, padding=2), T.ToTensor()],
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("kind", ["mnist", "cifar"])
@pytest.mark.parametrize("labels", [False, True])
def test_batches_are_the_examples_one_by_one(
    files: Files, name: str, kind: str, labels: bool
) -> None:
    dataset = getattr(files, f"make_{kind}")(
        transform=(v2 if name == "v2" else T).Compose(STEPS[name]),
        target_transform=(lambda t: t + 1) if labels else None,
    )
    assert dataset.takes_arrays == (name in ("whole", "bytes", "v2") and not labels)
    order = list(range(len(dataset)))[::-1]
    for either in (dataset, Subset(dataset, order)):
        tg.manual_seed(4)
        slow = list(DataLoader([either[k] for k in range(len(either))], 3))
        tg.manual_seed(4)
        fast = list(DataLoader(either, 3))
        for one, other in zip(slow, fast, strict=True):
            for a, b in zip(one, other, strict=True):
                assert a.value.dtype == b.value.dtype
                assert np.array_equal(a.value, b.value)


def test_a_subclass_is_read_by_its_own_getitem(files: Files) -> None:
    dataset = files.make_mnist(transform=T.ToTensor())

    class Twice(type(dataset)):  # type: ignore[misc]  # a class made here
        def __getitem__(self, index: int) -> Any:
            img, target = super().__getitem__(index)
            return img * 2, target

    twice = Twice(files.root, transform=T.ToTensor())
    (x, _), (doubled, _) = next(iter(DataLoader(dataset, 7))), next(iter(DataLoader(twice, 7)))
    assert np.array_equal(x.value * 2, doubled.value)


def test_data_and_targets_may_change(files: Files) -> None:
    for make in (files.make_mnist, files.make_cifar):
        dataset = make(transform=T.ToTensor())
        dataset.data = dataset.data[:3]
        dataset.targets = dataset.targets[:3]
        dataset.targets[0] = 9
        dataset.data[0] = 255
        ((x, y),) = DataLoader(dataset, 8)
        assert y.tolist()[0] == dataset[0][1] == 9
        assert len(x) == 3
        assert x[0].value.min() == 1


def test_data_that_are_no_bytes_any_more_are_read_one_by_one(files: Files) -> None:
    dataset = files.make_mnist(transform=T.ToTensor())
    dataset.data = dataset.data.float() * 2
    ((x, _),) = DataLoader(dataset, 8)
    assert np.array_equal(x.value[3], dataset[3][0].value)
    assert x.value.max() > 255


def test_images_need_a_transform_to_make_a_batch(files: Files) -> None:
    with pytest.raises(TypeError, match="default_collate: example 0 of the batch holds"):
        next(iter(DataLoader(files.make_mnist(), 2)))
    with pytest.raises(IndexError, match="one example by one integer"):
        files.make_mnist()[[0, 1]]


def test_where_the_files_are(tmp_path: Path, rng: np.random.Generator) -> None:
    tiny = tiny_mnist(rng)
    kind = type("MNIST", (datasets.MNIST,), {"source": tiny.kind})
    with pytest.raises(RuntimeError, match=r"MNIST: the files are neither in .* TINYGRAD_EDU_DATA"):
        kind(tmp_path / "root")
    for folder in (tmp_path / "home", tmp_path / "root" / "TinyMNIST" / "raw"):
        folder.mkdir(parents=True)
        for name, content in tiny.files.items():
            (folder / name).write_bytes(content)
        assert len(kind(tmp_path / "root", train=False)) == 3
        for name in tiny.files:
            (folder / name).unlink()


def test_idx_files_of_relatives(tmp_path: Path, rng: np.random.Generator) -> None:
    images, labels = rng.integers(0, 256, (4, 28, 28), np.uint8), np.arange(4, dtype=np.uint8)
    for name, prefix in (("KMNIST", "train"), ("EMNIST", "emnist-letters-train")):
        raw = tmp_path / name / "raw"
        raw.mkdir(parents=True)
        (raw / f"{prefix}-images-idx3-ubyte.gz").write_bytes(gz(idx_bytes(images)))
        (raw / f"{prefix}-labels-idx1-ubyte").write_bytes(idx_bytes(labels))
    kuzushiji = datasets.KMNIST(tmp_path)
    letters = datasets.EMNIST(tmp_path, split="letters", train=True)
    for dataset in (kuzushiji, letters):
        assert np.array_equal(dataset.data.value, images)
        assert dataset[3][1] == 3
    assert len(letters.classes) == 27
    with pytest.raises(RuntimeError, match=r"KMNIST: t10k-images.* cannot be downloaded here"):
        datasets.KMNIST(tmp_path, train=False, download=True)
    with pytest.raises(ValueError, match="EMNIST: split must be one of"):
        datasets.EMNIST(tmp_path, "words")


def test_folders_of_images(tmp_path: Path) -> None:
    for name, colour in (("dog", 10), ("cat", 200)):
        for k in range(2):
            (tmp_path / name).mkdir(exist_ok=True)
            Image.new("RGB", (5, 4), (colour, k, 0)).save(tmp_path / name / f"{k}.png")
    (tmp_path / "dog" / "notes.txt").write_text("no image")
    dataset = datasets.ImageFolder(tmp_path, T.ToTensor())
    assert (dataset.classes, dataset.class_to_idx) == (["cat", "dog"], {"cat": 0, "dog": 1})
    assert dataset.targets == [0, 0, 1, 1]
    assert dataset.imgs[2][0].endswith("0.png")
    x, y = next(iter(DataLoader(dataset, 4)))
    assert tuple(x.value.shape) == (4, 3, 4, 5)
    assert y.tolist() == [0, 0, 1, 1]
    assert x[1, 0, 0, 0].item() == pytest.approx(200 / 255)
    notes = datasets.DatasetFolder(
        tmp_path, lambda path: Path(path).read_text(), (".txt",), allow_empty=True
    )
    assert list(notes) == [("no image", 1)]
    for root, what in (
        (tmp_path / "none", "there is no folder"),
        (tmp_path / "dog", "no folder f"),
    ):
        with pytest.raises(FileNotFoundError, match=what):
            datasets.ImageFolder(root)
    with pytest.raises(FileNotFoundError, match="found no file for the classes cat"):
        datasets.DatasetFolder(tmp_path, str, (".txt",))


def test_fake_data() -> None:
    dataset = datasets.FakeData(5, (3, 8, 6), num_classes=4, transform=T.ToTensor())
    again = datasets.FakeData(5, (3, 8, 6), num_classes=4, transform=T.ToTensor())
    tg.manual_seed(0)
    before = tg.rand(1).item()
    tg.manual_seed(0)
    x, target = dataset[2]
    assert tg.rand(1).item() == before
    assert tuple(x.value.shape) == (3, 8, 6)
    assert 0 <= target < 4
    assert np.array_equal(x.value, again[2][0].value)
    assert len(list(dataset)) == 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"train": "yes"}, "train must be True or False"),
        ({"transform": 3}, "transform must be a function or None"),
        ({"root": 3}, "root must be a string or a Path"),
    ],
)
def test_refuses(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=f"MNIST: {message}"):
        datasets.MNIST(**{"root": tmp_path, **options})
