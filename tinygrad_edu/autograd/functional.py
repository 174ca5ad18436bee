"""Derivatives of functions: products with Jacobians and Hessians, and the matrices themselves.

Each takes ``func`` and its ``inputs``: one tensor or array, a tuple of them, or a module. Results
have the form of the inputs: arrays for arrays, tensors for tensors, a tuple for a tuple. For a
module, ``func`` is a closure without arguments and results are dictionaries by parameter name:
``hessian(lambda: loss(model(x), y), model)["0.weight"]["0.bias"]`` is one block.

Forward mode is made of two reverse passes: the vjp is linear in its cotangent u, so its derivative
by u along v is the jvp. A jvp therefore costs about as much as two gradients, not one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import settings_checked
from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.autograd.point import Inputs, Point
from tinygrad_edu.engine import enable_grad
from tinygrad_edu.tensor import Tensor, from_numpy

__all__ = ["ggnvp", "hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]


@settings_checked
def vjp(
    func: Callable[..., Any],
    inputs: Inputs,
    v: Any = None,
    create_graph: bool | None = None,
    strict: bool = False,
) -> tuple[Any, Any]:
    """Vector times Jacobian: ``(func(inputs), vᵀ J)``, by one reverse pass.

    Parameters
    ----------
    func : callable
        Returns a tensor or a tuple of them.
    inputs : array, Tensor, tuple of them, or module
    v : like the outputs, optional
        May be left out where the output is one number.
    create_graph : bool, optional
        Record the result, so that it can be differentiated again. By default that is done where it
        depends on a variable of a derivative around this one, or on a tensor that requires a
        gradient and that ``func`` takes from outside.
    strict : bool
        Raise, instead of giving zeros, where the output does not depend on an input.

    Examples
    --------
    >>> import numpy as np
    >>> vjp(lambda x: x**2, np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    (array([1., 4.]), array([ 2., 40.]))
    """
    at = Point("vjp", func, inputs, create_graph)
    pulled = at.pull(at.outputs, at.cotangents(v), strict, at.create_graph, retain_graph=False)
    values = at.output_form([at.give(y) for y in at.outputs])
    return values, at.form([at.give(g) for g in pulled])


def _push(at: Point, directions: Sequence[Any], create_graph: bool, strict: bool) -> list[Tensor]:
    """J v for each output, as the derivative of u ↦ uᵀ J along v."""
    us = [from_numpy(np.zeros_like(y.value)).requires_grad_() for y in at.outputs]
    pulled = at.pull(at.outputs, us, strict, create_graph=True)
    pairs = [(p, d) for p, d in zip(pulled, directions, strict=True) if p.requires_grad]
    if not pairs:
        return [u.detach() for u in us]
    ps, ds = zip(*pairs, strict=True)
    pushed: list[Tensor] = list(
        grad(ps, us, ds, create_graph, retain_graph=True, allow_unused=True, materialize_grads=True)
    )
    return pushed


@settings_checked
def jvp(
    func: Callable[..., Any],
    inputs: Inputs,
    v: Any = None,
    create_graph: bool | None = None,
    strict: bool = False,
) -> tuple[Any, Any]:
    """Jacobian times vector: ``(func(inputs), J v)``, by two reverse passes.

    The parameters are those of `vjp`, but ``v`` is like the inputs.

    Examples
    --------
    >>> import numpy as np
    >>> jvp(lambda x: x**2, np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    (array([1., 4.]), array([ 2., 40.]))
    """
    at = Point("jvp", func, inputs, create_graph)
    pushed = _push(at, at.directions(v), at.create_graph, strict)
    values = at.output_form([at.give(y) for y in at.outputs])
    return values, at.output_form([at.give(p) for p in pushed])


@settings_checked
def vhp(
    func: Callable[..., Any],
    inputs: Inputs,
    v: Any = None,
    create_graph: bool | None = None,
    strict: bool = False,
) -> tuple[Any, Any]:
    """Vector times Hessian of a scalar function: ``(func(inputs), vᵀ H)``.

    The gradient is recorded and its product with v differentiated: about four times the cost of the
    function, whatever the number of inputs.

    Examples
    --------
    >>> import numpy as np
    >>> vhp(lambda x: np.sum(x**3), np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    (array(9.), array([  6., 120.]))
    """
    return _hessian_product("vhp", func, inputs, v, create_graph, strict)


@settings_checked
def hvp(
    func: Callable[..., Any],
    inputs: Inputs,
    v: Any = None,
    create_graph: bool | None = None,
    strict: bool = False,
) -> tuple[Any, Any]:
    """Hessian of a scalar function times vector: ``(func(inputs), H v)``.

    The Hessian is symmetric, so this is `vhp`; PyTorch takes a third pass. Pearlmutter 1994.

    Examples
    --------
    >>> import numpy as np
    >>> hvp(lambda x: x[0] ** 2 * x[1], np.array([3.0, 5.0]), np.array([1.0, 0.0]))
    (array(45.), array([10.,  6.]))
    """
    return _hessian_product("hvp", func, inputs, v, create_graph, strict)


def _hessian_product(
    name: str,
    func: Callable[..., Any],
    inputs: Inputs,
    v: Any,
    create_graph: bool | None,
    strict: bool,
) -> tuple[Any, Any]:
    at = Point(name, func, inputs, create_graph)
    y = at.scalar()
    slopes = at.pull([y], [np.ones_like(y.value)], strict, create_graph=True)
    pulled = at.pull(slopes, at.directions(v), strict, at.create_graph, retain_graph=False)
    return at.give(y), at.form([at.give(g) for g in pulled])


@enable_grad()
def _rows(at: Point, y: Tensor, strict: bool) -> list[Tensor]:
    """The Jacobian of one output, for each input, by a reverse pass for each of its elements."""
    if at.create_graph:
        blocks: list[list[Tensor]] = [[] for _ in at.tensors]
        for place in np.ndindex(*y.shape):
            cotangent = np.zeros_like(y.value)
            cotangent[place] = 1.0
            for block, g in zip(blocks, at.pull([y], [cotangent], strict, True), strict=True):
                block.append(g)
        return [
            ops.reshape(ops.stack(block), shape=y.shape + x.shape)
            if block
            else from_numpy(np.zeros(y.shape + x.shape, x.dtype))
            for block, x in zip(blocks, at.tensors, strict=True)
        ]
    filled = [np.zeros(y.shape + x.shape, x.dtype) for x in at.tensors]
    cotangent = np.zeros_like(y.value)
    for place in np.ndindex(*y.shape):
        cotangent[place] = 1.0
        for rows, g in zip(filled, at.pull([y], [cotangent], strict), strict=True):
            rows[place] = g.value
        cotangent[place] = 0.0
    return [from_numpy(rows) for rows in filled]


def _columns(at: Point, y: Tensor, strict: bool) -> list[Tensor]:
    """The same by a pass for each element of the inputs: cheaper where the output is larger."""
    u = from_numpy(np.zeros_like(y.value)).requires_grad_()
    pulled = at.pull([y], [u], strict, create_graph=True)
    filled = []
    for p in pulled:
        block = np.zeros(y.shape + p.shape, y.dtype)
        cotangent = np.zeros_like(p.value)
        for place in np.ndindex(*p.shape) if p.requires_grad else ():
            cotangent[place] = 1.0
            block[(..., *place)] = grad(p, u, cotangent, retain_graph=True).value
            cotangent[place] = 0.0
        filled.append(from_numpy(block))
    return filled


@settings_checked
def jacobian(
    func: Callable[..., Any],
    inputs: Inputs,
    create_graph: bool | None = None,
    strict: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """Jacobian: for each output and each input, an array of shape ``output.shape + input.shape``.

    Several outputs make a tuple, several inputs a tuple inside it, a module a dictionary.

    Parameters
    ----------
    func, inputs, create_graph, strict
        As in `vjp`.
    strategy : {"reverse-mode", "forward-mode"}
        A pass for each element of the outputs, or of the inputs; choose the smaller number.

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: x**2, np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if strategy not in ("reverse-mode", "forward-mode"):
        raise ValueError(
            f"jacobian: strategy must be 'reverse-mode' or 'forward-mode', received {strategy!r}"
        )
    if create_graph and strategy == "forward-mode":
        raise ValueError("jacobian: create_graph needs strategy='reverse-mode'")
    at = Point("jacobian", func, inputs, create_graph)
    found = []
    for y in at.outputs:
        forward = strategy == "forward-mode" and not at.create_graph
        blocks = _columns(at, y, strict) if forward else _rows(at, y, strict)
        found.append(at.form([at.give(b) for b in blocks]))
    return at.output_form(found)


@settings_checked
def hessian(
    func: Callable[..., Any],
    inputs: Inputs,
    create_graph: bool | None = None,
    strict: bool = False,
) -> Any:
    """Hessian of a scalar function: for each pair of inputs, an array of both their shapes.

    The gradient is recorded once; each of its elements then takes one reverse pass. For a module
    the result is a dictionary of dictionaries, ``hessian(closure, model)[row][column]``.

    Examples
    --------
    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1], np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    at = Point("hessian", func, inputs, create_graph)
    y = at.scalar()
    slopes = at.pull([y], [np.ones_like(y.value)], strict, create_graph=True)
    rows = [at.form([at.give(b) for b in _rows(at, slope, strict)]) for slope in slopes]
    return at.form(rows)


@settings_checked
def ggnvp(
    func: Callable[..., Any], loss: Callable[..., Any], inputs: Inputs, v: Any
) -> tuple[Any, Any]:
    """Generalized Gauss-Newton matrix times vector: ``(loss(func(inputs)), Jᵀ H J v)``.

    J is the Jacobian of ``func``, a model, and H the Hessian of ``loss``, which takes the model's
    output and gives one number. For a convex loss the matrix is positive semidefinite, unlike the
    Hessian of the whole. Schraudolph 2002.

    Examples
    --------
    >>> import numpy as np
    >>> ggnvp(lambda x: x**2, lambda y: np.sum(y**2), np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    (array(82.), array([ 8., 72.]))
    """
    at = Point("ggnvp", func, inputs)
    directions = at.directions(v)
    outside = Point("ggnvp", loss, tuple(y.detach() for y in at.outputs))
    if at.inside and (at.create_graph or outside.create_graph):
        raise RuntimeError(
            "ggnvp: inside another derivative its result would lose the dependence on the outer "
            "variables; detach them, or take hvp of the whole"
        )
    at.create_graph = outside.create_graph = False
    pushed = _push(at, directions, create_graph=False, strict=False)
    value = outside.scalar()
    slopes = outside.pull([value], [np.ones_like(value.value)], create_graph=True)
    curved = outside.pull(slopes, pushed)
    return at.give(value), at.form([at.give(g) for g in at.pull(at.outputs, curved)])
