"""Transforms: what they draw, what they print, and what they refuse."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image

import tinygrad_edu as tg
from tests.torchvision.cases import IMAGES
from tinygrad_edu import nn
from tinygrad_edu.torchvision import transforms as T
from tinygrad_edu.torchvision.transforms import functional as F
from tinygrad_edu.torchvision.transforms import v2


def to_list(x: Any) -> Any:
    return x.tolist() if isinstance(x, tg.Tensor) else np.asarray(x).tolist()


def picture() -> Image.Image:
    return Image.fromarray(IMAGES["rgb"])


@pytest.mark.parametrize(
    ("transform", "said"),
    [
        (T.ToTensor(), "ToTensor()"),
        (T.Normalize((0.5,), (0.2,)), "Normalize(mean=(0.5,), std=(0.2,))"),
        (T.Resize(32), "Resize(size=32, interpolation=bilinear, max_size=None, antialias=True)"),
        (T.CenterCrop(8), "CenterCrop(size=(8, 8))"),
        (T.RandomCrop(32, padding=4), "RandomCrop(size=(32, 32), padding=4)"),
        (T.RandomHorizontalFlip(), "RandomHorizontalFlip(p=0.5)"),
        (T.Pad(2), "Pad(padding=2, fill=0, padding_mode=constant)"),
        (T.Grayscale(), "Grayscale(num_output_channels=1)"),
        (T.Lambda(abs), "Lambda()"),
        (T.ToPILImage(), "ToPILImage()"),
        (
            T.RandomRotation(10),
            "RandomRotation(degrees=[-10.0, 10.0], interpolation=nearest, expand=False, fill=0)",
        ),
        (
            T.RandomAffine(5, translate=(0.1, 0.2), scale=(0.9, 1.1)),
            "RandomAffine(degrees=[-5.0, 5.0], translate=(0.1, 0.2), scale=(0.9, 1.1))",
        ),
        (
            T.RandomResizedCrop(8),
            "RandomResizedCrop(size=(8, 8), scale=(0.08, 1.0), ratio=(0.75, 1.3333), "
            "interpolation=bilinear, antialias=True)",
        ),
        (
            T.ColorJitter(0.4, 0, (0.5, 2.0), 0.1),
            "ColorJitter(brightness=(0.6, 1.4), contrast=None, saturation=(0.5, 2.0), "
            "hue=(-0.1, 0.1))",
        ),
        (
            T.RandomErasing(),
            "RandomErasing(p=0.5, scale=(0.02, 0.33), ratio=(0.3, 3.3), value=0, inplace=False)",
        ),
        (T.GaussianBlur(3), "GaussianBlur(kernel_size=(3, 3), sigma=(0.1, 2.0))"),
        (T.Compose([T.ToTensor(), T.Pad(1)]), "Compose(\n    ToTensor()\n    Pad(padding=1, "
         "fill=0, padding_mode=constant)\n)"),
        (T.RandomApply([T.ToTensor()], 0.3), "RandomApply(\n    p=0.3\n    ToTensor()\n)"),
    ],
)  # fmt: skip
def test_repr(transform: Any, said: str) -> None:
    assert repr(transform) == said


RANDOM = [
    T.RandomCrop(5), T.RandomCrop(7, padding=2), T.RandomCrop(12, pad_if_needed=True),
    T.RandomHorizontalFlip(), T.RandomVerticalFlip(), T.RandomRotation(40),
    T.RandomAffine(20, (0.2, 0.2), (0.8, 1.2), 10), T.RandomResizedCrop(6),
    T.ColorJitter(0.5, 0.5, 0.5, 0.2),
    T.RandomGrayscale(0.5), T.GaussianBlur(3), T.RandomInvert(), T.RandomPosterize(2),
    T.RandomPerspective(0.6), T.RandomAutocontrast(), T.RandomAdjustSharpness(3.0),
    T.TrivialAugmentWide(), T.RandAugment(), T.RandomSolarize(0.5),
    T.RandomOrder([T.Pad(1), T.CenterCrop(6)]),
    T.RandomChoice([T.Pad(1), T.CenterCrop(3)]), T.RandomApply([T.CenterCrop(4)]),
]  # fmt: skip


@pytest.mark.parametrize("transform", RANDOM, ids=lambda t: type(t).__name__)
@pytest.mark.parametrize("kind", ["pil", "floats", "bytes"])
def test_the_seed_decides(transform: Any, kind: str) -> None:
    x: Any = picture() if kind == "pil" else tg.tensor(IMAGES[kind])
    of_bytes = (T.RandomPosterize, T.RandAugment, T.TrivialAugmentWide)
    if isinstance(transform, of_bytes) and kind == "floats":
        pytest.skip("bits are of bytes")

    def epoch(seed: int) -> list[Any]:
        tg.manual_seed(seed)
        return [
            np.asarray(transform(x)).tolist() if kind == "pil" else transform(x).tolist()
            for _ in range(12)
        ]

    first = epoch(1)
    assert first == epoch(1)
    assert any(made != first[0] for made in first)
    assert np.array_equal(
        np.asarray(x) if kind == "pil" else x.value, IMAGES["rgb" if kind == "pil" else kind]
    )


def test_what_is_drawn() -> None:
    tg.manual_seed(0)
    boxes = [T.RandomCrop.get_params(picture(), (3, 4)) for _ in range(300)]
    assert {box[0] for box in boxes} == set(range(5))
    assert {box[1] for box in boxes} == set(range(6))
    angles = [T.RandomRotation.get_params([-10.0, 30.0]) for _ in range(300)]
    assert -10 <= min(angles) < -9
    assert 29 < max(angles) <= 30
    flips = [F.hflip(picture()) == T.RandomHorizontalFlip(0.3)(picture()) for _ in range(500)]
    assert 0.2 < np.mean(flips) < 0.4
    areas = [
        np.prod(T.RandomResizedCrop.get_params(picture(), (0.5, 0.6), (0.5, 2.0))[2:]) / 63
        for _ in range(200)
    ]
    assert min(areas) > 0.4
    assert max(areas) < 0.7
    choice = T.RandomChoice([lambda x: 1, lambda x: 2], p=[0.0, 1.0])
    assert {choice(0) for _ in range(50)} == {2}


def test_erasing() -> None:
    tg.manual_seed(1)
    x = tg.ones(3, 20, 20)
    erased = T.RandomErasing(1.0, value=(0.0, 0.5, 7.0))(x)
    gone = erased.value[2] == 7
    assert 0.02 * 400 * 0.7 < gone.sum() < 0.34 * 400 * 1.2
    assert (erased.value[:, gone] == [[0], [0.5], [7]]).all()
    assert x.sum().item() == 1200
    noise = T.RandomErasing(1.0, value="random")(x).value
    assert len(np.unique(noise)) > 10


def test_transforms_are_modules() -> None:
    net = nn.Sequential(T.CenterCrop(4), T.Normalize((0.5,), (0.5,)))
    assert net(tg.ones(2, 1, 6, 6)).tolist() == tg.ones(2, 1, 4, 4).tolist()


def test_whitening() -> None:
    whiten = T.LinearTransformation(tg.eye(4) * 2, tg.ones(4))
    assert whiten(tg.ones(1, 2, 2) * 3).tolist() == [[[4, 4], [4, 4]]]


def test_crops_of_one_image() -> None:
    crops = T.FiveCrop(4)(picture())
    assert [crop.size for crop in crops] == [(4, 4)] * 5
    assert len(T.TenCrop((3, 4))(tg.tensor(IMAGES["bytes"]))) == 10


def test_v2_takes_an_image_with_its_label() -> None:
    steps = v2.Compose([v2.CenterCrop(4), v2.ToImage(), v2.ToDtype(np.float32, scale=True)])
    for sample in ((picture(), 3), [picture(), 3]):
        img, label = steps(sample)
        assert (tuple(img.value.shape), label) == ((3, 4, 4), 3)
    made = steps({"image": picture(), "label": tg.tensor(3)})
    assert tuple(made["image"].value.shape) == (3, 4, 4)
    assert steps(picture(), "cat")[1] == "cat"
    with pytest.raises(TypeError, match="CenterCrop: one image at a time, received 2"):
        v2.CenterCrop(3)(picture(), picture())
    assert isinstance(v2.RandomCrop(3), T.RandomCrop)
    assert repr(v2.Normalize([0.5], [0.5])) == "Normalize(mean=[0.5], std=[0.5])"


def test_without_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "PIL"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PIL", None)
    steps = T.Compose(
        [
            T.RandomCrop(6, padding=1),
            T.RandomHorizontalFlip(),
            T.ToTensor(),
            T.Normalize([0.5], [0.5]),
        ]
    )
    made = steps(IMAGES["grey"].copy())
    assert tuple(made.value.shape) == (1, 6, 6)
    with pytest.raises(ImportError, match="to_pil_image needs PIL"):
        T.ToPILImage()(made)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: T.Resize("a"), "Resize: size must be an integer"),
        (
            lambda: T.RandomCrop(9)(picture()),
            r"RandomCrop: the crop \(9, 9\) is larger",
        ),
        (lambda: T.RandomHorizontalFlip(2), r"RandomHorizontalFlip: p must be in \[0, 1\]"),
        (lambda: T.RandomRotation(-3), "RandomRotation: degrees must be >= 0"),
        (lambda: T.RandomRotation((1, 2, 3)), "RandomRotation: degrees must be a number or"),
        (lambda: T.ColorJitter(hue=0.7), "ColorJitter: hue must lie in"),
        (lambda: T.ColorJitter(brightness=-1), "ColorJitter: brightness must be >= 0"),
        (
            lambda: T.RandomAffine(3, translate=(2, 0)),
            "RandomAffine: translate must be in",
        ),
        (lambda: T.GaussianBlur(4), "GaussianBlur: kernel_size must be odd"),
        (
            lambda: T.RandomErasing(value="noise"),
            "RandomErasing: value must be numbers or",
        ),
        (lambda: T.Lambda(3), "Lambda: lambd must be a function, received 3"),
        (lambda: T.RandomChoice([]), "RandomChoice: 0 transforms"),
        (lambda: T.ToTensor()(None), "to_tensor: img must be an image .* received NoneType"),
        (
            lambda: T.PILToTensor()(tg.zeros(1, 2, 2)),
            "pil_to_tensor: pic must be an image of",
        ),
    ],
)
def test_refuses(call: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        call()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("transforms.AutoAugment", "it is not planned; transforms.Lambda makes a transform"),
        ("transforms.v2.MixUp", "it is not planned; transforms.Lambda makes"),
        ("transforms.functional.elastic_transform", "it is not planned; Pillow's ImageOps"),
        ("datasets.ImageNet", "it is not planned; datasets.ImageFolder reads"),
        ("models.resnet18", "large nets with trained weights are not planned; write"),
        ("utils.draw_bounding_boxes", "it is not planned; Pillow's ImageDraw"),
        ("io.read_video", "it is not planned; io.read_image"),
        ("ops", "the detection of objects is not planned"),
    ],
)
def test_missing_names_say_why(path: str, why: str) -> None:
    import tinygrad_edu.torchvision as torchvision

    *spaces, name = path.split(".")
    space: Any = torchvision
    for each in spaces:
        space = getattr(space, each)
    message = f"torchvision.{path} is not here: {why}"
    with pytest.raises(AttributeError, match=message):
        getattr(space, name)


def test_missing_names_are_import_errors_where_they_are_imported() -> None:
    with pytest.raises(ImportError, match=r"torchvision\.models\.vgg16 is not here: large nets"):
        from tinygrad_edu.torchvision.models import vgg16  # noqa: F401 - it is not there
    with pytest.raises(ImportError, match=r"torchvision\.transforms\.AugMix is not here"):
        from tinygrad_edu.torchvision.transforms import AugMix  # noqa: F401 - it is not there


def test_modules_are_where_torchvision_has_them() -> None:
    from tinygrad_edu.torchvision.datasets.cifar import CIFAR10
    from tinygrad_edu.torchvision.datasets.folder import default_loader
    from tinygrad_edu.torchvision.datasets.mnist import MNIST
    from tinygrad_edu.torchvision.transforms.transforms import ToTensor

    assert ToTensor is T.ToTensor
    assert {CIFAR10.__name__, MNIST.__name__} == {"CIFAR10", "MNIST"}
    assert callable(default_loader)
    for module in (T, T.functional, v2):
        assert not {"no_name", "annotations"} & set(module.__all__)
