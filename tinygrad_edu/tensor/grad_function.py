"""``tensor.grad_fn``: the step of backward that belongs to a tensor, as PyTorch shows it."""

from __future__ import annotations

from functools import cache
from typing import Any

from tinygrad_edu.engine import Node
from tinygrad_edu.tensor.printing import backward_name

__all__ = ["GradFunction", "grad_function"]


class GradFunction:
    """A step of backward: its class is named after the operation, `next_functions` come after it.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([1.0], requires_grad=True)
    >>> step = (x * 2 + 1).grad_fn
    >>> step.name(), step.next_functions[0][0].name()
    ('AddBackward0', 'MulBackward0')
    >>> step.next_functions[0][0].next_functions[0][0].variable is x
    True
    """

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def name(self) -> str:
        """The name of the step, such as ``MulBackward0``."""
        return type(self).__name__

    @property
    def next_functions(self) -> tuple[tuple[GradFunction | None, int], ...]:
        """The steps that take the gradients of the inputs; None for an input without one.

        Empty once backward has freed the graph.
        """
        nodes = [x for x in self._node.inputs or () if isinstance(x, Node)]
        return tuple((_next(x) if x.requires_grad else None, 0) for x in nodes)

    @property
    def variable(self) -> Any:
        """The leaf whose gradient the last step accumulates."""
        if self._node.op is not None:
            raise AttributeError(f"{self.name()} has no variable: it belongs to no leaf")
        return self._node


def grad_function(node: Node) -> GradFunction | None:
    """The step of a computed tensor; None for a leaf."""
    return _next(node) if node.requires_grad and node.op is not None else None


def _next(node: Node) -> GradFunction:
    return _kind("AccumulateGrad" if node.op is None else backward_name(node))(node)


@cache
def _kind(name: str) -> type[GradFunction]:
    return type(name, (GradFunction,), {"__slots__": (), "__doc__": "A step of backward."})
