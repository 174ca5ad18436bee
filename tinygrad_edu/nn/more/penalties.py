"""Penalties on weights, on activities and on gradients, to add to a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice, check_flag, check_number
from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.engine import value_of
from tinygrad_edu.nn._inputs import float_dtype
from tinygrad_edu.nn.losses._common import REDUCTIONS, reduce
from tinygrad_edu.nn.module import Module
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor import Tensor, as_tensor

__all__ = [
    "ActivityRegularization", "ElasticNet", "L1Regularization", "L2Regularization",
    "OrthogonalRegularization", "activity_penalty", "elastic_net_penalty", "gradient_penalty",
    "interpolate_samples", "l1_penalty", "l2_penalty", "orthogonal_penalty",
]  # fmt: skip


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


def activity_penalty(input: Any, l1: float = 0.0, l2: float = 0.0) -> Any:
    """l1 Σ |x| + l2 ½ Σ x² of what a layer gives out, as a mean over the samples (first axis).

    Over features it is a sum, so that the strength does not depend on the size of the batch. Keras
    3 sums over the samples too, and has no ½. L1 makes a code sparse; Ng 2011.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.activity_penalty(tg.tensor([[1.0, -2.0], [0.0, 3.0]]), l1=0.5)
    tensor(1.5)
    """
    owner = "activity_penalty"
    check_number(owner, "l1", l1, "[0, inf)")
    check_number(owner, "l2", l2, "[0, inf)")
    samples = max(input.shape[0], 1) if input.ndim else 1  # an empty batch costs nothing
    return elastic_net_penalty([input], l1, l2) * (1.0 / samples)


def interpolate_samples(real: Any, fake: Any, generator: GeneratorLike = None) -> Any:
    """A random point between each two samples.  ε x + (1 - ε) x̃, one ε in [0, 1) a sample.

    Where `gradient_penalty` looks at the slope of a critic, as in Gulrajani et al. 2017; no
    gradient goes back to the samples.

    Parameters
    ----------
    real, fake : Tensor or array of shape (N, ...)
    generator : np.random.Generator or int, optional

    Raises
    ------
    ValueError
        If the two have different shapes.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> real, fake = tg.ones(2, 3), tg.zeros(2, 3)
    >>> tg.nn.functional.interpolate_samples(real, fake).shape
    torch.Size([2, 3])
    """
    a, b = (np.asarray(value_of(x)) for x in (real, fake))
    if a.shape != b.shape:
        raise ValueError(
            f"interpolate_samples: real has shape {tuple(a.shape)} and fake {tuple(b.shape)}; they "
            "must be equal"
        )
    draw = get_generator(generator, "interpolate_samples")
    share = draw.random(a.shape[:1] + (1,) * (a.ndim - 1)).astype(float_dtype(a))
    return as_tensor(share * a + (1.0 - share) * b)


def gradient_penalty(
    function: Callable[[Any], Any],
    inputs: Any,
    target_norm: float = 1.0,
    reduction: str = "mean",
) -> Any:
    """Penalty on slopes that are not of length 1.  (‖∇f(x)‖ - 1)² of each sample.

    The gradient of this penalty goes through a gradient: it needs second derivatives, and has
    them. A slope of 0 has no direction in which to grow, and gets none. Gulrajani et al. 2017,
    where the inputs are `interpolate_samples` and the penalty counts ten times; Drucker & LeCun
    1992 for ``target_norm=0``, which makes a function smooth.

    Parameters
    ----------
    function : callable
        (N, ...) to one number for each sample, (N,) or (N, 1), that depends on this sample alone:
        no batch norm.
    inputs : Tensor or array of floats of shape (N, ...)
        Where to look. A tensor that requires a gradient gets one from the penalty.
    target_norm : float
        The length to have.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    ValueError
        For inputs without samples, and a function that gives something else.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.tensor([3.0, 4.0], requires_grad=True)
    >>> penalty = tg.nn.functional.gradient_penalty(lambda x: x @ w, tg.ones(2, 2))
    >>> penalty.item()  # (5 - 1)²
    16.0
    >>> tg.grad(penalty, w)  # 2 (5 - 1) w / 5
    tensor([4.8, 6.4])
    """
    owner = "gradient_penalty"
    check_choice(owner, "reduction", reduction, REDUCTIONS)
    check_number(owner, "target_norm", target_norm, "[0, inf)")
    x = inputs if isinstance(inputs, Tensor) else as_tensor(inputs)
    if x.ndim == 0:
        raise ValueError(f"{owner}: inputs must have an axis of samples, got a single number")
    if not x.requires_grad:
        x = as_tensor(x.value).requires_grad_()
    n = x.shape[0]
    y = function(x)
    if y.shape not in ((n,), (n, 1)):
        raise ValueError(
            f"{owner}: the function must give one number for each of the {n} samples, shape "
            f"({n},) or ({n}, 1); it gave {tuple(y.shape)}"
        )
    slope = grad(ops.sum(y), x, create_graph=True)
    length = ops.vector_norm(slope, axis=tuple(range(1, x.ndim)))
    return reduce(owner, ops.square(length - target_norm), reduction)


def _tensors(model: Any, weights_only: bool) -> list[Any]:
    """The parameters of a module, or the tensors given; without biases and scales if so wished."""
    items = list(model.parameters()) if isinstance(model, Module) else model
    items = [items] if not isinstance(items, (list, tuple)) else list(items)
    return [item for item in items if item.ndim > 1] if weights_only else items


class _Penalty(Module):
    """Checks the strength once."""

    _shown = "strength=, weights_only="

    def __init__(self, strength: float = 1e-4, weights_only: bool = True) -> None:
        self.strength = check_number(type(self).__name__, "strength", strength, "[0, inf)")
        self.weights_only = check_flag(type(self).__name__, "weights_only", weights_only)


class L1Regularization(_Penalty):
    """strength · Σ |w|.  Drives weights to exactly 0.  Tibshirani 1996.

    Parameters
    ----------
    strength : float
    weights_only : bool
        Leave out biases and other parameters with fewer than two axes.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.nn.Parameter([[1.0, -2.0]])
    >>> tg.nn.L1Regularization(0.5)([w])
    tensor(1.5000, grad_fn=<MulBackward0>)
    """

    def forward(self, model: Any) -> Any:
        """Return the penalty of a module, or of tensors."""
        return self.strength * l1_penalty(_tensors(model, self.weights_only))


class L2Regularization(_Penalty):
    """strength · ½ Σ w².  Its gradient is strength · w, so it is weight decay."""

    def forward(self, model: Any) -> Any:
        """Return the penalty of a module, or of tensors."""
        return self.strength * l2_penalty(_tensors(model, self.weights_only))


class OrthogonalRegularization(_Penalty):
    """strength · Σ (W Wᵀ - 1)² of every weight.  Keeps rows orthonormal."""

    def forward(self, model: Any) -> Any:
        """Return the penalty of a module, or of tensors."""
        tensors = _tensors(model, True)
        total = orthogonal_penalty(tensors[0])
        for tensor in tensors[1:]:
            total = total + orthogonal_penalty(tensor)
        return self.strength * total


class ElasticNet(Module):
    """l1 · Σ |w| + l2 · ½ Σ w².  Zou & Hastie 2005."""

    _shown = "l1=, l2=, weights_only="

    def __init__(self, l1: float = 1e-4, l2: float = 1e-4, weights_only: bool = True) -> None:
        self.l1 = check_number("ElasticNet", "l1", l1, "[0, inf)")
        self.l2 = check_number("ElasticNet", "l2", l2, "[0, inf)")
        self.weights_only = check_flag(type(self).__name__, "weights_only", weights_only)

    def forward(self, model: Any) -> Any:
        """Return the penalty of a module, or of tensors."""
        return elastic_net_penalty(_tensors(model, self.weights_only), self.l1, self.l2)


class ActivityRegularization(Module):
    """Lets its input through and keeps a penalty on it.  l1 Σ |x| + l2 ½ Σ x², mean over samples.

    Put it behind the layer whose outputs should stay small, or sparse, and add its `penalty` to the
    loss. See `functional.activity_penalty`; Keras has the layer under this name.

    Parameters
    ----------
    l1, l2 : float

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu import nn
    >>> x = tg.tensor([[1.0, -2.0], [0.0, 3.0]])
    >>> net = nn.Sequential(nn.ReLU(), nn.ActivityRegularization(l1=0.5), nn.Linear(2, 1))
    >>> y = net(x)
    >>> net[1].penalty  # ½ (1 + 3) / 2
    tensor(1.)
    """

    _shown = "l1=, l2="

    _penalty: Any = None

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = check_number("ActivityRegularization", "l1", l1, "[0, inf)")
        self.l2 = check_number("ActivityRegularization", "l2", l2, "[0, inf)")

    def forward(self, x: Any) -> Any:
        """Return ``x`` itself."""
        self._penalty = activity_penalty(x, self.l1, self.l2)
        return x

    @property
    def penalty(self) -> Any:
        """The penalty of the last pass, to be differentiated with the loss of that pass.

        A layer that stands in two places of a net keeps that of its last place only: give each
        place a layer of its own.

        Raises
        ------
        RuntimeError
            Before the first pass.
        """
        if self._penalty is None:
            raise RuntimeError(
                "ActivityRegularization: there is no penalty before the first pass; call the net, "
                "then add the penalty to its loss"
            )
        return self._penalty

    def __getstate__(self) -> dict[str, Any]:
        """Leave the penalty out of copies and files: it hangs on the graph of the last pass."""
        return {name: value for name, value in vars(self).items() if name != "_penalty"}
