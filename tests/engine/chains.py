"""Long graphs, made, differentiated and dropped: run as a script, so that a crash is seen.

    python chains.py HOW DROP NODES

HOW is where: "main", or "thread" with a stack of 256 KB. DROP is when the graph dies.
"""

from __future__ import annotations

import contextlib
import resource
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

import tinygrad_edu as tg


def chain(nodes: int, kind: str = "add") -> tuple[Any, Any]:
    """y computed from x by ``nodes`` operations."""
    x = tg.tensor(np.array([1.0]), requires_grad=True)
    y = x
    if kind == "mixed":
        for k in range(nodes // 3):
            y = tg.tanh(y) * 1.0
            y = y + x if k % 2 else y - x
    else:
        for _ in range(nodes):
            y = y + 0.0
    return x, y


def before_backward(nodes: int) -> None:
    x, y = chain(nodes)
    del x, y


def after_backward(nodes: int) -> None:
    x, y = chain(nodes)
    y.backward()
    assert x.grad.item() == 1.0
    del x, y


def after_retained_backward(nodes: int) -> None:
    x, y = chain(nodes, "mixed")
    y.backward(retain_graph=True)
    y.backward(retain_graph=True)
    assert np.isfinite(x.grad.item())
    del x, y


def recorded_gradients(nodes: int) -> None:
    x, y = chain(nodes // 4, "mixed")
    (slope,) = tg.grad(y, [x], create_graph=True)
    assert np.isfinite(tg.grad(slope, x).item())
    del x, y, slope


def through_exception(nodes: int) -> None:
    def fail() -> None:
        _, y = chain(nodes)
        raise KeyError(y.shape)

    with contextlib.suppress(KeyError):
        fail()


def only_middle_is_kept(nodes: int) -> None:
    _, middle = chain(nodes)
    y = middle
    for _ in range(1000):
        y = y * 1.0
    del y
    assert middle.item() == 1.0


def repr_and_grad(nodes: int) -> None:
    x, y = chain(nodes)
    assert repr(y) == "tensor([1.], dtype=torch.float64, grad_fn=<AddBackward0>)"
    assert tg.grad(y, x).item() == 1.0


def at_exit(nodes: int) -> None:
    globals()["kept_until_the_interpreter_ends"] = chain(nodes)


DROPS: dict[str, Callable[[int], None]] = {
    f.__name__: f
    for f in (
        before_backward,
        after_backward,
        after_retained_backward,
        recorded_gradients,
        through_exception,
        only_middle_is_kept,
        repr_and_grad,
        at_exit,
    )
}


def memory_per_node(nodes: int) -> float:
    """Bytes that a node of a long chain takes, array and all, at the peak of its backward."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    x, y = chain(nodes)
    y.backward()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    assert x.grad.item() == 1.0
    return (peak - before) * unit / nodes


def main() -> None:
    how, drop, nodes = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if drop == "memory":
        print(memory_per_node(nodes))
        return
    sys.setrecursionlimit(120)  # whatever recurses, fails
    if how == "main":
        DROPS[drop](nodes)
    else:
        errors: list[BaseException] = []

        def run() -> None:
            try:
                DROPS[drop](nodes)
            except BaseException as error:
                errors.append(error)

        threading.stack_size(256 * 1024)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
    print("done")


if __name__ == "__main__":
    main()
