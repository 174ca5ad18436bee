"""Samplers: which indices, how many, and from which generator."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
    get_worker_info,
)


def test_orders() -> None:
    assert list(SequentialSampler([7, 8, 9])) == [0, 1, 2]
    drawn = list(RandomSampler(range(9), generator=1))
    assert drawn == np.random.default_rng(1).permutation(9).tolist()
    assert all(type(k) is int for k in drawn)
    sampler = RandomSampler(range(4), num_samples=10, generator=0)
    drawn = list(sampler)
    assert len(sampler) == len(drawn) == 10
    assert sorted(drawn[:4]) == sorted(drawn[4:8]) == [0, 1, 2, 3]
    drawn = list(RandomSampler(range(4), replacement=True, num_samples=100, generator=0))
    assert len(drawn) == 100
    assert set(drawn) == {0, 1, 2, 3}
    for indices in ([5, 3, 8], np.array([5, 3, 8]), tg.tensor([5, 3, 8])):
        sampler = SubsetRandomSampler(indices, generator=0)
        assert sorted(sampler) == [3, 5, 8]
        assert len(sampler) == 3
    assert list(RandomSampler([])) == []


def test_two_epochs_differ_and_follow_the_seed() -> None:
    for make in (
        lambda: RandomSampler(range(50)),
        lambda: SubsetRandomSampler(range(50)),
        lambda: WeightedRandomSampler(np.ones(50), 50),
    ):
        tg.manual_seed(2)
        sampler = make()
        first, second = list(sampler), list(sampler)
        assert first != second
        tg.manual_seed(2)
        assert list(make()) == first


def test_weights() -> None:
    sampler = WeightedRandomSampler([0.0, 1.0, 3.0], 4000, generator=0)
    counts = np.bincount(list(sampler), minlength=3) / 4000
    assert counts[0] == 0
    assert counts[2] == pytest.approx(0.75, abs=0.03)
    weights = tg.tensor([1.0, 0.0, 2.0])
    assert sorted(WeightedRandomSampler(weights, 2, replacement=False)) == [0, 2]
    with pytest.raises(ValueError, match="a row has 2"):
        list(WeightedRandomSampler(weights, 3, replacement=False))
    for wrong in ([-1.0, 2.0], [np.nan], [[1.0]]):
        with pytest.raises(ValueError, match="WeightedRandomSampler: weights must be finite"):
            WeightedRandomSampler(wrong, 1)


def test_batches() -> None:
    assert list(BatchSampler(range(5), 2, False)) == [[0, 1], [2, 3], [4]]
    assert list(BatchSampler(range(5), 2, True)) == [[0, 1], [2, 3]]
    for drop_last in (False, True):
        sampler = BatchSampler(SequentialSampler(range(5)), 2, drop_last)
        assert len(sampler) == len(list(sampler)) == 3 - drop_last
        assert [b.tolist() for b in sampler.batches()] == list(sampler)


def test_a_sampler_of_ones_own() -> None:
    class Evens(Sampler[int]):
        def __init__(self, source):
            super().__init__(source)
            self.source = source

        def __iter__(self):
            yield from range(0, len(self.source), 2)

    assert list(BatchSampler(Evens(range(7)), 3, False)) == [[0, 2, 4], [6]]
    with pytest.raises(NotImplementedError, match="Sampler defines no __iter__"):
        iter(Sampler())
    assert get_worker_info() is None


def test_refuses() -> None:
    for kind in (SequentialSampler, RandomSampler, SubsetRandomSampler):
        with pytest.raises(TypeError, match=f"{kind.__name__}: [a-z_]* must have a length, .* int"):
            kind(5)
    with pytest.raises(ValueError, match="RandomSampler: num_samples must be an integer >= 1"):
        RandomSampler(range(3), num_samples=0)
    with pytest.raises(TypeError, match="BatchSampler: sampler must give indices, received 5"):
        BatchSampler(5, 2, False)
