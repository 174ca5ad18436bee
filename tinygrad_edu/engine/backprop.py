"""Reverse-mode differentiation: gradients flow from outputs to inputs, newest node first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from tinygrad_edu.engine.modes import MODE, enable_grad
from tinygrad_edu.engine.node import Node, as_array
from tinygrad_edu.engine.primitive import Primitive, check_finite


class Cotangents:
    """The gradients on their way, by the index of the node they belong to.

    The first gradient to arrive is borrowed where it is not new: a vjp may return its own ``g``, or
    a view of it. The next arrival then allocates the sum, and later ones are added to it in place.
    """

    def __init__(self, recorded: bool) -> None:
        self.recorded = recorded  # gradients are tensors, for a higher order: never change one
        self.values: dict[int, Any] = {}
        self.owned: set[int] = set()

    def add(self, index: int, value: Any, new: bool) -> None:
        """Accumulate ``value``; ``new`` says that nobody else holds its memory."""
        old = self.values.get(index)
        if old is None:
            self.values[index] = value
            if new:
                self.owned.add(index)
        elif self.recorded:
            self.values[index] = old + value
        elif index in self.owned:
            np.add(old, value, out=old)
        else:
            self.values[index] = as_array(old + value)
            self.owned.add(index)

    def pop(self, index: int) -> tuple[Any, bool]:
        """Take out a gradient and whether we own its memory; ``None`` where none arrived."""
        owned = index in self.owned
        self.owned.discard(index)
        return self.values.pop(index, None), owned


def backprop(
    outputs: Sequence[Node],
    grads: Sequence[Any],
    deliver: Callable[[Node, Any, bool], None],
    inputs: Sequence[Node] | None = None,
    create_graph: bool = False,
    retain_graph: bool = False,
) -> None:
    """Run the vjps from ``outputs`` back and hand each gradient that was asked for to ``deliver``.

    Without ``inputs``, the gradients of all leaves are asked for. Every node is visited once,
    after everything computed from it, because creation order is a topological order.
    """
    order = ancestors(outputs)
    wanted = None if inputs is None else {node.index for node in inputs}
    needed = None if wanted is None else _descendants(order, wanted)
    _refuse_freed(order, wanted)
    cotangents = Cotangents(create_graph)
    for output, grad in zip(outputs, grads, strict=True):
        cotangents.add(output.index, grad, new=False)
    # An infinite slope, at sqrt(0) say, is an answer; anomaly mode reports it where it is not wanted.
    with np.errstate(all="ignore"):
        _run(order, cotangents, deliver, wanted, needed, create_graph, retain_graph)


def _run(
    order: list[Node],
    cotangents: Cotangents,
    deliver: Callable[[Node, Any, bool], None],
    wanted: set[int] | None,
    needed: set[int] | None,
    create_graph: bool,
    retain_graph: bool,
) -> None:
    anomaly = MODE.get().anomaly
    while order:
        node = order.pop()
        g, owned = cotangents.pop(node.index)
        if g is None:
            continue
        if node.hooks:
            g, owned = _run_hooks(node, g, owned)
        op = node.op
        if node.index in wanted if wanted is not None else op is None:
            deliver(node, g, owned)
            owned = False
        args = node.inputs
        if op is None or not args or (needed is not None and node.index not in needed):
            continue
        if node.modified > node.index:
            raise _changed(op, f"its result of shape {node.data.shape}")
        if create_graph:
            y: Any = node
            values: Sequence[Any] = args
        else:
            y = node.data
            values = [arg.data if isinstance(arg, Node) else arg for arg in args]
        extra = {**node.params, "cache": None if create_graph else node.cache} if op.cached else node.params
        for position, arg in enumerate(args):
            if not isinstance(arg, Node):
                continue
            if arg.modified > node.index:
                called = f" {arg.name!r}" if arg.name else ""
                raise _changed(op, f"its input {position}{called} of shape {arg.data.shape}")
            if not arg.requires_grad:
                continue
            if wanted is not None and arg.index not in wanted and arg.index not in needed:  # type: ignore[operator]  # both are sets together
                continue
            vjp = op.vjps[0 if op.variadic else position]
            if vjp is None:
                name = "" if op.variadic else f" ({op.input_names[position]})"
                raise RuntimeError(
                    f"{op.name} has no gradient with respect to its input {position}{name}; "
                    "detach that input if it is a constant"
                )
            if op.variadic:
                part = vjp(g, y, *values, index=position, **extra)
            else:
                part = vjp(g, y, *values, **extra)
            new = part is not g
            if not create_graph:
                part = as_array(part)
                new = new and part.base is None
            if part.shape != arg.data.shape:
                part = _unbroadcast(part, arg.data.shape, op.name, position)
                new = True
            if part.dtype != arg.data.dtype:
                part = part.astype(arg.data.dtype)
                new = True
            if anomaly:
                raw = part.data if isinstance(part, Node) else part
                check_finite(raw, op.name, f"the gradient of input {position}", node.trace)
            cotangents.add(arg.index, part, new)
        if not retain_graph:
            node.inputs = node.cache = None  # activations die as soon as they have been used


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


def _descendants(order: Iterable[Node], wanted: set[int]) -> set[int]:
    """Those whose vjps must run: nodes with an input that is wanted or leads to one."""
    needed: set[int] = set()
    for node in order:
        for arg in node.inputs or ():
            if isinstance(arg, Node) and (arg.index in wanted or arg.index in needed):
                needed.add(node.index)
                break
    return needed


def _refuse_freed(order: Iterable[Node], wanted: set[int] | None) -> None:
    for node in order:
        if node.inputs is None and (wanted is None or node.index not in wanted):
            name = node.op.name if node.op else "?"
            raise RuntimeError(
                f"backward through {name} a second time: its graph was already freed; pass "
                "retain_graph=True to the first backward, or compute the result again"
            )


def _unbroadcast(g: Any, shape: tuple[int, ...], operation: str, position: int) -> Any:
    """Sum ``g`` to ``shape``: the adjoint of broadcasting is a sum over the axes it repeated."""
    lead = g.ndim - len(shape)
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
    return summed.reshape(shape)


def _run_hooks(node: Node, g: Any, owned: bool) -> tuple[Any, bool]:
    """Let each hook see, and possibly replace, the gradient of ``node``."""
    for hook in list(node.hooks or ()):
        tensor = g if isinstance(g, Node) else node.result_class(g)
        changed = hook(tensor)
        owned = False  # a hook may have kept it
        if changed is None:
            continue
        raw = changed.data if isinstance(changed, Node) else np.asarray(changed)
        if raw.shape != node.data.shape:
            raise RuntimeError(
                f"a gradient hook returned shape {raw.shape} for a tensor of shape "
                f"{node.data.shape}; return a gradient of the same shape, or None to keep it"
            )
        raw = raw.astype(node.data.dtype, copy=False)
        g = changed if isinstance(g, Node) and isinstance(changed, Node) else raw
    return g, owned


def _changed(op: Primitive, what: str) -> RuntimeError:
    return RuntimeError(
        f"{op.name}: {what} was changed in place after the forward pass (by an optimizer step, "
        "say), so the gradient would be wrong; run the forward pass again before backward"
    )


def gradients(
    outputs: Sequence[Node],
    grads: Sequence[Any],
    inputs: Sequence[Node],
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> list[Any]:
    """The gradient of ``outputs`` for each of ``inputs``, ``None`` where there is no path."""
    found: dict[int, Any] = {}

    def deliver(node: Node, g: Any, owned: bool) -> None:
        found[node.index] = _private(g, owned)

    keep = create_graph if retain_graph is None else retain_graph
    if create_graph:
        with enable_grad():
            backprop(outputs, grads, deliver, inputs, True, keep)
    else:
        backprop(outputs, grads, deliver, inputs, False, keep)
    return [found.get(node.index) for node in inputs]


def accumulate_gradients(
    outputs: Sequence[Node],
    grads: Sequence[Any],
    inputs: Sequence[Node] | None = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
) -> None:
    """Add the gradients of ``outputs`` to ``.grad`` of the leaves, all of them or none."""
    arrived: list[tuple[Node, Any]] = []

    def deliver(node: Node, g: Any, owned: bool) -> None:
        arrived.append((node, _private(g, owned)))

    keep = create_graph if retain_graph is None else retain_graph
    if create_graph:
        with enable_grad():
            backprop(outputs, grads, deliver, inputs, True, keep)
    else:
        backprop(outputs, grads, deliver, inputs, False, keep)
    for leaf, g in arrived:
        if leaf.grad is None:
            leaf.grad = g if isinstance(g, Node) else leaf.result_class(g)
        elif isinstance(g, Node) or leaf.grad.requires_grad:
            leaf.grad = leaf.grad + g
        else:
            np.add(leaf.grad.data, g, out=leaf.grad.data)


def _private(g: Any, owned: bool) -> Any:
    """A gradient in memory that is writable and that nobody else holds."""
    return g if owned else np.positive(g)
