"""Which memory was changed in place, and when.

A recorded operation reads its inputs again in backward. If one was overwritten in between, by an
optimizer step or ``x += 1``, the gradient would be wrong without a word. Every in-place change made
by the framework is therefore noted here, by the memory it went to: views and detached tensors share
the note. A change is later than a use exactly when its tick is larger than the index of the node.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tinygrad_edu.engine.node import Array, Node, tick

__all__ = ["CONSTANT", "COPIED_BYTES", "kept", "mark_changed", "with_copies"]

#: Plain arrays of floats up to this size are copied when an operation is recorded. A copy of 16 KiB
#: takes 0.2 us, an eighth of the operation; above it the time grows with the size.
COPIED_BYTES = 16_384

#: The types of metadata that nobody can change.
CONSTANT = frozenset({int, float, bool, str, type(None)})

# By the id of the array that owns the memory. When an array dies and another gets its id, the note
# is older than every use of the new one, and so means nothing.
_ticks: dict[int, int] = {}


class _Latest:
    tick = 0


#: The last change anywhere: in a training loop it is older than the graph, and that settles it.
latest = _Latest()


def _owner(array: Array) -> Any:
    owner: Any = array
    while getattr(owner, "base", None) is not None:
        owner = owner.base
    return owner


def mark_changed(array: Array) -> None:
    """Note that the memory of ``array`` has just been, or is about to be, overwritten."""
    latest.tick = _ticks[id(_owner(array))] = tick()


def changed_since(array: Array, index: int) -> bool:
    """Whether the memory of ``array`` was overwritten after node number ``index`` was made."""
    return _ticks.get(id(_owner(array)), 0) > index


def kept(value: Any) -> Any:
    """An argument as a recorded operation keeps it: a copy of what its caller could overwrite.

    Arrays of integers and booleans (labels, indices, masks) are copied, and small ones of floats.
    """
    if type(value) is np.ndarray and (value.dtype.kind != "f" or value.nbytes <= COPIED_BYTES):
        return value.copy(order="K")  # in another order sums would be rounded differently
    if type(value) in (tuple, list):
        return type(value)(map(kept, value))
    return value


def with_copies(args: tuple[Any, ...], arrays: list[Any]) -> tuple[Any, ...]:
    """The inputs of an operation with `kept` ones in place of plain arrays, in ``arrays`` too."""
    inputs = list(args)
    for k, arg in enumerate(args):
        if type(arg) is np.ndarray:
            inputs[k] = arrays[k] = kept(arg)
    return tuple(inputs)


def values_read(node: Node) -> Iterator[tuple[str, Any]]:
    """Whatever the vjps of ``node`` may read: tensors, and arrays that share memory with some."""
    yield "its result", node
    for k, value in enumerate(node.inputs or ()):
        yield f"its input {k}", value
    for name, value in node.params.items():
        for part in value if isinstance(value, tuple) else (value,):
            yield f"its {name}", part
