"""Gradient descent: plain, with momentum, with Nesterov's look-ahead."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["SGD", "SGDW"]


class SGD(Optimizer):
    """b ← μ b + (1−τ) g;  d = b, or g + μ b with Nesterov.   Robbins & Monro 1951; Polyak 1964.

    Gradient descent, stochastic gradient descent and mini-batch gradient descent are this one rule:
    they differ in whether g comes from all examples, from one, or from a few.

    Parameters
    ----------
    params : iterable
        Tensors, ``(name, tensor)`` pairs, or group dicts.
    lr : float
        Learning rate.
    momentum : float
        μ, the part of the last step that goes on. At first b = g.
    dampening : float
        τ, the part of the gradient that is left out.
    weight_decay : float
        λ of the L2 penalty: g ← g + λ w.
    nesterov : bool
        Look ahead; needs momentum and no dampening. (Nesterov 1983; Sutskever et al. 2013.)
    maximize : bool
        Climb instead.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor([1.0], requires_grad=True)
    >>> optimizer = tg.optim.SGD([w], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (w**2).sum().backward()
    ...     optimizer.step()
    >>> w  # 1 - 0.1*2 = 0.8, then 0.8 - 0.1*(0.9*2 + 1.6)
    tensor([0.46], requires_grad=True)
    """

    optional_slots: ClassVar[dict[str, str]] = {"momentum_buffer": "momentum"}

    lr: float = 1e-3
    momentum: float = 0.0
    dampening: float = 0.0
    weight_decay: float = 0.0
    nesterov: bool = False

    def check_group(self, entries: dict[str, Any]) -> dict[str, Any]:
        """Nesterov's look-ahead needs something to look ahead along."""
        checked = super().check_group(entries)
        if checked["nesterov"] and (not checked["momentum"] or checked["dampening"]):
            raise ValueError(
                f"{self._name}: nesterov needs momentum > 0 and dampening 0, received "
                f"momentum {checked['momentum']!r} and dampening {checked['dampening']!r}"
            )
        return checked

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        momentum: float,
        dampening: float,
        nesterov: bool,
    ) -> Array:
        """The gradient, or the momentum buffer."""
        if not momentum:
            return g
        buffer: Array = state["momentum_buffer"]
        if t == 1:
            np.copyto(buffer, g)
        else:
            np.multiply(buffer, momentum, out=buffer)
            fresh = np.multiply(g, 1 - dampening, out=out) if dampening else g
            np.add(buffer, fresh, out=buffer)
        if not nesterov:
            return buffer
        np.multiply(buffer, momentum, out=out)
        return np.add(g, out, out=out)


class SGDW(SGD):
    """SGD with decay apart from its momentum: w ← w − lr λ w.   Loshchilov & Hutter 2019, alg. 1.

    Without momentum it is SGD with an L2 penalty; with momentum the penalty's gradient would be
    averaged too. Arguments are those of `SGD`.
    """

    decoupled: ClassVar[bool] = True
