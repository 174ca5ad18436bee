"""Transforms give torchvision's images where both draw the same numbers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")
theirs_v1 = pytest.importorskip("torchvision.transforms")

from torchvision import utils as their_utils  # noqa: E402 - after the check that it is there
from torchvision.transforms import v2 as theirs_v2  # noqa: E402

import tinygrad_edu as tg  # noqa: E402
from tests.torchvision.cases import CASES, IMAGES, image, plain  # noqa: E402
from tinygrad_edu.torchvision import _draws, utils  # noqa: E402
from tinygrad_edu.torchvision import transforms as ours_v1  # noqa: E402
from tinygrad_edu.torchvision.transforms import colour, compose, conversion  # noqa: E402
from tinygrad_edu.torchvision.transforms import v2 as ours_v2  # noqa: E402

MADE = [
    *("ToTensor()", "PILToTensor()", "ToPILImage()", "Grayscale()", "RandomGrayscale(0.5)"),
    *("Resize(16)", "Resize((10, 50))", "Resize((13, 41), M.NEAREST)", "Resize(16, max_size=20)"),
    *("Resize((11, 44), M.BICUBIC)", "Resize((11, 44), antialias=False)", "CenterCrop((40, 11))"),
    *("Pad(2)", "Pad((2, 4), fill=7)", "Pad((1, 2, 3, 4), padding_mode='reflect')"),
    *("RandomCrop(6)", "RandomCrop(7, padding=4)", "RandomCrop(40, pad_if_needed=True, fill=3)"),
    *("RandomHorizontalFlip()", "RandomVerticalFlip(0.6)", "RandomRotation(30)"),
    *("RandomRotation((10, 80), interpolation=M.BILINEAR)", "RandomRotation(40, expand=True)"),
    *("RandomAffine(10)", "RandomAffine(15, (0.1, 0.2), (0.8, 1.2), 10)", "RandomInvert()"),
    "RandomAffine(0, (0.1, 0.1), (0.9, 1.1), (-5, 5, -10, 10), M.BILINEAR, fill=5)",
    *("RandomResizedCrop(12)", "RandomResizedCrop((20, 10), scale=(0.5, 1.0))", "FiveCrop(3)"),
    *("ColorJitter(0.4, 0.4, 0.4, 0.1)", "ColorJitter(hue=0.5)", "GaussianBlur(5)"),
    *("RandomApply([T.CenterCrop(5)], 0.4)", "Normalize((0.4, 0.5, 0.6), (0.2, 0.3, 0.4))"),
    *("RandomErasing(0.8)", "RandomErasing(0.8, value='random')", "RandomPosterize(3)"),
    *("RandomPerspective(0.9, 1.0, M.NEAREST, fill=3)", "RandAugment()"),
    *("RandomAdjustSharpness(2.5)", "RandomAutocontrast()", "RandomEqualize()"),
    "TrivialAugmentWide()",
    "Compose([T.Resize(20), T.RandomCrop(16, padding=2), T.RandomHorizontalFlip()])",
]
# Where torchvision takes an image of Pillow as it is, or bits of floats.
MORE = (
    "ToTensor",
    "PILToTensor",
    "ToPILImage",
    "RandomErasing",
    "RandomPosterize",
    "Normalize",
    "RandomEqualize",
)


@pytest.fixture(autouse=True)
def _same_draws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """PyTorch's generator draws for both."""

    class Empty:
        def __init__(self, *shape: int) -> None:
            self.shape = shape

        def normal_(self) -> Any:
            return tg.from_numpy(torch.empty(self.shape).normal_().numpy())

    for name in ("rand", "randint", "empty"):
        monkeypatch.setattr(_draws, name, getattr(torch, name))
    monkeypatch.setattr(compose, "rand", torch.rand)
    monkeypatch.setattr(colour, "randperm", torch.randperm)
    monkeypatch.setattr(conversion, "empty", Empty)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("version", [1, 2])
def test_as_torchvision(made: str, name: str, version: int) -> None:
    if "Augment" in made and name == "floats":
        pytest.skip("torchvision refuses some changes of floats")
    if version == 2 and (("BICUBIC" in made and name == "bytes") or "Augment" in made):
        pytest.skip("torchvision's v2 differs from its v1 by up to 9 of 255, or draws otherwise")
    libraries = (theirs_v1, ours_v1) if version == 1 else (theirs_v2, ours_v2)
    both = [eval(f"T.{made}", {"T": T, "M": T.InterpolationMode}) for T in libraries]
    if version == 1 and not any(name in made for name in ("Posterize", "Augment", "Sharpness")):
        assert repr(both[1]) == repr(both[0])
    for seed in range(4):
        found = []
        for transform, of_array in zip(both, (torch.tensor, tg.tensor), strict=True):
            torch.manual_seed(seed)
            try:
                out = transform(image(name, of_array))
                found.append([plain(each) for each in (out if type(out) is tuple else [out])])
            except (AttributeError, TypeError, ValueError, RuntimeError):
                found.append(None)
        if found[1] is None and (found[0] is None or made.startswith(MORE)):
            continue
        assert found[0] is not None
        for their, our in zip(*found, strict=True):
            assert our[:3] == their[:3]
            # torchvision resizes bytes in fixed point, and its v2 differs from its v1 by a digit.
            rounded = our[1] == "uint8" and (name == "bytes" or version == 2)
            near = 1 if rounded else 3e-5
            assert np.allclose(our[3], their[3], rtol=0, atol=near)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["rgb", "grey"])
def test_functions_of_pillow_images_are_equal(case: str, name: str) -> None:
    found = []
    for T in (theirs_v1, ours_v1):
        try:
            F = T.functional
            found.append(plain(CASES[case](F, T.InterpolationMode, Image.fromarray(IMAGES[name]))))
        except (TypeError, ValueError, RuntimeError):
            found.append(None)
    assert found[0] is None or found[0][:3] == found[1][:3]
    assert found[0] is None or np.allclose(found[1][3], found[0][3], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "options",
    [{}, {"nrow": 3}, {"padding": 0}, {"normalize": True}, {"normalize": True, "scale_each": True},
     {"normalize": True, "value_range": (-1, 1)}, {"pad_value": 0.5, "nrow": 2}],
)  # fmt: skip
@pytest.mark.parametrize("shape", [(5, 1, 4, 3), (7, 3, 2, 2), (1, 3, 2, 2), (3, 4, 4), (4, 4)])
def test_grids(options: Any, shape: Any) -> None:
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    ours = utils.make_grid(tg.tensor(x), **options)
    theirs = their_utils.make_grid(torch.tensor(x), **options)
    assert np.allclose(ours.numpy(), theirs.numpy(), rtol=0, atol=1e-6)
