"""``torch.utils.checkpoint``: saves no memory here; the functions are called as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["checkpoint", "checkpoint_sequential"]

_OPTIONS = ("use_reentrant", "context_fn", "determinism_check", "debug", "preserve_rng_state")


def checkpoint(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """``function(*args, **kwargs)``: the values and gradients are the same without recomputing.

    >>> checkpoint(max, 1, 2, use_reentrant=False)
    2
    """
    return function(*args, **{k: v for k, v in kwargs.items() if k not in _OPTIONS})


def checkpoint_sequential(functions: Any, segments: int, input: Any, **options: Any) -> Any:
    """The functions one after the other."""
    for function in functions:
        input = function(input)
    return input
