"""Losses that compare the vectors of a batch with each other."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice, check_number
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import label_array, matching
from tinygrad_edu.nn.distance import normalize
from tinygrad_edu.nn.losses._common import REDUCTIONS, Loss, reduce
from tinygrad_edu.nn.losses.classification import cross_entropy
from tinygrad_edu.tensor import Tensor

__all__ = ["CircleLoss", "InfoNCELoss", "NTXentLoss", "circle_loss", "info_nce", "nt_xent"]


@rounded_once
def info_nce(query: Any, key: Any, temperature: float = 0.07, reduction: str = "mean") -> Any:
    """Find each query's own key among all keys: cross entropy of cosines / τ.

    van den Oord et al. 2018.

    query, key (N, D): row i of one belongs to row i of the other.
    """
    check_number("info_nce", "temperature", temperature, "(0, inf)")
    key = matching("info_nce", query, key, "key")
    if not query.shape[0]:
        return reduce("info_nce", ops.sum(query, axis=1), reduction)
    scores = ops.matmul(_unit(query), ops.transpose(_unit(key))) * (1.0 / temperature)
    return cross_entropy(scores, np.arange(query.shape[0]), reduction=reduction)


class InfoNCELoss(Loss, of=info_nce, temperature="(0, inf)"):
    """Find each query's own key among all keys: cross entropy of cosines / τ.

    van den Oord et al. 2018.
    """

    temperature: float = 0.07
    _: KW_ONLY
    reduction: str = "mean"


@rounded_once
def nt_xent(z1: Any, z2: Any, temperature: float = 0.5, reduction: str = "mean") -> Any:
    """Contrast two views of a batch: each vector against the 2N - 1 others.  Chen et al. 2020.

    z1, z2 (N, D): row i of one is another view of row i of the other.
    """
    check_number("nt_xent", "temperature", temperature, "(0, inf)")
    z2 = matching("nt_xent", z1, z2, "z2")
    n = z1.shape[0]
    if not n:
        return reduce("nt_xent", ops.sum(z1, axis=1), reduction)
    z = _unit(ops.concatenate([z1, z2], axis=0))
    scores = ops.matmul(z, ops.transpose(z)) * (1.0 / temperature)
    scores = ops.where(np.eye(2 * n, dtype=bool), -1e9, scores)  # nothing is its own partner
    return cross_entropy(scores, (np.arange(2 * n) + n) % (2 * n), reduction=reduction)


class NTXentLoss(Loss, of=nt_xent, temperature="(0, inf)"):
    """Contrast two views of a batch: each vector against the 2N - 1 others.  Chen et al. 2020."""

    temperature: float = 0.5
    _: KW_ONLY
    reduction: str = "mean"


def _unit(x: Any) -> Any:
    return x / ops.clip(ops.vector_norm(x, axis=1, keepdims=True), 1e-12, None)


@rounded_once
def circle_loss(
    input: Any,
    target: Any,
    gamma: float = 80.0,
    margin: float = 0.4,
    remove_diagonal: bool = True,
    detach_weights: bool = False,
    reduction: str = "mean",
) -> Any:
    """Cosines in a batch: near 1 within a class, near 0 across, the worst pairs first.

    Row i, with s_j the cosine of i and j:
    tensor([0.1012, 1.0635, 0.0000])
        ln(1 + Σ_{j unlike i} e^(γ α_j (s_j - m)) · Σ_{j like i} e^(-γ β_j (s_j - 1 + m))),
        α_j = max(0, s_j + m),  β_j = max(0, 1 + m - s_j),  m the margin

    A row without its like, or without its unlike, has loss 0 and gradient 0, and the mean divides
    by the number of the other rows, as in Keras. Sun et al. 2020.

    Parameters
    ----------
    input : Tensor of shape (N, D)
        Vectors of any length: each is divided by its own.
    target : integers of shape (N,)
        The class of each vector.
    gamma : float
        The scale.
    margin : float
    remove_diagonal : bool
        Whether a vector is not counted among its like.
    detach_weights : bool
        Take α and β as constants in the gradient, as the paper does; Keras does not.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    ValueError
        For other shapes, and a mean where no row has both its like and its unlike.
    TypeError
        For labels that are no integers.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    >>> tg.nn.functional.circle_loss(x, tg.tensor([5, 5, 7]), gamma=8.0, reduction="none")
    tensor([0.1012, 1.0635, 0.0000])
    """
    owner = "circle_loss"
    check_choice(owner, "reduction", reduction, REDUCTIONS)
    check_number(owner, "gamma", gamma, "(0, inf)")
    check_number(owner, "margin", margin, "[0, inf)")
    labels = label_array(target)
    if input.ndim != 2 or labels.shape != input.shape[:1]:
        raise ValueError(
            f"{owner}: expected input (N, D) and labels (N,), got {tuple(input.shape)} and "
            f"{tuple(labels.shape)}"
        )
    if labels.dtype.kind not in "iub":
        raise TypeError(f"{owner}: class labels must be integers, got dtype {labels.dtype.name}")
    unlike = labels[:, None] != labels
    like = ~unlike
    if remove_diagonal:
        np.fill_diagonal(like, False)
    unit = normalize(input)
    s = ops.matmul(unit, ops.transpose(unit))
    fixed = s.detach() if detach_weights and isinstance(s, Tensor) else s
    far = gamma * ops.relu(fixed + margin) * (s - margin)
    near = -gamma * ops.relu(1.0 + margin - fixed) * (s - (1.0 - margin))
    # A sum over nothing is e^-∞, and adds neither to the loss nor to the slope.
    total = ops.logsumexp(ops.where(unlike, far, -np.inf), axis=1) + ops.logsumexp(
        ops.where(like, near, -np.inf), axis=1
    )
    losses = ops.logaddexp(total, 0.0)
    if reduction != "mean":
        return reduce(owner, losses, reduction)
    counted = np.count_nonzero(like.any(axis=1) & unlike.any(axis=1))
    if not counted:
        raise ValueError(
            f"{owner}: the mean over nothing is undefined: "
            + ("no row has both its like and its unlike" if labels.size else "the batch is empty")
        )
    return ops.sum(losses) * (1.0 / counted)


class CircleLoss(Loss, of=circle_loss, gamma="(0, inf)", margin="[0, inf)"):
    """Cosines in a batch: near 1 within a class, near 0 across.  Sun et al. 2020.

    See `functional.circle_loss` for the formula, the parameters and what is raised.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]])
    >>> tg.nn.CircleLoss(gamma=8.0)(x, tg.tensor([5, 5, 7]))
    tensor(0.5823)
    """

    gamma: float = 80.0
    margin: float = 0.4
    remove_diagonal: bool = True
    detach_weights: bool = False
    _: KW_ONLY
    reduction: str = "mean"
