"""Limits on gradients, applied between backward and step.

They stand below `nn` and `optim`, since both offer them: PyTorch keeps them in `nn.utils`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_flag, check_number
from tinygrad_edu.autograd.parameters import listed_parameters
from tinygrad_edu.engine import Array
from tinygrad_edu.tensor import Tensor, tensor

__all__ = ["clip_grad_norm_", "clip_grad_value_", "gradient_norm"]


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Shrink all gradients by one factor, so that together their norm is at most ``max_norm``.

    g ← g · min(1, max_norm / (‖g‖ + 1e-6)), with g all the gradients as one vector.
    (Pascanu et al. 2013.) PyTorch's ``foreach`` changes nothing.

    Returns
    -------
    Tensor
        The norm before, a scalar.

    Raises
    ------
    RuntimeError
        If the norm is not finite and ``error_if_nonfinite``; no gradient has then been changed.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w / 2).sum().backward()
    >>> tg.nn.utils.clip_grad_norm_([w], max_norm=1.0)
    tensor(5.)
    >>> w.grad
    tensor([0.6, 0.8])
    """
    check_number("clip_grad_norm_", "max_norm", max_norm, "[0, inf]")
    check_number("clip_grad_norm_", "norm_type", norm_type, "(0, inf]")
    check_flag("clip_grad_norm_", "error_if_nonfinite", error_if_nonfinite)
    check_flag("clip_grad_norm_", "foreach", bool(foreach) if foreach is None else foreach)
    grads = _gradients("clip_grad_norm_", parameters)
    total = gradient_norm(grads, norm_type)
    if not math.isfinite(total) and error_if_nonfinite:
        raise RuntimeError(
            f"clip_grad_norm_: the norm of the gradients is {total}, so no factor can bring it to "
            f"{max_norm}; look for the first NaN with tg.detect_anomaly()"
        )
    factor = max_norm / (total + 1e-6)
    if not factor >= 1:  # a NaN norm makes every gradient NaN, as in PyTorch
        for g in grads:
            np.multiply(g, factor, out=g)
    return tensor(total, dtype=grads[0].dtype if grads else np.float32)


def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None
) -> None:
    """Move every element of the gradients into [−clip_value, clip_value].

    Unlike `clip_grad_norm_`, this changes the direction. ``foreach`` changes nothing.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor([0.3, -4.0], requires_grad=True)
    >>> (w * w / 2).sum().backward()
    >>> tg.nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([ 0.3000, -1.0000])
    """
    check_number("clip_grad_value_", "clip_value", clip_value, "[0, inf]")
    check_flag("clip_grad_value_", "foreach", bool(foreach) if foreach is None else foreach)
    for g in _gradients("clip_grad_value_", parameters):
        np.clip(g, -clip_value, clip_value, out=g)


def _gradients(owner: str, parameters: Any) -> list[Array]:
    params = listed_parameters(owner, parameters)
    return [p.grad.value for p in params if p.grad is not None]


def gradient_norm(grads: Iterable[Array], norm_type: float = 2.0) -> float:
    """The norm of all ``grads`` as one vector, a Python float."""
    with np.errstate(all="ignore"):
        norms = [_norm(g.reshape(-1), norm_type) for g in grads]
        if not norms:
            return 0.0
        return float(np.linalg.norm(np.array(norms), norm_type))


def _norm(g: Array, norm_type: float) -> float:
    if g.size == 0:
        return 0.0
    if norm_type != 2:
        return float(np.linalg.norm(g, norm_type))
    square = float(np.dot(g, g))  # one pass, and no array of squares
    if math.isfinite(square) and square > 1e-30:
        return math.sqrt(square)
    # The squares left the range of the dtype, the norm need not have.
    return float(np.linalg.norm(g.astype(np.float64)))
