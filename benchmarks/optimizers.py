"""One step of an optimizer on 2.8 million float32 weights in 20 tensors, the gradients given."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

# Ten layers of a net: 2,812,212 weights in ten matrices and ten biases.
_LAYERS = [(784, 1100), (1100, 640), (640, 512), (512, 512), (512, 400), (400, 400), (400, 320)]
_LAYERS += [(320, 256), (256, 200), (200, 128)]
SHAPES = [shape for n, m in _LAYERS for shape in ((m, n), (m,))]

RULES: dict[str, dict[str, Any]] = {
    "Adam": {"lr": 1e-3},
    "AdamW": {"lr": 1e-3},
    "RMSprop": {"lr": 1e-3},
    "Adagrad": {"lr": 1e-2},
    "SGD": {"lr": 1e-2, "momentum": 0.9},
}


def make_step(library: str, rule: str) -> Callable[[], object]:
    """``optimizer.step`` in ``tinygrad_edu`` or ``torch``, with its defaults."""
    module, optim = import_module(library), import_module(f"{library}.optim")
    generator = np.random.default_rng(0)
    parameters = []
    for shape in SHAPES:
        weight, gradient = generator.normal(size=(2, *shape)).astype(np.float32)
        parameters.append(module.from_numpy(weight.copy()))
        parameters[-1].requires_grad = True
        parameters[-1].grad = module.from_numpy(gradient.copy())
    step: Callable[[], object] = getattr(optim, rule)(parameters, **RULES[rule]).step
    return step


def steps(rule: str) -> dict[str, Callable[[], Callable[[], object]]]:
    """A maker of steps for each library."""
    return {
        library: lambda library=library: make_step(library, rule)
        for library in ("tinygrad_edu", "torch")
    }
