"""Lengths, distances and angles of vectors."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._function_module import FunctionModule
from tinygrad_edu.nn._inputs import matching

__all__ = [
    "CosineSimilarity", "PairwiseDistance", "cosine_similarity", "normalize", "pairwise_distance",
]  # fmt: skip


@rounded_once
def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Any:
    """Length of x₁ - x₂ + ε on the last axis, in the p-norm."""
    x2 = matching("pairwise_distance", x1, x2, "x2")
    return ops.vector_norm(x1 - x2 + eps, ord=p, axis=-1, keepdims=keepdim)


class PairwiseDistance(FunctionModule, of=pairwise_distance, p="(-inf, inf)", eps="[0, inf)"):
    """Length of x₁ - x₂ + ε on the last axis, in the p-norm."""

    _shown = ""

    p: float = 2.0
    eps: float = 1e-6
    keepdim: bool = False


@rounded_once
def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """Cosine of the angle.  x₁ · x₂ / (max(‖x₁‖, ε) max(‖x₂‖, ε)) over an axis."""
    x2 = matching("cosine_similarity", x1, x2, "x2")
    n1 = ops.clip(ops.vector_norm(x1, axis=dim, keepdims=True), eps, None)
    n2 = ops.clip(ops.vector_norm(x2, axis=dim, keepdims=True), eps, None)
    return ops.sum((x1 / n1) * (x2 / n2), axis=dim)


class CosineSimilarity(FunctionModule, of=cosine_similarity, eps="[0, inf)"):
    """Cosine of the angle.  x₁ · x₂ / (max(‖x₁‖, ε) max(‖x₂‖, ε)) over an axis.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.CosineSimilarity(dim=0)(tg.tensor([1.0, 0.0]), tg.tensor([1.0, 1.0]))
    tensor(0.7071)
    """

    _shown = ""

    dim: int = 1
    eps: float = 1e-8


@rounded_once
def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """Divide by the p-norm over an axis.  y = x / max(‖x‖ₚ, ε)."""
    norm = ops.vector_norm(input, ord=p, axis=dim, keepdims=True)
    return input / ops.clip(norm, eps, None)
