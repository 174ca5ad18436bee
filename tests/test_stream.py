"""PyTorch's stream of random numbers, against numbers that PyTorch printed."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.torch as torch


def test_first_numbers_of_seed_0() -> None:
    torch.manual_seed(0)
    first = [0.49625658988952637, 0.7682217955589294, 0.08847743272781372]
    assert torch.rand(3).tolist() == first
    torch.manual_seed(0)
    np.testing.assert_allclose(torch.randn(3).value, [1.5409961, -0.2934289, -2.1787894], rtol=1e-6)
    torch.manual_seed(0)
    assert torch.randint(0, 10, (5,)).tolist() == [4, 9, 3, 0, 3]
    torch.manual_seed(0)
    assert torch.randperm(5).tolist() == [4, 0, 1, 3, 2]


def test_who_seeds_decides_whose_stream_is_drawn() -> None:
    torch.manual_seed(0)
    theirs = torch.rand(2).tolist()
    tg.manual_seed(0)
    numpys = tg.rand(2).tolist()
    assert numpys == np.random.default_rng(0).random(2, np.float32).tolist() != theirs
    torch.manual_seed(0)
    assert tg.rand(2).tolist() == theirs
    tg.manual_seed(0)


def test_a_generator_is_copied_saved_and_forked() -> None:
    generator = torch.Generator().manual_seed(5)
    torch.randn(3, generator=generator)  # half of a pair is left
    twin = copy.deepcopy(generator)
    assert type(twin) is torch.Generator
    assert twin.initial_seed() == 5
    first = torch.randn(5, generator=generator)
    assert torch.equal(torch.randn(5, generator=twin), first)
    torch.manual_seed(1)
    with torch.random.fork_rng():
        inside = torch.rand(2)
    assert torch.equal(torch.rand(2), inside)
    tg.manual_seed(0)


def test_what_pytorch_has_not_is_drawn_as_numpy_does() -> None:
    """From the same bits; so the package's own layers and data draw from the stream too."""
    g = torch.Generator().manual_seed(3)
    assert g.integers(0, 2, size=5, endpoint=True).max() <= 2
    assert g.integers([1, 5], [2, 9]).shape == (2,)
    assert sorted(g.permutation([4, 5, 6])) == [4, 5, 6]
    assert g.permutation(np.eye(3), axis=1).shape == (3, 3)
    assert g.choice([7, 8]) in (7, 8)
    assert g.choice(5, (2, 3), p=[0.2] * 5).shape == (2, 3)
    assert g.standard_exponential(3, dtype=np.float32).dtype == np.float32
    assert g.exponential([1.0, 2.0]).shape == (2,)
    assert g.normal([0.0, 1.0], 2.0).shape == g.uniform([0.0, 1.0], 2.0).shape == (2,)
    assert g.poisson(3.0, 4).shape == g.gamma(2.0, size=4).shape == g.laplace(size=4).shape
    torch.manual_seed(0)
    x = tg.data.RandomCrop(8, padding=1)(np.zeros((4, 1, 8, 8), np.float32))
    assert x.shape == (4, 1, 8, 8)
    tg.manual_seed(0)


def test_a_state_of_pytorch_is_refused() -> None:
    with pytest.raises(ValueError, match="must be what get_state"):
        torch.Generator().set_state(torch.zeros(5056, dtype=torch.uint8))
