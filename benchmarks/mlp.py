"""One training step of a multilayer perceptron, the same arithmetic in each library."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np

Sizes = tuple[int, ...]


def batch_of(sizes: Sizes, batch: int) -> tuple[np.ndarray, np.ndarray]:
    """Made-up inputs and labels."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(batch, sizes[0])).astype(np.float32)
    return x, generator.integers(0, sizes[-1], batch)


def layers_step(library: str, sizes: Sizes, batch: int, optimizer: str) -> Callable[[], object]:
    """Both ``tinygrad_edu`` and ``torch`` run the same lines."""
    module = import_module(library)
    nn, optim = import_module(f"{library}.nn"), import_module(f"{library}.optim")
    module.manual_seed(0)
    layers: list[Any] = []
    for n, m in pairwise(sizes):
        layers += [nn.Linear(n, m), nn.ReLU()]
    net = nn.Sequential(*layers[:-1])
    criterion = nn.CrossEntropyLoss()
    update = {
        "sgd": lambda: optim.SGD(net.parameters(), lr=0.01, momentum=0.9),
        "plain": lambda: optim.SGD(net.parameters(), lr=0.01),
        "adam": lambda: optim.Adam(net.parameters(), lr=1e-3),
    }[optimizer]()
    inputs, labels = (module.from_numpy(a) for a in batch_of(sizes, batch))

    def step() -> None:
        loss = criterion(net(inputs), labels)
        update.zero_grad()
        loss.backward()
        update.step()

    return step


def numpy_step(sizes: Sizes, batch: int, optimizer: str) -> Callable[[], object]:
    """Forward, backward and update by hand, as a careful person would write them."""
    generator = np.random.default_rng(0)
    bounds = [1 / n**0.5 for n, _ in pairwise(sizes)]
    pairs = list(zip(pairwise(sizes), bounds, strict=True))
    weights = [generator.uniform(-b, b, (m, n)).astype(np.float32) for (n, m), b in pairs]
    biases = [generator.uniform(-b, b, m).astype(np.float32) for (_, m), b in pairs]
    parameters = [p for pair in zip(weights, biases, strict=True) for p in pair]
    scratch = [np.empty_like(p) for p in parameters]
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    inputs, labels = batch_of(sizes, batch)
    rows = np.arange(batch)
    time = 0

    def sgd(p: np.ndarray, g: np.ndarray, t: np.ndarray, m: np.ndarray, v: np.ndarray) -> None:
        np.multiply(m, 0.9, out=m)
        np.add(m, g, out=m)
        np.multiply(m, 0.01, out=t)
        np.subtract(p, t, out=p)

    def plain(p: np.ndarray, g: np.ndarray, t: np.ndarray, m: np.ndarray, v: np.ndarray) -> None:
        np.multiply(g, 0.01, out=t)
        np.subtract(p, t, out=p)

    def adam(p: np.ndarray, g: np.ndarray, t: np.ndarray, m: np.ndarray, v: np.ndarray) -> None:
        np.subtract(g, m, out=t)
        np.multiply(t, 0.1, out=t)
        np.add(m, t, out=m)
        np.multiply(v, 0.999, out=v)
        np.multiply(g, g, out=t)
        np.multiply(t, 0.001, out=t)
        np.add(v, t, out=v)
        np.sqrt(v, out=t)
        np.divide(t, (1 - 0.999**time) ** 0.5, out=t)
        np.add(t, 1e-8, out=t)
        np.divide(m, t, out=t)
        np.multiply(t, 1e-3 / (1 - 0.9**time), out=t)
        np.subtract(p, t, out=p)

    rule = {"sgd": sgd, "plain": plain, "adam": adam}[optimizer]

    def step() -> None:
        nonlocal time
        time += 1
        activations = [inputs]
        for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            z = activations[-1] @ weight.T
            z += bias
            if k < len(weights) - 1:
                np.maximum(z, 0, out=z)
            activations.append(z)
        z = activations.pop()
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(axis=1, keepdims=True)
        loss = -np.log(z[rows, labels]).mean()
        z[rows, labels] -= 1
        z *= np.float32(1 / batch)
        gradients = []
        for weight in reversed(weights):
            a = activations.pop()
            gradients += [z.sum(axis=0), z.T @ a]
            if activations:
                z = z @ weight
                z *= a > 0
        gradients.reverse()
        for p, g, t, m, v in zip(parameters, gradients, scratch, first, second, strict=True):
            rule(p, g, t, m, v)
        if not np.isfinite(loss):
            raise FloatingPointError("the loss is not finite")

    return step


STEPS = {
    "tinygrad_edu": partial(layers_step, "tinygrad_edu"),
    "torch": partial(layers_step, "torch"),
    "numpy": numpy_step,
}
