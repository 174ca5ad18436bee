"""Each of PyTorch's schedules over ten thousand steps, nested ones too."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.optim.schedules import NESTED, TORCH, case_id, cases, nested, optimizer

torch = pytest.importorskip("torch")

STEPS = 10_000


def _class(library: Any, name: str) -> Any:
    if library is torch.optim and name == "SWALR":
        return torch.optim.swa_utils.SWALR
    return getattr(library.lr_scheduler, name)


def _history(optimizer: Any, scheduler: Any, steps: int) -> np.ndarray:
    """Rate and momentum of each group, read before each step."""
    rows = []
    optimizer.step()
    for _ in range(steps):
        groups = optimizer.param_groups
        rows.append([g["lr"] for g in groups] + [g.get("momentum", g.get("betas")) for g in groups])
        scheduler.step()
    return np.array([[x[0] if isinstance(x, tuple) else x for x in row] for row in rows])


def _compare(ours: np.ndarray, theirs: np.ndarray, drift: float = 1e-12) -> None:
    """1e-12 of the first value: PyTorch multiplies on and on, which blurs what has become small."""
    assert np.abs(ours - theirs).max() <= drift
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-15)


# PyTorch's recursion of CosineAnnealingLR drifts; its closed form is compared below.
CASES = [(case, "SGD") for case in cases(TORCH) if case[0] != "CosineAnnealingLR"]
# Where there is no momentum, its schedule moves the first of the betas.
CASES += [(case, "Adam") for case in cases(TORCH) if case[0] in ("CyclicLR", "OneCycleLR")]


@pytest.mark.parametrize(("case", "kind"), CASES, ids=lambda x: x if x is str(x) else case_id(x))
def test_schedule(case: Any, kind: str) -> None:
    name, config = case
    ours = optimizer(kind=kind)
    theirs = optimizer(torch.optim, torch.tensor, kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch's about its own habits
        reference = _class(torch.optim, name)(theirs, **config)
        expected = _history(theirs, reference, STEPS)
    _compare(_history(ours, _class(tg.optim, name)(ours, **config), STEPS), expected)


@pytest.mark.parametrize("config", TORCH["CosineAnnealingLR"])
def test_cosine(config: dict[str, Any]) -> None:
    ours, theirs = optimizer(), optimizer(torch.optim, torch.tensor)
    reference = torch.optim.lr_scheduler.CosineAnnealingLR(theirs, **config)
    expected = []
    for t in range(STEPS):
        reference.last_epoch = t
        expected.append(reference._get_closed_form_lr())
    history = _history(ours, tg.optim.lr_scheduler.CosineAnnealingLR(ours, **config), STEPS)
    _compare(history[:, :2], np.array(expected))


@pytest.mark.parametrize("kind", NESTED)
def test_nested(kind: str) -> None:
    ours, theirs = optimizer(), optimizer(torch.optim, torch.tensor)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = _history(theirs, nested(torch.optim, theirs, kind), STEPS)
    drift = 1e-11 if kind == "warm-up and cosine" else 1e-12
    _compare(_history(ours, nested(tg.optim, ours, kind), STEPS), expected, drift)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"patience": 2, "factor": 0.5},
        {"patience": 0, "cooldown": 3, "factor": 0.9, "threshold": 0.05},
        {"patience": 1, "min_lr": [0.2, 0.01], "factor": 0.7, "eps": 1e-3},
    ],
)
def test_plateau(
    mode: str, threshold_mode: str, options: dict[str, Any], rng: np.random.Generator
) -> None:
    """On a noisy metric with a NaN in it; a NaN is no improvement."""
    metrics = 1 / (1 + 0.01 * np.arange(300)) + 0.1 * rng.normal(size=300)
    metrics[17] = np.nan
    histories = []
    for library, make in ((tg.optim, tg.tensor), (torch.optim, torch.tensor)):
        optimizer_ = optimizer(library, make)
        scheduler = library.lr_scheduler.ReduceLROnPlateau(
            optimizer_, mode, threshold_mode=threshold_mode, **options
        )
        rates = []
        for metric in metrics:
            optimizer_.step()
            scheduler.step(metric)
            rates.append([group["lr"] for group in optimizer_.param_groups])
        histories.append(np.array(rates))
    assert histories[0] == pytest.approx(histories[1], rel=1e-12)
    assert histories[0].min() < 1


CHAINED: dict[str, Any] = {
    "StepLR": {"step_size": 3, "gamma": 0.1}, "MultiStepLR": {"milestones": [2, 5], "gamma": 0.5},
    "ExponentialLR": {"gamma": 0.9}, "CosineAnnealingLR": {"T_max": 10, "eta_min": 0.001},
    "LinearLR": {"start_factor": 0.4, "total_iters": 4}, "PolynomialLR": {"total_iters": 12},
    "ConstantLR": {"factor": 0.3, "total_iters": 3}, "ReduceLROnPlateau": {"patience": 1},
}  # fmt: skip


@pytest.mark.parametrize("second", CHAINED)
@pytest.mark.parametrize("first", CHAINED)
def test_two_schedules_of_one_optimizer(first: str, second: str) -> None:
    """Stepped one after the other, they multiply."""
    histories = []
    for library, make in ((tg.optim, tg.tensor), (torch.optim, torch.tensor)):
        made = optimizer(library, make)
        both = [getattr(library.lr_scheduler, k)(made, **CHAINED[k]) for k in (first, second)]
        rates = []
        for _ in range(9):
            rates.append([group["lr"] for group in made.param_groups])
            made.step()
            for schedule in both:
                schedule.step(1.0) if hasattr(schedule, "patience") else schedule.step()
        histories.append(np.array(rates))
    assert histories[0] == pytest.approx(histories[1], rel=1e-9)


def test_every_schedule_of_torch_is_compared() -> None:
    known = {
        name
        for name, value in vars(torch.optim.lr_scheduler).items()
        if isinstance(value, type)
        and issubclass(value, torch.optim.lr_scheduler.LRScheduler)
        and not name.startswith("_")
    }
    composed = {"SequentialLR", "ChainedScheduler", "ReduceLROnPlateau"}
    assert known - {"LRScheduler"} - composed == set(TORCH) - {"SWALR"}
