"""Circle loss: its value by hand, rows without partners, sizes where it could overflow."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

F = nn.functional


def _leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=np.float64, requires_grad=True)


def test_two_of_a_class_and_one_of_another_by_hand() -> None:
    x = _leaf([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    losses = F.circle_loss(x, np.array([5, 5, 7]), 8.0, 0.4, reduction="none")
    near = -8 * (1.4 - 0.8) * (0.8 - 0.6)
    rows = [near + 8 * (0.0 + 0.4) * (0.0 - 0.4), near + 8 * (0.6 + 0.4) * (0.6 - 0.4)]
    expected = [*(math.log1p(math.exp(row)) for row in rows), 0.0]
    np.testing.assert_allclose(losses.value, expected, rtol=1e-12)
    mean = F.circle_loss(x, np.array([5, 5, 7]), 8.0, 0.4)
    assert mean.item() == pytest.approx(sum(expected) / 2, rel=1e-12)  # the third row has no like


LONELY = {
    "no like": [0, 1, 2, 3],
    "no unlike": [4, 4, 4, 4],
}


@pytest.mark.parametrize("labels", LONELY.values(), ids=LONELY)
def test_rows_without_partners_count_for_nothing(
    labels: list[int], rng: np.random.Generator
) -> None:
    """Loss, slope and slope of the slope are 0, and no NaN; their mean is refused."""
    x = _leaf(rng.normal(size=(4, 3)))
    assert F.circle_loss(x, labels, reduction="none").tolist() == [0, 0, 0, 0]
    slope = tg.grad(F.circle_loss(x, labels, reduction="sum"), x, create_graph=True)
    assert np.array_equal(slope.value, np.zeros((4, 3)))
    assert np.array_equal(tg.grad((slope * slope + slope).sum(), x).value, np.zeros((4, 3)))
    with pytest.raises(ValueError, match="no row has both"):
        F.circle_loss(x, labels)


def test_one_lonely_row_leaves_the_others_alone(rng: np.random.Generator) -> None:
    x = _leaf(rng.normal(size=(5, 3)))
    losses = F.circle_loss(x, np.array([0, 0, 1, 1, 2]), reduction="none")
    slope = tg.grad(losses.sum(), x, create_graph=True)
    assert losses.value[4] == 0
    assert (losses.value[:4] > 0).all()
    assert np.isfinite(tg.grad((slope * slope).sum(), x).value).all()


def test_lengths_do_not_count(rng: np.random.Generator) -> None:
    """Cosines: vectors of any length give the loss of the unit vectors."""
    x, labels = rng.normal(size=(5, 3)), np.array([0, 0, 1, 1, 0])
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    expected = float(F.circle_loss(unit, labels))
    assert float(F.circle_loss(x * rng.uniform(0.1, 9.0, (5, 1)), labels)) == pytest.approx(
        expected, rel=1e-12
    )


def test_no_overflow_where_every_pair_is_wrong() -> None:
    x = _leaf([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    for gamma in (80.0, 1e6):
        loss = F.circle_loss(x, np.array([0, 0, 1, 1]), gamma)
        # One like at -1, one unlike at 1, one at -1 whose weight is 0: e^0 beside e^(0.84 γ).
        assert loss.item() == pytest.approx(gamma * (2.4 * 1.6 + 1.4 * 0.6), rel=1e-12)
        assert np.isfinite(tg.grad(loss, x).value).all()


def test_labels_that_are_no_integers() -> None:
    with pytest.raises(TypeError, match="must be integers, got dtype float64"):
        F.circle_loss(_leaf([[1.0, 0.0]]), np.array([1.0]))


def test_training_brings_classes_together(rng: np.random.Generator) -> None:
    x, labels = _leaf(rng.normal(size=(12, 3))), np.arange(12) % 3
    for _ in range(60):
        slope = tg.grad(F.circle_loss(x, labels, gamma=16.0), x)
        x.data -= 0.2 * slope.value
    unit = x.value / np.linalg.norm(x.value, axis=1, keepdims=True)
    cosines = unit @ unit.T
    like = labels[:, None] == labels
    assert cosines[like].min() > 0.8
    assert cosines[~like].max() < 0.3
