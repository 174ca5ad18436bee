"""Initialisers by the distribution they draw from."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import init

SHAPE = (300, 200)  # (out, in): 60,000 draws
FAN_IN, FAN_OUT = 200, 300


def _weight(shape: tuple[int, ...] = SHAPE, dtype: Any = np.float32) -> nn.Parameter:
    return nn.Parameter(np.full(shape, np.nan, dtype))


def _ks(values: np.ndarray, cdf: Callable[[float], float]) -> float:
    """Kolmogorov's distance between draws and a distribution, in units of 1/√n."""
    ordered = np.sort(values.ravel().astype(np.float64))
    expected = np.array([cdf(v) for v in ordered])
    n = len(ordered)
    above = np.arange(1, n + 1) / n - expected
    return float(max(above.max(), (1 / n - above).max()) * math.sqrt(n))


def _uniform(bound: float) -> Callable[[float], float]:
    return lambda v: min(max((v + bound) / (2 * bound), 0.0), 1.0)


def _normal(std: float) -> Callable[[float], float]:
    return lambda v: 0.5 * math.erfc(-v / (std * math.sqrt(2)))


def _truncated(std: float, cut: float) -> Callable[[float], float]:
    """A normal distribution of deviation ``std`` cut at ±cut."""
    low, high = _normal(std)(-cut), _normal(std)(cut)
    return lambda v: min(max((_normal(std)(v) - low) / (high - low), 0.0), 1.0)


_TRUNCATED = math.sqrt(1 / FAN_IN) / 0.87962566103423978
DISTRIBUTIONS = {
    "uniform_": (lambda w, g: init.uniform_(w, -0.3, 0.3, g), _uniform(0.3)),
    "normal_": (lambda w, g: init.normal_(w, 0.0, 0.3, g), _normal(0.3)),
    "trunc_normal_": (
        lambda w, g: init.trunc_normal_(w, 0.0, 0.5, -0.4, 0.4, g),
        _truncated(0.5, 0.4),
    ),
    "xavier_uniform_": (
        lambda w, g: init.xavier_uniform_(w, 2.0, g),
        _uniform(2.0 * math.sqrt(6 / (FAN_IN + FAN_OUT))),
    ),
    "xavier_normal_": (
        lambda w, g: init.xavier_normal_(w, 2.0, g),
        _normal(2.0 * math.sqrt(2 / (FAN_IN + FAN_OUT))),
    ),
    "kaiming_uniform_": (
        lambda w, g: init.kaiming_uniform_(w, nonlinearity="relu", generator=g),
        _uniform(math.sqrt(6 / FAN_IN)),
    ),
    "kaiming_uniform_ as Linear has it": (
        lambda w, g: init.kaiming_uniform_(w, a=math.sqrt(5), generator=g),
        _uniform(1 / math.sqrt(FAN_IN)),
    ),
    "kaiming_normal_": (
        lambda w, g: init.kaiming_normal_(w, 0.2, "fan_out", generator=g),
        _normal(math.sqrt(2 / 1.04 / FAN_OUT)),
    ),
    "lecun_uniform_": (init.lecun_uniform_, _uniform(math.sqrt(3 / FAN_IN))),
    "lecun_normal_": (init.lecun_normal_, _normal(math.sqrt(1 / FAN_IN))),
    "variance_scaling_": (
        lambda w, g: init.variance_scaling_(w, generator=g),
        _truncated(_TRUNCATED, 2 * _TRUNCATED),
    ),
    "too_large_": (
        lambda w, g: init.too_large_(w, 5.0, g),
        _normal(5 / math.sqrt(FAN_IN)),
    ),
    "Linear": (
        lambda w, g: nn.Linear(FAN_IN, FAN_OUT, generator=g).weight,
        _uniform(1 / math.sqrt(FAN_IN)),
    ),
    "Linear.bias": (
        lambda w, g: nn.Linear(FAN_IN, 60000, generator=g).bias,
        _uniform(1 / math.sqrt(FAN_IN)),
    ),
    "Conv2d": (
        lambda w, g: nn.Conv2d(8, 300, 5, generator=g).weight,
        _uniform(1 / math.sqrt(8 * 25)),
    ),
    "Bilinear": (
        lambda w, g: nn.Bilinear(25, 40, 60, generator=g).weight,
        _uniform(1 / 5),
    ),
    "Embedding": (lambda w, g: nn.Embedding(300, 200, generator=g).weight, _normal(1.0)),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distribution(name: str) -> None:
    draw, cdf = DISTRIBUTIONS[name]
    values = draw(_weight(), np.random.default_rng(1)).value
    assert values.dtype == np.float32
    assert _ks(values, cdf) < 1.95  # 0.1 % of good draws are further off


def test_the_test_of_distributions_can_fail() -> None:
    values = init.normal_(_weight(), 0.0, 0.3, 1).value
    assert _ks(values, _normal(0.306)) > 1.95
    assert _ks(values, _uniform(0.5)) > 1.95


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_and_identity_are_kept(dtype: Any) -> None:
    weight = _weight((5, 4), dtype)
    array = weight.value
    for fill in (init.uniform_, init.normal_, init.trunc_normal_, init.orthogonal_, init.eye_):
        assert fill(weight) is weight
        assert weight.value is array
        assert weight.dtype == dtype
        assert np.isfinite(array).all()
    strided = tg.from_numpy(np.zeros((8, 6), dtype)[::2, ::2])
    assert init.normal_(strided).value.any()


def test_generators() -> None:
    first = init.normal_(_weight(), generator=3).value.copy()
    assert np.array_equal(init.normal_(_weight(), generator=3).value, first)
    stream = np.random.default_rng(3)
    assert np.array_equal(init.normal_(_weight(), generator=stream).value, first)
    assert not np.array_equal(init.normal_(_weight(), generator=stream).value, first)
    tg.manual_seed(3)
    assert np.array_equal(init.normal_(_weight()).value, first)


def test_constants() -> None:
    assert (init.constant_(_weight((2, 3)), 0.5).value == 0.5).all()
    assert not init.zeros_(_weight((2, 3))).value.any()
    assert (init.ones_(_weight((2, 3))).value == 1).all()
    assert np.array_equal(init.eye_(_weight((2, 3)), 2.0).value, 2 * np.eye(2, 3))


@pytest.mark.parametrize("shape", [(7, 4), (4, 7), (5, 5), (4, 3, 2, 2)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    weight = init.orthogonal_(_weight(shape, np.float64), 2.0, 0).value
    rows = weight.reshape(shape[0], -1)
    gram = rows @ rows.T if rows.shape[0] <= rows.shape[1] else rows.T @ rows
    np.testing.assert_allclose(gram, 4 * np.eye(len(gram)), atol=1e-12)


def test_orthogonal_is_drawn_evenly() -> None:
    """The sign of each entry is a coin: without the sign of R it would not be."""
    signs = [
        np.sign(init.orthogonal_(_weight((3, 3), np.float64), generator=k).value)
        for k in range(400)
    ]
    assert np.abs(np.mean(signs, axis=0)).max() < 0.2


def test_sparse() -> None:
    weight = init.sparse_(_weight((10, 200)), 0.25, 0.5, 0).value
    assert ((weight == 0).sum(axis=0) == 3).all()
    assert weight[weight != 0].std() == pytest.approx(0.5, rel=0.1)
    zeros = np.argwhere(weight == 0)
    assert len(set(zeros[:, 0].tolist())) == 10


def test_dirac_copies_the_input() -> None:
    layer = nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False)
    init.dirac_(layer.weight, 2)
    x = tg.tensor(np.random.default_rng(0).normal(size=(2, 4, 5, 6)), dtype=np.float32)
    y = layer(x).value
    assert np.array_equal(y[:, [0, 1, 3, 4]], x.value)
    assert not y[:, [2, 5]].any()
    assert init.dirac_(_weight((2, 3, 4))).value[1, 1, 2] == 1
    assert init.dirac_(_weight((2, 3, 3, 3, 3))).value.sum() == 2


def test_fans() -> None:
    assert init.fans((300, 784)) == (784, 300)
    assert init.fans((16, 3, 5, 5)) == (75, 400)


def test_gains() -> None:
    assert init.calculate_gain("linear") == init.calculate_gain("conv2d") == 1
    assert init.calculate_gain("tanh") == 5 / 3
    assert init.calculate_gain("selu") == 0.75
    assert init.calculate_gain("leaky_relu") == math.sqrt(2 / (1 + 0.01**2))
    assert init.calculate_gain("leaky_relu", 0.2) == math.sqrt(2 / 1.04)


def test_lsuv_gives_every_layer_unit_variance() -> None:
    net = nn.Sequential(
        nn.Linear(20, 100), nn.ReLU(), nn.Linear(100, 80), nn.ReLU(), nn.Linear(80, 10)
    )
    x = tg.tensor(3 * np.random.default_rng(0).normal(size=(200, 20)), dtype=np.float32)
    assert init.lsuv_(net, x, tol=0.01) is net
    for depth in (1, 3, 5):
        assert float(net[:depth](x).value.var()) == pytest.approx(1, abs=0.011)
    assert net.training
    assert not net[0].bias.value.any()


def test_what_the_teaching_initialisers_show() -> None:
    """Zeros keep the units of a layer alike; too large values saturate."""
    x = tg.tensor(np.random.default_rng(0).normal(size=(50, 20)), dtype=np.float32)
    net = nn.Sequential(nn.Linear(20, 30), nn.Tanh(), nn.Linear(30, 5))
    for layer in (net[0], net[2]):
        init.zeros_(layer.weight)
        init.constant_(layer.bias, 0.5)
    (net(x) ** 2).sum().backward()
    assert np.ptp(net[2].weight.grad.value, axis=1).max() < 1e-4
    init.too_large_(net[0].weight, 10.0, 0)
    assert np.mean(np.abs(net[:2](x).value) > 0.99) > 0.7
