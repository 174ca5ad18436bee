"""Averaged gradient descent."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["ASGD"]


class ASGD(Optimizer):
    """d = η(g + λw);  η = lr/(1+λ lr t)^α;  the answer is mean(w).   Polyak & Juditsky 1992.

    The weights walk around the minimum; their average, from step t0 on, is nearer to it. It is in
    ``state["ax"]`` of each parameter; `averaged_parameters` lists them.

    Parameters
    ----------
    params, lr, weight_decay, maximize
        As in `SGD`.
    lambd : float
        λ, decay of the weights and of the rate.
    alpha : float
        α, the power of the decay.
    t0 : float
        Where averaging begins; before, the average is w itself.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr",)
    slots: ClassVar[tuple[str, ...]] = ("ax",)
    numbers: ClassVar[dict[str, Any]] = {"eta": None, "mu": 1.0}
    ranges: ClassVar = {"lambd": "[0, inf)", "alpha": "[0, inf)", "t0": "[0, inf)"}

    lr: float = 1e-2
    lambd: float = 1e-4
    alpha: float = 0.75
    t0: float = 1e6
    weight_decay: float = 0.0

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        lr: float,
        lambd: float,
        alpha: float,
        t0: float,
    ) -> Array:
        """η (g + λ w), the whole step; the average follows."""
        eta = lr if state["eta"] is None else state["eta"]
        d = np.multiply(w, lambd, out=out)
        d += g
        d *= eta
        gap = np.subtract(w, d, out=tmp)
        gap -= state["ax"]
        gap *= state["mu"]
        state["ax"] += gap
        state["eta"] = lr / (1 + lambd * lr * t) ** alpha
        state["mu"] = 1 / max(1, t - t0)
        return d

    def averaged_parameters(self) -> list[Array]:
        """The averages, in the order of the parameters; w itself where no step was made."""
        params = [p for group in self.param_groups for p in group["params"]]
        averages = [state.get("ax", p.value) for p, state in zip(params, self.state, strict=True)]
        return [average.copy() for average in averages]
