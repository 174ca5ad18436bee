"""Penalties on weights and on slopes, to add to a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor import Tensor


def _total(tensors: Any, penalty: Callable[[Any], Any]) -> Any:
    items: Iterable[Any] = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    terms = [penalty(tensor) for tensor in items]
    if not terms:
        raise ValueError("a penalty needs at least one tensor, got none; is the iterator used up?")
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def l1_penalty(tensors: Any) -> Any:
    """Σ |w| over one tensor or several. Makes weights exactly 0; Tibshirani 1996."""
    return _total(tensors, lambda w: ops.sum(ops.absolute(w)))


def l2_penalty(tensors: Any) -> Any:
    """½ Σ w² over one tensor or several; its gradient is w: weight decay."""
    return _total(tensors, lambda w: 0.5 * ops.sum(ops.square(w)))


def elastic_net_penalty(tensors: Any, l1: float, l2: float) -> Any:
    """l1 Σ |w| + l2 ½ Σ w².  Zou & Hastie 2005."""
    items = [tensors] if isinstance(tensors, Tensor) else list(tensors)
    return l1 * l1_penalty(items) + l2 * l2_penalty(items)


def orthogonal_penalty(weight: Any) -> Any:
    """Σ (W Wᵀ - 1)² for rows that should be orthonormal; axes after the first count as one."""
    rows = ops.reshape(weight, shape=(weight.shape[0], -1))
    gram = ops.matmul(rows, ops.transpose(rows))
    return ops.sum(ops.square(gram - np.eye(weight.shape[0], dtype=weight.dtype)))


def gradient_penalty(
    function: Callable[[Any], Any],
    real: Any,
    fake: Any,
    target: float = 1.0,
    generator: GeneratorLike = None,
) -> Any:
    """Mean of (‖∇f‖ - 1)² between real and fake samples.  Gulrajani et al. 2017.

    The gradient of this penalty goes through a gradient: it needs second derivatives, and has them.

    Parameters
    ----------
    function : callable
        The critic: (N, ...) to one number for each sample.
    real, fake : Tensor of shape (N, ...)
    target : float
        The slope to have.
    """
    a, b = (x.data if isinstance(x, Tensor) else np.asarray(x) for x in (real, fake))
    if a.shape != b.shape:
        raise ValueError(f"gradient_penalty: real has shape {a.shape} and fake {b.shape}")
    mix = get_generator(generator).random((len(a),) + (1,) * (a.ndim - 1)).astype(a.dtype)
    x = Tensor(mix * a + (1.0 - mix) * b, requires_grad=True)
    slope = grad(ops.sum(function(x)), x, create_graph=True)
    norm = ops.vector_norm(ops.reshape(slope, shape=(len(a), -1)), axis=1)
    return ops.mean(ops.square(norm - target))
