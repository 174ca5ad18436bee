"""What every schedule must keep to, over the table of all of them."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import pytest

import tinygrad_edu as tg
from tests.optim.schedules import (
    BEYOND,
    COMPOSED,
    NESTED,
    STATEFUL,
    TORCH,
    case_id,
    cases,
    nested,
    optimizer,
    scheduler_classes,
)

s = tg.optim.lr_scheduler
ALL = cases(TORCH, BEYOND)


def _entries(made: Any) -> list[Any]:
    """Everything of the groups that a schedule may set."""
    return [{k: v for k, v in group.items() if k != "params"} for group in made.param_groups]


def _build(case: Any, made: Any) -> Any:
    name, config = case
    return nested(tg.optim, made, name) if config is None else getattr(s, name)(made, **config)


def test_table_is_complete() -> None:
    names = {cls.__name__ for cls in scheduler_classes()}
    table = {*TORCH, *BEYOND, *COMPOSED, *STATEFUL}
    assert not names - table, f"add {sorted(names - table)} to tests/optim/schedules.py"
    assert not table - names


@pytest.mark.parametrize("case", [*ALL, *((kind, None) for kind in NESTED)], ids=case_id)
def test_resumes_at_every_step(case: Any) -> None:
    """Saved through JSON and rebuilt after each of 300 steps: the same values, bit for bit."""
    straight, made = optimizer(), optimizer()
    uninterrupted, scheduler = _build(case, straight), _build(case, made)
    for _ in range(300):
        straight.step()
        uninterrupted.step()
        made.step()
        scheduler.step()
        saved = json.loads(json.dumps([made.state_dict(), scheduler.state_dict()]))
        made = optimizer()
        made.load_state_dict(saved[0])
        before = copy.deepcopy(_entries(made))
        scheduler = _build(case, made)
        assert _entries(made) == before, "building a scheduler moved the rate of a restored run"
        scheduler.load_state_dict(saved[1])
        assert _entries(made) == _entries(straight)


@pytest.mark.parametrize("case", ALL, ids=case_id)
def test_is_a_function_of_time(case: Any) -> None:
    """Stepping, jumping and evaluating without an optimizer agree."""
    name, config = case
    made, jumped = optimizer(), optimizer()
    scheduler, other = getattr(s, name)(made, **config), getattr(s, name)(jumped, **config)
    alone = getattr(s, name)(None, **config)
    bases = scheduler.base_lrs
    made.step()
    for t in range(30):
        rates = [alone.values_at(k, base, t)["lr"] for k, base in enumerate(bases)]
        assert scheduler.get_last_lr() == rates
        assert all(type(rate) is float for rate in scheduler.get_last_lr())
        assert alone.lr_at(bases[0], t) == rates[0]
        scheduler.step()
    for jumping in (other, scheduler):
        if jumping.takes_epochs:
            jumping.step(17)
        else:
            with pytest.warns(UserWarning, match=r"step\(epoch\) is deprecated"):
                jumping.step(17)
    assert scheduler.get_last_lr() == other.get_last_lr()


@pytest.mark.parametrize("entry", ["momentum", "weight_decay", "dampening"])
def test_any_entry_can_be_scheduled(entry: str) -> None:
    w = tg.tensor([1.0], requires_grad=True)
    made = tg.optim.SGD([w], lr=0.1, momentum=0.8, weight_decay=0.8, dampening=0.8)
    scheduler = s.ExponentialLR(made, gamma=0.5, entry=entry)
    made.step()
    scheduler.step()
    assert made.param_groups[0][entry] == 0.4
    assert made.param_groups[0]["lr"] == 0.1
    assert scheduler.get_last_lr() == [0.4]


def test_momentum_of_adam_is_its_first_beta() -> None:
    made = tg.optim.Adam([tg.tensor([1.0], requires_grad=True)], betas=(0.8, 0.9))
    scheduler = s.ExponentialLR(made, gamma=0.5, entry="momentum")
    made.step()
    scheduler.step()
    assert made.param_groups[0]["betas"] == (0.4, 0.9)


def test_a_group_added_later_has_a_schedule_of_its_own() -> None:
    made = optimizer()
    scheduler = s.ExponentialLR(made, gamma=0.5)
    made.step()
    scheduler.step()
    made.add_param_group({"params": [tg.tensor([1.0], requires_grad=True)], "lr": 8.0})
    scheduler.step()
    assert scheduler.get_last_lr() == [0.25, 0.3 / 4, 8.0 / 4]


def test_two_schedulers_of_different_entries() -> None:
    made = optimizer()
    rate, momentum = s.StepLR(made, 2), s.LinearLR(made, 0.5, total_iters=4, entry="momentum")
    made.step()
    for _ in range(2):
        rate.step()
        momentum.step()
    assert made.param_groups[0]["lr"] == pytest.approx(0.1)
    assert made.param_groups[0]["momentum"] == pytest.approx(0.9 * 0.75)


ONE_OF_EACH = {name: configs[0] for table in (TORCH, BEYOND) for name, configs in table.items()}


@pytest.mark.parametrize("name", ONE_OF_EACH)
@pytest.mark.parametrize("first", [True, False])
def test_two_schedulers_of_one_entry_multiply_or_are_refused(name: str, first: bool) -> None:
    made, alone = optimizer(), optimizer()
    builders = [lambda: getattr(s, name)(made, **ONE_OF_EACH[name]), lambda: s.StepLR(made, 2)]
    both = [build() for build in (builders if first else reversed(builders))]
    kind = getattr(s, name)
    one = kind(alone, **ONE_OF_EACH[name])

    def train() -> None:
        for t in range(5):
            if kind.chains and not getattr(one, "eta_min", 0.0):
                factor = 0.1 ** (t // 2)
                wanted = [lr * factor for lr in one.get_last_lr()]
                assert both[0].get_last_lr() == pytest.approx(wanted, rel=1e-12)
            for stepped in (made, alone):
                stepped.step()
            for scheduler in (*both, one):
                scheduler.step()

    if kind.chains:
        train()
        return
    with pytest.raises(RuntimeError, match=r"taken 'lr' of this optimizer over.*ChainedScheduler"):
        train()


def test_two_schedulers_of_one_momentum_are_refused() -> None:
    made = optimizer()
    cycle = s.CyclicLR(made, 0.1, 1.0)
    s.LinearLR(made, entry="momentum")
    made.step()
    with pytest.raises(RuntimeError, match="LinearLR has taken 'momentum'"):
        cycle.step()


def test_a_scheduler_takes_over_from_another() -> None:
    made = optimizer()
    first = s.ExponentialLR(made, 0.5)
    for _ in range(2):
        made.step()
        first.step()
    restarts = s.CosineAnnealingWarmRestarts(made, T_0=4)
    made.step()
    restarts.step()
    assert restarts.get_last_lr()[0] == pytest.approx(s.CosineAnnealingLR(None, 4).lr_at(1.0, 1))
    with pytest.raises(RuntimeError, match="CosineAnnealingWarmRestarts has taken"):
        first.step()
    # A wrapper shares the groups of the optimizer inside.
    s.StepLR(tg.optim.Lookahead(made), 2)
    with pytest.raises(RuntimeError, match="StepLR has taken"):
        restarts.step()


@pytest.mark.parametrize("early", [True, False])
def test_averaging_starts_from_the_rate_it_finds(early: bool) -> None:
    """PyTorch's page builds `SWALR` beside the other schedule, and steps it later."""
    made = optimizer()
    first = s.ExponentialLR(made, 0.5)
    last = s.SWALR(made, 0.05, anneal_epochs=2, anneal_strategy="linear") if early else None
    for _ in range(2):
        made.step()
        first.step()
    last = last or s.SWALR(made, 0.05, anneal_epochs=2, anneal_strategy="linear")
    rates = []
    for _ in range(2):
        made.step()
        last.step()
        rates.append(last.get_last_lr())
    assert rates[0] == pytest.approx([0.15, (0.075 + 0.05) / 2])
    assert rates[1] == pytest.approx([0.05, 0.05])
    with pytest.raises(RuntimeError, match="SWALR has taken"):
        first.step()


def test_a_plateau_goes_on_from_a_warm_up() -> None:
    made = optimizer()
    plateau = s.ReduceLROnPlateau(made, patience=0, factor=0.5)
    warm_up = s.LinearLR(made, 0.5, total_iters=2)
    for _ in range(2):
        made.step()
        warm_up.step()
    for metric in (1.0, 1.0):
        made.step()
        plateau.step(metric)
    assert plateau.get_last_lr() == [0.5, 0.15]
    warm_up.step()  # over, so its factor is 1
    assert plateau.get_last_lr() == [0.5, 0.15]


def _bar(mode: str, threshold_mode: str, best: float, threshold: float) -> float:
    margin = threshold * abs(best) if threshold_mode == "rel" else threshold
    return best - margin if mode == "min" else best + margin


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize("best", [-4.0, 0.0, 4.0])
def test_the_bar_of_a_plateau(mode: str, threshold_mode: str, best: float) -> None:
    """A metric is better only beyond the best by the margin, whatever its sign."""
    bar = _bar(mode, threshold_mode, best, 0.25)
    for offset in (-0.125, 0.0, 0.125):
        made = optimizer()
        plateau = s.ReduceLROnPlateau(
            made, mode, patience=9, threshold=0.25, threshold_mode=threshold_mode
        )
        plateau.step(best)
        plateau.step(bar + offset)
        better = offset < 0 if mode == "min" else offset > 0
        assert plateau.best == (bar + offset if better else best)


def test_last_epoch_is_the_epoch_that_is_done() -> None:
    """A run of 1/(t + 1), continued after three epochs: as if it had not stopped."""

    def restored() -> Any:
        other = optimizer()
        other.load_state_dict(saved)
        return other

    made = optimizer()
    scheduler = s.LambdaLR(made, lambda t: 1 / (t + 1))
    for _ in range(3):
        made.step()
        scheduler.step()
    saved = made.state_dict()
    goes_on = restored()
    again = s.LambdaLR(goes_on, lambda t: 1 / (t + 1), last_epoch=2)
    assert again.get_last_lr() == scheduler.get_last_lr()
    with pytest.raises(ValueError, match=r"last_epoch=3 says that epoch 3 is done.*last_epoch=2"):
        s.LambdaLR(restored(), lambda t: 1 / (t + 1), last_epoch=scheduler.last_epoch)
    # Another schedule has other values at any epoch; it begins at once.
    halved = s.ExponentialLR(restored(), 0.5, last_epoch=3)
    assert halved.get_last_lr() == pytest.approx([0.0625, 0.3 / 16])


def test_peaks_of_restarts_decay() -> None:
    schedule = s.CosineAnnealingWarmRestarts(None, T_0=4, T_mult=2, eta_min=0.1, peak_decay=0.5)
    assert [schedule.lr_at(1.1, t) for t in (0, 4, 12)] == pytest.approx([1.1, 0.6, 0.35])
    assert schedule.lr_at(1.1, 8) == pytest.approx(0.1 + 0.5 / 2)


BEYOND_VALUES = [
    (s.NoamLR(None, 4, 2), [0.5 * 2**-1.5, 0.5 * 2**-0.5, 0.5 * 3**-0.5]),
    (s.InverseSqrtLR(None, 2), [0.5, 1.0, math.sqrt(2 / 3)]),
    (s.InverseTimeLR(None, 2, 1.0), [1.0, 1 / 1.5, 0.5]),
    (s.InverseTimeLR(None, 2, 1.0, staircase=True), [1.0, 1.0, 0.5]),
    (s.RobbinsMonroLR(None, 2.0, 0.75), [1.0, 1.5**-0.75, 2**-0.75]),
    (s.RexLR(None, 4), [1.0, 0.75 / 0.875, 0.5 / 0.75]),
    (s.WarmupStableDecayLR(None, 1, 1, 4), [1.0, 1.0, 1.0, 1 - 0.5, 1 - math.sqrt(0.5)]),
    (s.WarmupStableDecayLR(None, 0, 0, 2, 0.2, "linear"), [1.0, 0.6, 0.2, 0.2]),
    (s.WarmupStableDecayLR(None, 0, 0, 2, 0.0, "1-square"), [1.0, 0.75, 0.0]),
    (s.WarmupStableDecayLR(None, 0, 0, 4, 0.0, "cosine"), [1.0, (2 + 2**0.5) / 4, 0.5]),
]


@pytest.mark.parametrize(("schedule", "values"), BEYOND_VALUES)
def test_values_by_hand(schedule: Any, values: list[float]) -> None:
    assert [schedule.lr_at(1.0, t) for t in range(len(values))] == pytest.approx(values)


def test_plateau_resumes() -> None:
    metrics = [3.0, 2.0, 2.1, 2.2, 1.9, 2.0, 2.0, 2.0, 2.0, 1.5, 1.6]
    straight, made = optimizer(), optimizer()
    uninterrupted = s.ReduceLROnPlateau(straight, patience=1, factor=0.5, cooldown=1)
    scheduler = s.ReduceLROnPlateau(made, patience=1, factor=0.5, cooldown=1)
    for metric in metrics:
        for o, scheduler_ in ((straight, uninterrupted), (made, scheduler)):
            o.step()
            scheduler_.step(metric)
        saved = json.loads(json.dumps([made.state_dict(), scheduler.state_dict()]))
        made = optimizer()
        made.load_state_dict(saved[0])
        scheduler = s.ReduceLROnPlateau(made, patience=1, factor=0.5, cooldown=1)
        scheduler.load_state_dict(saved[1])
        assert _entries(made)[0]["lr"] == _entries(straight)[0]["lr"]
    assert straight.param_groups[0]["lr"] < 1


def test_plot() -> None:
    pytest.importorskip("matplotlib")
    axes = s.CosineAnnealingLR(optimizer(), T_max=10).plot(20)
    assert len(axes.lines[0].get_ydata()) == 20
    assert axes.lines[0].get_ydata()[10] == 0
    again = s.StepLR(None, 5).plot(10, base_lr=0.5, ax=axes)
    assert again is axes
    assert list(axes.lines[1].get_ydata()) == pytest.approx([0.5] * 5 + [0.05] * 5)


WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("T_max must be an integer >= 1, received 0", "CosineAnnealingLR", {"T_max": 0}),
    ("T_max must be an integer >= 1, received 2.5", "CosineAnnealingLR", {"T_max": 2.5}),
    ("step_size must be an integer", "StepLR", {"step_size": -1}),
    ("gamma must be .*received nan", "StepLR", {"step_size": 1, "gamma": math.nan}),
    ("gamma must be a number .*received '0.1'", "ExponentialLR", {"gamma": "0.1"}),
    ("factor must be in", "ConstantLR", {"factor": 1.5}),
    ("start_factor must be in", "LinearLR", {"start_factor": 0.0}),
    ("T_0 must be", "CosineAnnealingWarmRestarts", {"T_0": 0}),
    ("T_mult must be", "CosineAnnealingWarmRestarts", {"T_0": 1, "T_mult": 0}),
    ("mode must be", "CyclicLR", {"base_lr": 0.1, "max_lr": 1.0, "mode": "x"}),
    ("scale_mode must be", "CyclicLR", {"base_lr": 0.1, "max_lr": 1.0, "scale_mode": "x"}),
    ("none for group 1", "CyclicLR", {"base_lr": [0.1], "max_lr": 1.0}),
    ("give total_steps", "OneCycleLR", {"max_lr": 1.0, "epochs": 3}),
    ("anneal_strategy must", "OneCycleLR", {"max_lr": 1, "total_steps": 3, "anneal_strategy": 0}),
    ("pct_start must be in", "OneCycleLR", {"max_lr": 1.0, "total_steps": 3, "pct_start": 2.0}),
    ("anneal_strategy must be", "SWALR", {"swa_lr": 0.1, "anneal_strategy": "x"}),
    ("2 functions|functions for 2", "LambdaLR", {"lr_lambda": [lambda t: 1.0]}),
    ("milestones must increase", "PiecewiseLR", {"milestones": [3, 3], "factors": [1, 1, 1]}),
    ("2 factors|need 2", "PiecewiseLR", {"milestones": [3], "factors": [1.0]}),
    ("interpolate must be", "PiecewiseLR", {"milestones": [], "factors": [1], "interpolate": "x"}),
    ("the sum of lr is finite", "RobbinsMonroLR", {"c": 1.5}),
    ("cooldown must be", "WarmupStableDecayLR", dict.fromkeys(
        ("warmup_steps", "stable_steps", "decay_steps"), 1) | {"cooldown": "x"}),
    ("mode must be", "ReduceLROnPlateau", {"mode": "x"}),
    ("threshold_mode must be", "ReduceLROnPlateau", {"threshold_mode": "x"}),
    ("factor must be in", "ReduceLROnPlateau", {"factor": 1.0}),
    ("needs at least one", "SequentialLR", {"schedulers": [], "milestones": []}),
    ("need 0 milestones", "SequentialLR", {"schedulers": [s.StepLR(None, 1)], "milestones": [1]}),
    ("has no number 'x'", "StepLR", {"step_size": 1, "entry": "x"}),
    ("load the optimizer's state first", "StepLR", {"step_size": 1, "last_epoch": 3}),
]  # fmt: skip


@pytest.mark.parametrize(("message", "name", "config"), WRONG)
def test_wrong_arguments_are_refused(message: str, name: str, config: dict[str, Any]) -> None:
    made = optimizer()
    before = repr(_entries(made))
    with pytest.raises((TypeError, ValueError), match=message) as error:
        getattr(s, name)(made, **config)
    assert name in str(error.value)
    rates = [group["lr"] for group in made.param_groups]
    assert rates == [1.0, 0.3], before


def test_misuse_is_refused() -> None:
    made = optimizer()
    with pytest.warns(UserWarning, match="before the first optimizer"):
        s.StepLR(made, 1, gamma=0.5).step()
    assert made.param_groups[0]["lr"] == 0.5
    with pytest.raises(TypeError, match="is an optimizer or None, received list"):
        s.StepLR([], 3)
    cycle = s.OneCycleLR(optimizer(), max_lr=1.0, total_steps=3)
    cycle.optimizer.step()
    for _ in range(3):
        cycle.step()
    with pytest.raises(ValueError, match="step 4 is beyond the 3 steps"):
        cycle.step()
    with pytest.raises(ValueError, match="neither momentum nor betas"):
        s.CyclicLR(tg.optim.Adagrad([tg.tensor([1.0], requires_grad=True)]), 0.1, 1.0)
    with pytest.raises(ValueError, match="no function of time"):
        s.ChainedScheduler([s.ReduceLROnPlateau(made)])
    with pytest.raises(ValueError, match="belongs to another optimizer"):
        s.SequentialLR(made, [s.StepLR(optimizer(), 3)], [])
    with pytest.raises(ValueError, match="different entries"):
        s.ChainedScheduler([s.StepLR(None, 3), s.StepLR(None, 3, entry="momentum")])
    with pytest.raises(TypeError, match=r"schedulers\[0\] is a int"):
        s.ChainedScheduler([3], optimizer=made)
    scheduler = s.StepLR(made, 3)
    for wrong in ({}, {"last_epoch": 1, "x": 2}, {"last_epoch": "1"}, {"last_epoch": math.nan}):
        with pytest.raises((TypeError, ValueError), match="StepLR: "):
            scheduler.load_state_dict(wrong)
    assert scheduler.last_epoch == 0
