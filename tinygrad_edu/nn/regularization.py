"""Penalties on weights and on activities as modules, to add to a loss."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.nn.module import Module

__all__ = [
    "ActivityRegularization", "ElasticNet", "L1Regularization", "L2Regularization",
    "OrthogonalRegularization",
]  # fmt: skip


def _tensors(model: Any, weights_only: bool) -> list[Any]:
    """The parameters of a module, or the tensors given; without biases and scales if so wished."""
    items = list(model.parameters()) if isinstance(model, Module) else model
    items = [items] if not isinstance(items, (list, tuple)) else list(items)
    return [item for item in items if item.ndim > 1] if weights_only else items


class _Penalty(Module):
    """Checks the strength once."""

    def __init__(self, strength: float = 1e-4, weights_only: bool = True) -> None:
        self.strength = check_number(type(self).__name__, "strength", strength, 0.0)
        self.weights_only = weights_only


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
    tensor(1.5, grad_fn=multiply)
    """

    def forward(self, model: Any) -> Any:
        """Return the penalty of a module, or of tensors."""
        return self.strength * F.l1_penalty(_tensors(model, self.weights_only))


class L2Regularization(_Penalty):
    """strength · ½ Σ w².  Its gradient is strength · w, so it is weight decay."""

    def forward(self, model: Any) -> Any:
        """Return the penalty of a module, or of tensors."""
        return self.strength * F.l2_penalty(_tensors(model, self.weights_only))


class OrthogonalRegularization(_Penalty):
    """strength · Σ (W Wᵀ - 1)² of every weight.  Keeps rows orthonormal."""

    def forward(self, model: Any) -> Any:
        """Return the penalty of a module, or of tensors."""
        tensors = _tensors(model, True)
        total = F.orthogonal_penalty(tensors[0])
        for tensor in tensors[1:]:
            total = total + F.orthogonal_penalty(tensor)
        return self.strength * total


class ElasticNet(Module):
    """l1 · Σ |w| + l2 · ½ Σ w².  Zou & Hastie 2005."""

    def __init__(self, l1: float = 1e-4, l2: float = 1e-4, weights_only: bool = True) -> None:
        self.l1 = check_number("ElasticNet", "l1", l1, 0.0)
        self.l2 = check_number("ElasticNet", "l2", l2, 0.0)
        self.weights_only = weights_only

    def forward(self, model: Any) -> Any:
        """Return the penalty of a module, or of tensors."""
        return F.elastic_net_penalty(_tensors(model, self.weights_only), self.l1, self.l2)


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

    _penalty: Any = None

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = check_number("ActivityRegularization", "l1", l1, 0.0)
        self.l2 = check_number("ActivityRegularization", "l2", l2, 0.0)

    def forward(self, x: Any) -> Any:
        """Return ``x`` itself."""
        self._penalty = F.activity_penalty(x, self.l1, self.l2)
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
