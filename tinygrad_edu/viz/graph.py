"""The graph of a result: which operations made it, from which tensors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checked import checked, shown
from tinygrad_edu._text import visible
from tinygrad_edu.engine import Former, Node, Primitive, inputs_of, value_of
from tinygrad_edu.viz.picture import Edge, GraphPicture, Vertex

__all__ = ["draw"]

MAX_NODES = 500  # nobody can read a larger picture, and dot needs minutes for it

# The order of the inputs of these means nothing, so their edges need no names.
_SYMMETRIC = frozenset({"add", "multiply", "maximum", "minimum", "equal", "not_equal"})
_LONGEST = 60  # characters of a name or a setting


@checked
def draw(
    outputs: Node | Sequence[Node],
    params: Mapping[str, Node] | None = None,
    *,
    direction: str = "TB",
    max_nodes: int = MAX_NODES,
) -> GraphPicture:
    """Picture of the graph behind a tensor: names, shapes, dtypes, operations.

    Every box is a value: what made it, its dtype and shape, and the value itself where it is a
    single number. Orange boxes require a gradient (parameters), grey ones do not (data), dashed
    ones are constants, blue ones are results of operations, and the green ones are ``outputs``.

    Parameters
    ----------
    outputs : Tensor or sequence of Tensor
        Draw before ``backward()``, which frees the graph, or pass it ``retain_graph=True``.
    params : mapping of str to Tensor, optional
        Names for tensors that have none, as ``dict(model.named_parameters())``.
    direction : {"TB", "LR", "BT", "RL"}
        Where the arrows go: top to bottom, left to right, and the reverse.
    max_nodes : int
        Larger graphs are refused.

    Returns
    -------
    GraphPicture
        Shows itself in a notebook, and has ``.save(path)``, ``.dot`` and, printed, a tree.

    Raises
    ------
    TypeError
        If an output is not a tensor.
    ValueError
        If there are none, or the graph has more than ``max_nodes`` nodes.
    RuntimeError
        If ``backward()`` has freed the graph.

    Examples
    --------
    >>> x = tg.tensor([1.0, 2.0, 3.0], name="x")
    >>> w = tg.tensor(0.5, requires_grad=True)
    >>> picture = tg.viz.draw((w * x).sum(), params={"w": w})
    >>> picture
    GraphPicture(4 nodes, 3 edges)
    >>> print(picture)
    sum: float32 () = 3
    +- multiply: float32 (3,)
       +- w: float32 () = 0.5
       +- x: float32 (3,)
    """
    if direction not in ("TB", "LR", "BT", "RL"):
        raise ValueError(f"draw: direction must be TB, LR, BT or RL, received {direction!r}")
    roots = [outputs] if isinstance(outputs, Node) else outputs
    if not isinstance(roots, Iterable) or isinstance(roots, (str, Mapping, np.ndarray)):
        raise _no_graph(outputs)
    roots = list(roots)
    for root in roots:
        if not isinstance(root, Node):
            raise _no_graph(root)
        if root.op is not None and root.inputs is None:
            raise RuntimeError(
                f"draw: the graph of {root.op.name} was freed by backward(); draw it before, "
                "or call backward(retain_graph=True)"
            )
    if not roots:
        raise ValueError("draw: there is nothing to draw; pass a tensor")
    params = {} if params is None else params
    if not isinstance(params, Mapping):
        raise TypeError(f"draw: params must be a dict of names and tensors, received {params!r}")
    names = {id(node): name for name, node in params.items()}
    return _picture(roots, names, direction, max_nodes)


def _no_graph(value: Any) -> TypeError:
    """The error for what is no tensor; a model is mostly meant by a call of it."""
    advice = "draw what it returns, draw(model(x))" if callable(value) else "it has no graph"
    return TypeError(
        f"draw: outputs must be a tensor or a list of tensors, received {shown(value)}; {advice}"
    )


def _picture(
    roots: list[Node], names: dict[int, str], direction: str, max_nodes: int
) -> GraphPicture:
    nodes = _nodes(roots, max_nodes)
    number = {id(node): k for k, node in enumerate(nodes)}
    results = {id(root) for root in roots}
    vertices = [_vertex(node, names.get(id(node)), id(node) in results) for node in nodes]
    edges: list[Edge] = []
    # An array that several operations use is one box; a number is written beside each of its uses.
    # By its values, since each operation may have a copy of its own.
    arrays: dict[Any, int] = {}
    for node in nodes:
        for label, arg in _inputs(node):
            if isinstance(arg, Node):
                source = number[id(arg)]
            elif isinstance(arg, np.ndarray) and arg.ndim:
                same = (arg.dtype.str, arg.shape, arg.tobytes())
                source = arrays.setdefault(same, len(vertices))
            else:
                source = len(vertices)
            if source == len(vertices):
                vertices.append(_constant(arg))
                _check_size(len(vertices), max_nodes)
            if vertices[source].title.endswith(label):  # the weight called 0.weight says so itself
                label = ""
            edges.append(Edge(source, number[id(node)], label))
    outputs = tuple(dict.fromkeys(number[id(root)] for root in roots))
    return GraphPicture(tuple(vertices), tuple(edges), outputs, direction)


def _nodes(roots: list[Node], max_nodes: int) -> list[Node]:
    """All tensors that lead to ``roots``, oldest first, found without recursion."""
    seen = {id(root): root for root in roots}
    stack = list(seen.values())
    while stack:
        for arg in inputs_of(stack.pop()):
            if isinstance(arg, Node) and id(arg) not in seen:
                seen[id(arg)] = arg
                stack.append(arg)
        _check_size(len(seen), max_nodes)
    return sorted(seen.values(), key=lambda node: node.index)


def _check_size(count: int, max_nodes: int) -> None:
    if count > max_nodes:
        raise ValueError(
            f"draw: the graph has more than {max_nodes} nodes, too many to read; draw an earlier "
            "result or fewer steps of a loop, or raise max_nodes"
        )


def _inputs(node: Node) -> Iterator[tuple[str, Any]]:
    """The inputs of the operation that made ``node``, named where their order matters."""
    inputs = [arg for arg in inputs_of(node) if not isinstance(arg, Former)]
    args = [arg for arg in inputs if arg is not None]
    op = node.op
    if op is None or op.variadic or len(args) < 2 or op.name.rstrip("_") in _SYMMETRIC:
        yield from (("", arg) for arg in args)
        return
    labels = op.input_names[-len(inputs) :]
    if labels == ("a", "b"):
        labels = ("left", "right")
    for label, arg in zip(labels, inputs, strict=True):
        if arg is not None:
            yield label, arg


def _vertex(node: Node, given: str | None, is_output: bool) -> Vertex:
    name = given or node.name
    name = None if name is None else shorten(str(name))
    details = [_describe(node.value)]
    if node.op is None:
        kind = "parameter" if node.requires_grad else "input"
        title = name or kind
    else:
        kind = "operation"
        title = f"{name} = {node.op.name}" if name else node.op.name
        details += _settings(node.op, node.params)
        if node.inputs is None:
            details.append("graph freed by backward()")
    if isinstance(node.gradient, Node) and node.gradient.value.size == 1:
        details.append(f"grad = {node.gradient.value.item():.4g}")
    return Vertex("output" if is_output and kind == "operation" else kind, title, tuple(details))


def _constant(value: Any) -> Vertex:
    if isinstance(value, np.ndarray) and value.ndim:
        return Vertex("constant", "array", (_describe(value),))
    return Vertex("constant", shorten(str(value)), ())


def _describe(array: Any) -> str:
    value = f" = {array.item():.4g}" if array.size == 1 else ""
    return f"{array.dtype} {array.shape}{value}"


def _settings(op: Primitive, params: Mapping[str, Any]) -> list[str]:
    """The metadata of a call that is not the default."""
    settings = []
    for key, value in params.items():
        default = op.param_defaults.get(key)
        if value is default or (np.isscalar(value) and value == default):
            continue
        settings.append(f"{key}={_setting(value)}")
    return [shorten(", ".join(settings))] if settings else []


def _setting(value: Any, depth: int = 0) -> str:
    """A setting in a few characters: arrays by their shape, slices as they are written."""
    if isinstance(value, Node | np.ndarray):
        array = value_of(value)
        return f"{array.dtype}{list(array.shape)}"
    if isinstance(value, slice):
        parts = ["" if part is None else str(part) for part in (value.start, value.stop)]
        return ":".join(parts if value.step is None else [*parts, str(value.step)])
    if isinstance(value, tuple) and depth == 0 and len(value) <= 8:
        inside = ", ".join(_setting(item, 1) for item in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if value is Ellipsis:
        return "..."
    if isinstance(value, np.dtype):
        return str(value)
    if isinstance(value, tuple | list | dict | set):
        return f"{type(value).__name__} of {len(value)}"
    return repr(value)


def shorten(text: str) -> str:
    """``text`` on one line, at most 60 characters, with nothing that cannot be printed."""
    text = visible(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
