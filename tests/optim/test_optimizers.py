"""What every optimizer must keep to, over the table of all of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.optim.cases import (
    BEYOND,
    MATRICES_ONLY,
    OTHER,
    TORCH,
    WITH_CLOSURE,
    WRAPPERS,
    case_id,
    cases,
    optimizer_classes,
)
from tinygrad_edu.optim import Optimizer

Case = tuple[str, dict[str, Any]]
STEPWISE = cases(TORCH, BEYOND)
ALL = cases(TORCH, BEYOND, WITH_CLOSURE)
FIRST = [
    (name, configs[0]) for table in (TORCH, BEYOND, WITH_CLOSURE) for name, configs in table.items()
]


def _params(name: str, rng: np.random.Generator, dtype: Any = np.float64) -> list[Any]:
    shapes = [(3, 4), (5, 2)] if name in MATRICES_ONLY else [(3, 4), (5,), (2, 3, 2), ()]
    return [tg.tensor(rng.normal(size=s).astype(dtype), requires_grad=True) for s in shapes]


def _loss(params: list[Any], t: int) -> Any:
    """A moving target, so that nothing converges."""
    return sum((((p - np.float32(np.sin(t + k))) ** 2).sum() for k, p in enumerate(params)))


def _take(optimizer: Optimizer, params: list[Any], t: int, without: int | None = None) -> None:
    """One step at time t, with a closure where the rule wants one."""
    if type(optimizer).__name__ in WITH_CLOSURE:
        optimizer.step(_closure(optimizer, params, t))
        return
    optimizer.zero_grad()
    _loss(params, t).backward()
    if without is not None:
        params[without].grad = None
    optimizer.step()


def _closure(optimizer: Optimizer, params: list[Any], t: int) -> Callable[[], Any]:
    def closure() -> Any:
        optimizer.zero_grad()
        loss = _loss(params, t)
        if not isinstance(optimizer, _hutchinson()):
            loss.backward()
        return loss

    return closure


def _hutchinson() -> Any:
    return tg.optim.AdaHessian, tg.optim.SophiaH


def _make(case: Case, params: list[Any]) -> Optimizer:
    name, config = case
    made: Optimizer = getattr(tg.optim, name)(params, **config)
    return made


def test_table_is_complete() -> None:
    names = {cls.__name__ for cls in optimizer_classes()}
    table = {*TORCH, *BEYOND, *WITH_CLOSURE, *OTHER}
    assert not names - table, f"add {sorted(names - table)} to a table in tests/optim/cases.py"
    assert not table - names


@pytest.mark.parametrize(
    "cls",
    [cls for cls in optimizer_classes() if cls.__name__ not in WRAPPERS],
    ids=lambda cls: cls.__name__,
)
def test_every_number_has_a_range(cls: type[Optimizer]) -> None:
    """A hyperparameter that no range watches could be NaN."""
    from tinygrad_edu.optim._entries import RANGES

    params = [tg.tensor(np.eye(3), requires_grad=True)]
    numbers = {
        key
        for key, value in cls(params).defaults.items()
        if isinstance(value, (int, float, tuple)) and not isinstance(value, bool)
    }
    assert numbers <= {*RANGES, *cls.ranges}


# ---- what it leaves alone


@pytest.mark.parametrize("case", ALL, ids=case_id)
def test_float32_stays_float32(case: Case, rng: np.random.Generator) -> None:
    params = _params(case[0], rng, np.float32)
    optimizer = _make(case, params)
    scheduler = tg.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=30)
    for t in range(50):
        _take(optimizer, params, t)
        scheduler.step()
    assert {p.dtype for p in params} == {np.dtype(np.float32)}
    assert {p.grad.dtype for p in params} == {np.dtype(np.float32)}
    arrays = [a for state in optimizer.state for a in state.values() if isinstance(a, np.ndarray)]
    assert {a.dtype for a in arrays} <= {np.dtype(np.float32)}
    numbers = [n for s in optimizer.state for n in s.values() if not isinstance(n, np.ndarray)]
    assert {type(n) for n in numbers} <= {int, float, type(None)}


@pytest.mark.parametrize("kind", [np.float64, tg.tensor])
@pytest.mark.parametrize("case", FIRST, ids=case_id)
def test_any_number_may_be_assigned_as_learning_rate(
    case: Case, kind: Callable[[float], Any], rng: np.random.Generator
) -> None:
    start = _params(case[0], rng, np.float32)
    moved = []
    for assign in (float, kind):
        params = [tg.tensor(p.value, requires_grad=True) for p in start]
        optimizer = _make(case, params)
        for group in optimizer.param_groups:
            group["lr"] = assign(0.0625)  # the same in every precision
        _take(optimizer, params, 0)
        moved.append(params)
    for expected, got in zip(*moved, strict=True):
        assert got.dtype == np.float32
        np.testing.assert_array_equal(got.value, expected.value)


@pytest.mark.parametrize("case", ALL, ids=case_id)
def test_arrays_keep_their_identity_and_gradients_their_bytes(
    case: Case, rng: np.random.Generator
) -> None:
    params = _params(case[0], rng)
    optimizer = _make(case, params)
    arrays = [p.value for p in params]
    for t in range(4):
        _take(optimizer, params, t)
    assert all(p.value is a for p, a in zip(params, arrays, strict=True))
    if case[0] in WITH_CLOSURE:
        return
    grads = [p.grad.value for p in params]
    before = [g.tobytes() for g in grads]
    optimizer.step()
    assert [g.tobytes() for g in grads] == before


@pytest.mark.parametrize("case", STEPWISE, ids=case_id)
def test_none_is_not_zero(case: Case, rng: np.random.Generator) -> None:
    """Without a gradient nothing happens to a parameter and its state; zeros are a gradient."""
    params = _params(case[0], rng)
    optimizer = _make(case, params)
    for t in range(3):
        _take(optimizer, params, t)
    weights, state = params[0].value.copy(), copy.deepcopy(optimizer.state[0])
    _take(optimizer, params, 3, without=0)
    assert params[0].value.tobytes() == weights.tobytes()
    assert repr(optimizer.state[0]) == repr(state)
    params[0].grad = tg.tensor(np.zeros_like(weights))
    for p in params[1:]:
        p.grad = None
    optimizer.step()
    assert optimizer.state[0]["step"] == state["step"] + 1


@pytest.mark.parametrize("case", FIRST, ids=case_id)
def test_a_step_makes_old_graphs_unusable(case: Case, rng: np.random.Generator) -> None:
    params = _params(case[0], rng)
    optimizer = _make(case, params)
    stale = sum((p * p).sum() for p in params)  # its derivative reads the weights
    for t in range(3):
        _take(optimizer, params, t)
    with pytest.raises(RuntimeError, match="changed in place"):
        stale.backward()


def test_nothing_of_a_parameters_size_is_allocated(rng: np.random.Generator) -> None:
    import tracemalloc

    for name in (
        "SGD",
        "Adam",
        "AdamW",
        "RMSprop",
        "Adagrad",
        "Adadelta",
        "NAdam",
        "Rprop",
        "Lion",
    ):
        p = tg.tensor(np.zeros(100_000, np.float32), requires_grad=True)
        p.grad = tg.tensor(rng.normal(size=p.shape).astype(np.float32))
        options = {"momentum": 0.9} if name == "SGD" else {}
        optimizer = (
            getattr(tg.optim, name)([p], weight_decay=0.1, **options)
            if name != "Rprop"
            else (tg.optim.Rprop([p]))
        )
        optimizer.step()
        tracemalloc.start()
        optimizer.step()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 20_000, name


# ---- pieces, threads, layouts


@pytest.mark.parametrize("case", STEPWISE, ids=case_id)
def test_pieces_and_threads_change_nothing(
    case: Case, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bit for bit the same, whether parameters are cut and shared out or not."""
    from tinygrad_edu.optim import _workspace
    from tinygrad_edu.optim import optimizer as module

    start = [*_params(case[0], rng), tg.tensor(rng.normal(size=(13, 17)))]  # 221 weights: 4 pieces
    results = []
    for cut, cores in ((False, 1), (True, 1), (True, 2)):
        monkeypatch.setattr(_workspace, "_PIECE", 4)
        monkeypatch.setattr(module, "LARGE", 0 if cut else 10**9)
        monkeypatch.setattr(_workspace.os, "cpu_count", lambda cores=cores: cores)
        params = [tg.tensor(p, requires_grad=True) for p in start]
        optimizer = _make(case, params)
        for t in range(5):
            _take(optimizer, params, t)
        results.append([p.value.tobytes() for p in params])
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize("case", FIRST, ids=case_id)
def test_layout_does_not_matter(case: Case, rng: np.random.Generator) -> None:
    """A transposed or strided parameter moves as a contiguous one does."""
    w = rng.normal(size=(4, 3))
    layouts = [w, w.T.copy().T, np.repeat(w, 2, axis=1)[:, ::2]]
    results = []
    for layout in layouts:
        tg.manual_seed(0)
        p = tg.from_numpy(layout.copy() if layout is w else layout).requires_grad_()
        optimizer = _make(case, [p])
        for t in range(5):
            _take(optimizer, [p], t)
        results.append(p.value)
    assert results[1] == pytest.approx(results[0], rel=1e-12)
    assert results[2] == pytest.approx(results[0], rel=1e-12)


@pytest.mark.parametrize("case", FIRST, ids=case_id)
def test_empty_parameter(case: Case) -> None:
    if case[0] in WITH_CLOSURE:
        pytest.skip("a loss of no numbers")
    p = tg.tensor(np.zeros((0, 3)), requires_grad=True)
    p.grad = tg.tensor(np.zeros((0, 3)))
    _make(case, [p]).step()
    assert p.shape == (0, 3)


# ---- saving and loading


def _rebuild(case: Case, params: list[Any], saved: dict[str, Any]) -> tuple[list[Any], Optimizer]:
    fresh = [tg.tensor(p.value, requires_grad=True) for p in params]
    optimizer = _make(case, fresh)
    optimizer.load_state_dict(saved)
    return fresh, optimizer


@pytest.mark.parametrize("case", ALL, ids=case_id)
def test_resumes_bit_for_bit(case: Case, rng: np.random.Generator) -> None:
    """Saved and rebuilt after every step, it goes where the uninterrupted run goes."""
    params = _params(case[0], rng)
    straight = [tg.tensor(p.value, requires_grad=True) for p in params]
    uninterrupted, optimizer = _make(case, straight), _make(case, params)
    for t in range(12):
        without = 1 if t % 4 == 2 else None
        tg.manual_seed(t)
        _take(uninterrupted, straight, t, without)
        tg.manual_seed(t)
        _take(optimizer, params, t, without)
        params, optimizer = _rebuild(case, params, copy.deepcopy(optimizer.state_dict()))
    assert [p.value.tobytes() for p in params] == [p.value.tobytes() for p in straight]
    assert optimizer.steps == 12


@pytest.mark.parametrize("case", FIRST, ids=case_id)
def test_state_dict_is_a_snapshot(case: Case, rng: np.random.Generator) -> None:
    params = _params(case[0], rng)
    optimizer = _make(case, params)
    for t in range(2):
        _take(optimizer, params, t)
    saved = optimizer.state_dict()
    before = repr(saved)
    _take(optimizer, params, 2)
    assert repr(saved) == before
    json.dumps(saved["param_groups"])


FAULTS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "no groups": (lambda s: s.pop("param_groups"), "lacks"),
    "a group more": (
        lambda s: s["param_groups"].append(s["param_groups"][0]),
        "2 parameter groups",
    ),
    "a parameter less": (lambda s: s["param_groups"][0]["params"].pop(), "1 parameters"),
    "a slot less": (lambda s: s["state"][0].pop("exp_avg"), "parameter 0: lacks exp_avg"),
    "a slot more": (lambda s: s["state"][0].update(x=1), "unknown x"),
    "a shape": (
        lambda s: s["state"][1].update(exp_avg=np.zeros(3)),
        r"parameter 1: exp_avg has shape \(3,\), expected \(5,\)",
    ),
    "an entry less": (lambda s: s["param_groups"][0].pop("eps"), "group 0: lacks eps"),
    "a wrong number": (lambda s: s["param_groups"][0].update(lr=-1.0), r"lr must be in \[0, inf\)"),
    "a NaN": (lambda s: s["param_groups"][0].update(eps=float("nan")), "eps must be in"),
    "no step": (lambda s: s["state"][0].pop("step"), "lacks step"),
    "a parameter more": (lambda s: s["state"].update({7: {}}), r"state of parameters \[7\]"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_state_that_does_not_fit_changes_nothing(fault: str, rng: np.random.Generator) -> None:
    def pair() -> tuple[list[Any], Optimizer]:
        ps = [tg.tensor(rng.normal(size=s), requires_grad=True) for s in [(3, 4), (5,)]]
        return ps, tg.optim.Adam(ps, lr=0.1)

    params, optimizer = pair()
    others, other = pair()
    for t in range(3):
        _take(optimizer, params, t)
        _take(other, others, t + 5)
    spoil, message = FAULTS[fault]
    saved = other.state_dict()
    spoil(saved)
    before = repr(optimizer.state_dict())
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(saved)
    assert repr(optimizer.state_dict()) == before


def test_all_problems_are_told_at_once(rng: np.random.Generator) -> None:
    p = tg.tensor(rng.normal(size=3), requires_grad=True)
    optimizer = tg.optim.Adam([p])
    _take(optimizer, [p], 0)
    saved = optimizer.state_dict()
    saved["state"][0].update(exp_avg=np.zeros(2), exp_avg_sq=np.zeros(4))
    with pytest.raises(ValueError, match=r"(?s)exp_avg has.*exp_avg_sq has"):
        optimizer.load_state_dict(saved)


def test_names_match_before_positions(rng: np.random.Generator) -> None:
    a, b = (tg.tensor(rng.normal(size=3), requires_grad=True) for _ in range(2))
    optimizer = tg.optim.SGD([("a", a), ("b", b)], momentum=0.9)
    _take(optimizer, [a, b], 0)
    turned = tg.optim.SGD([("b", b), ("a", a)], momentum=0.9)
    turned.load_state_dict(optimizer.state_dict())
    for p in (a, b):
        ours, theirs = turned.state[p], optimizer.state[p]
        assert ours["momentum_buffer"].tobytes() == theirs["momentum_buffer"].tobytes()
    stranger = tg.optim.SGD([("b", b), ("c", a)], momentum=0.9)
    with pytest.raises(ValueError, match="no parameters named c"):
        stranger.load_state_dict(optimizer.state_dict())


def test_state_survives_json(rng: np.random.Generator) -> None:
    """Tuples come back as lists and positions as text."""
    p = tg.tensor(rng.normal(size=3), requires_grad=True)
    optimizer = tg.optim.Adam([p], betas=(0.8, 0.9))
    _take(optimizer, [p], 0)
    saved = optimizer.state_dict()
    plain = json.loads(json.dumps(saved, default=lambda a: a.tolist()))
    plain["state"] = {
        key: {k: np.array(v) if isinstance(v, list) else v for k, v in state.items()}
        for key, state in plain["state"].items()
    }
    again = tg.optim.Adam([p])
    again.load_state_dict(plain)
    assert repr(again.state_dict()) == repr(saved)
