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

BEYOND: dict[str, list[dict[str, Any]]] = {
    "SGDW": [{"weight_decay": 0.1}, {"momentum": 0.9, "weight_decay": 0.1, "maximize": True}],
    "HeavyBall": [{}, {"momentum": 0.5, "weight_decay": 0.1, "lr": 0.1}, {"maximize": True}],
    "SignSGD": [{}, {"lr": 0.01, "weight_decay": 0.1}, {"maximize": True}],
    "Signum": [{}, {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.1}, {"maximize": True}],
    "Lion": [{}, {"lr": 0.01, "betas": (0.5, 0.8), "weight_decay": 0.1}, {"maximize": True}],
    "AdaBelief": [{}, {"lr": 0.1, "eps": 1e-3}, {"betas": (0.5, 0.6), "weight_decay": 0.1}],
    "Yogi": [{}, {"lr": 0.1, "eps": 1e-6}, {"betas": (0.5, 0.6), "weight_decay": 0.1}],
    "AdaBound": [
        {},
        {"lr": 0.1, "final_lr": 0.01, "gamma": 0.1},
        {"amsbound": True, "betas": (0.9, 0.6), "weight_decay": 0.1},
    ],
    "Adan": [{}, {"lr": 0.05, "betas": (0.5, 0.6, 0.7)}, {"weight_decay": 0.1, "maximize": True}],
    "LARS": [{}, {"momentum": 0.5, "weight_decay": 0.1}, {"trust_coefficient": 0.01, "eps": 0.1}],
    "LAMB": [{}, {"lr": 0.05, "weight_decay": 0.1}, {"betas": (0.5, 0.6), "maximize": True}],
    "NovoGrad": [{}, {"betas": (0.5, 0.6), "weight_decay": 0.1}, {"lr": 0.1, "maximize": True}],
    "ScheduleFreeSGD": [
        {},
        {"lr": 0.1, "warmup_steps": 5, "weight_decay": 0.1},
        {"momentum": 0.5, "r": 1.0, "weight_lr_power": 1.0, "lr": 0.2, "maximize": True},
    ],
    "ScheduleFreeAdamW": [
        {},
        {"lr": 0.1, "warmup_steps": 5, "weight_decay": 0.1},
        {"betas": (0.5, 0.6), "r": 1.0, "weight_lr_power": 1.0, "lr": 0.2, "maximize": True},
    ],
    "DoG": [{}, {"reps_rel": 0.01}, {"lr": 0.5, "eps": 0.1, "weight_decay": 0.1}],
    "Prodigy": [
        {},
        {"d0": 0.01, "weight_decay": 0.1},
        {"d0": 0.01, "use_bias_correction": True, "beta3": 0.5, "growth_rate": 1.1},
        {"d0": 0.1, "d_coef": 2.0, "betas": (0.5, 0.6), "maximize": True},
    ],
    "Shampoo": [
        {},
        {"momentum": 0.9, "eps": 0.1},
        {"update_period": 3, "weight_decay": 0.1, "lr": 0.01},
    ],
    "SOAP": [
        {},
        {"lr": 0.05, "precondition_frequency": 2, "weight_decay": 0.1},
        {"betas": (0.5, 0.6), "shampoo_beta": 0.8, "precondition_frequency": 1},
    ],
}

# Rules whose step evaluates the loss itself.
WITH_CLOSURE: dict[str, list[dict[str, Any]]] = {
    "NesterovLookAhead": [{}, {"lr": 0.01, "momentum": 0.5, "weight_decay": 0.1}],
    "PolyakSGD": [{}, {"lr": 0.1, "scaling": 2.0}, {"f_min": -1.0, "weight_decay": 0.1}],
    "SophiaH": [{}, {"lr": 0.05, "update_interval": 3, "gamma": 1.0, "weight_decay": 0.1}],
    "AdaHessian": [{}, {"hessian_power": 0.5, "update_interval": 2, "weight_decay": 0.1}],
}

# Rules that see all parameters as one vector.
VECTOR: dict[str, list[dict[str, Any]]] = {
    "LBFGS": [{"max_iter": 3}, {"line_search_fn": "strong_wolfe", "max_iter": 4}],
    "BFGS": [{}],
    "ConjugateGradient": [{"variant": variant} for variant in ("PR+", "FR", "HS", "DY")],
    "Newton": [{}, {"damping": 0.1, "line_search": "backtracking"}],
    "HessianFree": [{}],
    "RandomSearch": [{}],
    "HillClimbing": [{"lr": 0.1}],
    "SPSA": [{}],
    "NumericalGradientDescent": [{"lr": 0.1}, {"lr": 0.1, "h": 1e-3, "scheme": "forward"}],
}
LEAST_SQUARES = ("GaussNewton", "LevenbergMarquardt")
WRAPPERS = ("Lookahead", "SAM", "ASAM", "GradientAccumulation")
OTHER = (*VECTOR, *LEAST_SQUARES, *WRAPPERS)

# Rules that move matrices alone.
MATRICES_ONLY = {"Muon"}


def optimizer_classes() -> Iterator[type[Optimizer]]:
    """Every optimizer that `tinygrad_edu.optim` exports."""
    for value in vars(tg.optim).values():
        if inspect.isclass(value) and issubclass(value, Optimizer) and value is not Optimizer:
            yield value


def cases(*tables: dict[str, list[dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    """The optimizers of the given tables, or of all, in every configuration."""
    tables = tables or (TORCH, BEYOND, WITH_CLOSURE)
    return [(name, c) for table in tables for name, configs in table.items() for c in configs]


def case_id(case: Any) -> str:
    name, config = case
    return f"{name}({', '.join(f'{key}={value}' for key, value in config.items())})"
