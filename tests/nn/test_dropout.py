"""Dropout and noise: what is kept on average, and when nothing happens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn.dropout import keep_mask
from tinygrad_edu.random import default_generator

LAYERS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "Dropout": (nn.Dropout, (400, 300)),
    "Dropout1d": (nn.Dropout1d, (400, 300, 2)),
    "Dropout2d": (nn.Dropout2d, (400, 300, 2, 2)),
    "DropPath": (nn.DropPath, (40000, 3)),
    "GaussianDropout": (nn.GaussianDropout, (400, 300)),
    "AlphaDropout": (nn.AlphaDropout, (400, 300)),
    "FeatureAlphaDropout": (nn.FeatureAlphaDropout, (400, 300, 2)),
}
each = pytest.mark.parametrize("name", LAYERS)


def _ones(*shape: int) -> Any:
    return tg.tensor(np.ones(shape, np.float32), requires_grad=True)


@each
def test_evaluation_is_the_identity_and_draws_nothing(name: str) -> None:
    layer, shape = LAYERS[name][0](0.4).eval(), LAYERS[name][1]
    x = _ones(*shape)
    before = default_generator().bit_generator.state
    assert layer(x) is x
    assert default_generator().bit_generator.state == before


@each
def test_probability_zero_is_the_identity(name: str) -> None:
    x = _ones(*LAYERS[name][1])
    assert LAYERS[name][0](0.0)(x) is x


@each
def test_a_generator_of_its_own(name: str) -> None:
    layer, shape = LAYERS[name]
    first = layer(0.4, generator=5)(_ones(*shape)).value
    assert np.array_equal(layer(0.4, generator=5)(_ones(*shape)).value, first)
    tg.manual_seed(1)
    second = layer(0.4)(_ones(*shape)).value
    tg.manual_seed(1)
    assert np.array_equal(layer(0.4)(_ones(*shape)).value, second)
    assert not np.array_equal(layer(0.4)(_ones(*shape)).value, second)


@pytest.mark.parametrize("name", ["Dropout", "Dropout1d", "Dropout2d", "DropPath"])
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_share_and_scale(name: str, p: float) -> None:
    layer, shape = LAYERS[name]
    x = _ones(*shape)
    y = layer(p, generator=0)(x)
    dropped = float((y.value == 0).mean())
    draws = shape[0] * (shape[1] if name != "DropPath" else 1)
    assert abs(dropped - p) < 4 * np.sqrt(p * (1 - p) / draws)
    kept = y.value[y.value != 0]
    np.testing.assert_allclose(kept, 1 / (1 - p), rtol=1e-6)
    y.sum().backward()
    assert np.array_equal(x.grad.value, y.value)  # the mask of the forward pass


def test_whole_channels_are_dropped() -> None:
    y = nn.Dropout2d(0.5, generator=0)(_ones(20, 30, 4, 5)).value
    flat = y.reshape(20, 30, 20)
    assert (flat.max(axis=2) == flat.min(axis=2)).all()
    y = nn.Dropout1d(0.5, generator=0)(_ones(30, 4)).value
    assert (y.max(axis=1) == y.min(axis=1)).all()
    y = nn.DropPath(0.5, generator=0)(_ones(40, 4, 5)).value.reshape(40, 20)
    assert (y.max(axis=1) == y.min(axis=1)).all()


@pytest.mark.parametrize("name", ["Dropout", "Dropout1d", "Dropout2d", "DropPath", "AlphaDropout"])
def test_probability_one_gives_zeros_with_gradient_zero(name: str) -> None:
    x = _ones(*(n // 20 + 1 for n in LAYERS[name][1]))
    y = LAYERS[name][0](1.0)(x)
    assert not y.value.any()
    y.sum().backward()
    assert not x.grad.value.any()


def test_gaussian_dropout_has_the_moments_of_dropout() -> None:
    y = nn.GaussianDropout(0.2, generator=0)(_ones(400, 300)).value
    assert y.mean() == pytest.approx(1, abs=0.01)
    assert y.var() == pytest.approx(0.25, rel=0.02)


def test_gaussian_noise() -> None:
    x = _ones(400, 300)
    y = nn.GaussianNoise(0.5, generator=0)(x)
    assert (y.value - 1).std() == pytest.approx(0.5, rel=0.02)
    assert nn.GaussianNoise(0.5).eval()(x) is x
    assert nn.GaussianNoise(0.0)(x) is x


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(p: float) -> None:
    x = tg.tensor(np.random.default_rng(0).normal(size=(400, 300)), dtype=np.float32)
    for layer, shape in ((nn.AlphaDropout, (400, 300)), (nn.FeatureAlphaDropout, (400, 300, 1))):
        y = layer(p, generator=1)(x.reshape(shape)).value
        assert y.mean() == pytest.approx(0, abs=0.02)
        assert y.var() == pytest.approx(1, abs=0.02)


def test_drop_connect_drops_weights() -> None:
    layer = nn.DropConnect(4, 3, 0.5, generator=0)
    rows = layer(tg.tensor(np.eye(4, dtype=np.float32))).value - layer.bias.value
    ratio = rows.T / layer.weight.value
    assert set(np.round(ratio, 4).ravel().tolist()) == {0.0, 2.0}
    plain = nn.Linear(4, 3)
    plain.load_state_dict(layer.state_dict())
    x = tg.tensor(np.random.default_rng(0).normal(size=(5, 4)), dtype=np.float32)
    assert np.array_equal(layer.eval()(x).value, plain(x).value)


def test_rrelu_slopes() -> None:
    x = tg.tensor(-np.ones((400, 300), np.float32))
    slopes = -nn.RReLU(0.1, 0.3, generator=0)(x).value
    assert 0.1 <= slopes.min() < 0.1001
    assert 0.2999 < slopes.max() <= 0.3
    np.testing.assert_allclose(-nn.RReLU(0.1, 0.3).eval()(x).value, 0.2, rtol=1e-6)


def test_bits_of_the_mask() -> None:
    """Neighbouring decisions, cut from the same 64 bits, know nothing of each other."""
    mask = keep_mask((40000, 4), 0.3, 0).astype(float) - 0.7
    correlation = mask.T @ mask / len(mask)
    np.testing.assert_allclose(correlation, 0.21 * np.eye(4), atol=0.005)
    assert keep_mask((7,), 0.0, 0).all()
    assert not keep_mask((3, 0), 0.5, 0).size
    assert keep_mask((3,), 1e-9, 0).all()
