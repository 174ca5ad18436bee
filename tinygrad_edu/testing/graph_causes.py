"""Causes that are read off the graph: paths by which the result depends on an input without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu._restored import restored
from tinygrad_edu.engine import Array, Node, inputs_of, value_of
from tinygrad_edu.engine.backprop import ancestors
from tinygrad_edu.random import get_generator
from tinygrad_edu.testing.numeric import numerical_jacobian

if TYPE_CHECKING:
    from tinygrad_edu.testing.derivatives import Derivatives

__all__ = ["cut_path"]

# The constants of a graph are compared at inputs that differ by this part of max(1, |x|).
_MOVED = 1e-3
_NEAR = 1e-6


def cut_path(run: Derivatives, number: int, k: int, analytical: Array) -> str | None:
    """Say which constants of the graph depend on tensor k; None where the graph is complete.

    The recorded graph is computed anew at moved inputs, with its constants held fixed. Where the
    differences of that are what backward gives, every rule is right, and what is missing is a path
    that the graph does not have: ``.detach()``, ``.data``, ``.numpy()`` or ``no_grad``.
    """
    if run.method == "complex":
        return None
    y = run.outputs()[number]
    nodes = [node for node in ancestors([y]) if node.op is not None]
    if not nodes or not _follows_the_graph(nodes, y, run.xs[k], analytical):
        return None
    places = _moving_constants(run, number, k, nodes)
    if not places:
        return None
    return (
        f"graph cut: {'; '.join(places)}, so .detach(), .data, .numpy(), no_grad or a "
        "conversion cut it off; with these constants held fixed, the derivative is what backward "
        "gives"
    )


def _follows_the_graph(nodes: list[Node], y: Node, x: Node, analytical: Array) -> bool:
    """Whether backward gives the derivative of the graph, which func may have left."""

    def computed(values: Array) -> Array:
        found: dict[int, Any] = {x.index: values}
        for node in nodes:
            op, args = node.op, inputs_of(node)
            if op is None:
                continue
            arrays = [found.get(a.index, a.value) if isinstance(a, Node) else a for a in args]
            result = op.forward(*arrays, **node.params)
            found[node.index] = np.asarray(result[0] if op.cached else result)
        return np.asarray(found.get(y.index, y.value))

    try:
        if not np.array_equal(computed(x.value), y.value, equal_nan=True):
            return False
        with np.errstate(all="ignore"):
            jacobian = numerical_jacobian(computed, x.value)
    except (ValueError, TypeError, IndexError):  # an operation that takes no arrays alone
        return False
    scale = np.max(np.abs(analytical), initial=0.0)
    return bool((np.abs(jacobian - analytical) <= 1e-8 + _NEAR * scale).all())


def _moving_constants(run: Derivatives, number: int, k: int, nodes: list[Node]) -> list[str]:
    """The constants of the graph that are others when tensor k is moved, in words."""
    x = run.xs[k]
    before, kept = list(_constants(nodes)), x.value.copy()
    with restored(lambda: np.copyto(x.value, kept)):
        x.value += _MOVED * np.maximum(1.0, np.abs(kept)) * _irregular(kept.shape)
        after = list(_constants([n for n in ancestors([run.outputs()[number]]) if n.op]))
    if [place for place, _ in before] != [place for place, _ in after]:
        return [f"func computes something else when input {run.positions[k]} moves"]
    moving = [
        place
        for (place, one), (_, two) in zip(before, after, strict=True)
        if not np.array_equal(one, two)
    ]
    return [
        f"{place} is a constant for backward, and changes with input {run.positions[k]}"
        for place in dict.fromkeys(moving)
    ]


def _constants(nodes: list[Node]) -> Iterator[tuple[str, Any]]:
    """What each operation takes that needs no gradient: (place, value), in order."""
    for node in nodes:
        op = node.op
        if op is None:
            continue
        for position, arg in enumerate(inputs_of(node)):
            if isinstance(arg, Node) and arg.requires_grad:
                continue
            value = value_of(arg)
            name = "" if op.variadic else f" ({op.input_names[position]})"
            if isinstance(value, (np.ndarray, float)):
                yield f"operand {position}{name} of {op.name}", np.array(value)


def _irregular(shape: tuple[int, ...]) -> Array:
    """Factors near 1 without a pattern."""
    return get_generator(0).uniform(0.5, 1.5, shape)
