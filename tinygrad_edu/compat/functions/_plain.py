"""How a NumPy function without a derivative is called on tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._checked import holds_numbers, shown
from tinygrad_edu.engine import Node, value_of

__all__ = ["like", "plain"]


def plain(function: Callable[..., Any], *inputs: Any) -> Any:
    """``function`` of the arrays; a tensor where one of the inputs is a tensor."""
    for x in inputs:
        if not holds_numbers(x):
            raise TypeError(f"takes tensors, arrays and numbers, received {shown(x)}")
    return like(function(*map(value_of, inputs)), *inputs)


def like(result: Any, *inputs: Any) -> Any:
    """A result as a tensor where one of the inputs is a tensor."""
    return Node.wrap(np.asarray(result)) if any(isinstance(x, Node) for x in inputs) else result
