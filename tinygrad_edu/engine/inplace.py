"""Changes in place that are recorded: a tensor becomes the result, its former value stays behind.

``x.mul_(y)`` computes ``multiply(former, y)``, where the node ``former`` takes over the history of
x, and its value from before. Then x takes the place of that result: its operation, its inputs, a
new index. Whoever used x earlier still refers to x, and is told by its index, since x is newer than
its own consumer by now: `inputs_of` finds the former value for it.

Memory that others can see is written into, and a note is kept (`changes`). A view that is older
than the note shows the new values, but its history is that of the old ones, so it is taken again
from its base at its next use (`renewed`). Memory that nobody else can see is left to the former
value: nothing is copied.
"""

from __future__ import annotations

import copy
import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu.engine.changes import RECORDED, Former, is_stale, latest, mark_recorded
from tinygrad_edu.engine.modes import MODE, Mode
from tinygrad_edu.engine.node import Array, Node, tick
from tinygrad_edu.engine.primitive import Primitive

__all__ = ["alone", "former_of", "take_over", "up_to_date"]


def former_of(node: Node, values: Array, keep: Callable[[Any], bool]) -> Node:
    """A node with the history of ``node`` and its index, around ``values``.

    The hooks that ``keep`` refuses go with it: they are for the gradient of the former value.
    """
    former = object.__new__(Node.result_class)
    Node.__init__(former, values, node.requires_grad, node.name)
    former.op, former.inputs, former.params = node.op, node.inputs, node.params
    former.watcher, former.index = node.watcher, node.index
    # A cache may hold the memory that is overwritten; without one the vjps compute it again.
    former.cache = node.cache if values is node.value else None
    former.hooks = [hook for hook in node.hooks or () if not keep(hook)] or None
    return former


def take_over(
    node: Node,
    former: Node,
    result: Node,
    keep: Callable[[Any], bool],
    values: Array | None = None,
) -> None:
    """Make ``node`` the ``result``, which was computed from ``former``.

    Its memory is overwritten, unless it gets ``values`` in other memory.
    """
    # An interrupt in between leaves a graph that backward refuses.
    inputs, node.inputs = (Former(former), *(result.inputs or ())), None
    if values is not None:
        node.value = values
        latest.tick = latest.recorded = tick()
    else:
        node.value[...] = result.value
        mark_recorded(node.value)
    node.requires_grad = result.requires_grad
    node.op = _in_place(result.op) if result.requires_grad and result.op else result.op
    node.params, node.cache, node.watcher = result.params, result.cache, result.watcher
    node.hooks = [hook for hook in node.hooks or () if keep(hook)] or None
    node.index = tick()
    node.inputs = inputs if result.requires_grad else ()


def up_to_date(what: str, node: Node) -> None:
    """Take ``node`` again from its base, if it is a view whose memory was changed since."""
    if not (RECORDED and is_stale(node)):
        return
    before = MODE.get()
    try:
        MODE.set(Mode(True, before.anomaly))
        node._renew(what)  # type: ignore[attr-defined]  # of the class of results
    finally:
        MODE.set(before)


def alone(node: Node) -> bool:
    """Whether nobody else holds the memory of ``node``: no view, no array, no cache."""
    base: Any = node.value.base
    if base is not None and (type(base) is not np.ndarray or base.base is not None):
        return False
    # Each count includes the argument itself, and that of the base the variable.
    held = base is not None and sys.getrefcount(base) > 3
    return not held and sys.getrefcount(node.value) <= 2


@functools.cache
def _in_place(op: Primitive) -> Primitive:
    """The operation with the former value as its first input, for which it has no gradient."""
    form = copy.copy(op)
    form.name, form.in_place = f"{op.name}_", True
    form.input_names = ("former", *op.input_names)
    form.vjps = (None, *(vjp and _without_former(vjp) for vjp in op.vjps))
    form.forward = lambda former, *inputs, **params: op.forward(*inputs, **params)
    return form


def _without_former(vjp: Callable[..., Any]) -> Callable[..., Any]:
    return lambda g, y, former, *inputs, **params: vjp(g, y, *inputs, **params)
