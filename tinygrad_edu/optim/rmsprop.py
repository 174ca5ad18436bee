"""RMSprop and Adadelta: the gradient divided by the root of a running average of its square."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend, blend_square
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["Adadelta", "RMSprop"]


class RMSprop(Optimizer):
    """v ← αv + (1-α)g²;  d = g / (√v + ε), or its momentum.   Hinton 2012, lecture 6e.

    Adagrad that forgets, so its steps need not shrink.

    Parameters
    ----------
    params, lr, weight_decay, maximize
        As in `SGD`.
    alpha : float
        α, how much of v stays.
    eps : float
        ε, outside of the root (in Keras and optax inside of it).
    momentum : float
        b ← μ b + g/(√v + ε) is the direction.
    centered : bool
        Divide by the standard deviation √(v − ḡ²) instead. (Graves 2013.)
    """

    slots: ClassVar[tuple[str, ...]] = ("square_avg",)
    optional_slots: ClassVar[dict[str, str]] = {
        "momentum_buffer": "momentum",
        "grad_avg": "centered",
    }
    ranges: ClassVar = {"alpha": "[0, 1]"}

    lr: float = 1e-2
    alpha: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.0
    momentum: float = 0.0
    centered: bool = False

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        alpha: float,
        eps: float,
        momentum: float,
        centered: bool,
    ) -> Array:
        """The direction: g / (√v + ε), or the buffer."""
        v = blend_square(state["square_avg"], g, alpha, out)
        if centered:
            mean = blend(state["grad_avg"], g, alpha, out)
            np.multiply(mean, mean, out=out)
            v = np.subtract(v, out, out=out)
            np.maximum(v, 0, out=v)  # a variance; rounding may take it below zero
        np.sqrt(v, out=out)
        out += eps
        np.divide(g, out, out=out)
        if not momentum:
            return out
        buffer: Array = state["momentum_buffer"]
        buffer *= momentum
        buffer += out
        return buffer


class Adadelta(Optimizer):
    """v ← ρv + (1-ρ)g²;  d = g √(u + ε)/√(v + ε);  u ← ρu + (1-ρ)d².   Zeiler 2012, algorithm 1.

    The ratio gives d the units of w, so lr = 1 needs no tuning.

    Parameters
    ----------
    params, lr, weight_decay, maximize
        As in `SGD`.
    rho : float
        ρ, how much of the averages stays.
    eps : float
        ε, inside of both roots.
    """

    slots: ClassVar[tuple[str, ...]] = ("square_avg", "acc_delta")
    ranges: ClassVar = {"rho": "[0, 1]"}

    lr: float = 1.0
    rho: float = 0.9
    eps: float = 1e-6
    weight_decay: float = 0.0

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        rho: float,
        eps: float,
    ) -> Array:
        """The direction: g √(u + ε)/√(v + ε)."""
        v = blend_square(state["square_avg"], g, rho, out)
        root = np.sqrt(np.add(v, eps, out=out), out=out)
        d = np.sqrt(np.add(state["acc_delta"], eps, out=tmp), out=tmp)
        d /= root
        d *= g
        blend_square(state["acc_delta"], d, rho, out)
        return d
