"""Derivatives of tensors and of functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu.engine import Node, gradients
from tinygrad_edu.tensor.tensor import Tensor, from_numpy, output_gradient

__all__ = ["grads"]


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    create_graph: bool = False,
    retain_graph: bool | None = None,
    allow_unused: bool = False,
    materialize_grads: bool = False,
) -> Any:
    """Gradient of ``outputs`` with respect to ``inputs``, leaving every ``.grad`` alone.

    Returns one tensor for one input, a tuple for a sequence of inputs. With ``create_graph`` the
    gradients are recorded, so that they can be differentiated again, to any order.

    Parameters
    ----------
    outputs : Tensor or sequence of Tensor
        What to differentiate; with several, their gradients add up.
    inputs : Tensor or sequence of Tensor
        What to differentiate with respect to; leaves or intermediate results.
    grad_outputs : array-like or sequence, optional
        Gradient of each output, of its shape; 1 for a single element.
    create_graph : bool
        Record the gradients.
    retain_graph : bool, optional
        Keep the graph for another use; by default as ``create_graph``.
    allow_unused : bool
        Give None, instead of an error, for an input that no output depends on.
    materialize_grads : bool
        Give zeros for such an input.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor(3.0, requires_grad=True)
    >>> slope = tg.grad(x**3, x, create_graph=True)
    >>> slope, tg.grad(slope, x)
    (tensor(27., grad_fn=multiply), tensor(18.))
    """
    ys = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    xs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    gs = [grad_outputs] if isinstance(outputs, Tensor) else list(grad_outputs or [None] * len(ys))
    if len(gs) != len(ys):
        raise ValueError(f"{len(ys)} outputs need {len(ys)} grad_outputs, got {len(gs)}")
    for k, x in enumerate(xs):
        if not x.requires_grad:
            raise RuntimeError(f"input {k}{_called(x)} does not require a gradient")
    starts = [output_gradient(y, g, create_graph) for y, g in zip(ys, gs, strict=True)]
    found = gradients(ys, starts, xs, create_graph, retain_graph)
    results: list[Tensor | None] = []
    for k, (x, g) in enumerate(zip(xs, found, strict=True)):
        if g is not None:
            results.append(g if isinstance(g, Node) else from_numpy(g))  # type: ignore[arg-type]  # recorded nodes are tensors
        elif materialize_grads:
            results.append(from_numpy(np.zeros_like(x.value)))
        elif allow_unused:
            results.append(None)
        else:
            raise RuntimeError(
                f"input {k}{_called(x)} was not used to compute the outputs; "
                "pass allow_unused=True to get None for it"
            )
    return results[0] if isinstance(inputs, Tensor) else tuple(results)


def grads(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool = False,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """Gradients as a tuple, of one for one input: PyTorch's function, under its name and order.

    It is `tinygrad_edu.grad` otherwise. Code that is written for PyTorch ends in ``[0]``, which
    would take the first row of a bare tensor.

    Raises
    ------
    NotImplementedError
        For ``is_grads_batched``; `vmap` does that.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> tg.autograd.grad((x * x).sum(), x)[0]
    tensor([2., 4.])
    """
    if is_grads_batched or not only_inputs:
        raise NotImplementedError("grad: use tg.autograd.vmap; only_inputs must be True")
    if isinstance(outputs, Tensor) and isinstance(grad_outputs, (list, tuple)):
        outputs = [outputs]  # [g] for one output is one gradient
    found = grad(
        outputs, inputs, grad_outputs, create_graph, retain_graph, allow_unused, materialize_grads
    )
    return found if isinstance(found, tuple) else (found,)


def _called(x: Tensor) -> str:
    return f" ({x.name})" if x.name else f" of shape {x.shape}"
