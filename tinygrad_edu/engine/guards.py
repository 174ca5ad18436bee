"""What backprop refuses, and what it says: each error names the operation and what to do."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine.changes import changed_since, values_read
from tinygrad_edu.engine.node import Node, value_of
from tinygrad_edu.engine.primitive import Primitive

__all__ = [
    "check_leaf", "freed", "no_gradient", "not_a_broadcast", "not_float", "refuse_changed",
]  # fmt: skip


def refuse_changed(node: Node) -> None:
    """Raise if a value that the vjps of ``node`` read is no longer what it was."""
    for what, value in values_read(node):
        array = value_of(value)
        if isinstance(array, np.ndarray) and changed_since(array, node.index):
            raise RuntimeError(
                f"{_operation(node)}: {what}{_called(value)} of shape {array.shape} was changed in "
                "place after the forward pass (by an optimizer step, say), so the gradient would "
                "be wrong; run the forward pass again before backward"
            )


def check_leaf(leaf: Node) -> None:
    """Refuse to add to a ``.grad`` that belongs to values of another shape."""
    if leaf.gradient.value.shape != leaf.value.shape:
        raise RuntimeError(
            f".grad of shape {leaf.gradient.value.shape} is not that of the leaf{_called(leaf)}, "
            f"which has the shape {leaf.value.shape} by now; set .grad to None. Nothing was added"
        )


def freed(node: Node) -> RuntimeError:
    """The error for a graph that an earlier backward has freed."""
    return RuntimeError(
        f"backward through {_operation(node)} a second time: its graph was already freed; pass "
        "retain_graph=True to the first backward, or compute the result again"
    )


def no_gradient(op: Primitive, position: int) -> RuntimeError:
    """The error for an input whose vjp is None."""
    name = "" if op.variadic else f" ({op.input_names[position]})"
    return RuntimeError(
        f"{op.name} has no gradient with respect to its input {position}{name}; "
        "detach that input if it is a constant"
    )


def wrong_number(op: Primitive, given: int, positions: list[int]) -> RuntimeError:
    """The error for the vjp of a variadic operation that has not one gradient per position."""
    return RuntimeError(
        f"the vjp of {op.name} returned {given} gradients for the {len(positions)} inputs at "
        f"positions={positions}; return one for each, in their order"
    )


def not_float(leaf: Node) -> TypeError:
    """The error for a tensor that was made to require a gradient which its dtype cannot hold."""
    return TypeError(
        f"a tensor of dtype {leaf.value.dtype} cannot require a gradient, which would be rounded; "
        "make it with dtype=np.float32 before setting requires_grad"
    )


def not_a_broadcast(
    node: Node, position: int, shape: tuple[int, ...], expected: tuple[int, ...]
) -> RuntimeError:
    """The error for a vjp whose result has a shape that no broadcast explains."""
    return RuntimeError(
        f"{_operation(node)}: the vjp of input {position} returned shape {shape}, "
        f"which is no broadcast of the input's shape {expected}"
    )


def _operation(node: Node) -> str:
    return node.op.name if node.op is not None else "a leaf"


def _called(value: Any) -> str:
    return f" {value.name!r}" if isinstance(value, Node) and value.name else ""
