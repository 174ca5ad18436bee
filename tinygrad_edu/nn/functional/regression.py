"""Losses of numbers against numbers."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.nn.functional._common import matching, reduce


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Squared error.  (x - t)².

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.mse_loss(tg.tensor([1.0, 3.0]), tg.tensor([0.0, 1.0]))
    tensor(2.5)
    """
    target = matching("mse_loss", input, target)
    return reduce("mse_loss", ops.square(ops.subtract(input, target)), reduction)
