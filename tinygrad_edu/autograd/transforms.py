"""From functions to functions: a function's derivative, or the function over a batch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import settings_checked
from tinygrad_edu._checks import check_count
from tinygrad_edu.autograd.point import Point
from tinygrad_edu.engine import Node
from tinygrad_edu.tensor import as_tensor

__all__ = ["elementwise_grad", "value_and_grad", "vmap"]


@settings_checked
def value_and_grad(func: Callable[..., Any], argnum: int = 0) -> Callable[..., tuple[Any, Any]]:
    """A function that gives the value of ``func``, one number, and its gradient.

    The gradient is by argument number ``argnum``: an array, a tensor, a tuple of them, or a module,
    whose gradient is a dictionary by parameter name. It nests: the
    gradient is recorded where it depends on a tensor that requires a gradient, be it an argument or
    taken from outside; under ``no_grad`` it never is.

    >>> import numpy as np
    >>> value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 3.0]))
    (array(10.), array([2., 6.]))
    """

    @functools.wraps(func)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        at = _at("value_and_grad", func, argnum, args, kwargs)
        y = at.scalar()
        slopes = at.pull([y], [np.ones_like(y.value)], create_graph=at.create_graph)
        return at.give(y), at.form([at.give(g) for g in slopes])

    return differentiated


@settings_checked
def elementwise_grad(func: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """The derivative of a function that works element by element.

    Computed as the gradient of the sum of the elements, so an element of the result that depends
    on others, as in a softmax, gets the sum of their derivatives. It nests, for higher derivatives.

    >>> import numpy as np
    >>> elementwise_grad(np.sin)(np.array([0.0, np.pi]))
    array([ 1., -1.])
    >>> elementwise_grad(elementwise_grad(lambda x: x**3))(np.array([1.0, 2.0]))
    array([ 6., 12.])
    """

    @functools.wraps(func)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        at = _at("elementwise_grad", func, argnum, args, kwargs)
        ones = [np.ones_like(y.value) for y in at.outputs]
        slopes = at.pull(at.outputs, ones, create_graph=at.create_graph)
        return at.form([at.give(g) for g in slopes])

    return differentiated


def _at(
    name: str,
    func: Callable[..., Any],
    argnum: int,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Point:
    """``func`` at its arguments."""
    if not -len(args) <= argnum < len(args):
        raise TypeError(f"{name}: there is no argument {argnum} among the {len(args)} given")
    chosen = args[argnum]
    parts = chosen if isinstance(chosen, (tuple, list)) else (chosen,)

    def call(*inputs: Any) -> Any:
        given = list(args)
        if inputs:  # a module is differentiated where it stands
            given[argnum] = type(chosen)(inputs) if parts is chosen else inputs[0]
        return func(*given, **kwargs)

    return Point(name, call, chosen, leaves_count=True)


@settings_checked
def vmap(
    func: Callable[..., Any], in_axes: int | tuple[int | None, ...] = 0, out_axis: int = 0
) -> Callable[..., Any]:
    """``func``, written for one example, over a batch of them.

    It calls ``func`` for each example and stacks the results: the same numbers and gradients as a
    loop written by hand, and the same speed. PyTorch's and JAX's run one batched call instead.

    Parameters
    ----------
    in_axes : int or tuple
        Which axis of each argument counts the examples; None for one that all examples share.
    out_axis : int
        Which axis of the result counts them.

    >>> import numpy as np
    >>> vmap(np.dot)(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [0.0, 1.0]]))
    array([3., 4.])
    """
    for axis in in_axes if isinstance(in_axes, tuple) else (in_axes,):
        if axis is not None:
            check_count("vmap", "in_axes", axis, None)

    @functools.wraps(func)
    def batched(*args: Any) -> Any:
        axes = in_axes if isinstance(in_axes, tuple) else (in_axes,) * len(args)
        if len(axes) != len(args):
            raise ValueError(f"vmap: in_axes names {len(axes)} arguments, received {len(args)}")
        pairs = [
            (a if isinstance(a, Node) or k is None else np.asarray(a), k)
            for a, k in zip(args, axes, strict=True)
        ]
        sizes = {a.shape[k] for a, k in pairs if k is not None}
        if len(sizes) != 1:
            raise ValueError(
                f"vmap: the arguments must hold equally many examples, not {sorted(sizes)}"
            )
        results = [
            func(*(a if k is None else ops.select(a, k, i) for a, k in pairs))
            for i in range(sizes.pop())
        ]
        if not results:
            raise ValueError("vmap: there is no example, so the result has no known shape")
        if isinstance(results[0], (tuple, list)):
            return tuple(_stacked(part, out_axis) for part in zip(*results, strict=True))
        return _stacked(results, out_axis)

    return batched


def _stacked(parts: Any, axis: int) -> Any:
    if any(isinstance(p, Node) for p in parts):
        parts = [p if isinstance(p, Node) else as_tensor(p) for p in parts]
        return ops.stack(parts, axis=axis)
    return np.stack([np.asarray(p) for p in parts], axis=axis)
