"""Losses over classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs.base import sample, spec

__all__ = ["SPECS"]

_LABELS = np.array([2, 0, 1, 2, 1])
_IGNORED = np.array([2, -100, 1, 0, -100])
_WEIGHT = np.array([0.5, 2.0, 1.5])


def _cross_entropy(
    logits: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    losses, weights = [], []
    for row, label in zip(logits.tolist(), target.tolist(), strict=True):
        w = 0.0 if label == ignore_index else 1.0 if weight is None else float(weight[label])
        log_sum = math.log(math.fsum(map(math.exp, row)))
        losses.append(w * (log_sum - row[label]) if w else 0.0)
        weights.append(w)
    if reduction == "none":
        return np.array(losses)
    return np.array(math.fsum(losses) / (math.fsum(weights) if reduction == "mean" else 1.0))


SPECS = [
    spec(
        "cross_entropy",
        sample((5, 3), _LABELS),
        sample((5, 3), _LABELS, None, reduction="sum"),
        sample((5, 3), _LABELS, None, reduction="none"),
        sample((5, 3), _LABELS, _WEIGHT),
        sample((5, 3), _LABELS, _WEIGHT, reduction="sum"),
        sample((5, 3), _LABELS, _WEIGHT, reduction="none"),
        sample((5, 3), _IGNORED),
        sample((5, 3), _IGNORED, _WEIGHT),
        sample((5, 3), _IGNORED, _WEIGHT, reduction="none"),
        sample((5, 3), _LABELS, None, ignore_index=1),
        sample((1, 3), np.array([1])),
        sample((0, 3), np.zeros(0, np.int64), None, reduction="sum"),
        reference=_cross_entropy,
        torch=lambda torch, *tensors, **params: torch.nn.functional.cross_entropy(
            *tensors, **params
        ),
    ),
]
