"""Toy sets lie where they should, in float32 and int64."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import make_blobs, make_circles, make_moons, make_spirals, make_xor

MAKERS = [make_moons, make_circles, make_blobs, make_spirals, make_xor]
maker = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


@maker
@pytest.mark.parametrize("n", [1, 2, 7, 60])
def test_types_sizes_and_balance(make, n) -> None:
    x, y = make(n, generator=0)
    assert x.shape == (n, 2)
    assert x.dtype == np.float32
    assert y.shape == (n,)
    assert y.dtype == np.int64
    assert np.isfinite(x).all()
    if n == 60:
        counts = np.bincount(y)
        assert counts.min() == counts.max()
        assert (np.diff(y) != 0).sum() > 10  # the rows are mixed


@maker
def test_drawn_from_the_generator(make) -> None:
    tg.manual_seed(4)
    default = make(30)
    for one, other in zip(make(30, generator=4), default, strict=True):
        assert np.array_equal(one, other)
    assert not np.array_equal(make(30, generator=5)[0], default[0])


@maker
def test_noise_is_a_standard_deviation(make) -> None:
    clean, noisy = make(9000, noise=0, generator=1)[0], make(9000, noise=0.3, generator=1)[0]
    assert abs((noisy - clean).std() - 0.3) < 0.01


@maker
@pytest.mark.parametrize("bad", [{"n": 0}, {"noise": -1}, {"noise": np.nan}, {"noise": np.inf}])
def test_refuses(make, bad) -> None:
    (name,) = bad
    with pytest.raises(
        ValueError, match=f"^{make.__name__}: {name} must be .*received {bad[name]}"
    ):
        make(**bad)


@maker
@pytest.mark.parametrize("bad", [{"n": 1.5}, {"n": "x"}, {"n": None}, {"noise": "x"}, {"n": True}])
def test_refuses_other_kinds(make, bad) -> None:
    (name,) = bad
    with pytest.raises(
        TypeError, match=f"^{make.__name__}: {name} must be .*received {bad[name]!r}"
    ):
        make(**bad)


def test_shapes_without_noise() -> None:
    x, y = make_moons(40, noise=0, generator=0)
    assert np.allclose(np.hypot(*x[y == 0].T), 1)
    assert x[y == 0, 1].min() > -1e-6
    assert np.allclose(np.hypot(*(x[y == 1] - [1, 0.5]).T), 1)
    assert x[y == 1, 1].max() < 0.5 + 1e-6

    x, y = make_circles(40, noise=0, factor=0.3, generator=0)
    assert np.allclose(np.hypot(*x.T), np.where(y == 0, 1, 0.3))

    x, y = make_spirals(90, noise=0, classes=3, turns=1, generator=0)
    for k in range(3):
        arm = x[y == k][np.argsort(np.hypot(*x[y == k].T))]
        radius = np.hypot(*arm.T)
        assert np.allclose(radius, np.linspace(0, 1, 30), atol=1e-6)
        angle = 2 * np.pi * (radius + k / 3)
        assert np.allclose(
            arm, np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None], atol=1e-5
        )

    x, y = make_xor(40, noise=0, generator=0)
    assert set(map(tuple, x)) == {(-1, -1), (-1, 1), (1, -1), (1, 1)}
    assert np.array_equal(y, (x[:, 0] * x[:, 1] < 0).astype(int))

    x, y = make_blobs(8, noise=0, centers=4, generator=0)
    assert np.allclose(
        x, 5 * np.column_stack([np.cos(np.pi / 2 * y), np.sin(np.pi / 2 * y)]), atol=1e-6
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: make_circles(factor=1), r"^make_circles: factor must be in \(0, 1\), received 1"),
        (lambda: make_spirals(classes=0), "^make_spirals: classes must be an integer >= 1"),
        (lambda: make_spirals(turns=np.nan), "^make_spirals: turns must be a finite number"),
        (lambda: make_blobs(centers=0), "^make_blobs: centers must be an integer >= 1"),
        (lambda: make_blobs(centers=[1, 2]), "^make_blobs: centers must be a positive number"),
        (lambda: make_blobs(centers=[["a", "b"]]), "^make_blobs: centers must be a positive num"),
        (lambda: make_blobs(centers=[[np.nan, 1]]), "^make_blobs: centers must be .* finite num"),
    ],
)
def test_refuses_its_own_arguments(call, words) -> None:
    with pytest.raises(ValueError, match=words):
        call()
