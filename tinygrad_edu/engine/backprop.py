"""Reverse-mode differentiation: gradients flow from outputs to inputs, newest node first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from operator import attrgetter
from typing import Any

import numpy as np

from tinygrad_edu.engine.anomaly import check_finite, read_only
from tinygrad_edu.engine.changes import changed_since, latest, mark_changed, values_read
from tinygrad_edu.engine.modes import MODE, Mode, set_grad_enabled
from tinygrad_edu.engine.node import Node, as_array, value_of
from tinygrad_edu.engine.primitive import Primitive

__all__ = ["accumulate_gradients", "gradients"]


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
    token = MODE.set(Mode(create_graph, MODE.get().anomaly))
    try:
        return _walk(outputs, grads, wanted, create_graph, retain)
    finally:
        MODE.reset(token)


# An infinite slope, at sqrt(0) say, is an answer; anomaly mode reports it where unwanted.
@np.errstate(all="ignore")
def _walk(
    outputs: Sequence[Node],
    grads: Sequence[Any],
    wanted: set[int] | None,
    create_graph: bool,
    retain_graph: bool,
) -> list[tuple[Node, Any]]:
    """Visit every node once, after all that was computed from it: the newest first.

    Creation order is a topological order, so the newest node that has a gradient has all of it.
    """
    found: list[tuple[Node, Any]] = []
    needed = None if wanted is None else wanted | _leading_to(wanted, outputs)
    # The gradients on their way: by the index of their node, [node, gradient, owned]. The first to
    # arrive may be borrowed, since a vjp may return its own g or a view of it; the second then
    # allocates the sum, which is owned, held by nobody else: later ones are added to it in place.
    pending: dict[int, list[Any]] = {}
    for node, g in zip(outputs, grads, strict=True):
        before = pending.get(node.index)
        pending[node.index] = [node, g if before is None else as_array(before[1] + g), False]
    # The results among them; leaves lead nowhere, and wait until the end.
    newest_first = [-index for index, (node, _, _) in pending.items() if node.op is not None]
    heapify(newest_first)
    array = np.ndarray
    while newest_first:
        index = -heappop(newest_first)
        node, g, owned = pending.pop(index)
        if node.hooks:
            g, owned = _run_hooks(node, g), False
        asked_for = wanted is not None and index in wanted
        if asked_for:
            found.append((node, g if owned else _copy(g)))
        args = node.inputs
        if args is None:
            if asked_for:
                continue
            raise _freed(node)
        if latest.tick > index:
            _refuse_changed(node)
        op: Any = node.op
        trace = node.trace
        if trace is not None:
            trace.verify(node, op.name)
            g = g if create_graph else read_only(g)
        values = [g, node if create_graph else node.value]
        targets = []  # the inputs that get a gradient, and their positions
        for position, arg in enumerate(args):
            if not isinstance(arg, Node):
                values.append(arg)
                continue
            values.append(arg if create_graph else arg.value)
            if arg.requires_grad and (needed is None or arg.index in needed):
                targets.append((position, arg))
        vjps, params = op.vjps, node.params
        if op.cached:
            params = {**params, "cache": None if create_graph else node.cache}
        for position, arg in targets:
            if op.variadic:  # one vjp for all inputs, told which
                vjp, params = vjps[0], {**params, "index": position}
            else:
                vjp = vjps[position]
            if vjp is None:
                raise _no_gradient(op, position)
            try:
                part = vjp(*values, **params) if params else vjp(*values)
            except Exception as error:
                error.add_note(f"in the gradient of {op.name} for its input {position}")
                raise
            if type(part) is not array:
                part = as_array(part)
            data = arg.value
            if part.shape != data.shape:
                part = _unbroadcast(part, data.shape, op.name, position)
            if part.dtype is not data.dtype:
                if data.dtype.kind != "f":
                    raise _not_float(arg)
                part = part.astype(data.dtype)
            if create_graph and not isinstance(part, Node):
                part = node.wrap(part)
            if trace is not None:
                raw = part.value if create_graph else part
                check_finite(raw, op.name, f"the gradient of input {position}", trace)
            key = arg.index
            if key not in pending:
                if arg.op is not None:
                    heappush(newest_first, -key)
                new = part is not g and (create_graph or part.base is None)
                pending[key] = [arg, part, new]
                continue
            waiting = pending[key]
            if create_graph:
                waiting[1] = waiting[1] + part
            elif waiting[2]:
                waiting[1] += part
            else:
                waiting[1] = as_array(waiting[1] + part)
                waiting[2] = True
        if not retain_graph:
            node.inputs = node.cache = None  # activations die as soon as they have been used
    for leaf, g, owned in pending.values():
        if leaf.hooks:
            g, owned = _run_hooks(leaf, g), False
        if wanted is None or leaf.index in wanted:
            found.append((leaf, g if owned else _copy(g)))
    return found


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
        for arg in node.inputs or ():
            if isinstance(arg, Node) and arg.requires_grad and arg.index not in seen:
                stack.append(arg)
    order.sort(key=attrgetter("index"))
    return order


def _leading_to(wanted: set[int], outputs: Iterable[Node]) -> set[int]:
    """The nodes on the way from ``wanted`` to ``outputs``: only their gradients are needed."""
    needed: set[int] = set()
    for node in ancestors(outputs):
        if node.inputs is None and node.index not in wanted:
            raise _freed(node)
        for arg in node.inputs or ():
            if isinstance(arg, Node) and (arg.index in wanted or arg.index in needed):
                needed.add(node.index)
                break
    return needed


def _freed(node: Node) -> RuntimeError:
    name = node.op.name if node.op is not None else "a leaf"
    return RuntimeError(
        f"backward through {name} a second time: its graph was already freed; pass "
        "retain_graph=True to the first backward, or compute the result again"
    )


def _unbroadcast(g: Any, shape: tuple[int, ...], operation: str, position: int) -> Any:
    """Sum ``g`` to ``shape``: the adjoint of broadcasting is a sum over the axes it repeated."""
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
        raise RuntimeError(
            f"{operation}: the vjp of input {position} returned shape {g.shape}, "
            f"which is no broadcast of the input's shape {shape}"
        )
    return as_array(summed.reshape(shape))


def _copy(g: Any) -> Any:
    """The same gradient in memory of its own; a recorded one stays recorded."""
    return np.positive(g) if isinstance(g, Node) else np.array(g)  # type: ignore[call-overload]  # dispatched


def _run_hooks(node: Node, g: Any) -> Any:
    """Let each hook see, and possibly replace, the gradient of ``node``."""
    for hook in list(node.hooks or ()):
        changed = hook(g if isinstance(g, Node) else node.wrap(_copy(g)))
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


def _refuse_changed(node: Node) -> None:
    """Raise if a value that the vjps of ``node`` read is no longer what it was."""
    for what, value in values_read(node):
        array = value_of(value)
        if isinstance(array, np.ndarray) and changed_since(array, node.index):
            raise RuntimeError(
                f"{node.op.name if node.op else '?'}: {what}{_called(value)} of shape "
                f"{array.shape} was changed in place after the forward pass (by an optimizer "
                "step, say), so the gradient would be wrong; run the forward pass again before "
                "backward"
            )


def _called(value: Any) -> str:
    return f" {value.name!r}" if isinstance(value, Node) and value.name else ""


def _not_float(leaf: Node) -> TypeError:
    return TypeError(
        f"a tensor of dtype {leaf.value.dtype} cannot require a gradient, which would be rounded; "
        "make it with dtype=np.float32 before setting requires_grad"
    )


def _no_gradient(op: Primitive, position: int) -> RuntimeError:
    name = "" if op.variadic else f" ({op.input_names[position]})"
    return RuntimeError(
        f"{op.name} has no gradient with respect to its input {position}{name}; "
        "detach that input if it is a constant"
    )


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
    """Add the gradients of ``outputs`` to ``.grad`` of the leaves, all or none; then tell hooks."""
    found = backprop(outputs, grads, inputs, create_graph, retain_graph)
    for leaf, _ in found:  # before the first is changed
        if leaf.grad is not None or type(leaf.value) is not np.ndarray:
            _check_leaf(leaf)
    for leaf, g in found:
        if leaf.grad is None:
            leaf.grad = g if isinstance(g, Node) else leaf.wrap(g)
        else:
            _add_to_grad(leaf, g)
    watched = [leaf for leaf, _ in found if leaf.hooks]
    if watched:
        with set_grad_enabled(create_graph):
            for leaf in watched:
                for hook in list(leaf.hooks or ()):
                    if (accumulated := getattr(hook, "accumulated", None)) is not None:
                        accumulated(leaf)


@np.errstate(all="ignore")  # as in backprop: infinities are answers
def _add_to_grad(leaf: Node, g: Any) -> None:
    if isinstance(g, Node) or leaf.grad.requires_grad:
        leaf.grad = leaf.grad + g
    else:
        np.add(leaf.grad.value, g, out=leaf.grad.value)
        mark_changed(leaf.grad.value)  # somebody may have computed with it


def _check_leaf(leaf: Node) -> None:
    """Refuse to add to a ``.grad`` that somebody assigned and that is no gradient of the leaf."""
    leaf.value = as_array(leaf.value)  # b.value = b.value - 0.1 assigns a scalar if b has no axes
    if leaf.grad is None:
        return
    if not isinstance(leaf.grad, Node):
        raise TypeError(
            f".grad of the leaf{_called(leaf)} is a {type(leaf.grad).__name__}; assign a tensor"
        )
    if leaf.grad.value.shape != leaf.value.shape:
        raise RuntimeError(
            f".grad of shape {leaf.grad.value.shape} was assigned to the leaf{_called(leaf)} of "
            f"shape {leaf.value.shape}; nothing was added"
        )
