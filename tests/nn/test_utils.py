"""Vectors of parameters, groups for an optimizer, and the summary."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn


def test_vector_there_and_back() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    vector = nn.utils.parameters_to_vector(net.parameters())
    assert vector.shape == (3 * 4 + 4 + 4 * 2 + 2,)
    other = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))
    arrays = [p.value for p in other.parameters()]
    nn.utils.vector_to_parameters(vector, other.parameters())
    assert all(p.value is a for p, a in zip(other.parameters(), arrays, strict=True))
    for a, b in zip(net.parameters(), other.parameters(), strict=True):
        assert np.array_equal(a.value, b.value)
    (vector * vector).sum().backward()
    assert np.allclose(net[0].weight.grad.value, 2 * net[0].weight.value)


def test_groups_for_weight_decay() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.PReLU(), nn.Linear(4, 2))
    decaying, others = nn.utils.param_groups_weight_decay(net, 0.1, no_decay=["3"])
    assert [p.shape for p in decaying["params"]] == [(4, 3)]
    assert (decaying["weight_decay"], others["weight_decay"]) == (0.1, 0.0)
    assert len(others["params"]) == 6
    assert len(nn.utils.param_groups_weight_decay(nn.Linear(3, 4, bias=False))) == 1


def test_clipping_stands_where_pytorch_has_it() -> None:
    net = nn.Linear(3, 2)
    net.weight.grad, net.bias.grad = tg.ones(2, 3) * 4.0, tg.ones(2) * 2.0
    norm = nn.utils.clip_grad_norm_(net.parameters(), max_norm=1.0)
    assert norm.item() == pytest.approx(math.sqrt(6 * 16 + 2 * 4))
    assert tg.optim.clip_grad_norm_(net.parameters(), math.inf).item() == pytest.approx(1)
    nn.utils.clip_grad_value_(net.parameters(), 0.25)
    assert net.weight.grad.tolist() == [[0.25] * 3] * 2
    assert net.bias.grad.tolist() == pytest.approx([2 / math.sqrt(104)] * 2)
    for name in ("clip_grad_norm_", "clip_grad_value_"):
        assert getattr(nn.utils, name) is getattr(tg.optim, name)


def test_summary_counts() -> None:
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(8 * 4 * 4, 10),
    )
    net[5].bias.requires_grad_(False)
    table = nn.summary(net, (2, 3, 8, 8))
    shapes = [row.output_shape for row in table.rows]
    assert shapes == [(2, 8, 8, 8)] * 3 + [(2, 8, 4, 4), (2, 128), (2, 10)]
    assert [row.parameters for row in table.rows] == [224, 16, 0, 0, 0, 1290]
    assert table.rows[0].mult_adds == 2 * 8 * 64 * 27
    assert table.rows[5].mult_adds == 2 * 1280
    assert table.parameters == 1530
    assert table.trainable == 1520
    assert table.mult_adds == sum(row.mult_adds for row in table.rows)
    assert "1,530 parameters (10 frozen)" in str(table)


def test_summary_changes_nothing() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout())
    net[2].eval()
    before = net.state_dict()
    nn.summary(net, (1, 3))
    assert all(np.array_equal(before[k], v) for k, v in net.state_dict().items())
    assert [m.training for m in net] == [True, True, False]
    calls: list[Any] = []
    net.register_forward_hook(lambda m, args, y: calls.append(m))
    net(tg.tensor(np.ones((2, 3), np.float32)))
    assert len(calls) == 1


def test_summary_takes_hooks_away_after_an_error() -> None:
    net = nn.Linear(3, 4)
    with pytest.raises(ValueError, match="expected input"):
        nn.summary(net, (1, 5))
    assert nn.summary(net, (1, 3)).parameters == 16


def test_summary_of_shared_and_nested_layers() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.block = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
            self.pair = nn.Lambda(lambda x: (x, x))

        def forward(self, x: Any) -> Any:
            return self.pair(self.block(self.block(x)))

    table = nn.summary(Net().double(), (2, 4))
    assert [row.name for row in table.rows] == ["block.0", "block.1", "block.0", "block.1", "pair"]
    assert [row.parameters for row in table.rows] == [20, 0, 0, 0, 0]
    assert table.rows[-1].output_shape == ((2, 4), (2, 4))
    shallow = nn.summary(Net(), (2, 4), depth=1)
    assert [row.name for row in shallow.rows] == ["block", "block", "pair"]
    assert [row.mult_adds for row in shallow.rows] == [32, 32, 0]
    assert shallow.mult_adds == 64
    assert repr(shallow) == str(shallow)


def test_summary_of_several_inputs() -> None:
    table = nn.summary(nn.Bilinear(3, 4, 2), [(5, 3), (5, 4)])
    assert table.mult_adds == 5 * 2 * 3 * 4


def test_functional_extras(rng: np.random.Generator) -> None:
    F = nn.functional
    x = rng.normal(size=(4, 3))
    unit = F.normalize(x)
    np.testing.assert_allclose((unit**2).sum(axis=1), 1)
    zero = tg.tensor(np.zeros((1, 3)), requires_grad=True)
    F.normalize(zero).sum().backward()
    assert zero.grad.tolist() == [[1e12] * 3]
    hard = F.gumbel_softmax(tg.tensor(x, requires_grad=True), hard=True, generator=0)
    assert np.allclose(np.sort(hard.value), [[0, 0, 1]] * 4)
    picks = [F.gumbel_softmax(np.log([[0.2, 0.8]]), generator=k).argmax() for k in range(1000)]
    assert np.mean(picks) == pytest.approx(0.8, abs=0.05)
    assert F.one_hot(np.array([1, 0]), 3).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert F.cosine_similarity(x, x).tolist() == pytest.approx([1] * 4)
    assert F.pairwise_distance(x, x, eps=0.0).tolist() == [0] * 4
