"""PyTorch's old keywords of losses, which were replaced by ``reduction``."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

__all__ = ["old_reduction"]


def old_reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, which also takes ``size_average`` and ``reduce``, PyTorch's old keywords.

    >>> from tinygrad_edu.nn import functional as F
    >>> import tinygrad_edu as tg, warnings
    >>> with warnings.catch_warnings(action="ignore"):
    ...     F.mse_loss(tg.ones(3), tg.zeros(3), size_average=False)
    tensor(3.)
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if "size_average" in kwargs or "reduce" in kwargs:
            mean, reduced = kwargs.pop("size_average", None), kwargs.pop("reduce", None)
            if mean is not None or reduced is not None:
                new = "none" if reduced is False else "sum" if mean is False else "mean"
                message = f"size_average and reduce are old; write reduction={new!r}"
                warnings.warn(message, stacklevel=2)
                kwargs["reduction"] = new
        return function(*args, **kwargs)

    return call
