"""Normalization layers: statistics, modes, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def _batch(rng: np.random.Generator, *shape: int) -> Any:
    return tg.tensor(rng.normal(3.0, 2.0, shape), dtype=np.float64)


def test_batch_norm_standardizes_each_channel(rng: np.random.Generator) -> None:
    for layer, shape, axes in (
        (nn.BatchNorm1d(3), (50, 3), 0),
        (nn.BatchNorm1d(3), (20, 3, 4), (0, 2)),
        (nn.BatchNorm2d(3), (20, 3, 4, 5), (0, 2, 3)),
    ):
        y = layer.double()(_batch(rng, *shape)).value
        np.testing.assert_allclose(y.mean(axis=axes), 0, atol=1e-12)
        np.testing.assert_allclose(y.var(axis=axes), 1, atol=1e-4)


def test_running_statistics_by_hand(rng: np.random.Generator) -> None:
    """The running variance takes the unbiased one; the output is made with the biased one."""
    layer = nn.BatchNorm1d(3, momentum=0.3).double()
    mean, var = np.zeros(3), np.ones(3)
    for _ in range(5):
        x = _batch(rng, 7, 3)
        layer(x)
        mean = 0.7 * mean + 0.3 * x.value.mean(axis=0)
        var = 0.7 * var + 0.3 * x.value.var(axis=0, ddof=1)
    np.testing.assert_allclose(layer.running_mean.value, mean, rtol=1e-13)
    np.testing.assert_allclose(layer.running_var.value, var, rtol=1e-13)
    assert layer.num_batches_tracked.item() == 5
    x = _batch(rng, 7, 3)
    expected = (x.value - mean) / np.sqrt(var + 1e-5)
    np.testing.assert_allclose(layer.eval()(x).value, expected, rtol=1e-12)


def test_cumulative_average(rng: np.random.Generator) -> None:
    layer = nn.BatchNorm1d(2, momentum=None).double()
    batches = [_batch(rng, 6, 2) for _ in range(4)]
    for x in batches:
        layer(x)
    means = np.mean([x.value.mean(axis=0) for x in batches], axis=0)
    np.testing.assert_allclose(layer.running_mean.value, means, rtol=1e-13)
    layer.reset_running_stats()
    assert not layer.running_mean.value.any()
    assert layer.num_batches_tracked.item() == 0


def test_a_batch_of_one_is_refused_and_changes_nothing(rng: np.random.Generator) -> None:
    for layer, shape in (
        (nn.BatchNorm1d(3), (1, 3)),
        (nn.BatchNorm1d(3), (1, 3, 1)),
        (nn.BatchNorm2d(3), (1, 3, 1, 1)),
        (nn.InstanceNorm1d(3, track_running_stats=True), (2, 3, 1)),
    ):
        before = layer.state_dict()
        with pytest.raises(ValueError, match="more than one"):
            layer(tg.tensor(rng.normal(size=shape), dtype=np.float32))
        after = layer.state_dict()
        assert all(np.array_equal(before[name], after[name]) for name in before)
        layer.eval()(tg.tensor(rng.normal(size=shape), dtype=np.float32))


def test_a_wrong_shape_changes_nothing(rng: np.random.Generator) -> None:
    layer = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match="expected input"):
        layer(tg.tensor(rng.normal(size=(5, 4)), dtype=np.float32))
    assert layer.num_batches_tracked.item() == 0
    assert not layer.running_mean.value.any()


def test_evaluation_changes_no_statistics(rng: np.random.Generator) -> None:
    layer = nn.BatchNorm2d(3).eval()
    before = layer.state_dict()
    layer(tg.tensor(rng.normal(size=(4, 3, 5, 5)), dtype=np.float32))
    assert all(np.array_equal(before[k], v) for k, v in layer.state_dict().items())


def test_no_tracking_uses_the_batch_in_evaluation_too(rng: np.random.Generator) -> None:
    layer = nn.BatchNorm1d(3, track_running_stats=False).double()
    assert set(layer.state_dict()) == {"weight", "bias"}
    x = _batch(rng, 8, 3)
    assert np.array_equal(layer(x).value, layer.eval()(x).value)


def test_running_statistics_get_no_gradient(rng: np.random.Generator) -> None:
    layer = nn.BatchNorm1d(3).eval()
    y = layer(tg.tensor(rng.normal(size=(4, 3)), dtype=np.float32, requires_grad=True))
    y.sum().backward()
    assert layer.running_mean.grad is None
    assert layer.weight.grad is not None


def test_evaluation_then_training_keeps_the_gradient_right(rng: np.random.Generator) -> None:
    """A training pass between forward and backward of an evaluation moves no gradient."""
    layer = nn.BatchNorm1d(3).double().eval()
    x = tg.tensor(rng.normal(size=(4, 3)), dtype=np.float64, requires_grad=True)
    y = layer(x).sum()
    layer.train()(_batch(rng, 6, 3))
    y.backward()
    np.testing.assert_allclose(x.grad.value, 1 / np.sqrt(1 + 1e-5), rtol=1e-12)


def test_float32_statistics_with_a_large_mean(rng: np.random.Generator) -> None:
    """Mean 10,000 and spread 1: the naive E x² - (E x)² would have lost the variance."""
    x = (1e4 + rng.normal(size=(500, 3))).astype(np.float32)
    layer = nn.BatchNorm1d(3)
    assert layer(tg.tensor(x)).value.std() == pytest.approx(1, abs=0.02)


def test_layer_norm_of_a_constant_is_zero() -> None:
    for layer in (nn.LayerNorm(4), nn.GroupNorm(2, 4)):
        x = tg.tensor(np.full((3, 4), 5.0, np.float32), requires_grad=True)
        y = layer(x)
        assert not y.value.any()
        y.sum().backward()
        assert np.isfinite(x.grad.value).all()


def test_group_norm_between_layer_and_instance_norm(rng: np.random.Generator) -> None:
    x = _batch(rng, 3, 6, 5)
    one = nn.GroupNorm(1, 6, affine=False)(x).value
    layer = nn.LayerNorm((6, 5), elementwise_affine=False)(x).value
    np.testing.assert_allclose(one, layer, atol=1e-13)
    each = nn.GroupNorm(6, 6, affine=False)(x).value
    np.testing.assert_allclose(each, nn.InstanceNorm1d(6)(x).value, atol=1e-13)


def test_rms_norm(rng: np.random.Generator) -> None:
    y = nn.RMSNorm(8, elementwise_affine=False)(_batch(rng, 5, 8)).value
    np.testing.assert_allclose((y**2).mean(axis=1), 1, rtol=1e-12)


def test_reset_parameters(rng: np.random.Generator) -> None:
    layer = nn.BatchNorm1d(3)
    layer(tg.tensor(rng.normal(size=(4, 3)), dtype=np.float32))
    layer.weight.value[...] = 5
    layer.reset_parameters()
    fresh = nn.BatchNorm1d(3).state_dict()
    assert all(np.array_equal(layer.state_dict()[k], v) for k, v in fresh.items())


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("shape", [(0, 3), (4, 3, 0)])
def test_batch_norm_of_an_empty_batch_is_empty(shape: tuple[int, ...], affine: bool) -> None:
    layer = nn.BatchNorm1d(3, affine=affine)
    x = tg.tensor(np.zeros(shape), dtype=np.float32, requires_grad=True)
    y = layer(x)
    y.sum().backward()
    assert y.shape == x.grad.shape == shape
    assert layer.running_mean.tolist() == [0.0] * 3
    assert layer.running_var.tolist() == [1.0] * 3
    assert layer.num_batches_tracked.item() == 1  # as in PyTorch
    if affine:
        assert layer.weight.grad.tolist() == layer.bias.grad.tolist() == [0.0] * 3


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("order", [1, -1])
def test_squares_that_overflow_are_no_zeros(order: int) -> None:
    """The result is not known then, which NaN says and 0 would not."""
    x = tg.tensor(np.float32(1e25) * np.arange(1, 7, dtype=np.float32)[None, ::order])
    norms = [
        nn.LayerNorm(6),
        nn.RMSNorm(6),
        nn.GroupNorm(2, 6),
        nn.BatchNorm1d(6),
    ]
    for norm in norms:
        given = tg.concatenate([x, -x]) if isinstance(norm, nn.BatchNorm1d) else x
        assert np.isnan(norm(given).detach().numpy()).all(), norm
    small = tg.tensor(x.value * 1e-10)
    for norm in norms[:3]:
        assert np.isfinite(norm(small).detach().numpy()).all()
