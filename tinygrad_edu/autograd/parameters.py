"""Parameters as they are given to functions: in an order, and not used up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

from tinygrad_edu.engine import Node

__all__ = ["HasParameters", "listed", "listed_parameters"]


@runtime_checkable
class HasParameters(Protocol):
    """A module, which is defined on a higher floor."""

    def named_parameters(self) -> Iterable[tuple[str, Any]]:
        """The name and the tensor of each parameter."""


def listed(owner: str, given: Any) -> list[Any]:
    """The items of ``given``, pairs of a dict; raises where they have no order or are gone.

    >>> listed("SGD", {1, 2})
    Traceback (most recent call last):
    TypeError: SGD: a set has no order that states and vectors could follow; pass a list
    """
    if isinstance(given, (set, frozenset)):
        raise TypeError(
            f"{owner}: a set has no order that states and vectors could follow; pass a list"
        )
    if isinstance(given, HasParameters):
        raise TypeError(
            f"{owner}: received a {type(given).__name__}; pass its parameters, model.parameters()"
        )
    try:
        items = list(given.items() if isinstance(given, Mapping) else given)
    except TypeError:
        raise TypeError(f"{owner}: params must be tensors in a list, received {given!r}") from None
    if not items and isinstance(given, Iterator):
        raise ValueError(
            f"{owner}: no parameters came; an iterator such as model.parameters() can be used only "
            "once"
        )
    return items


def listed_parameters(owner: str, given: Any) -> list[Any]:
    """The tensors of ``given``, which may be a single one.

    >>> listed_parameters("clip_grad_norm_", [3])
    Traceback (most recent call last):
    TypeError: clip_grad_norm_: parameter 0 is a int; parameters are tensors
    """
    params = [given] if isinstance(given, Node) else listed(owner, given)
    for k, param in enumerate(params):
        if not isinstance(param, Node):
            raise TypeError(
                f"{owner}: parameter {k} is a {type(param).__name__}; parameters are tensors"
            )
    return params
