"""Derivatives of tensors and of functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers, settings_checked
from tinygrad_edu._checks import check_list
from tinygrad_edu.engine import NOT_RECORDED, Primitive, enable_grad, gradients
from tinygrad_edu.tensor.tensor import Tensor, from_numpy, output_gradient

__all__ = ["grads"]


@settings_checked
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
        Record the gradients. One that does not change with its input, as that of a relu, has a
        recorded derivative of 0.
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
    (tensor(27., grad_fn=<MulBackward0>), tensor(18.))
    """
    if not isinstance(outputs, Tensor) and callable(outputs):
        raise TypeError(
            f"grad: outputs must be a tensor or a list of tensors, received {outputs!r}; call it "
            "first, as grad(f(x), x), or use tg.autograd.value_and_grad"
        )
    ys, xs = tensors_of("grad", "outputs", outputs), tensors_of("grad", "inputs", inputs)
    if not ys:
        raise ValueError("grad: there are no outputs to differentiate")
    gs = [grad_outputs] if isinstance(outputs, Tensor) else list(grad_outputs or [None] * len(ys))
    for g in gs:
        if g is not None:
            check_numbers("grad", "grad_outputs", g)
    if len(gs) != len(ys):
        raise ValueError(f"{len(ys)} outputs need {len(ys)} grad_outputs, got {len(gs)}")
    if not xs:
        raise ValueError(
            "grad: there are no inputs to differentiate with respect to; the parameters of a "
            "module may be a generator that was used up: make a list of them"
        )
    for k, x in enumerate(xs):
        if not x.requires_grad:
            raise RuntimeError(f"input {k}{_called(x)} does not require a gradient")
    starts = [output_gradient(y, g, create_graph) for y, g in zip(ys, gs, strict=True)]
    found = gradients(ys, starts, xs, create_graph, retain_graph)
    results: list[Any] = []
    for k, (x, g) in enumerate(zip(xs, found, strict=True)):
        if g is None and materialize_grads:
            g = np.zeros_like(x.value)
        elif g is None and not allow_unused:
            raise RuntimeError(
                f"input {k}{_called(x)} was not used to compute the outputs; "
                "pass allow_unused=True to get None for it"
            )
        if isinstance(g, np.ndarray):
            g = from_numpy(g)
        if create_graph and g is not None and not g.requires_grad:
            g = _recorded(g, x)
        results.append(g)
    return results[0] if isinstance(inputs, Tensor) else tuple(results)


def tensors_of(owner: str, name: str, given: Any) -> list[Tensor]:
    """The tensors of an argument, which may be a single one."""
    if isinstance(given, Tensor):
        return [given]
    tensors = check_list(owner, name, given, "tensors")
    for k, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(f"{owner}: {name}[{k}] must be a tensor, received {each!r}")
    return tensors


def _recorded(g: Any, x: Tensor) -> Any:
    """A gradient that does not change with ``x``, with its derivative of 0 recorded."""
    if g.params is NOT_RECORDED:
        return g
    with enable_grad():
        return _unmoved(g, x)


def is_independent(g: Any) -> bool:
    """Whether a gradient, computed with ``create_graph``, does not change with its input."""
    return not g.requires_grad or (g.op is not None and g.op.forward is _unmoved_by)


def _unmoved_by(value: Any, source: Any) -> Any:
    """``value``, which does not change with ``source``: its derivative is 0, and recorded."""
    return value


# The gradient of relu is a mask: it does not move with x, but a second derivative of it is asked
# for all the same, in penalties of gradients for example.
_unmoved = Primitive(
    _unmoved_by, (lambda g, y, value, source: g, lambda g, y, value, source: np.zeros_like(source))
).function()


@settings_checked
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
    return f" ({x.name})" if x.name else f" of shape {tuple(x.shape)}"
