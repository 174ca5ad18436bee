"""Paths of PyTorch's own rules and schedules, stored: checked where PyTorch is not installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.optim import lr_scheduler as s
from tinygrad_edu.optim.functions import rosenbrock

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "torch_optim.json").read_text())

OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "SGD lr=1e-3": ("SGD", {}),
    "SGD lr=1e-3 momentum=.9": ("SGD", {"momentum": 0.9}),
    "SGD lr=1e-3 momentum=.9 dampening=.5": ("SGD", {"momentum": 0.9, "dampening": 0.5}),
    "SGD lr=1e-3 momentum=.9 nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "SGD lr=1e-3 momentum=.9 weight_decay=.1": ("SGD", {"momentum": 0.9, "weight_decay": 0.1}),
    "Adam lr=.1": ("Adam", {"lr": 0.1}),
    "Adam lr=.1 amsgrad": ("Adam", {"lr": 0.1, "amsgrad": True}),
    "Adam lr=.1 weight_decay=.1 (L2)": ("Adam", {"lr": 0.1, "weight_decay": 0.1}),
    "AdamW lr=.1 weight_decay=.1": ("AdamW", {"lr": 0.1, "weight_decay": 0.1}),
    "Adam lr=.1 betas=(.9,.5)": ("Adam", {"lr": 0.1, "betas": (0.9, 0.5)}),
    "Adam lr=.1 betas=(.9,.5) amsgrad": ("Adam", {"lr": 0.1, "betas": (0.9, 0.5), "amsgrad": True}),
    "Adagrad lr=.1": ("Adagrad", {"lr": 0.1}),
    "Adagrad lr=.1 lr_decay=.1": ("Adagrad", {"lr": 0.1, "lr_decay": 0.1}),
    "Adadelta default": ("Adadelta", {}),
    "Adamax lr=.1": ("Adamax", {"lr": 0.1}),
    "NAdam lr=.1": ("NAdam", {"lr": 0.1}),
    "RAdam lr=1e-3 (10 steps: adaptive branch from step 6)": ("RAdam", {}),
    "RMSprop lr=.01": ("RMSprop", {}),
    "RMSprop lr=.01 centered momentum=.9": ("RMSprop", {"centered": True, "momentum": 0.9}),
    "Rprop lr=.01 (10 steps)": ("Rprop", {}),
    "ASGD lr=1e-3": ("ASGD", {"lr": 1e-3}),
    "Adafactor default on matrix": ("Adafactor", {}),
    "Muon lr=.1 on matrix (NS in float64, not bfloat16)": ("Muon", {"lr": 0.1}),
}


def test_every_stored_path_is_checked() -> None:
    assert set(OPTIMIZERS) == set(GOLDEN["optimizers"])
    assert set(SCHEDULES) | {"ReduceLROnPlateau patience=1 cooldown=2 metrics"} == set(
        GOLDEN["schedulers"]
    )


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_path(name: str) -> None:
    expected = np.array(GOLDEN["optimizers"][name])
    cls, config = OPTIMIZERS[name]
    if "matrix" in name:
        w = tg.tensor(np.eye(2, 3), requires_grad=True)
        goal = np.arange(1.0, 7.0).reshape(2, 3)
    else:
        w = tg.tensor(np.array([-1.2, 1.0]), requires_grad=True)
    optimizer = getattr(tg.optim, cls)([w], **config)
    for position in expected:
        optimizer.zero_grad()
        loss = ((w - goal) ** 2).sum() / 2 if "matrix" in name else rosenbrock(w)
        loss.backward()
        optimizer.step()
        assert w.value.ravel() == pytest.approx(position, rel=1e-12, abs=1e-12)


SCHEDULES: dict[str, Any] = {
    "LambdaLR 0.95**e": lambda o: s.LambdaLR(o, lambda e: 0.95**e),
    "MultiplicativeLR 0.9": lambda o: s.MultiplicativeLR(o, lambda e: 0.9),
    "StepLR step_size=3 gamma=0.1": lambda o: s.StepLR(o, 3),
    "MultiStepLR [2,5,5,8] gamma=0.5": lambda o: s.MultiStepLR(o, [2, 5, 5, 8], 0.5),
    "ConstantLR default": s.ConstantLR,
    "LinearLR default": s.LinearLR,
    "ExponentialLR 0.9": lambda o: s.ExponentialLR(o, 0.9),
    "PolynomialLR total_iters=10 power=2": lambda o: s.PolynomialLR(o, 10, 2),
    "CosineAnnealingLR T_max=5 eta_min=0.1 (12 steps: goes back up)": (
        lambda o: s.CosineAnnealingLR(o, 5, 0.1)
    ),
    "CosineAnnealingWarmRestarts T_0=3 T_mult=2": (
        lambda o: s.CosineAnnealingWarmRestarts(o, 3, 2)
    ),
    "CyclicLR triangular base .1 max 1 up 3": lambda o: s.CyclicLR(o, 0.1, 1.0, 3),
    "CyclicLR triangular2": lambda o: s.CyclicLR(o, 0.1, 1.0, 3, mode="triangular2"),
    "CyclicLR exp_range gamma .9": (
        lambda o: s.CyclicLR(o, 0.1, 1.0, 3, mode="exp_range", gamma=0.9)
    ),
    "OneCycleLR max 1 total 12": lambda o: s.OneCycleLR(o, 1.0, 12),
    "OneCycleLR max 1 total 12 linear three_phase": (
        lambda o: s.OneCycleLR(o, 1.0, 12, anneal_strategy="linear", three_phase=True)
    ),
    "SequentialLR Constant(.1,2) -> Exp .9 milestones [2]": (
        lambda o: s.SequentialLR(o, [s.ConstantLR(o, 0.1, 2), s.ExponentialLR(o, 0.9)], [2])
    ),
    "SequentialLR Linear warmup 4 -> Cosine T_max 8, milestones [4]": (
        lambda o: s.SequentialLR(
            o, [s.LinearLR(o, 0.1, total_iters=4), s.CosineAnnealingLR(o, 8)], [4]
        )
    ),
    "ChainedScheduler Constant(.1,2) x Exp .9": (
        lambda o: s.ChainedScheduler([s.ConstantLR(o, 0.1, 2), s.ExponentialLR(o, 0.9)])
    ),
    "ReduceLROnPlateau patience=2 factor=.5 on flat metric": (
        lambda o: s.ReduceLROnPlateau(o, patience=2, factor=0.5)
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule(name: str) -> None:
    expected = GOLDEN["schedulers"][name]
    w = tg.tensor([1.0], requires_grad=True)
    optimizer = tg.optim.SGD([w], lr=1.0, momentum=0.9)
    scheduler = SCHEDULES[name](optimizer)
    rates, momenta = [], []
    for _ in range(12):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        scheduler.step(*([1.0] if "Plateau" in name else []))
    assert rates == pytest.approx(expected["lr"], abs=1e-9)
    if "momentum" in expected:
        assert momenta == pytest.approx(expected["momentum"], abs=1e-9)
