"""One training step of small nets of layers; both libraries run the same lines."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

SHAPES = {"lenet": (1, 28, 28), "cifar": (3, 32, 32), "mlp": (784,)}


def network(nn: Any, net: str) -> Any:
    """LeNet-5 with ReLU; two convolutions, a pool, one more and a pool; 784-256-128-10."""
    if net == "mlp":
        return nn.Sequential(
            nn.Linear(784, 256),
            nn.BatchNorm1d(256),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(256, 128),
            nn.BatchNorm1d(128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, 10),
        )
    if net == "lenet":
        return nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(400, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, 10),
        )
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 8 * 8, 10),
    )


def make_step(library: str, net: str, batch: int) -> Callable[[], object]:
    """A step of SGD with momentum on made-up images, in ``tinygrad_edu`` or ``torch``."""
    module = import_module(library)
    nn, optim = import_module(f"{library}.nn"), import_module(f"{library}.optim")
    module.manual_seed(0)
    generator = np.random.default_rng(0)
    images = generator.normal(size=(batch, *SHAPES[net])).astype(np.float32)
    inputs = module.from_numpy(images)
    labels = module.from_numpy(generator.integers(0, 10, batch))
    model, criterion = network(nn, net), nn.CrossEntropyLoss()
    update = optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        loss = criterion(model(inputs), labels)
        update.zero_grad()
        loss.backward()
        update.step()

    return step


def steps(net: str, batch: int) -> dict[str, Callable[[], Callable[[], object]]]:
    """A maker of steps for each library."""
    return {
        library: lambda library=library: make_step(library, net, batch)
        for library in ("tinygrad_edu", "torch")
    }
