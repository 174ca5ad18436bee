"""Functions of the user that backprop calls: on gradients on their way, and when all are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu.engine.node import Node, copy_of, value_of
from tinygrad_edu.engine.switches import set_grad_enabled

__all__ = ["RemovableHandle", "run_gradient_hooks", "run_post_accumulate_hooks"]


class RemovableHandle:
    """Takes a hook away again: ``handle.remove()``, ``handle()``, or the end of ``with handle:``.

    Tensors, modules and optimizers return one where a hook is registered.
    """

    def __init__(self, remove: Callable[[], None]) -> None:
        self._remove = remove

    def remove(self) -> None:
        """Take the hook away; once more is harmless."""
        self._remove()

    __call__ = remove

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


def run_gradient_hooks(node: Node, g: Any) -> Any:
    """Let each hook of ``node`` see its gradient, and possibly replace it; return the last one."""
    for hook in list(node.hooks or ()):
        changed = hook(g if isinstance(g, Node) else node.wrap(copy_of(g)))
        if changed is None:
            continue
        raw = np.asarray(value_of(changed))
        if raw.shape != node.value.shape:
            raise RuntimeError(
                f"a gradient hook returned shape {raw.shape} for a tensor of shape "
                f"{node.value.shape}; return a gradient of the same shape, or None to keep it"
            )
        keep = isinstance(g, Node) and isinstance(changed, Node)
        g = changed if keep else raw.astype(node.value.dtype, copy=False)
    return g


def run_post_accumulate_hooks(leaves: Sequence[Node], create_graph: bool) -> None:
    """Call the hooks that wait until all leaves have their gradients; see `tensor.hooks`."""
    if not leaves:
        return
    with set_grad_enabled(create_graph):
        for leaf in leaves:
            for hook in list(leaf.hooks or ()):
                if (accumulated := getattr(hook, "accumulated", None)) is not None:
                    accumulated(leaf)
