"""Resilient backpropagation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["Rprop"]


class Rprop(Optimizer):
    """d = sign(g) Δ;  Δ grows while g keeps its sign, shrinks after.   Riedmiller & Braun 1993.

    Only the signs of the gradient count, so it is for full batches: the noise of small ones would
    flip them.

    Parameters
    ----------
    params, maximize
        As in `SGD`.
    lr : float
        The first Δ of every weight.
    etas : tuple of float
        Factors of Δ after a flip, and without one.
    step_sizes : tuple of float
        The least and the largest Δ.

    Notes
    -----
    After a flip the gradient counts as zero, in this step and in the comparison of the next.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr",)
    slots: ClassVar[tuple[str, ...]] = ("prev", "step_size")
    ranges: ClassVar = {"etas": ("(0, 1)", "(1, inf)"), "step_sizes": ("[0, inf)", "(0, inf]")}

    lr: float = 1e-2
    etas: Betas = (0.5, 1.2)
    step_sizes: Betas = (1e-6, 50.0)

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """Δ starts from ``lr``."""
        array = super().new_slot(slot, w, group)
        if slot == "step_size":
            array.fill(group["lr"])
        return array

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        lr: float,
        etas: Betas,
        step_sizes: Betas,
    ) -> Array:
        """sign(g) Δ, the whole step."""
        prev, step_size = state["prev"], state["step_size"]
        mask = tmp.reshape(-1).view(np.bool_)[: tmp.size].reshape(tmp.shape)
        agreement = np.multiply(g, prev, out=out)
        np.greater(agreement, 0, out=mask)
        np.multiply(step_size, etas[1], out=step_size, where=mask)
        np.less(agreement, 0, out=mask)
        np.multiply(step_size, etas[0], out=step_size, where=mask)
        np.clip(step_size, *step_sizes, out=step_size)
        np.copyto(prev, g)
        np.copyto(prev, 0, where=mask)
        np.sign(prev, out=out)
        out *= step_size
        return out
