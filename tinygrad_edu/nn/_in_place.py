"""``inplace=True``: the input becomes the result, as by ``x.relu_()``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinygrad_edu.engine import Node

__all__ = ["in_place"]


def in_place(function: Callable[..., Any], x: Any, *args: Any, **params: Any) -> Any:
    """Put ``function(x, ...)`` in the place of the tensor ``x``, recorded where gradients are.

    Raises
    ------
    TypeError
        If ``x`` is no tensor.
    """
    name = function.__name__
    if not isinstance(x, Node):
        raise TypeError(f"{name}: inplace=True changes a tensor, received a {type(x).__name__}")
    change: Any = x
    return change._become_by(f"{name}_", lambda former: function(former, *args, **params))
