"""What may be done to gradients before a step, and to weights after it.

All are functions of parameters, applied in place. To have one applied at every step, register it:

>>> import tinygrad_edu as tg
>>> w = tg.tensor([1.0, -0.5], requires_grad=True)
>>> optimizer = tg.optim.SGD([w], lr=1.0)
>>> remove = optimizer.register_step_post_hook(lambda _: tg.optim.non_negative_([w]))
>>> w.grad = tg.tensor([2.0, -1.0])
>>> optimizer.step()
>>> w
tensor([0.0000, 0.5000], requires_grad=True)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np

from tinygrad_edu.autograd.parameters import listed_parameters
from tinygrad_edu.engine import Array, mark_changed
from tinygrad_edu.optim._entries import check_count, check_number
from tinygrad_edu.optim.more.layerwise import norm
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor import Tensor

__all__ = [
    "adaptive_grad_clip_", "add_grad_noise_", "centralize_grad_", "clip_grad_norm_per_layer_",
    "max_norm_", "non_negative_",
]  # fmt: skip

Parameters = Tensor | Iterable[Tensor]


def _with_grads(owner: str, parameters: Parameters) -> Iterator[tuple[Array, Array]]:
    params = listed_parameters(owner, parameters)
    return ((p.value, p.grad.value) for p in params if p.grad is not None)


# ---- gradients


def clip_grad_norm_per_layer_(parameters: Parameters, max_norm: float) -> None:
    """Shrink each gradient by itself, so that its norm is at most ``max_norm``.

    `clip_grad_norm_` keeps the direction of all together; this keeps that of each parameter.
    """
    check_number("clip_grad_norm_per_layer_", "max_norm", max_norm, "[0, inf]")
    for _, g in _with_grads("clip_grad_norm_per_layer_", parameters):
        factor = max_norm / (norm(g) + 1e-6)
        if factor < 1:
            np.multiply(g, factor, out=g)


def adaptive_grad_clip_(parameters: Parameters, clipping: float = 0.01, eps: float = 1e-3) -> None:
    """Per unit: ‖g‖ at most ``clipping`` · max(‖w‖, eps).   Brock et al. 2021, equation 3.

    A unit is a row of a matrix, a filter of a convolution, and the whole of a vector.
    """
    check_number("adaptive_grad_clip_", "clipping", clipping, "(0, inf)")
    check_number("adaptive_grad_clip_", "eps", eps, "[0, inf)")
    for w, g in _with_grads("adaptive_grad_clip_", parameters):
        most = clipping * np.maximum(_unit_norms(w), eps)
        np.multiply(g, np.minimum(1.0, most / np.maximum(_unit_norms(g), 1e-6)), out=g)


def _unit_norms(array: Array) -> Array:
    axes = tuple(range(array.ndim)) if array.ndim < 2 else tuple(range(1, array.ndim))
    norms: Array = np.sqrt(np.sum(array * array, axis=axes, keepdims=True))
    return norms


def centralize_grad_(parameters: Parameters) -> None:
    """Subtract from the gradient of each unit its mean; vectors stay.   Yong et al. 2020."""
    for _, g in _with_grads("centralize_grad_", parameters):
        if g.ndim > 1:
            g -= g.mean(axis=tuple(range(1, g.ndim)), keepdims=True)


def add_grad_noise_(
    parameters: Parameters,
    t: int,
    eta: float = 0.01,
    gamma: float = 0.55,
    generator: GeneratorLike = None,
) -> None:
    """Add normal noise of variance η / (1 + t)^γ, less with time.   Neelakantan et al. 2015."""
    check_count("add_grad_noise_", "t", t, 0)
    check_number("add_grad_noise_", "eta", eta, "[0, inf)")
    check_number("add_grad_noise_", "gamma", gamma, "[0, inf)")
    draw = get_generator(generator, "add_grad_noise_")
    scale = math.sqrt(eta * math.exp(-gamma * math.log1p(t)))
    for _, g in _with_grads("add_grad_noise_", parameters):
        g += (scale * draw.standard_normal(g.shape)).astype(g.dtype)


# ---- weights


def max_norm_(parameters: Parameters, max_value: float = 2.0) -> None:
    """Shrink each unit's incoming weights to a norm of at most ``max_value``.   Srebro 2005.

    With dropout, as in Hinton et al. 2012. A unit is as in `adaptive_grad_clip_`.
    """
    check_number("max_norm_", "max_value", max_value, "[0, inf)")
    for p in listed_parameters("max_norm_", parameters):
        norms = _unit_norms(p.value)
        factors = np.minimum(1.0, max_value / np.maximum(norms, np.finfo(p.dtype).tiny))
        np.multiply(p.value, factors, out=p.value)
        mark_changed(p.value)


def non_negative_(parameters: Parameters) -> None:
    """Set negative weights to zero: the nearest point without them."""
    for p in listed_parameters("non_negative_", parameters):
        np.maximum(p.value, 0, out=p.value)
        mark_changed(p.value)
