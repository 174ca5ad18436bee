"""Rules that follow the signs of the gradient: SignSGD, Signum, Lion."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["Lion", "SignSGD", "Signum"]


class SignSGD(Optimizer):
    """d = sign(g): every weight moves by lr.   Bernstein et al. 2018, algorithm 1.

    Parameters are those of plain `SGD`.
    """

    lr: float = 1e-3
    weight_decay: float = 0.0

    def direction(self, w: Array, g: Array, state: State, t: int, out: Array) -> Array:
        """The sign of each gradient."""
        return np.sign(g, out=out)


class Signum(Optimizer):
    """m ← μm + (1-μ)g;  d = sign(m).   Bernstein et al. 2018, algorithm 2.

    Parameters are those of `SGD`, with momentum.
    """

    slots: ClassVar[tuple[str, ...]] = ("momentum_buffer",)

    lr: float = 1e-3
    momentum: float = 0.9
    weight_decay: float = 0.0

    def direction(
        self, w: Array, g: Array, state: State, t: int, out: Array, momentum: float
    ) -> Array:
        """The sign of the running average of the gradients."""
        return np.sign(blend(state["momentum_buffer"], g, momentum, out), out=out)


class Lion(Optimizer):
    """d = sign(β₁m + (1-β₁)g);  m ← β₂m + (1-β₂)g.   Chen et al. 2023, algorithm 2.

    Found by search among programs. Steps are larger than Adam's, so lr is 3 to 10 times smaller.

    Parameters
    ----------
    params, lr, betas, maximize
        As in `Adam`.
    weight_decay : float
        Decoupled, as in `AdamW`.
    """

    slots: ClassVar[tuple[str, ...]] = ("exp_avg",)
    decoupled: ClassVar[bool] = True

    lr: float = 1e-4
    betas: Betas = (0.9, 0.99)
    weight_decay: float = 0.0

    def direction(
        self, w: Array, g: Array, state: State, t: int, out: Array, tmp: Array, betas: Betas
    ) -> Array:
        """The sign of β₁m + (1-β₁)g; m itself then moves with β₂."""
        beta1, beta2 = betas
        m = state["exp_avg"]
        np.multiply(m, beta1, out=out)
        out += np.multiply(g, 1 - beta1, out=tmp)
        blend(m, g, beta2, tmp)
        return np.sign(out, out=out)
