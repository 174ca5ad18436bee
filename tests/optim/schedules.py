"""One table of schedules: every class of `optim.lr_scheduler` is in it, every test reads it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from typing import Any

import tinygrad_edu as tg

s = tg.optim.lr_scheduler

# What PyTorch has, with its arguments after the optimizer.
TORCH: dict[str, list[dict[str, Any]]] = {
    "LambdaLR": [
        {"lr_lambda": lambda t: 0.95**t},
        {"lr_lambda": [lambda t: 1 / (t + 1), lambda t: math.cos(t) ** 2]},
    ],
    "MultiplicativeLR": [
        {"lr_lambda": lambda t: 0.999},
        {"lr_lambda": [lambda t: 1 - 1 / (t + 2), lambda t: 1 + 0.01 * math.sin(t)]},
    ],
    "StepLR": [{"step_size": 3}, {"step_size": 700, "gamma": 0.5}, {"step_size": 1, "gamma": 0.99}],
    "MultiStepLR": [
        {"milestones": [2, 5, 5, 8], "gamma": 0.5},
        {"milestones": [9000, 100]},
        {"milestones": [0, 1]},
    ],
    "ConstantLR": [{}, {"factor": 0.1, "total_iters": 100}, {"factor": 0.5, "total_iters": 1}],
    "LinearLR": [{}, {"start_factor": 0.01, "end_factor": 0.5, "total_iters": 5000}],
    "ExponentialLR": [{"gamma": 0.999}, {"gamma": 1.0}],
    "PolynomialLR": [{}, {"total_iters": 9000, "power": 2.0}, {"total_iters": 100, "power": 0.5}],
    "CosineAnnealingLR": [{"T_max": 5, "eta_min": 0.1}, {"T_max": 4000}, {"T_max": 1}],
    "CosineAnnealingWarmRestarts": [
        {"T_0": 3, "T_mult": 2},
        {"T_0": 10, "eta_min": 0.05},
        {"T_0": 1},
        {"T_0": 7, "T_mult": 3, "eta_min": 0.01},
    ],
    "CyclicLR": [
        {"base_lr": 0.1, "max_lr": 1.0, "step_size_up": 3},
        {"base_lr": 0.1, "max_lr": 1.0, "step_size_up": 5, "step_size_down": 11},
        {"base_lr": 0.01, "max_lr": 0.5, "step_size_up": 400, "mode": "triangular2"},
        {"base_lr": 0.1, "max_lr": 1.0, "step_size_up": 7, "mode": "exp_range", "gamma": 0.999},
        {
            "base_lr": [0.1, 0.2],
            "max_lr": [1.0, 0.9],
            "step_size_up": 6,
            "scale_fn": lambda x: 1 / x,
            "base_momentum": [0.5, 0.6],
            "max_momentum": [0.7, 0.9],
        },
        {
            "base_lr": 0.1,
            "max_lr": 1.0,
            "step_size_up": 6,
            "scale_fn": lambda x: 0.99**x,
            "scale_mode": "iterations",
            "cycle_momentum": False,
        },
    ],
    "OneCycleLR": [
        {"max_lr": 1.0, "total_steps": 10001},
        {"max_lr": 0.5, "epochs": 101, "steps_per_epoch": 100, "anneal_strategy": "linear"},
        {"max_lr": [1.0, 0.1], "total_steps": 20000, "three_phase": True},
        {
            "max_lr": 1.0,
            "total_steps": 10001,
            "pct_start": 0.45,
            "three_phase": True,
            "anneal_strategy": "linear",
            "div_factor": 10.0,
            "final_div_factor": 100.0,
            "base_momentum": 0.7,
            "max_momentum": [0.8, 0.9],
        },
        {"max_lr": 1.0, "total_steps": 12000, "cycle_momentum": False, "pct_start": 0.1},
    ],
    "SWALR": [
        {"swa_lr": 0.05},
        {"swa_lr": [0.05, 0.1], "anneal_epochs": 500, "anneal_strategy": "linear"},
        {"swa_lr": 0.05, "anneal_epochs": 0},
    ],
}

BEYOND: dict[str, list[dict[str, Any]]] = {
    "InverseTimeLR": [{}, {"decay_steps": 10, "decay_rate": 0.5, "staircase": True}],
    "RobbinsMonroLR": [{}, {"b": 10.0, "c": 0.75}],
    "RexLR": [{"total_iters": 100}],
    "PiecewiseLR": [
        {"milestones": [3, 50], "factors": [1.0, 0.5, 0.1]},
        {"milestones": [3, 50], "factors": [0.0, 1.0, 0.1], "interpolate": "linear"},
        {"milestones": [3, 50], "factors": [0.0, 1.0, 0.1], "interpolate": "cosine"},
    ],
    "WarmUpLR": [
        {"warmup_steps": 5},
        {"warmup_steps": 5, "after": s.CosineAnnealingLR(None, T_max=90)},
        {"warmup_steps": 0, "after": s.OneCycleLR(None, max_lr=0.3, total_steps=20000)},
    ],
    "NoamLR": [{}, {"d_model": 64, "warmup_steps": 30}],
    "InverseSqrtLR": [{"warmup_steps": 20}],
    "WarmupStableDecayLR": [
        {"warmup_steps": 5, "stable_steps": 100, "decay_steps": 50, "cooldown": cooldown}
        for cooldown in ("1-sqrt", "linear", "cosine", "1-square")
    ],
}

# These take schedulers instead of numbers; see `nested`.
COMPOSED = ("SequentialLR", "ChainedScheduler")
# No function of time.
STATEFUL = ("ReduceLROnPlateau",)


def nested(library: Any, optimizer: Any, kind: str) -> Any:
    """Schedules of schedules, in either library."""
    lib = library.lr_scheduler
    if kind == "sequential":
        parts = [
            lib.ConstantLR(optimizer, factor=0.1, total_iters=2),
            lib.LinearLR(optimizer, start_factor=0.2, total_iters=30),
            lib.ExponentialLR(optimizer, gamma=0.999),
        ]
        return lib.SequentialLR(optimizer, parts, milestones=[2, 50])
    if kind == "warm-up and cosine":
        parts = [
            lib.LinearLR(optimizer, start_factor=0.1, total_iters=4),
            lib.CosineAnnealingLR(optimizer, T_max=80, eta_min=0.01),
        ]
        return lib.SequentialLR(optimizer, parts, milestones=[4])
    if kind == "chained":
        parts = [
            lib.ConstantLR(optimizer, factor=0.1, total_iters=20),
            lib.ExponentialLR(optimizer, gamma=0.999),
            lib.StepLR(optimizer, step_size=500, gamma=0.5),
        ]
        return lib.ChainedScheduler(parts, optimizer=optimizer)
    inner = lib.SequentialLR(
        optimizer,
        [lib.LinearLR(optimizer, start_factor=0.5), lib.ExponentialLR(optimizer, gamma=0.999)],
        milestones=[30],
    )
    # Beyond the milestone: PyTorch forgets other factors where a sequence goes on to its next part.
    return lib.ChainedScheduler([inner, lib.StepLR(optimizer, step_size=500)], optimizer=optimizer)


NESTED = ("sequential", "warm-up and cosine", "chained", "nested")


def cases(*tables: dict[str, list[dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """The schedules of the given tables, or of all, in every configuration."""
    return [(n, c) for table in tables or (TORCH, BEYOND) for n, cs in table.items() for c in cs]


def case_id(case: Any) -> str:
    name, config = case
    return f"{name}({','.join(config or ())})"


def scheduler_classes() -> Iterator[type]:
    """Every schedule that `optim.lr_scheduler` exports."""
    for value in vars(s).values():
        if (
            inspect.isclass(value)
            and issubclass(value, s.LRScheduler)
            and value is not s.LRScheduler
        ):
            yield value


def optimizer(library: Any = tg.optim, make: Any = tg.tensor, kind: str = "SGD") -> Any:
    """Two groups with rates of their own."""
    params = [make([1.0], requires_grad=True), make([2.0], requires_grad=True)]
    groups = [{"params": params[:1]}, {"params": params[1:], "lr": 0.3}]
    options = {"momentum": 0.9} if kind == "SGD" else {}
    return getattr(library, kind)(groups, lr=1.0, **options)
