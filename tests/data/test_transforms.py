"""Transforms, each against the plain loop over single images."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import (
    Compose,
    Flatten,
    Normalize,
    OneHot,
    RandomCrop,
    RandomHorizontalFlip,
    ToFloat,
)


@pytest.fixture
def images(rng) -> np.ndarray:
    return rng.integers(0, 256, (6, 3, 5, 4), np.uint8)


def test_to_float_never_wraps_and_stays_float32(images) -> None:
    x = ToFloat()(images)
    assert x.dtype == np.float32
    assert np.array_equal(x, images.astype(np.float32) / np.float32(255))
    assert ToFloat(16)(np.array([16, 4])).tolist() == [1.0, 0.25]
    with pytest.raises(TypeError, match="received float32; was it applied twice"):
        ToFloat()(x)
    with pytest.raises(ValueError, match=r"ToFloat: high must be in \(0, inf\), received 0"):
        ToFloat(0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normalize(images, dtype) -> None:
    x = images.astype(dtype)
    before = x.copy()
    mean, std = (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)
    got = Normalize(mean, std)(x)
    assert got.dtype == dtype
    for c in range(3):
        assert np.allclose(got[:, c], (x[:, c] - mean[c]) / std[c], rtol=1e-6)
    assert np.array_equal(Normalize(2, 5)(x), (x - dtype(2)) / dtype(5))
    assert np.array_equal(
        Normalize((2,), (5,))(x.reshape(6, -1)), Normalize(2, 5)(x).reshape(6, -1)
    )
    assert np.array_equal(x, before)


def test_normalize_refuses(images) -> None:
    with pytest.raises(TypeError, match=r"received uint8; put ToFloat\(\) before it"):
        Normalize(0, 1)(images)
    with pytest.raises(ValueError, match="std must be positive"):
        Normalize((0, 0), (1, 0))
    with pytest.raises(ValueError, match="std must be positive"):
        Normalize(0, np.nan)
    with pytest.raises(ValueError, match="std must be positive and finite"):
        Normalize(0, np.inf)
    with pytest.raises(ValueError, match="mean must be finite, received nan"):
        Normalize(np.nan, 1)
    for x in (images, images.reshape(6, -1), images.reshape(-1)):
        with pytest.raises(ValueError, match="4 channels do not fit"):
            Normalize((1, 2, 3, 4), (1, 1, 1, 1))(x.astype(np.float32))


def test_flatten(images) -> None:
    assert np.array_equal(Flatten()(images), images.reshape(6, 60))
    assert Flatten()(images[:0]).shape == (0, 60)


def test_random_crop_is_a_crop_of_each_image(images) -> None:
    got = RandomCrop((4, 3), padding=2, generator=8)(images)
    draw = np.random.default_rng(8)
    top = draw.integers(0, 5, size=6, endpoint=True)
    left = draw.integers(0, 5, size=6, endpoint=True)
    padded = np.zeros((6, 3, 9, 8), np.uint8)
    padded[:, :, 2:-2, 2:-2] = images
    for k in range(6):
        window = padded[k, :, top[k] : top[k] + 4, left[k] : left[k] + 3]
        assert np.array_equal(got[k], window)
    assert got.dtype == np.uint8
    assert got.flags.writeable
    assert not np.shares_memory(got, images)


def test_random_crop_reaches_every_place(rng) -> None:
    x = np.arange(16, dtype=np.float32).reshape(1, 1, 4, 4).repeat(500, axis=0)
    corners = RandomCrop(2, generator=rng)(x)[:, 0, 0, 0]
    assert sorted(set(corners)) == [0, 1, 2, 4, 5, 6, 8, 9, 10]


def test_random_crop_of_the_whole_image_changes_nothing(images) -> None:
    assert np.array_equal(RandomCrop((5, 4))(images), images)


def test_random_horizontal_flip(images) -> None:
    got = RandomHorizontalFlip(0.5, generator=2)(images)
    mirrored = np.random.default_rng(2).random(6) < 0.5
    assert 0 < mirrored.sum() < 6
    for k in range(6):
        assert np.array_equal(got[k], images[k, :, :, ::-1] if mirrored[k] else images[k])
    assert np.array_equal(RandomHorizontalFlip(0)(images), images)
    assert np.array_equal(RandomHorizontalFlip(1)(images), images[..., ::-1])


def test_one_hot() -> None:
    y = np.array([2, 0, 1, 2], dtype=np.uint8)
    got = OneHot(4)(y)
    assert got.dtype == np.float32
    assert np.array_equal(got, np.equal.outer(y, np.arange(4)))
    assert OneHot(3, dtype=np.float64)(y).dtype == np.float64
    for bad in (3, -1):
        with pytest.raises(ValueError, match=f"labels must be 0 to 2, received {bad}"):
            OneHot(3)(np.array([0, bad]))
    with pytest.raises(TypeError, match="integers, received float64"):
        OneHot(3)(np.array([0.0]))
    with pytest.raises(ValueError, match="OneHot: num_classes must be an integer >= 1, received 0"):
        OneHot(0)


@pytest.mark.parametrize("transform", [RandomCrop(2), RandomHorizontalFlip()])
def test_images_need_four_axes(transform) -> None:
    with pytest.raises(ValueError, match=r"must have the axes \(N, C, H, W\), received shape \(5,"):
        transform(np.zeros((5, 4, 4)))


def test_random_ones_refuse() -> None:
    with pytest.raises(
        ValueError, match=r"images of \(4, 5\) padded by 1 are smaller than \(7, 7\)"
    ):
        RandomCrop(7, padding=1)(np.zeros((1, 1, 4, 5)))
    with pytest.raises(ValueError, match="RandomCrop: size must be an integer >= 1, received 0"):
        RandomCrop(0)
    with pytest.raises(
        ValueError, match="RandomCrop: padding must be an integer >= 0, received -1"
    ):
        RandomCrop(3, padding=-1)
    with pytest.raises(ValueError, match=r"p must be in \[0, 1\], received 1\.5"):
        RandomHorizontalFlip(1.5)


@pytest.mark.parametrize(
    "make", [lambda g: RandomCrop(3, 1, g), lambda g: RandomHorizontalFlip(0.5, g)]
)
def test_randomness_comes_from_the_generator(images, make) -> None:
    seeded, other = make(7), make(7)
    first, second = seeded(images), seeded(images)
    assert np.array_equal(other(images), first)
    assert not np.array_equal(first, second)
    tg.manual_seed(7)
    assert np.array_equal(make(None)(images), first)


def test_compose_and_repr(images) -> None:
    both = Compose([ToFloat(), Normalize((0.5, 0.5, 0.5), (0.25, 0.25, 0.25)), Flatten()])
    assert np.allclose(both(images), (images.reshape(6, -1) / 255 - 0.5) / 0.25, atol=1e-6)
    assert repr(both) == (
        "Compose([ToFloat(high=255), Normalize(mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25)), "
        "Flatten()])"
    )
    assert repr([RandomCrop(3, 1), RandomHorizontalFlip(), OneHot(2)]) == (
        "[RandomCrop(size=(3, 3), padding=1), RandomHorizontalFlip(p=0.5), OneHot(2)]"
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Compose(None), "Compose: transforms must be a list of functions, received None"),
        (lambda: Compose([1]), "Compose: transforms must be a list of functions"),
        (lambda: ToFloat("x"), "ToFloat: high must be a number .* received 'x'"),
        (lambda: Normalize(None, 1), "Normalize: mean must be a number, .* received None"),
        (lambda: Normalize(0, "x"), "Normalize: std must be a number, .* received 'x'"),
        (lambda: Normalize([], 1), "Normalize: mean must be a number, .* received"),
        (lambda: RandomCrop("x"), "RandomCrop: size must be an integer >= 1, received 'x'"),
        (lambda: RandomCrop((3, 1.5)), "RandomCrop: size must be an integer >= 1, received 1.5"),
        (lambda: RandomCrop((1, 2, 3)), "RandomCrop: size must be an integer >= 1, received"),
        (lambda: RandomCrop(3, None), "RandomCrop: padding must be an integer >= 0, received None"),
        (lambda: RandomHorizontalFlip("x"), "RandomHorizontalFlip: p must be a number"),
        (lambda: OneHot(1.5), "OneHot: num_classes must be an integer >= 1, received 1.5"),
        (lambda: OneHot(2, "x"), "OneHot: dtype must be a dtype of numbers, received 'x'"),
        (lambda: OneHot(2, None), "OneHot: dtype must be a dtype of numbers, received None"),
        (lambda: OneHot(2, []), "OneHot: dtype must be a dtype of numbers, received"),
        (lambda: Compose({}), "Compose: transforms must be a list of functions"),
    ],
)
def test_arguments_of_the_wrong_kind(make, message) -> None:
    with pytest.raises(TypeError, match=f"^{message}"):
        make()


@pytest.mark.parametrize(
    "transform",
    [ToFloat(), Normalize(0, 1), Flatten(), RandomCrop(3), RandomHorizontalFlip(), OneHot(3)],
    ids=repr,
)
@pytest.mark.parametrize("x", [None, "x", 1.5, [1, 2], np.array(3)], ids=repr)
def test_transforms_are_of_arrays(transform, x) -> None:
    name = type(transform).__name__
    with pytest.raises(TypeError, match=f"^{name}: x must be an array .*{type(x).__name__}"):
        transform(x)
