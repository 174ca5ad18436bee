"""Losses that a maximum function brings with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice
from tinygrad_edu.nn._inputs import label_array, matching
from tinygrad_edu.nn.losses._common import REDUCTIONS, Loss, reduce
from tinygrad_edu.nn.losses.classification import check_probabilities

__all__ = ["FenchelYoungLoss", "fenchel_young_loss", "sparsemax_conjugate"]


def sparsemax_conjugate(input: Any, axis: int = -1) -> Any:
    """Maximum function of sparsemax.  max_p x·p - ½‖p‖² over the simplex; its slope is sparsemax.

    Between the largest element less ½ and the largest less 1/2n, for n elements. Martins &
    Astudillo 2016.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.sparsemax_conjugate(tg.tensor([[3.0, 1.0], [0.0, 0.0]]))
    tensor([ 2.5000, -0.2500])
    """
    p = ops.sparsemax(input, axis=axis)
    return ops.sum(p * (input - 0.5 * p), axis=axis)


def _negative_entropy(y: Any) -> Any:
    return ops.sum(ops.xlogy(y, y), axis=-1)


def _half_square(y: Any) -> Any:
    return 0.5 * ops.sum(ops.square(y), axis=-1)


#: Maximum functions over the simplex, each with its regularizer Ω there.
_REGULARIZERS: dict[Callable[..., Any], Callable[[Any], Any] | None] = {
    ops.logsumexp: _negative_entropy,
    sparsemax_conjugate: _half_square,
    ops.max: None,  # it is 0
}


def fenchel_young_loss(
    input: Any,
    target: Any,
    max_function: Callable[..., Any] = ops.logsumexp,
    regularizer: Callable[[Any], Any] | None = None,
    reduction: str = "mean",
) -> Any:
    """Loss of a regularized prediction.  Ω*(θ) + Ω(y) - θ·y, whose gradient is ŷ(θ) - y.

    Ω* is the maximum function max_p θ·p - Ω(p), and ŷ = ∇Ω* the p that attains it. The loss is
    convex in θ, never negative, and 0 exactly where ŷ(θ) = y.

    =======================  =========  ===================  =============================
    ``max_function``         ŷ          Ω(y) on the simplex  the loss of a one-hot target
    =======================  =========  ===================  =============================
    ``logsumexp``            softmax    Σ y ln y             `cross_entropy`
    ``sparsemax_conjugate``  sparsemax  ½ ‖y‖²               `sparsemax_loss`
    ``max``                  one hot    0                    perceptron of several classes
    =======================  =========  ===================  =============================

    Blondel, Martins & Niculae 2020.

    Parameters
    ----------
    input : Tensor of shape (..., C)
        Scores θ.
    target : floats of shape (..., C)
        y; probabilities for the functions of the table. Labels become one by `one_hot`.
    max_function : callable
        Ω*: called with the scores and ``axis=-1``, it gives an array of shape (...).
    regularizer : callable, optional
        Ω: called with y, it gives an array of shape (...). The functions of the table know theirs;
        for any other it is left out if it is not given, which changes the loss by a constant
        and its gradient not at all.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    ValueError
        For a target of another shape, for targets of the table's functions that are no
        probabilities, for a ``max_function`` or ``regularizer`` whose result has another shape,
        and for a mean over nothing.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> F = tg.nn.functional
    >>> scores, target = tg.tensor([[2.0, 0.0], [0.0, 0.0]]), tg.tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> F.fenchel_young_loss(scores, target), F.cross_entropy(scores, tg.tensor([0, 1]))
    (tensor(0.41), tensor(0.41))
    >>> F.fenchel_young_loss(scores, target, F.sparsemax_conjugate, reduction="none")
    tensor([0.0000, 0.2500])
    """
    owner = "fenchel_young_loss"
    check_choice(owner, "reduction", reduction, REDUCTIONS)
    target = matching(owner, input, target)
    if input.ndim == 0:
        raise ValueError(f"{owner}: input needs an axis of scores, got a tensor without axes")
    # nn.functional shows the function in a cover that checks its arguments.
    inner = getattr(max_function, "__wrapped__", None)
    known = max_function if max_function in _REGULARIZERS else inner
    if known in _REGULARIZERS:
        check_probabilities(owner, label_array(target), -1)
        regularizer = regularizer or _REGULARIZERS[known]
    losses = _per_row(owner, "max_function", max_function(input, axis=-1), input)
    losses = losses - ops.sum(input * target, axis=-1)
    if regularizer is not None:
        losses = losses + _per_row(owner, "regularizer", regularizer(target), input)
    return reduce(owner, losses, reduction)


def _per_row(owner: str, name: str, values: Any, input: Any) -> Any:
    """``values``, or ValueError unless they are one number for each row of scores."""
    shape, wanted = tuple(getattr(values, "shape", ())), tuple(input.shape[:-1])
    if shape != wanted:
        raise ValueError(
            f"{owner}: {name} must give one number for each row of the scores "
            f"{tuple(input.shape)}, an array of shape {wanted}; it gave {shape}"
        )
    return values


class FenchelYoungLoss(Loss, of=fenchel_young_loss):
    """Loss that a maximum function brings with it.  Ω*(θ) + Ω(y) - θ·y.  Blondel et al. 2020.

    See `functional.fenchel_young_loss` for the functions that there are, the shapes and what is
    raised.

    Parameters
    ----------
    max_function : callable
        Ω*, e.g. ``tg.logsumexp`` or ``nn.functional.sparsemax_conjugate``.
    regularizer : callable, optional
        Ω.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> loss = tg.nn.FenchelYoungLoss(tg.nn.functional.sparsemax_conjugate)
    >>> loss(tg.tensor([[2.0, 0.0], [0.0, 0.0]]), tg.tensor([[1.0, 0.0], [0.0, 1.0]]))
    tensor(0.125)
    """

    max_function: Callable[..., Any] = ops.logsumexp
    regularizer: Callable[[Any], Any] | None = None
    _: KW_ONLY
    reduction: str = "mean"
