"""What all losses share: the reduction, and the refusal to broadcast."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import Node

__all__ = ["REDUCTIONS", "check_reduction", "matching", "reduce"]

REDUCTIONS = ("none", "mean", "sum")


def check_reduction(owner: str, reduction: str, choices: tuple[str, ...] = REDUCTIONS) -> str:
    """Return ``reduction`` if it is one of ``choices``."""
    if reduction not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{owner}: reduction must be one of {listed}, received {reduction!r}")
    return reduction


def reduce(owner: str, losses: Any, reduction: str) -> Any:
    """The losses of the elements, their mean or their sum."""
    if reduction == "mean":
        if losses.size == 0:
            raise ValueError(f"{owner}: the mean over nothing is undefined: the batch is empty")
        return ops.mean(losses)
    if reduction == "sum":
        return ops.sum(losses)
    check_reduction(owner, reduction)
    return losses


def matching(owner: str, input: Any, target: Any, name: str = "target") -> Any:
    """``target`` in the dtype of ``input``, or ValueError if their shapes differ.

    NumPy would broadcast (N,) against (N, 1) to (N, N), and the net would learn the mean.
    """
    if not isinstance(target, (Node, np.ndarray)):
        target = np.asarray(target)
    if target.shape != input.shape:
        advice = ""
        if target.size == input.size:
            advice = f"; use {name}.reshape({', '.join(map(str, input.shape))})"
        raise ValueError(
            f"{owner}: input has shape {input.shape} and {name} {target.shape}; "
            f"a loss never broadcasts{advice}"
        )
    if target.dtype == input.dtype or (isinstance(target, Node) and target.requires_grad):
        return target
    return target.astype(input.dtype)
