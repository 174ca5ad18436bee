"""The cost of one operation on tensors of four elements: all overhead, no arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

LENGTH = 100
COUNT = 5 * LENGTH  # operations in one step


def _chain(x: Any, w: Any, b: Any, exp: Any, tanh: Any) -> Any:
    y = x
    for _ in range(LENGTH):
        y = tanh(y * w + b)
        y = exp(y) - w
    return y


def tinygrad_edu_step() -> Callable[[], object]:
    import tinygrad_edu as tg

    x, w, b = (tg.tensor([0.1, 0.2, 0.3, 0.4], requires_grad=True) for _ in range(3))

    def step() -> None:
        _chain(x, w, b, tg.exp, tg.tanh).sum().backward()
        x.grad = w.grad = b.grad = None

    return step


def torch_step() -> Callable[[], object]:
    import torch

    x, w, b = (torch.tensor([0.1, 0.2, 0.3, 0.4], requires_grad=True) for _ in range(3))

    def step() -> None:
        _chain(x, w, b, torch.exp, torch.tanh).sum().backward()
        x.grad = w.grad = b.grad = None

    return step


def autograd_step() -> Callable[[], object]:
    import autograd
    import autograd.numpy as anp
    import numpy as np

    def loss(x: Any, w: Any, b: Any) -> Any:
        return anp.sum(_chain(x, w, b, anp.exp, anp.tanh))

    gradient = autograd.grad(loss, (0, 1, 2))
    values = [np.array([0.1, 0.2, 0.3, 0.4], np.float32) for _ in range(3)]
    return lambda: gradient(*values)


STEPS = {"tinygrad_edu": tinygrad_edu_step, "torch": torch_step, "autograd": autograd_step}
