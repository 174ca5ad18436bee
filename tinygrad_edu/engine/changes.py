"""Which memory was changed in place, and when.

A recorded operation reads its inputs again in backward. If one was overwritten in between, by an
optimizer step or ``x += 1``, the gradient would be wrong without a word. Every in-place change made
by the framework is therefore noted here, by the memory it went to: views and detached tensors share
the note. A change is later than a use exactly when its tick is larger than the index of the node.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from tinygrad_edu.engine.node import Array, Node, tick

__all__ = [
    "CONSTANT", "COPIED_BYTES", "Former", "inputs_of", "kept", "mark_changed", "with_copies",
]  # fmt: skip

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
    recorded = 0  # the last of those that were recorded, see `inplace`


#: The last change anywhere: in a training loop it is older than the graph, and that settles it.
latest = _Latest()


#: Memory that a recorded change wrote into, while it lives: the tick, and what forgets it.
RECORDED: dict[int, tuple[int, Any]] = {}


def owner_of(array: Array) -> Any:
    """The object that owns the memory of ``array``: for a view, mostly another array."""
    owner: Any = array
    while getattr(owner, "base", None) is not None:
        owner = owner.base
    return owner


def mark_changed(array: Array) -> None:
    """Note that the memory of ``array`` has just been, or is about to be, overwritten."""
    latest.tick = _ticks[id(owner_of(array))] = tick()


def mark_recorded(array: Array) -> None:
    """Note that a recorded change has overwritten the memory of ``array``."""
    mark_changed(array)
    latest.recorded = latest.tick
    owner = owner_of(array)
    key = id(owner)
    forget = weakref.ref(owner, lambda _: RECORDED.pop(key, None))
    RECORDED[key] = (latest.tick, forget)


class Former:
    """What a node was before a recorded change: the first input of that change."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node


def inputs_of(node: Node) -> tuple[Any, ...]:
    """The inputs of ``node``, as they were when it was made; what reads a graph asks here.

    An input that was changed in place since is newer than ``node``; its former value takes its
    place for good.
    """
    inputs = node.inputs or ()
    index = node.index
    if latest.recorded > index and any(isinstance(x, Node) and x.index > index for x in inputs):
        node.inputs = inputs = tuple(_as_of(node, x) if isinstance(x, Node) else x for x in inputs)
        node.cache = None  # it may hold the memory that was overwritten
    return inputs


def _as_of(node: Node, x: Node) -> Node:
    while x.index > node.index:
        former = x.cache if x.inputs is None else x.inputs[0] if x.inputs else None
        if type(former) is not Former:
            name = node.op.name if node.op is not None else "a leaf"
            raise RuntimeError(
                f"{name}: an input of shape {x.value.shape} was changed in place after the forward "
                "pass, and its former value is not known any more; run the forward pass again"
            )
        x = former.node
    return x


def is_stale(x: Node) -> bool:
    """Whether ``x`` is a view whose memory a recorded change of another tensor has overwritten."""
    noted = RECORDED.get(id(owner_of(x.value)))
    if noted is None or noted[0] < x.index:
        return False
    # A leaf, or what `detach` made, has no history that could be wrong.
    return not x.is_leaf or x.cache is not None


def renewed(what: str, args: tuple[Any, ...]) -> bool:
    """Take each stale view among the inputs again from its base; whether one needs a gradient."""
    wanted = False
    for x in args:
        if isinstance(x, Node) and is_stale(x):
            x._renew(what)  # type: ignore[attr-defined]  # of the class of results
            wanted = wanted or x.requires_grad
    return wanted


def base_of(first: Any, y: Array) -> Any:
    """What an unrecorded result ``y`` keeps if it is a view of its first input: the base of all.

    A change of the view in place, with a value that is recorded, is one of its base.
    """
    if not isinstance(first, Node) or owner_of(y) is not owner_of(first.value):
        return None
    if first.is_leaf:
        return first if first.cache is None else first.cache
    return UNKNOWN  # a result seen without recording: a reference would keep its graph alive


#: Stands for a base that is not kept.
UNKNOWN = object()


def changed_since(array: Array, index: int) -> bool:
    """Whether the memory of ``array`` was overwritten after node number ``index`` was made."""
    return _ticks.get(id(owner_of(array)), 0) > index


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
    for k, value in enumerate(inputs_of(node)):
        yield f"its input {k}", value
    for name, value in node.params.items():
        for part in value if isinstance(value, tuple) else (value,):
            yield f"its {name}", part
