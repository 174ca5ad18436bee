"""The parameters of an optimizer, refused where they could not be trained, and their states."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tinygrad_edu.autograd.parameters import listed
from tinygrad_edu.engine import Node

__all__ = ["StateTable", "named_parameters"]


class StateTable(list[dict[str, Any]]):
    """The state of each parameter, by its position through all groups.

    Positions survive what identities do not: saving, loading and garbage collection. For
    convenience, as in PyTorch, ``state[tensor]`` finds the position of a parameter.
    """

    def __init__(self) -> None:
        super().__init__()
        self._params: list[Node] = []

    def extend_for(self, params: list[Node]) -> None:
        """Add an empty state for each new parameter."""
        self._params += params
        self += [{} for _ in params]

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Node):
            for param, state in zip(self._params, self, strict=True):
                if param is key:
                    return state
            raise KeyError("this tensor is not a parameter of the optimizer")
        return super().__getitem__(key)

    def __setitem__(self, key: Any, state: Any) -> None:
        if isinstance(key, Node):
            own = self[key]
            own.clear()
            own.update(state)
        else:
            super().__setitem__(key, state)

    def __contains__(self, key: object) -> bool:
        return any(p is key for p, state in self.items() if state)

    def keys(self) -> list[Node]:
        """The parameters that have a state, as PyTorch's table has them."""
        return [param for param, _ in self.items()]

    def values(self) -> list[dict[str, Any]]:
        """The states of these parameters."""
        return [state for _, state in self.items()]

    def items(self) -> list[tuple[Node, dict[str, Any]]]:
        """These parameters with their states."""
        return [(p, state) for p, state in zip(self._params, self, strict=True) if state]


def named_parameters(owner: str, given: Any, known: Iterable[Node]) -> tuple[list[Node], list[str]]:
    """The tensors of a group and their names, if they came as pairs; raises if one cannot be used.

    ``known`` are the parameters of the groups before.
    """
    items = [given] if isinstance(given, Node) else listed(owner, given)
    if not items:
        raise ValueError(
            f"{owner}: the parameter list is empty; an iterator such as model.parameters() can be "
            "used only once, and a model of no parameters has nothing to train"
        )
    pairs = [item for item in items if isinstance(item, tuple) and len(item) == 2]
    if pairs and len(pairs) < len(items):
        raise TypeError(f"{owner}: either all parameters come as (name, tensor) pairs or none")
    names = [str(name) for name, _ in pairs]
    params: list[Any] = [param for _, param in pairs] if pairs else items
    seen = {id(param) for param in known}
    for k, param in enumerate(params):
        where = f"{owner}: parameter {names[k] if names else k}"
        if not isinstance(param, Node):
            raise TypeError(f"{where} is a {type(param).__name__}; parameters are tensors")
        where += f" of shape {param.value.shape}"
        if not param.is_leaf:
            raise ValueError(
                f"{where} was computed by {param.op}, so moving it would change nothing; pass the "
                "leaves it was computed from, or .detach().requires_grad_()"
            )
        if id(param) in seen:
            raise ValueError(f"{where} comes twice; it would be moved twice in a step")
        seen.add(id(param))
    if not any(param.requires_grad for param in params):
        raise ValueError(
            f"{owner}: no parameter of the group requires a gradient, so none would ever move; "
            "make them with requires_grad=True"
        )
    if len(set(names)) < len(names):
        raise ValueError(f"{owner}: two parameters have the same name")
    return params, names
