"""One generator behind everything, seeded, saved, restored and lent without surprises."""

from __future__ import annotations

import copy
import json
import pickle
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import random
from tinygrad_edu.random import (
    default_generator,
    fork_rng,
    get_generator,
    get_state,
    manual_seed,
    set_state,
)

BIT_GENERATORS = ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"]


def make(kind: str) -> np.random.Generator:
    return np.random.Generator(getattr(np.random, kind)(5))


def test_manual_seed_gives_numpys_stream_and_keeps_the_object() -> None:
    held = default_generator()
    assert manual_seed(11) is held
    assert held.random(5).tolist() == np.random.default_rng(11).random(5).tolist()
    assert manual_seed(np.int64(11)).random() == np.random.default_rng(11).random()


def test_manual_seed_forgets_half_used_words() -> None:
    """A 32-bit draw leaves half a word in the state; the next seed must not see it."""
    default_generator().integers(0, 2**31, dtype=np.int32)
    draws = manual_seed(3).integers(0, 2**31, size=3, dtype=np.int32)
    assert draws.tolist() == np.random.default_rng(3).integers(0, 2**31, 3, np.int32).tolist()


def test_starts_unseeded(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = set()
    for _ in range(2):
        monkeypatch.setattr(random, "_own", None)
        draws.add(default_generator().random())
    assert len(draws) == 2


@pytest.mark.parametrize("function", [manual_seed, get_generator])
@pytest.mark.parametrize(
    ("seed", "error", "words"),
    [
        (-1, ValueError, ">= 0.*, received -1"),
        (1.0, TypeError, "received 1.0"),
        ("1", TypeError, "received '1'"),
        (True, TypeError, "received True"),
        (np.random.RandomState(0), TypeError, "received RandomState"),
    ],
)
def test_refuses_what_is_no_seed(function, seed, error, words) -> None:
    before = get_state()
    with pytest.raises(error, match=f"{function.__name__}: (seed|generator) must be .*{words}"):
        function(seed)
    assert get_state() == before


def test_get_generator() -> None:
    generator = np.random.default_rng(0)
    assert get_generator(generator) is generator
    assert get_generator() is get_generator(None) is default_generator()
    assert get_generator(4).random() == np.random.default_rng(4).random()


@pytest.mark.parametrize("kind", BIT_GENERATORS)
def test_state_goes_through_json(kind: str) -> None:
    generator = make(kind)
    generator.random(7)
    generator.integers(0, 2**31, dtype=np.int32)  # leaves half a word behind
    saved = json.dumps(get_state(generator))
    first = [generator.integers(0, 2**31, dtype=np.int32), *generator.normal(size=20)]
    set_state(json.loads(saved), generator)
    assert [generator.integers(0, 2**31, dtype=np.int32), *generator.normal(size=20)] == first


def test_state_of_the_default_generator_is_a_copy() -> None:
    saved = get_state()
    first = default_generator().random(3).tolist()
    set_state(saved)
    assert default_generator().random(3).tolist() == first


def pcg64(**changes: object) -> dict[str, object]:
    return {"bit_generator": "PCG64", "has_uint32": 0, "uinteger": 0} | changes


@pytest.mark.parametrize(
    "state",
    [
        {},
        None,
        [1, 2],
        "PCG64",
        {"bit_generator": "PCG64"},
        {"bit_generator": "MT19937", "state": {"key": [1] * 624, "pos": 3}},
        pcg64(state={"state": -1, "inc": 1}),
        pcg64(state={"state": 1.5, "inc": 1}),
        pcg64(state={"state": 2**200, "inc": 1}),
        pcg64(state={"state": "1", "inc": 1}),
        pcg64(state={"state": 1}),
        {"bit_generator": "PCG64", "state": {"state": 1, "inc": 1}, "has_uint32": 0},
    ],
)
def test_a_bad_state_is_refused_and_changes_nothing(state) -> None:
    before = get_state()
    with pytest.raises(ValueError, match="not a saved state of PCG64"):
        set_state(state)
    assert get_state() == before


@pytest.mark.parametrize("seed", [None, 9])
def test_fork_rng_leaves_the_stream_outside_alone(seed) -> None:
    manual_seed(1)
    expected = np.random.default_rng(1).random(4).tolist()
    got = [default_generator().random()]
    with fork_rng(seed) as generator:
        assert generator is default_generator()
        inside = generator.random(3).tolist()
    got.append(default_generator().random())
    with suppress(KeyError), fork_rng():
        default_generator().normal(size=5)
        raise KeyError
    assert [*got, *default_generator().random(2)] == expected
    assert inside == (np.random.default_rng(9).random(3).tolist() if seed else expected[1:])


def test_fork_rng_with_a_bad_seed_changes_nothing() -> None:
    before = get_state()
    with (
        pytest.raises(ValueError, match="fork_rng: seed must be an integer >= 0, received -3"),
        fork_rng(-3),
    ):
        pass
    assert get_state() == before


def test_a_generator_draws_its_own_stream() -> None:
    g = tg.Generator().manual_seed(3)
    first = tg.rand(4, generator=g)
    np.testing.assert_array_equal(first.value, tg.rand(4, generator=3).value)
    np.testing.assert_array_equal(tg.rand(4, generator=g.manual_seed(3)).value, first.value)
    assert (g.initial_seed(), str(g.device)) == (3, "cpu")
    assert g.seed() == g.initial_seed() != 3
    unseeded = [tg.Generator().random() for _ in range(2)]  # PyTorch's repeat themselves too
    assert unseeded[0] == unseeded[1]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))])
def test_a_generator_is_copied_with_its_state(copied: Any) -> None:
    g = tg.Generator().manual_seed(3)
    g.random()
    other = copied(g)
    assert type(other) is tg.Generator
    assert (other.random(), other.initial_seed()) == (g.random(), 3)


def test_the_default_generator_is_that_of_manual_seed() -> None:
    tg.manual_seed(5)
    assert tg.initial_seed() == tg.default_generator.initial_seed() == 5
    first = tg.rand(3)
    tg.default_generator.manual_seed(5)
    np.testing.assert_array_equal(tg.rand(3).value, first.value)
    state = tg.get_rng_state()
    assert state.dtype == tg.uint8
    later = tg.rand(3)
    tg.set_rng_state(state)
    np.testing.assert_array_equal(tg.rand(3).value, later.value)


def test_a_state_of_pytorch_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"set_state: .*generators cannot be taken over; received \(5056,\)"
    ):
        tg.set_rng_state(tg.zeros(5056, dtype=tg.uint8))
