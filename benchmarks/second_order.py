"""Hessians and their products with vectors, the same net and the same question in each library."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Sizes = tuple[int, ...]
SMALL: Sizes = (10, 25, 20, 10)  # 1005 parameters
LARGE: Sizes = (784, 256, 128, 10)
BATCH = {SMALL: 32, LARGE: 128}


def _numbers(sizes: Sizes) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Weights and biases in turn, inputs, labels."""
    generator = np.random.default_rng(0)
    parameters = []
    for n, m in pairwise(sizes):
        parameters.append(generator.uniform(-1, 1, (m, n)).astype(np.float32) / n**0.5)
        parameters.append(generator.uniform(-1, 1, m).astype(np.float32) / n**0.5)
    batch = BATCH[sizes]
    inputs = generator.normal(size=(batch, sizes[0])).astype(np.float32)
    return parameters, inputs, generator.integers(0, sizes[-1], batch)


def _loss(
    parameters: Any, inputs: Any, labels: Any, linear: Any, tanh: Any, cross_entropy: Any
) -> Any:
    y = inputs
    pairs = list(zip(parameters[::2], parameters[1::2], strict=True))
    for k, (weight, bias) in enumerate(pairs):
        y = linear(y, weight, bias)
        if k < len(pairs) - 1:
            y = tanh(y)
    return cross_entropy(y, labels)


def _tinygrad_edu(sizes: Sizes) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    import tinygrad_edu as tg

    parameters, *data = _numbers(sizes)
    inputs, labels = (tg.tensor(a) for a in data)

    def loss(*parameters: Any) -> Any:
        return _loss(parameters, inputs, labels, tg.linear, tg.tanh, tg.cross_entropy)

    return loss, tuple(tg.tensor(p) for p in parameters)


def _torch(sizes: Sizes) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    import torch
    from torch.nn import functional

    parameters, *data = _numbers(sizes)
    inputs, labels = (torch.from_numpy(a) for a in data)

    def loss(*parameters: Any) -> Any:
        return _loss(
            parameters, inputs, labels, functional.linear, torch.tanh, functional.cross_entropy
        )

    return loss, tuple(torch.from_numpy(p) for p in parameters)


def _tinygrad_edu_hessian(sizes: Sizes) -> Callable[[], object]:
    from tinygrad_edu import autograd

    loss, parameters = _tinygrad_edu(sizes)
    return lambda: autograd.hessian(loss, parameters)


def _torch_hessian(sizes: Sizes, vectorize: bool) -> Callable[[], object]:
    from torch.autograd import functional

    loss, parameters = _torch(sizes)
    return lambda: functional.hessian(loss, parameters, vectorize=vectorize)


def _tinygrad_edu_product(name: str) -> Callable[[], object]:
    from tinygrad_edu import autograd

    loss, parameters = _tinygrad_edu(LARGE)
    product = getattr(autograd, name)
    return lambda: product(loss, parameters, parameters)


def _torch_product(name: str) -> Callable[[], object]:
    from torch.autograd import functional

    loss, parameters = _torch(LARGE)
    product = getattr(functional, name)
    return lambda: product(loss, parameters, parameters)


def products(name: str) -> dict[str, Callable[[], Callable[[], object]]]:
    """``hvp`` or ``vhp``: the same for a symmetric Hessian, where PyTorch's ``vhp`` is quicker."""
    return {
        "tinygrad_edu": lambda: _tinygrad_edu_product(name),
        "torch": lambda: _torch_product(name),
    }


HESSIAN = {
    "tinygrad_edu": lambda: _tinygrad_edu_hessian(SMALL),
    "torch": lambda: _torch_hessian(SMALL, vectorize=False),
}
HESSIAN_VECTORIZED = {
    "tinygrad_edu": lambda: _tinygrad_edu_hessian(SMALL),
    "torch": lambda: _torch_hessian(SMALL, vectorize=True),
}
