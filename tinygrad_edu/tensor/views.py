"""Tensors that share memory: which one a view belongs to, and where its elements lie in it."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import Array, Node
from tinygrad_edu.engine.changes import UNKNOWN, is_stale, owner_of

__all__ = ["index_within", "root_of", "same_elements"]


def root_of(what: str, x: Node) -> Node:
    """The tensor whose memory ``x`` shows: ``x`` itself, or what it is a view of.

    A change of ``x`` in place that is recorded is one of the root.
    """
    memory, node = owner_of(x.value), x
    while (below := _below(node, memory)) is not None:
        if below is UNKNOWN:
            raise RuntimeError(
                f"{what}: this tensor is a view that was taken under no_grad, of a tensor that "
                "requires a gradient, so its change in place cannot be recorded; take the view "
                "where gradients are recorded, or change a copy, .clone()"
            )
        node = below
    if node is x and is_stale(x):
        raise RuntimeError(
            f"{what}: this tensor of shape {x.value.shape} is a view of memory that was changed in "
            "place since, so that its own change cannot be recorded; take the view again"
        )
    return node


def _below(node: Node, memory: Any) -> Any:
    """The input of ``node`` in the same memory, or None."""
    if node.is_leaf:
        return node.cache
    if node.inputs is None and node.value.base is not None:
        raise RuntimeError(
            "a change in place of a result whose graph backward has freed cannot be recorded; "
            "pass retain_graph=True to that backward, or change a copy, .clone()"
        )
    inputs: Any = node.inputs
    if node.op is not None and node.op.in_place:
        if node.op.name != TAKEN_AGAIN or not inputs[1].inputs:
            return None  # its memory is its own
        inputs = inputs[1].inputs
    # Not `inputs_of`: what is sought is the tensor of today.
    for x in inputs:
        if isinstance(x, Node) and owner_of(x.value) is memory:
            return x
    return None


#: The operation of a view that was taken again from its root: the reshaped elements of it.
TAKEN_AGAIN = "reshape_"


def index_within(view: Array, root: Array) -> tuple[Any, ...]:
    """The index of the elements of ``view`` in ``root``, both in the same memory."""
    if not root.ndim:
        return (None,) * view.ndim
    places, sought = _addresses(root).reshape(-1), _addresses(view)
    order = np.argsort(places)
    found = np.searchsorted(places[order], sought.reshape(-1))
    return np.unravel_index(order[found].reshape(view.shape), root.shape)


def _addresses(array: Array) -> Array:
    """Where each element lies, in bytes."""
    places = np.array(array.__array_interface__["data"][0])
    for n, stride in zip(array.shape, array.strides, strict=True):
        places = places[..., None] + stride * np.arange(n)
    return places


def same_elements(a: Any, b: Array) -> bool:
    """Whether two arrays are the same memory in the same order."""
    return (
        isinstance(a, np.ndarray)
        and (a.shape, a.strides, a.dtype) == (b.shape, b.strides, b.dtype)
        and a.__array_interface__["data"] == b.__array_interface__["data"]
    )
