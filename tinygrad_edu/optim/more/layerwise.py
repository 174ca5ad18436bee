"""Rules that scale the step of a whole parameter by norms: LARS, LAMB, NovoGrad."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend, blend_square
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["LAMB", "LARS", "NovoGrad"]


def norm(array: Array) -> float:
    """The Euclidean norm of all elements, a Python float."""
    flat = array.reshape(-1)
    return math.sqrt(float(np.dot(flat, flat)))


class LARS(Optimizer):
    """b ← μb + lr η‖w‖/(‖g‖ + λ‖w‖) (g + λw);  w ← w − b.   You, Gitman & Ginsburg 2017, alg. 1.

    Each layer moves by a like part of its own size, so large batches train.

    Parameters
    ----------
    params, lr, maximize
        As in `SGD`.
    momentum : float
        μ.
    weight_decay : float
        λ, in the gradient and in the ratio.
    trust_coefficient : float
        η.
    eps : float
        Added to the denominator. Where w or g is all zeros the ratio is 1.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr", "weight_decay")
    slots: ClassVar[tuple[str, ...]] = ("momentum_buffer",)
    elementwise: ClassVar[bool] = False
    ranges: ClassVar = {"trust_coefficient": "[0, inf)"}

    lr: float = 1.0
    momentum: float = 0.9
    weight_decay: float = 0.0
    trust_coefficient: float = 1e-3
    eps: float = 0.0

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        lr: float,
        momentum: float,
        weight_decay: float,
        trust_coefficient: float,
        eps: float,
    ) -> Array:
        """The buffer, to which lr times the scaled gradient is added."""
        size, slope = norm(w), norm(g)
        ratio = 1.0
        if size and slope:
            ratio = trust_coefficient * size / (slope + weight_decay * size + eps)
        fresh = np.multiply(w, weight_decay, out=out)
        fresh += g
        fresh *= lr * ratio
        buffer: Array = state["momentum_buffer"]
        buffer *= momentum
        buffer += fresh
        return buffer


class LAMB(Optimizer):
    """r = m̂/(√v̂ + ε) + λw, as AdamW;  d = r ‖w‖/‖r‖.   You et al. 2020, algorithm 2.

    LARS's ratio on Adam's direction. Where w or r is all zeros the ratio is 1.

    Parameters
    ----------
    params, lr, betas, maximize
        As in `Adam`.
    eps : float
        ε.
    weight_decay : float
        λ.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("weight_decay",)
    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
    elementwise: ClassVar[bool] = False

    lr: float = 1e-3
    betas: Betas = (0.9, 0.999)
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
        betas: Betas,
        eps: float,
        weight_decay: float,
    ) -> Array:
        """Adam's step with the decay, r, scaled by ‖w‖ / ‖r‖."""
        beta1, beta2 = betas
        m = blend(state["exp_avg"], g, beta1, out)
        v = blend_square(state["exp_avg_sq"], g, beta2, out)
        np.sqrt(v, out=out)
        out /= math.sqrt(1 - beta2**t)
        out += eps
        r: Array = np.divide(m, out, out=out)
        r /= 1 - beta1**t
        r += np.multiply(w, weight_decay, out=tmp)
        size, length = norm(w), norm(r)
        if size and length:
            r *= size / length
        return r


class NovoGrad(Optimizer):
    """v ← β₂v + (1-β₂)‖g‖²;  m ← β₁m + g/(√v + ε) + λw;  d = m.   Ginsburg et al. 2019, alg. 1.

    One second moment for a whole layer: half the memory of Adam.

    Parameters
    ----------
    params, lr, maximize
        As in `Adam`.
    betas : tuple of float
        β₁, β₂.
    eps : float
        ε.
    weight_decay : float
        λ, added after the division.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("weight_decay",)
    slots: ClassVar[tuple[str, ...]] = ("exp_avg",)
    numbers: ClassVar[dict[str, Any]] = {"exp_avg_sq": 0.0}

    lr: float = 1e-2
    betas: Betas = (0.95, 0.98)
    eps: float = 1e-8
    weight_decay: float = 0.0

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        tmp: Array,
        betas: Betas,
        eps: float,
        weight_decay: float,
    ) -> Array:
        """The momentum of normalised gradients."""
        beta1, beta2 = betas
        square = norm(g) ** 2
        v = square if t == 1 else beta2 * state["exp_avg_sq"] + (1 - beta2) * square
        state["exp_avg_sq"] = v
        fresh = np.divide(g, math.sqrt(v) + eps, out=out)
        fresh += np.multiply(w, weight_decay, out=tmp)
        m: Array = state["exp_avg"]
        m *= beta1
        m += fresh
        return m
