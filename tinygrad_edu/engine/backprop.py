"""Reverse-mode differentiation: gradients flow from outputs to inputs, newest node first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from operator import attrgetter
from typing import Any

import numpy as np

from tinygrad_edu.engine.changes import inputs_of, latest, mark_changed
from tinygrad_edu.engine.guards import (
    check_leaf,
    freed,
    no_gradient,
    not_a_broadcast,
    not_float,
    refuse_changed,
    wrong_number,
)
from tinygrad_edu.engine.hooks import run_gradient_hooks, run_post_accumulate_hooks
from tinygrad_edu.engine.modes import MODE, Mode
from tinygrad_edu.engine.node import Array, Node, as_array, copy_of
from tinygrad_edu.engine.precision import HALF, narrowed, widened

__all__ = ["NOT_RECORDED", "accumulate_gradients", "ancestors", "backprop", "gradients"]


def backprop(
    outputs: Sequence[Node],
    grads: Sequence[Any],
    inputs: Sequence[Node] | None = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> list[tuple[Node, Any]]:
    """Run the vjps from ``outputs`` back; return the nodes asked for, each with its gradient.

    Without ``inputs``, all leaves are asked for. A gradient that is returned is an array that
    nobody else holds or, with ``create_graph``, a recorded tensor.
    """
    wanted = None if inputs is None else {node.index for node in inputs}
    retain = create_graph if retain_graph is None else retain_graph
    before = MODE.get()
    try:
        try:
            MODE.set(Mode(create_graph, before.anomaly))
            return _walk(outputs, grads, wanted, create_graph, retain)
        finally:
            MODE.set(before)
    except BaseException:  # an interrupt may have come in the line above
        MODE.set(before)
        raise


# An infinite slope, at sqrt(0) say, is an answer; anomaly mode reports it where unwanted.
@np.errstate(all="ignore")
def _walk(
    outputs: Sequence[Node],
    grads: Sequence[Any],
    wanted: set[int] | None,
    create_graph: bool,
    retain_graph: bool,
) -> list[tuple[Node, Any]]:
    """Visit every node once, the newest first: everything computed from it has then been visited.

    Inputs are created before outputs, so the newest node that has a gradient has all of it.
    """
    leading = set() if wanted is None else _leading_to(wanted, outputs)
    needed = None if wanted is None else wanted | leading
    found: list[tuple[Node, Any]] = []
    # The gradients on their way, by the index of their node: [node, gradient, owned]. The first to
    # arrive may be borrowed, since a vjp may return its own g or a view of it; then the second
    # makes a new array. To what is owned, which nobody else holds, others are added in place.
    pending: dict[int, list[Any]] = {}
    for node, g in zip(outputs, grads, strict=True):
        before = pending.get(node.index)
        pending[node.index] = [node, g if before is None else as_array(before[1] + g), False]
    # The results among them. Leaves lead nowhere, and wait until the end.
    newest_first = [-index for index, (node, _, _) in pending.items() if node.op is not None]
    heapify(newest_first)

    while newest_first:
        index = -heappop(newest_first)
        node, g, owned = pending.pop(index)
        if node.hooks:
            g, owned = run_gradient_hooks(node, g), False
        asked_for = wanted is not None and index in wanted
        if asked_for:
            found.append((node, g if owned else copy_of(g)))
        if wanted is not None and index not in leading:
            continue  # what is below it is not asked for, and stays usable
        if node.inputs is None:
            raise freed(node)
        if latest.tick > index:
            refuse_changed(node)
        for arg, part in _input_gradients(node, g, needed, create_graph):
            waiting = pending.get(arg.index)
            if waiting is None:
                # What is neither g nor a view is new memory, which nobody else holds.
                mine = part is not g and (create_graph or part.base is None)
                pending[arg.index] = [arg, part, mine]
                if arg.op is not None:
                    heappush(newest_first, -arg.index)
            elif waiting[2] and not create_graph:
                waiting[1] += part
            else:
                waiting[1:] = as_array(waiting[1] + part), True
        if not retain_graph:
            # Activations die as soon as they have been used; an older node may ask for this one.
            node.cache = node.inputs[0] if node.op.in_place else None
            node.inputs = None

    for leaf, g, owned in pending.values():
        if leaf.hooks:
            g, owned = run_gradient_hooks(leaf, g), False
        if wanted is None or leaf.index in wanted:
            found.append((leaf, g if owned else copy_of(g)))
    return found


def _input_gradients(
    node: Node, g: Any, needed: set[int] | None, create_graph: bool
) -> list[tuple[Node, Any]]:
    """Ask the vjps of ``node`` for the gradients of its inputs, given the gradient of its result.

    With ``create_graph`` the vjps get tensors, so what they compute is recorded; else arrays.
    """
    op: Any = node.op
    trace = node.watcher
    if trace is not None:
        g = trace.before_vjps(node, g)
    values = [g, node if create_graph else node.value]
    targets = []  # the inputs that get a gradient, and their positions
    for position, arg in enumerate(node.inputs or ()):
        if not isinstance(arg, Node):
            values.append(arg)
            continue
        values.append(arg if create_graph else arg.value)
        if arg.requires_grad and (needed is None or arg.index in needed):
            targets.append((position, arg))
    params = node.params
    if op.wide and node.value.dtype is HALF:
        values = [widened(value) for value in values]
    if op.cached:
        params = {**params, "cache": None if create_graph else node.cache}
    together = _of_variadic(op, targets, values, params) if op.variadic else None
    gradients = []
    for position, arg in targets:
        if together is not None:
            part = together[position]
        elif (vjp := op.vjps[position]) is None:
            raise no_gradient(op, position)
        else:
            try:
                part = vjp(*values, **params) if params else vjp(*values)
            except Exception as error:
                error.add_note(f"in the gradient of {op.name} for its input {position}")
                raise
        value = arg.value
        if type(part) is not _ndarray or part.shape != value.shape or part.dtype is not value.dtype:
            part = _fitted(part, arg, node, position)
        if create_graph and not isinstance(part, Node):
            part = node.wrap(part)
            part.params = NOT_RECORDED
        if trace is not None:
            trace.check_gradient(part, op.name, position)
        gradients.append((arg, part))
    return gradients


def _of_variadic(
    op: Any, targets: list[tuple[int, Node]], values: list[Any], params: dict[str, Any]
) -> dict[int, Any]:
    """The gradients of a variadic operation, by position.

    One vjp gives them all, so that the time is linear in the number of inputs.
    """
    positions = [position for position, _ in targets]
    try:
        parts = op.vjps[0](*values, **params, positions=positions)
    except Exception as error:
        error.add_note(f"in the gradient of {op.name} for its inputs {positions}")
        raise
    if len(parts) != len(positions):
        raise wrong_number(op, len(parts), positions)
    return dict(zip(positions, parts, strict=True))


_ndarray = np.ndarray
#: The ``params`` of a gradient that a vjp gave as an array where it was given tensors: how it
#: depends on them is not known.
NOT_RECORDED: dict[str, Any] = {}


def _fitted(part: Any, arg: Node, node: Node, position: int) -> Any:
    """The gradient that a vjp returned, in the shape and the dtype of the input it belongs to."""
    part, value = as_array(part), arg.value
    if part.shape != value.shape:
        part = _unbroadcast(part, value.shape, node, position)
    if part.dtype is not value.dtype and part.dtype != value.dtype:
        if value.dtype.kind != "f":
            raise not_float(arg)
        part = part.astype(value.dtype)
    return part


def _unbroadcast(g: Any, shape: tuple[int, ...], node: Node, position: int) -> Any:
    """Sum ``g`` to ``shape``: the adjoint of broadcasting is a sum over the axes it repeated."""
    if g.dtype == HALF:
        return narrowed(_unbroadcast(widened(g), shape, node, position))
    lead = g.ndim - len(shape)
    if lead == 1 and g.shape[1:] == shape:  # a bias, say
        return as_array(np.add.reduce(g, axis=0))
    stretched = tuple(
        axis
        for axis in range(g.ndim)
        if axis < lead or (shape[axis - lead] == 1 and g.shape[axis] != 1)
    )
    summed = np.add.reduce(g, axis=stretched) if lead >= 0 else g
    if math.prod(summed.shape) != math.prod(shape):
        raise not_a_broadcast(node, position, g.shape, shape)
    return as_array(summed.reshape(shape))


def ancestors(outputs: Iterable[Node]) -> list[Node]:
    """All nodes that need a gradient and lead to ``outputs``, oldest first."""
    seen: set[int] = set()
    order: list[Node] = []
    stack = list(outputs)
    while stack:
        node = stack.pop()
        if node.index in seen:
            continue
        seen.add(node.index)
        order.append(node)
        for arg in inputs_of(node) if latest.recorded > node.index else node.inputs or ():
            if isinstance(arg, Node) and arg.requires_grad and arg.index not in seen:
                stack.append(arg)
    order.sort(key=attrgetter("index"))
    return order


def _leading_to(wanted: set[int], outputs: Iterable[Node]) -> set[int]:
    """The nodes on the way from ``wanted`` to ``outputs``: only their gradients are needed."""
    needed: set[int] = set()
    oldest = min(wanted, default=0)
    for node in ancestors(outputs):
        if node.inputs is None and node.index > oldest and node.op is not None:
            raise freed(node)  # it may lead to an input, which is older than it
        for arg in node.inputs or ():
            if isinstance(arg, Node) and (arg.index in wanted or arg.index in needed):
                needed.add(node.index)
                break
    return needed


def gradients(
    outputs: Sequence[Node],
    grads: Sequence[Any],
    inputs: Sequence[Node],
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> list[Any]:
    """The gradient of ``outputs`` for each of ``inputs``, ``None`` where there is no path."""
    found = backprop(outputs, grads, inputs, create_graph, retain_graph)
    by_index = {node.index: g for node, g in found}
    return [by_index.get(node.index) for node in inputs]


def accumulate_gradients(
    outputs: Sequence[Node],
    grads: Sequence[Any],
    inputs: Sequence[Node] | None = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> None:
    """Add the gradients of ``outputs`` to ``.grad`` of the leaves, all or none; then tell hooks.

    Only an interrupt (Ctrl-C) can fall between two leaves; ``zero_grad`` starts anew after one.
    """
    found = backprop(outputs, grads, inputs, create_graph, retain_graph)
    for leaf, _ in found:
        if leaf.gradient is not None:
            check_leaf(leaf)  # each of them, before the first is changed
    for leaf, g in found:
        if leaf.gradient is None:
            leaf.gradient = g if isinstance(g, Node) else leaf.wrap(g)
        else:
            _add_to_grad(leaf, g)
    run_post_accumulate_hooks([leaf for leaf, _ in found if leaf.hooks], create_graph)


@np.errstate(all="ignore")  # as in backprop: infinities are answers
def _add_to_grad(leaf: Node, g: Any) -> None:
    if isinstance(g, Node) or leaf.gradient.requires_grad:
        leaf.gradient = leaf.gradient + g
    else:
        total: Array = leaf.gradient.value
        total += g
        mark_changed(total)  # somebody may have computed with it
