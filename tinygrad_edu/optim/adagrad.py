"""Adagrad and what grew from it: divide by the root of the squares seen so far, or lately."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["Adagrad"]


class Adagrad(Optimizer):
    """s ← s + g²;  d = g / (√s + ε).   Duchi, Hazan & Singer 2011, figure 1 (diagonal).

    Weights with rare gradients keep large steps. All steps shrink for ever.

    Parameters
    ----------
    params, lr, weight_decay, maximize
        As in `SGD`.
    lr_decay : float
        The rate is lr / (1 + (t−1) lr_decay).
    initial_accumulator_value : float
        s at first.
    eps : float
        ε, outside of the root.
    """

    slots: ClassVar[tuple[str, ...]] = ("sum",)
    ranges: ClassVar = {"lr_decay": "[0, inf)", "initial_accumulator_value": "[0, inf)"}

    lr: float = 1e-2
    lr_decay: float = 0.0
    weight_decay: float = 0.0
    initial_accumulator_value: float = 0.0
    eps: float = 1e-10

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """The sum starts from ``initial_accumulator_value``."""
        s = super().new_slot(slot, w, group)
        s.fill(group["initial_accumulator_value"])
        return s

    def direction(
        self, w: Array, g: Array, state: State, t: int, out: Array, lr_decay: float, eps: float
    ) -> Array:
        """The direction: g / (√s + ε)."""
        s: Array = state["sum"]
        s += np.multiply(g, g, out=out)
        np.sqrt(s, out=out)
        out += eps
        np.divide(g, out, out=out)
        if lr_decay:
            out /= 1 + (t - 1) * lr_decay
        return out
