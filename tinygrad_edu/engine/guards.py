"""What backprop refuses, and what it says: each error names the operation and what to do."""

from __future__ import annotations

import dis
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu.engine.changes import changed_since, values_read
from tinygrad_edu.engine.node import Node, value_of
from tinygrad_edu.engine.primitive import Primitive

__all__ = [
    "check_leaf", "freed", "no_gradient", "not_a_broadcast", "not_float", "refuse_changed",
    "unread",
]  # fmt: skip


def refuse_changed(node: Node) -> None:
    """Raise if a value that the vjps of ``node`` read is no longer what it was."""
    for what, value in values_read(node):
        array = value_of(value)
        if (
            isinstance(array, np.ndarray)
            and changed_since(array, node.index)
            and what not in _not_read(node)
        ):
            raise RuntimeError(
                f"{_operation(node)}: {what}{_called(value)} of shape {array.shape} was changed in "
                "place after the forward pass (by an optimizer step, say), so the gradient would "
                "be wrong; run the forward pass again before backward"
            )


def _not_read(node: Node) -> frozenset[str]:
    """Which values the vjps of ``node`` do not look at, of those inputs that need a gradient."""
    op: Any = node.op
    wanted = [isinstance(x, Node) and x.requires_grad for x in node.inputs or ()]
    return unread(op, tuple(wanted))


@functools.cache
def unread(op: Primitive, wanted: tuple[bool, ...]) -> frozenset[str]:
    """Which values the vjps of ``op`` for the ``wanted`` inputs never look at, apart from shapes.

    Adding, say, gives the gradient on whatever was added, so that a change of it is harmless. The
    words are those of `values_read`.
    """
    names = {"y": "its result"}
    names |= {name: f"its input {k}" for k, name in enumerate(op.input_names)}
    if op.variadic or op.in_place:
        return frozenset()
    used = [vjp for vjp, needed in zip(op.vjps, wanted, strict=False) if needed and vjp]
    read = frozenset().union(*(_names_read(vjp, op) for vjp in used))
    return frozenset(what for name, what in names.items() if name not in read)


#: What may be asked of an array without reading its values.
_OF_ITS_FORM = frozenset({"dtype", "ndim", "shape", "size"})


def _names_read(vjp: Callable[..., Any], op: Primitive) -> frozenset[str]:
    """The parameters, by the names that ``op`` has for them, whose values the code loads."""
    code = vjp.__code__
    parameters = dict(zip(code.co_varnames[1:], ("y", *op.input_names), strict=False))
    if code.co_flags & 0x04 or code.co_argcount < 2 + len(op.input_names):  # *args
        return frozenset(parameters.values())
    read = set()
    steps = list(dis.get_instructions(code))
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        loaded = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        form_only = following is not None and (
            following.opname == "LOAD_ATTR" and following.argval in _OF_ITS_FORM
        )
        for name in loaded[: len(loaded) - form_only]:
            if step.opname.startswith("LOAD") and name in parameters:
                read.add(parameters[name])
    return frozenset(read)


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
