"""Fixtures and settings of the whole suite."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from tinygrad_edu import set_printoptions
from tinygrad_edu.random import manual_seed

# `default` is the same on every run and machine; `search` hunts for counterexamples at leisure.
settings.register_profile(
    "default",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.register_profile("search", max_examples=5000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator seeded by the test's name: the same on every run, another one for each test."""
    return np.random.default_rng(zlib.crc32(request.node.nodeid.encode()))


@pytest.fixture(autouse=True)
def _same_start() -> Iterator[None]:
    """Every test starts at the same seed and way to print; it leaves NumPy's global state alone."""
    manual_seed(0)
    before = _global_numpy_state()
    yield
    set_printoptions(profile="default")
    if _global_numpy_state() != before:
        pytest.fail("the test moved NumPy's global random state; draw from a Generator instead")


def _global_numpy_state() -> tuple[bytes, int]:
    state = np.random.get_state()  # noqa: NPY002 - the state we watch is the one nobody may use
    return state[1].tobytes(), state[2]
