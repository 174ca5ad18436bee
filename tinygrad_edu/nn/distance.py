"""Lengths, distances and angles of vectors."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import matching

__all__ = ["cosine_similarity", "normalize", "pairwise_distance"]


@rounded_once
def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Any:
    """Length of x₁ - x₂ + ε on the last axis, in the p-norm."""
    x2 = matching("pairwise_distance", x1, x2, "x2")
    return ops.vector_norm(x1 - x2 + eps, ord=p, axis=-1, keepdims=keepdim)


@rounded_once
def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """Cosine of the angle.  x₁ · x₂ / (max(‖x₁‖, ε) max(‖x₂‖, ε)) over an axis."""
    x2 = matching("cosine_similarity", x1, x2, "x2")
    n1 = ops.clip(ops.vector_norm(x1, axis=dim, keepdims=True), eps, None)
    n2 = ops.clip(ops.vector_norm(x2, axis=dim, keepdims=True), eps, None)
    return ops.sum((x1 / n1) * (x2 / n2), axis=dim)


@rounded_once
def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """Divide by the p-norm over an axis.  y = x / max(‖x‖ₚ, ε)."""
    norm = ops.vector_norm(input, ord=p, axis=dim, keepdims=True)
    return input / ops.clip(norm, eps, None)
