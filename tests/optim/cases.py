"""One table of optimizers: every class of `tinygrad_edu.optim` is in it, every test reads it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import tinygrad_edu as tg
from tinygrad_edu.optim import Optimizer

# Configurations beside the defaults. Where PyTorch has the rule there are at least eight.
TORCH: dict[str, list[dict[str, Any]]] = {
    "SGD": [
        {},
        {"lr": 0.1, "weight_decay": 0.1},
        {"momentum": 0.9},
        {"momentum": 0.9, "dampening": 0.5},
        {"momentum": 0.9, "nesterov": True},
        {"momentum": 0.5, "nesterov": True, "weight_decay": 0.01, "maximize": True},
        {"lr": 0.05, "maximize": True, "weight_decay": 0.2},
        {"momentum": 0.99, "dampening": 0.9, "weight_decay": 0.1},
    ],
    "Adam": [
        {},
        {"lr": 0.1},
        {"lr": 0.05, "betas": (0.5, 0.6)},
        {"lr": 0.05, "eps": 0.1},
        {"lr": 0.02, "weight_decay": 0.1},
        {"lr": 0.02, "amsgrad": True, "betas": (0.9, 0.8)},
        {"lr": 0.02, "amsgrad": True, "weight_decay": 0.3, "maximize": True},
        {"lr": 0.02, "weight_decay": 0.3, "decoupled_weight_decay": True},
        {"lr": 0.03, "betas": (0.0, 0.999)},
    ],
    "AdamW": [
        {},
        {"lr": 0.1},
        {"lr": 0.05, "betas": (0.5, 0.6)},
        {"lr": 0.05, "eps": 0.1},
        {"lr": 0.02, "weight_decay": 0.0},
        {"lr": 0.02, "weight_decay": 0.5},
        {"lr": 0.02, "amsgrad": True, "betas": (0.9, 0.8)},
        {"lr": 0.02, "amsgrad": True, "weight_decay": 0.3, "maximize": True},
    ],
    "Adamax": [
        {},
        {"lr": 0.1},
        {"lr": 0.05, "betas": (0.5, 0.6)},
        {"lr": 0.05, "eps": 0.1},
        {"lr": 0.02, "weight_decay": 0.1},
        {"lr": 0.02, "maximize": True},
        {"lr": 0.02, "weight_decay": 0.3, "maximize": True},
        {"lr": 0.02, "betas": (0.0, 0.9)},
    ],
    "NAdam": [
        {},
        {"lr": 0.1},
        {"lr": 0.05, "betas": (0.5, 0.6)},
        {"lr": 0.05, "eps": 0.1},
        {"lr": 0.02, "weight_decay": 0.1},
        {"lr": 0.02, "weight_decay": 0.3, "decoupled_weight_decay": True},
        {"lr": 0.02, "momentum_decay": 0.5},
        {"lr": 0.02, "momentum_decay": 0.0, "maximize": True, "weight_decay": 0.1},
    ],
    "RAdam": [
        {},
        {"lr": 0.1},
        {"lr": 0.05, "betas": (0.5, 0.9)},
        {"lr": 0.01, "betas": (0.9, 0.6)},
        {"lr": 0.05, "eps": 0.1},
        {"lr": 0.02, "weight_decay": 0.1},
        {"lr": 0.02, "weight_decay": 0.3, "decoupled_weight_decay": True},
        {"lr": 0.02, "maximize": True, "weight_decay": 0.1},
    ],
    "Adagrad": [
        {},
        {"lr": 0.1},
        {"lr": 0.1, "lr_decay": 0.1},
        {"lr": 0.1, "initial_accumulator_value": 0.5},
        {"lr": 0.1, "eps": 0.1},
        {"lr": 0.05, "weight_decay": 0.1},
        {"lr": 0.05, "maximize": True},
        {"lr": 0.2, "lr_decay": 0.01, "weight_decay": 0.2, "maximize": True},
    ],
    "Adadelta": [
        {},
        {"lr": 0.1},
        {"rho": 0.5},
        {"rho": 0.99, "eps": 1e-3},
        {"eps": 0.1},
        {"weight_decay": 0.1},
        {"maximize": True, "lr": 0.5},
        {"rho": 0.95, "weight_decay": 0.2, "maximize": True},
    ],
    "RMSprop": [
        {},
        {"lr": 0.1},
        {"alpha": 0.5},
        {"alpha": 0.9, "eps": 0.1},
        {"momentum": 0.9},
        {"centered": True},
        {"centered": True, "momentum": 0.5, "weight_decay": 0.1},
        {"weight_decay": 0.2, "maximize": True},
    ],
    "Rprop": [
        {},
        {"lr": 0.1},
        {"etas": (0.3, 1.5)},
        {"etas": (0.9, 1.01)},
        {"step_sizes": (1e-3, 0.1)},
        {"step_sizes": (0.0, 1.0)},
        {"maximize": True},
        {"lr": 0.5, "etas": (0.2, 1.1), "step_sizes": (1e-4, 0.7), "maximize": True},
    ],
    "ASGD": [
        {},
        {"lr": 0.1},
        {"lr": 0.1, "lambd": 0.1},
        {"lr": 0.1, "alpha": 0.5, "lambd": 0.01},
        {"lr": 0.1, "t0": 10},
        {"lr": 0.05, "weight_decay": 0.1},
        {"lr": 0.05, "maximize": True},
        {"lr": 0.05, "t0": 500, "lambd": 0.05, "weight_decay": 0.1, "maximize": True},
    ],
    "Adafactor": [
        {},
        {"lr": 0.1},
        {"beta2_decay": -0.5},
        {"eps": (1e-4, 0.1)},
        {"d": 1.2},
        {"lr": 0.05, "weight_decay": 0.1},
        {"lr": 0.05, "maximize": True},
        {"lr": 1.0, "d": 5.0, "eps": (None, 1e-2), "weight_decay": 0.2, "maximize": True},
    ],
    "Muon": [
        {},
        {"lr": 0.1},
        {"momentum": 0.5},
        {"nesterov": False, "lr": 0.02},
        {"weight_decay": 0.0},
        {"weight_decay": 0.5, "lr": 0.05},
        {"ns_steps": 3, "ns_coefficients": (2.0, -1.5, 0.5)},
        {"adjust_lr_fn": "match_rms_adamw", "lr": 0.01},
        {"adjust_lr_fn": "original", "eps": 1e-3},
    ],
}

# Rules that move matrices alone.
MATRICES_ONLY = {"Muon"}


def optimizer_classes() -> Iterator[type[Optimizer]]:
    """Every optimizer that `tinygrad_edu.optim` exports."""
    for value in vars(tg.optim).values():
        if inspect.isclass(value) and issubclass(value, Optimizer) and value is not Optimizer:
            yield value


def cases() -> list[tuple[str, dict[str, Any]]]:
    """Every optimizer in every configuration."""
    return [(name, config) for name, configs in TORCH.items() for config in configs]


def case_id(case: Any) -> str:
    name, config = case
    return f"{name}({', '.join(f'{key}={value}' for key, value in config.items())})"
