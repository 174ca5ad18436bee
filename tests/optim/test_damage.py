"""No state of an optimizer is left half made, and none that overflows is loaded."""

from __future__ import annotations

import contextlib
import copy
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.interrupts import interrupted
from tests.optim.cases import LEAST_SQUARES, VECTOR, case_id, cases
from tests.optim.test_optimizers import FIRST, Case, _loss, _make, _params, _take
from tests.optim.test_wrappers import WRAPPED
from tinygrad_edu.optim import Optimizer

# `make interrupts` asks for more.
SAMPLES = max(15, int(os.environ.get("TINYGRAD_EDU_INTERRUPTS", "0")) // 300)
OPTIM = str(Path(tg.optim.__file__).parent)


def _made(case: Case, rng: np.random.Generator) -> tuple[Optimizer, Callable[[int], None]]:
    """An optimizer, and its step at time t."""
    name = case[0]
    if name in WRAPPED:
        params = _params("SGD", rng)
        optimizer = WRAPPED[name](params)

        def closure() -> Any:
            optimizer.zero_grad()
            loss = _loss(params, 0)
            loss.backward()
            return loss

        return optimizer, lambda t: optimizer.step(closure)
    params = _params(name, rng)
    if name in LEAST_SQUARES:
        made: Optimizer = getattr(tg.optim, name)(params)
        return made, lambda t: made.step(
            lambda: tg.concatenate([(p - t).reshape(-1) for p in params])
        )
    optimizer = _make(case, params)
    if name in VECTOR:
        return optimizer, lambda t: optimizer.step(lambda: _loss(params, t))
    return optimizer, lambda t: _take(optimizer, params, t)


RULES = [
    *FIRST,
    *cases(VECTOR),
    *((name, {}) for name in (*LEAST_SQUARES, *WRAPPED)),
]


@pytest.mark.parametrize("done", [0, 1])
@pytest.mark.parametrize("case", RULES, ids=case_id)
def test_an_interrupt_leaves_an_optimizer_that_works(
    case: Case, done: int, rng: np.random.Generator
) -> None:
    """In the first step or the second: the next ones run, and the state can be saved and loaded."""

    def build() -> tuple[Optimizer, Callable[[int], None]]:
        made = _made(case, rng)
        for t in range(done):
            made[1](t)
        return made

    _, step = build()
    total = interrupted(lambda: step(done), 0, OPTIM)
    for at in np.unique(rng.integers(1, total + 1, size=SAMPLES)):
        optimizer, step = build()
        interrupted(functools.partial(step, done), int(at), OPTIM)
        optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
        for t in (1, 2, 3):
            step(done + t)
        optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
        for p, _, _ in optimizer.members():
            assert np.isfinite(p.value).all()


def _too_large(value: Any) -> Any:
    """A copy with one number that float32 does not hold."""
    if isinstance(value, list):
        return [_too_large(item) for item in value]
    array = np.array(value, np.float64)
    array.flat[0] = 1e300
    return array


@pytest.mark.parametrize("case", [*FIRST, *cases(VECTOR)], ids=case_id)
def test_a_state_that_overflows_is_refused(case: Case, rng: np.random.Generator) -> None:
    """Each array of a float32 parameter's state, by its name."""
    params = _params(case[0], rng, np.float32)
    optimizer = _make(case, params)
    for t in range(3):
        if case[0] in VECTOR:
            optimizer.step(lambda t=t: _loss(params, t))
        else:
            _take(optimizer, params, t)
    saved = optimizer.state_dict()
    before = repr(saved)
    for name, value in saved["state"].get(0, {}).items():
        if isinstance(value, list if case[0] == "LBFGS" else np.ndarray) and np.size(value):
            if isinstance(value, list) and not isinstance(value[0], np.ndarray):
                continue
            spoilt = copy.deepcopy(saved)
            spoilt["state"][0][name] = _too_large(value)
            with pytest.raises(ValueError, match=f"parameter 0: {name} holds values that overflow"):
                optimizer.load_state_dict(spoilt)
    assert repr(optimizer.state_dict()) == before


@pytest.mark.parametrize("last", [1, 2, 3])
@pytest.mark.parametrize("case", cases(VECTOR), ids=case_id)
def test_a_search_that_fails_leaves_the_weights(
    case: Case, last: int, rng: np.random.Generator
) -> None:
    """Also where the closure fails at a point that a search along a line only tries."""
    params = _params(case[0], rng)
    optimizer = _make(case, params)
    calls = iter(range(1, last))
    before = [p.value.copy() for p in params]

    def closure() -> Any:
        if next(calls, None) is None:
            raise ZeroDivisionError
        return _loss(params, 0)

    with contextlib.suppress(ZeroDivisionError):
        optimizer.step(closure)
        return
    for p, w in zip(params, before, strict=True):
        assert (p.value == w).all()
