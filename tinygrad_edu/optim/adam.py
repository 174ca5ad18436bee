"""Adam and AdamW: a step size for each weight, from averages of its gradient and of its square."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, field
from typing import ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend, blend_square
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["Adam", "AdamW"]


class Adam(Optimizer):
    """m ← β₁m + (1-β₁)g;  v ← β₂v + (1-β₂)g²;  d = m̂ / (√v̂ + ε).   Kingma & Ba 2015, algorithm 1.

    m̂ = m/(1-β₁ᵗ) and v̂ = v/(1-β₂ᵗ) correct for averages that start at zero.

    Parameters
    ----------
    params : iterable
        Tensors, ``(name, tensor)`` pairs, or group dicts.
    lr : float
        Learning rate: about how far each weight moves in a step.
    betas : tuple of float
        β₁, β₂, each in [0, 1).
    eps : float
        ε, added after the correction of v.
    weight_decay : float
        λ of the L2 penalty: g ← g + λ w. It passes through the division; see `AdamW`.
    amsgrad : bool
        Divide by the largest v so far. (Reddi et al. 2018.)
    maximize : bool
        Climb instead.
    decoupled_weight_decay : bool
        Decay as `AdamW` does.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor([1.0, -50.0], requires_grad=True)
    >>> optimizer = tg.optim.Adam([w], lr=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()  # the first step moves every weight by lr
    >>> w
    tensor([  0.9, -49.9], requires_grad=True)
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr",)
    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
    optional_slots: ClassVar[dict[str, str]] = {"max_exp_avg_sq": "amsgrad"}

    lr: float = 1e-3
    betas: Betas = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    amsgrad: bool = False
    _: KW_ONLY
    decoupled_weight_decay: bool = False

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        lr: float,
        betas: Betas,
        eps: float,
        amsgrad: bool,
    ) -> Array:
        """The whole step, its constants in one factor: each pass over the weights takes time.

        With c₁ = 1 - β₁ᵗ and c₂ = √(1 - β₂ᵗ):  lr m̂ / (√v̂ + ε) = (lr c₂ / c₁) m / (√v + ε c₂).
        """
        beta1, beta2 = betas
        c1, c2 = 1 - beta1**t, math.sqrt(1 - beta2**t)
        m = blend(state["exp_avg"], g, beta1, out)  # m ← β₁ m + (1 - β₁) g
        v = blend_square(state["exp_avg_sq"], g, beta2, out)  # v ← β₂ v + (1 - β₂) g²
        if amsgrad:
            v = np.maximum(state["max_exp_avg_sq"], v, out=state["max_exp_avg_sq"])
        root = np.sqrt(v, out=out)
        root += eps * c2
        d = np.divide(m, root, out=out)
        d *= lr * c2 / c1
        return d


class AdamW(Adam):
    """Adam with decoupled decay: w ← w − lr λ w first.   Loshchilov & Hutter 2019, algorithm 2.

    In SGD an L2 penalty and decay are the same; in Adam the penalty's gradient is divided by √v̂
    too, so weights with large gradients would hardly decay. Arguments are those of `Adam`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor([1.0, -50.0], requires_grad=True)
    >>> optimizer = tg.optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w**2).sum().backward()
    >>> optimizer.step()  # 0.95 - 0.1 and -47.5 + 0.1
    >>> w
    tensor([  0.8500, -47.4000], requires_grad=True)
    """

    weight_decay: float = 0.01
    decoupled_weight_decay: bool = field(default=True, init=False)
