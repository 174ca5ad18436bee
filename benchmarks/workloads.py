"""The table of workloads. Each is the same work in several libraries."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks import mlp, nets, operations, optimizers, processes, second_order
from benchmarks.worker import peak_memory, timed

#: What each library is imported as.
LIBRARIES = {
    "tinygrad_edu": "tinygrad_edu",
    "torch": "torch",
    "numpy": "numpy",
    "autograd": "autograd",
}

Make = Callable[[], Callable[[], object]]


def step_time(make: Make) -> dict[str, float]:
    """Seconds of one step."""
    return {"time": timed(make())}


def step_time_and_memory(make: Make) -> dict[str, float]:
    """Seconds of one step and the peak memory of the process."""
    return {"time": timed(make()), "memory": peak_memory()}


def whole(make: Make) -> dict[str, float]:
    """What the workload measures itself."""
    result: Any = make()()
    return dict(result)


@dataclass
class Workload:
    """One row or two of the table.

    ``steps`` gives for each library a function that prepares the work and returns one step of it.
    ``figures`` are the measured quantities with the unit and scale in which they are printed.
    """

    name: str
    what: str
    steps: dict[str, Make]
    measure: Callable[[Make], dict[str, float]] = step_time
    figures: list[tuple[str, str, float]] = field(default_factory=lambda: [("time", "ms", 1e3)])


_ALL = [
    Workload(
        "threads",
        "what the machine has",
        {"tinygrad_edu": lambda: lambda: {"cores": float(os.cpu_count() or 1)}},
        whole,
    ),
    *[
        Workload(
            f"mlp-{optimizer}-{batch}",
            f"one training step, 784-256-128-10, batch {batch}, {optimizer}",
            {
                library: lambda make=make, batch=batch, optimizer=optimizer: make(
                    (784, 256, 128, 10), batch, optimizer
                )
                for library, make in mlp.STEPS.items()
            },
        )
        for optimizer in ("sgd", "adam")
        for batch in (1, 32, 128, 512)
    ],
    Workload(
        "mlp-10M",
        "one step of plain SGD, 784-2560-2560-512-10, batch 128",
        {
            library: lambda make=make: make((784, 2560, 2560, 512, 10), 128, "plain")
            for library, make in mlp.STEPS.items()
        },
        step_time_and_memory,
        [("time", "ms", 1e3), ("memory", "MB", 1e-6)],
    ),
    *[
        Workload(
            f"{name}-{batch}",
            f"one training step of {what}, batch {batch}, SGD with momentum",
            nets.steps(net, batch),
            step_time_and_memory,
            [("time", "ms", 1e3), ("memory", "MB", 1e-6)],
        )
        for name, net, what, batch in (
            ("lenet", "lenet", "LeNet-5", 64),
            ("cifar", "cifar", "a CNN for CIFAR, 32-32-pool-64-pool", 32),
            ("mlp-bn-dropout", "mlp", "784-256-128-10 with batch norm and dropout", 128),
        )
    ],
    *[
        Workload(
            f"optim-{rule}",
            f"one step of {rule} on 2.8 million weights in 20 tensors",
            optimizers.steps(rule),
        )
        for rule in optimizers.RULES
    ],
    Workload(
        "operations",
        "cost of one operation on 4 elements, forward and backward",
        operations.STEPS,
        figures=[("time", "µs", 1e6 / operations.COUNT)],
    ),
    Workload(
        "hessian",
        "Hessian of a net with 1,005 parameters, row by row",
        second_order.HESSIAN,
    ),
    Workload(
        "hessian-vectorized",
        "the same against PyTorch's vectorize=True",
        second_order.HESSIAN_VECTORIZED,
    ),
    Workload(
        "hvp",
        "Hessian times vector, 784-256-128-10, batch 128",
        second_order.products("hvp"),
    ),
    Workload(
        "vhp",
        "the same against PyTorch's vhp, which is quicker than its hvp",
        second_order.products("vhp"),
    ),
    Workload("import", "time to import, against NumPy's", processes.IMPORTS, whole),
    Workload(
        "chain",
        "a chain of 1,000,000 operations",
        {"tinygrad_edu": processes.chain},
        whole,
        [
            ("forward", "s", 1.0),
            ("backward", "s", 1.0),
            ("release", "s", 1.0),
            ("bytes", "bytes a node", 1.0),
        ],
    ),
]

WORKLOADS = {workload.name: workload for workload in _ALL}
