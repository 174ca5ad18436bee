"""Penalties on weights, on activities and on slopes."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.testing import gradcheck, gradgradcheck

F = nn.functional


def _slope(loss: Any, x: Any) -> Any:
    return tg.grad(loss, x).value


# ---- on weights


def test_penalties() -> None:
    w, b = nn.Parameter([[1.0, -2.0], [0.5, 0.0]]), nn.Parameter([3.0])
    assert F.l1_penalty([w, b]).item() == 6.5
    assert F.l2_penalty(w).item() == pytest.approx(0.5 * 5.25)
    assert np.array_equal(_slope(F.l2_penalty(w), w), w.value)
    assert F.elastic_net_penalty([w], 1.0, 2.0).item() == pytest.approx(3.5 + 5.25)
    assert F.orthogonal_penalty(nn.Parameter(np.eye(3))).item() == 0
    assert nn.L1Regularization(2.0)([w, b]).item() == 7.0
    assert nn.L1Regularization(2.0, weights_only=False)([w, b]).item() == 13.0
    assert nn.L2Regularization(2.0)(w).item() == pytest.approx(5.25)
    assert nn.ElasticNet(1.0, 2.0)([w, b]).item() == pytest.approx(8.75)
    assert nn.OrthogonalRegularization(0.5)([w, w]).item() == pytest.approx(
        F.orthogonal_penalty(w).item()
    )


def test_penalty_of_a_model_takes_its_weights() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    expected = sum(float((p.value**2).sum()) / 2 for p in (net[0].weight, net[2].weight))
    assert nn.L2Regularization(1.0)(net).item() == pytest.approx(expected, rel=1e-5)


# ---- on activities


def test_activity_penalty_is_a_mean_over_samples(rng: np.random.Generator) -> None:
    x = tg.tensor(rng.normal(size=(4, 3, 2)), requires_grad=True)
    expected = (0.3 * np.abs(x.value).sum() + 0.7 * (x.value**2).sum() / 2) / 4
    assert F.activity_penalty(x, 0.3, 0.7).item() == pytest.approx(expected, rel=1e-12)
    halves = [F.activity_penalty(part, 0.3, 0.7).item() for part in (x.value[:2], x.value[2:])]
    assert sum(halves) / 2 == pytest.approx(expected, rel=1e-12)
    assert gradcheck(lambda x: F.activity_penalty(x, 0.3, 0.7), [x])
    assert gradgradcheck(lambda x: F.activity_penalty(x, 0.3, 0.7), [x])
    assert F.activity_penalty(tg.zeros(0, 3), 1.0).item() == 0
    assert F.activity_penalty(tg.tensor(-2.0), 1.0).item() == 2


def _net() -> Any:
    return nn.Sequential(
        nn.Linear(3, 4, generator=0),
        nn.ReLU(),
        nn.ActivityRegularization(0.1, 0.2),
        nn.Linear(4, 2),
    )


def test_activities_are_let_through_and_their_penalty_kept(rng: np.random.Generator) -> None:
    net, x = _net().double(), rng.normal(size=(5, 3))
    hidden = net[1](net[0](tg.tensor(x)))
    assert net[2](hidden) is hidden
    net(tg.tensor(x))
    expected = F.activity_penalty(hidden, 0.1, 0.2)
    assert net[2].penalty.item() == expected.item()
    for ours, theirs in zip(
        tg.grad(net[2].penalty, [net[0].weight, net[0].bias]),
        tg.grad(expected, [net[0].weight, net[0].bias]),
        strict=True,
    ):
        assert np.array_equal(ours.value, theirs.value)
    net(tg.tensor(2 * x))
    assert net[2].penalty.item() != expected.item()


def test_it_makes_a_code_sparse(rng: np.random.Generator) -> None:
    x = tg.tensor(rng.normal(size=(30, 3)))
    active = []
    for l1 in (0.0, 1.0):
        net = _net().double()
        net[2].l1 = l1
        optimizer = tg.optim.SGD(net.parameters(), lr=0.05)
        for _ in range(60):
            optimizer.zero_grad()
            (F.mse_loss(net(x), x[:, :2]) + net[2].penalty).backward()
            optimizer.step()
        active.append(float((net[1](net[0](x)).value > 1e-3).mean()))
    assert active[1] < 0.5 * active[0]


def test_a_net_that_was_used_can_be_copied_and_saved(rng: np.random.Generator) -> None:
    """The penalty hangs on a graph, which stays where it is."""
    net = _net().double()
    x = tg.tensor(rng.normal(size=(5, 3)))
    y = net(x)
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        with pytest.raises(RuntimeError, match="before the first pass"):
            other[2].penalty  # noqa: B018
        assert np.array_equal(other(x).value, y.value)
        assert other[2].penalty.item() == net[2].penalty.item()
    assert list(net.state_dict()) == ["0.weight", "0.bias", "3.weight", "3.bias"]


# ---- on slopes


def test_gradient_penalty_trains_the_slope() -> None:
    """The penalty's gradient is a second derivative; descent on it brings the slope to 1."""
    critic = nn.Linear(3, 1, generator=0).double()
    critic.weight.value[...] = [[2.0, 0.0, 0.0]]
    penalty = F.gradient_penalty(critic, np.ones((4, 3)))
    assert penalty.item() == pytest.approx(1)
    slope = tg.grad(penalty, critic.weight).value
    np.testing.assert_allclose(slope, [[2.0, 0.0, 0.0]], atol=1e-12)
    optimizer = tg.optim.SGD([critic.weight], lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        F.gradient_penalty(critic, np.ones((4, 3))).backward()
        optimizer.step()
    assert np.linalg.norm(critic.weight.value) == pytest.approx(1, rel=1e-4)


def _critic(x: Any, w1: Any, w2: Any) -> Any:
    return (tg.tanh(x @ w1) ** 2 @ w2).sum(axis=-1)


def test_gradient_penalty_by_hand(rng: np.random.Generator) -> None:
    x, w1, w2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    h = np.tanh(x @ w1)
    slopes = (2 * h * (1 - h * h) * w2.sum(axis=1)) @ w1.T
    for target in (1.0, 0.0, 2.5):
        expected = (np.linalg.norm(slopes, axis=1) - target) ** 2
        for reduction, value in (
            ("none", expected),
            ("sum", expected.sum()),
            ("mean", expected.mean()),
        ):
            got = F.gradient_penalty(lambda x: _critic(x, w1, w2), x, target, reduction)
            np.testing.assert_allclose(got.value, value, rtol=1e-12)


def test_derivatives_of_the_gradient_penalty(rng: np.random.Generator) -> None:
    """By the inputs, which stay in the graph, and by the weights: third derivatives too."""
    leaves = [
        tg.tensor(rng.normal(size=shape), requires_grad=True) for shape in ((5, 3), (3, 4), (4, 2))
    ]

    def penalty(x: Any, *weights: Any) -> Any:
        return F.gradient_penalty(lambda x: _critic(x, *weights), x)

    assert gradcheck(penalty, leaves)
    assert gradgradcheck(penalty, leaves)
    x = leaves[0]
    through = F.gradient_penalty(lambda x: _critic(x, *leaves[1:]), x * 2.0)
    assert tg.grad(through, x).shape == (5, 3)


@pytest.mark.parametrize("shape", [(5,), (5, 2, 3)])
def test_samples_of_any_shape(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    x = rng.normal(size=shape)

    def cube(x: Any) -> Any:
        return (x**3).reshape(5, -1).sum(axis=1, keepdims=True)

    expected = np.sqrt((9 * x**4).reshape(5, -1).sum(axis=1))
    got = F.gradient_penalty(cube, x, 0.0, "none")
    np.testing.assert_allclose(got.value, expected**2, rtol=1e-12)
    leaf = tg.tensor(x, requires_grad=True)
    assert gradgradcheck(lambda x: F.gradient_penalty(cube, x), [leaf])


def test_a_slope_of_zero_gets_no_gradient() -> None:
    w = tg.tensor(np.zeros(3), requires_grad=True)
    penalty = F.gradient_penalty(lambda x: x @ w, np.ones((4, 3)))
    assert penalty.item() == 1
    assert np.array_equal(_slope(penalty, w), np.zeros(3))


def test_the_inputs_stay_as_they_are(rng: np.random.Generator) -> None:
    x, w = tg.tensor(rng.normal(size=(4, 3))), tg.tensor(np.ones(3), requires_grad=True)
    before = x.value.copy()
    F.gradient_penalty(lambda x: x @ w, x).backward()
    assert not x.requires_grad
    assert x.grad is None
    assert np.array_equal(x.value, before)
    assert w.grad is not None
    with pytest.raises(TypeError, match="floating-point"):
        F.gradient_penalty(lambda x: x @ w, np.ones((4, 3), int))


def test_interpolation_between_samples(rng: np.random.Generator) -> None:
    real, fake = rng.normal(size=(50, 2, 3)), rng.normal(size=(50, 2, 3))
    x = F.interpolate_samples(real, tg.tensor(fake, requires_grad=True), generator=0)
    assert not x.requires_grad
    share = (x.value - fake) / (real - fake)
    np.testing.assert_allclose(share, np.broadcast_to(share[:, :1, :1], share.shape), rtol=1e-6)
    assert 0 < share.min() < 0.1
    assert 0.9 < share.max() < 1
    narrow = F.interpolate_samples(real.astype(np.float32), fake.astype(np.float32))
    assert narrow.dtype == np.float32
    again = F.interpolate_samples(real, fake, generator=0)
    assert np.array_equal(again.value, x.value)
