"""What rules that evaluate the loss themselves ask of a closure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.engine import Node, enable_grad
from tinygrad_edu.tensor import Tensor

__all__ = ["check_closure", "hessian_products", "loss_value", "recorded_gradients", "required"]


def required(owner: str, closure: Callable[[], Any] | None) -> Callable[[], Any]:
    """The closure, or an error that says what it is for."""
    if closure is None:
        raise TypeError(
            f"{owner}.step needs a closure that computes and returns the loss: the rule evaluates "
            "it itself, more than once where it must"
        )
    return check_closure(owner, closure)


def check_closure(owner: str, closure: Callable[[], Any]) -> Callable[[], Any]:
    """The closure, if it can be called."""
    if not callable(closure):
        raise TypeError(f"{owner}.step: closure must be callable, received {closure!r}")
    return closure


def loss_value(owner: str, loss: Any) -> float:
    """The loss that a closure returned, as a number."""
    try:
        return float(loss.value if isinstance(loss, Node) else loss)
    except (TypeError, ValueError):
        raise TypeError(
            f"{owner}: the closure must return the loss, one number; it returned {loss!r}"
        ) from None


def recorded_gradients(
    owner: str, closure: Callable[[], Any], params: Sequence[Tensor], create_graph: bool
) -> tuple[Any, list[Tensor]]:
    """The loss that ``closure`` returns and its gradients, recorded with ``create_graph``.

    A parameter that the loss does not depend on has a gradient of zeros.
    """
    with enable_grad():
        loss = closure()
        if not isinstance(loss, Tensor) or not loss.requires_grad:
            raise TypeError(
                f"{owner}: the closure must return the loss, a tensor that depends on the "
                f"parameters; it returned {type(loss).__name__}"
            )
        if loss.inputs is None:
            raise RuntimeError(
                f"{owner}: the closure called backward(), which frees the graph; it must only "
                "compute and return the loss, the rule differentiates it"
            )
        grads = grad(loss, list(params), create_graph=create_graph, materialize_grads=True)
    return loss, list(grads)


def hessian_products(
    grads: Sequence[Tensor], params: Sequence[Tensor], vectors: Sequence[Any], last: bool = True
) -> list[Any]:
    """H v, an array for each parameter, from recorded gradients; ``last`` frees their graph."""
    recorded = [(g, v) for g, v in zip(grads, vectors, strict=True) if g.requires_grad]
    if not recorded:  # the loss is linear
        return [np.zeros_like(p.value) for p in params]
    products = grad(
        [g for g, _ in recorded],
        list(params),
        grad_outputs=[v for _, v in recorded],
        retain_graph=not last,
        materialize_grads=True,
    )
    return [product.value for product in products]
