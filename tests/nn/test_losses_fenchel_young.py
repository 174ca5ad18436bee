"""Fenchel-Young losses: what they are for known maximum functions, and for others."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.testing import gradcheck, gradgradcheck

F = nn.functional
FUNCTIONS = {"logsumexp": tg.logsumexp, "sparsemax": F.sparsemax_conjugate, "max": tg.max}
PREDICTIONS: dict[str, Any] = {
    "logsumexp": lambda x: tg.ops.softmax(x, axis=-1),
    "sparsemax": lambda x: tg.ops.sparsemax(x, axis=-1),
    "max": lambda x: np.eye(x.shape[-1])[x.argmax(-1)],
}
by_function = pytest.mark.parametrize("name", FUNCTIONS)
by_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


@pytest.fixture
def scores(rng: np.random.Generator) -> Any:
    return tg.tensor(rng.normal(size=(5, 4)) * 2, requires_grad=True)


def _probabilities(rng: np.random.Generator, *shape: int) -> Any:
    y = rng.uniform(size=shape)
    y[y < 0.3] = 0.0
    y[..., 0] += 0.1
    return y / y.sum(-1, keepdims=True)


# ---- identities


@by_reduction
def test_with_logsumexp_it_is_cross_entropy(scores: Any, reduction: str) -> None:
    labels = np.array([0, 3, 1, 2, 2])
    loss = F.fenchel_young_loss(scores, np.eye(4)[labels], reduction=reduction)
    expected = F.cross_entropy(scores, labels, reduction=reduction)
    np.testing.assert_allclose(loss.value, expected.value, rtol=1e-12)


def test_with_logsumexp_it_is_a_divergence_for_soft_targets(
    scores: Any, rng: np.random.Generator
) -> None:
    y = _probabilities(rng, 5, 4)
    loss = F.fenchel_young_loss(scores, y)
    expected = F.kl_div(F.log_softmax(scores, dim=1), y, reduction="batchmean")
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)


@by_reduction
def test_with_its_conjugate_it_is_sparsemax_loss(scores: Any, reduction: str) -> None:
    labels = np.array([0, 3, 1, 2, 2])
    loss = F.fenchel_young_loss(
        scores, np.eye(4)[labels], F.sparsemax_conjugate, reduction=reduction
    )
    expected = F.sparsemax_loss(scores, labels, reduction=reduction)
    np.testing.assert_allclose(loss.value, expected.value, rtol=1e-12, atol=1e-14)


def test_the_conjugate_of_sparsemax_is_a_maximum(rng: np.random.Generator) -> None:
    """No point of the simplex gives more than sparsemax."""
    x = rng.normal(size=4)
    points = rng.dirichlet(np.full(4, 0.5), size=5000)
    values = points @ x - 0.5 * (points**2).sum(1)
    best = float(F.sparsemax_conjugate(x))
    assert values.max() <= best
    assert values.max() == pytest.approx(best, abs=0.05)


# ---- what all have in common


@by_function
def test_the_gradient_is_the_prediction_less_the_target(
    name: str, scores: Any, rng: np.random.Generator
) -> None:
    y = _probabilities(rng, 5, 4)
    loss = F.fenchel_young_loss(scores, y, FUNCTIONS[name], reduction="sum")
    expected = PREDICTIONS[name](scores.value) - y
    np.testing.assert_allclose(tg.grad(loss, scores).value, expected, atol=1e-14)


@by_function
def test_never_negative_and_zero_at_the_prediction(
    name: str, scores: Any, rng: np.random.Generator
) -> None:
    losses = F.fenchel_young_loss(
        scores, _probabilities(rng, 5, 4), FUNCTIONS[name], reduction="none"
    )
    assert (losses.value > 0).all()
    at_best = F.fenchel_young_loss(
        scores, PREDICTIONS[name](scores.value), FUNCTIONS[name], reduction="none"
    )
    np.testing.assert_allclose(at_best.value, np.zeros(5), atol=1e-14)


@by_function
def test_any_number_of_axes(name: str, rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(2, 3, 4)), _probabilities(rng, 2, 3, 4)
    losses = F.fenchel_young_loss(x, y, FUNCTIONS[name], reduction="none")
    assert losses.shape == (2, 3)
    rows = F.fenchel_young_loss(x.reshape(6, 4), y.reshape(6, 4), FUNCTIONS[name], reduction="none")
    np.testing.assert_allclose(losses.reshape(6), rows, rtol=1e-14)
    single = F.fenchel_young_loss(x[1, 2], y[1, 2], FUNCTIONS[name])
    assert float(single) == pytest.approx(float(rows[5]), rel=1e-14)


@by_function
def test_derivatives_of_scores_and_target(name: str, scores: Any, rng: np.random.Generator) -> None:
    """The target may be a net's output too, here a softmax."""
    z = tg.tensor(rng.normal(size=(5, 4)), requires_grad=True)

    def loss(x: Any, z: Any) -> Any:
        return F.fenchel_young_loss(x, F.softmax(z, dim=1), FUNCTIONS[name])

    assert gradcheck(loss, [scores, z])
    assert gradgradcheck(loss, [scores, z])


def test_large_scores_neither_overflow_nor_lose_the_prediction() -> None:
    x = tg.tensor([[1e4, -1e4, 0.0]], requires_grad=True, dtype=np.float64)
    for name, function in FUNCTIONS.items():
        loss = F.fenchel_young_loss(x, np.array([[0.0, 1.0, 0.0]]), function)
        assert loss.item() == pytest.approx(2e4, rel=1e-12), name
        assert tg.grad(loss, x).tolist() == [[1, -1, 0]]


# ---- maximum functions of one's own


def _best_order(x: Any, axis: int) -> Any:
    """The largest product of a score vector with an order of 0, 1, ..., C - 1."""
    orders = np.array(list(permutations(range(x.shape[axis]))), dtype=np.float64)
    return tg.max(x @ orders.T, axis=axis)


def test_a_maximum_over_other_things_than_classes(scores: Any) -> None:
    """Ranking: the prediction is the order of the scores; without Ω, that of 0."""
    order = np.argsort(np.argsort(scores.value, axis=1), axis=1).astype(float)
    loss = F.fenchel_young_loss(scores, order, _best_order, reduction="none")
    np.testing.assert_allclose(loss.value, np.zeros(5), atol=1e-13)
    reverse = 3.0 - order
    total = F.fenchel_young_loss(scores, reverse, _best_order, reduction="sum")
    np.testing.assert_allclose(tg.grad(total, scores).value, order - reverse, atol=1e-13)


def test_a_regularizer_adds_a_constant(scores: Any, rng: np.random.Generator) -> None:
    y = rng.normal(size=(5, 4))

    def half_square(x: Any, axis: int = -1) -> Any:
        return 0.5 * tg.sum(x * x, axis=axis)

    loss = F.fenchel_young_loss(scores, y, half_square, half_square)
    assert loss.item() == pytest.approx(F.half_squared_error(scores, y).item(), rel=1e-12)
    bare = F.fenchel_young_loss(scores, y, half_square)
    assert (loss - bare).item() == pytest.approx(0.5 * (y**2).sum() / 5, rel=1e-12)
    assert nn.FenchelYoungLoss(half_square, half_square)(scores, y).item() == loss.item()
