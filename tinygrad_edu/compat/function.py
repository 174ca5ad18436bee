"""PyTorch's way to write an operation: a class with ``forward``, ``backward`` and a context.

It stands beside `primitive`, for code that comes from PyTorch. Underneath it is a primitive too:
one vjp that runs ``backward`` and hands out its results.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checked import settings_checked
from tinygrad_edu.engine import MODE, Node, Primitive, no_grad, value_of
from tinygrad_edu.tensor import Tensor, as_tensor, from_numpy

__all__ = ["Function", "once_differentiable"]


class Context:
    """What `Function.forward` keeps for `Function.backward`; any attribute may be set on it.

    Attributes
    ----------
    needs_input_grad : tuple of bool
        Which arguments of ``forward`` need a gradient.
    """

    needs_input_grad: tuple[bool, ...]

    def __init__(self, inputs: Sequence[Any]) -> None:
        self.needs_input_grad = tuple(isinstance(x, Node) and x.requires_grad for x in inputs)
        self._inputs: tuple[Any, ...] = tuple(inputs)
        self._outputs: tuple[Any, ...] = ()
        self._kept: tuple[Any, ...] = ()
        self._without_gradient: tuple[Any, ...] = ()
        self._materialize = True

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep inputs or outputs of ``forward``, or constants such as masks, for ``backward``."""
        self._kept = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was given to `save_for_backward`."""
        return self._kept

    def mark_non_differentiable(self, *outputs: Any) -> None:
        """Say that these outputs have no gradient."""
        self._without_gradient = outputs

    def set_materialize_grads(self, value: bool) -> None:
        """Whether ``backward`` gets zeros (the default) or None for an output nobody used."""
        self._materialize = value

    def mark_dirty(self, *tensors: Any) -> None:
        """Refused: an operation that writes into its inputs cannot be recorded here."""
        raise RuntimeError(
            "mark_dirty: an operation that changes its inputs in place cannot be recorded; "
            "return a new tensor"
        )

    def _seal(self, outputs: tuple[Any, ...]) -> None:
        """Replace inputs and outputs among what was saved by their places: no cycles arise."""
        places: list[tuple[str, Any]] = []
        for x in self._kept:
            kind: tuple[str, Any] = ("constant", x)
            for name, group in (("input", self._inputs), ("output", outputs)):
                kind = next(((name, k) for k, known in enumerate(group) if known is x), kind)
            places.append(kind)
        self._places = tuple(places)
        self._kept = self._inputs = ()

    def _open(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        groups = {"input": inputs, "output": outputs}
        self._kept = tuple(
            where if kind == "constant" else groups[kind][where] for kind, where in self._places
        )


class Function:
    """An operation with a derivative of its own, in PyTorch's form.

    ``backward`` returns one gradient for each argument of ``forward``, None where there is none.
    Its operations on tensors are recorded where a second order is asked for.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> class Cube(tg.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x**3
    ...
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return 3 * g * x**2
    >>> x = tg.tensor(2.0, requires_grad=True)
    >>> tg.grad(Cube.apply(x), x)
    tensor(12.)

    Notes
    -----
    ``setup_context(ctx, inputs, output)`` beside a ``forward`` without ``ctx`` works as in PyTorch.
    Unlike there, a second order raises where ``backward`` used a float tensor that is neither an
    input nor an output: how it depends on the inputs is not known, so the result would be wrong.
    """

    _operation: Callable[..., Any]

    def __init_subclass__(cls) -> None:
        cls._operation = staticmethod(_operation(cls))

    @staticmethod
    def forward(*args: Any) -> Any:
        """The values: ``forward(ctx, *args)``, or ``forward(*args)`` with `setup_context`."""
        raise NotImplementedError("define forward as a staticmethod")

    @staticmethod
    def setup_context(ctx: Context, inputs: tuple[Any, ...], output: Any) -> None:
        """Keep what ``backward`` needs, where ``forward`` takes no context."""
        raise NotImplementedError("define setup_context as a staticmethod")

    @staticmethod
    def backward(ctx: Context, *grads: Any) -> Any:
        """The gradient for each argument of ``forward``, given that of each output."""
        raise NotImplementedError("define backward as a staticmethod")

    @classmethod
    def apply(cls, *args: Any, **named: Any) -> Any:
        """Run ``forward`` on tensors and constants, and record it.

        With `setup_context`, arguments may be named, and its ``inputs`` have the defaults too.
        """
        keeps_itself = cls.setup_context is Function.setup_context
        if not keeps_itself:
            args = _in_order(cls.forward, args, named)
        elif named:
            raise TypeError(
                f"{cls.__name__}.apply: a forward with ctx takes its arguments by position, "
                f"received {', '.join(named)} by name"
            )
        ctx = Context(args)
        with no_grad():
            if keeps_itself:
                outputs = cls.forward(ctx, *args)
            else:
                outputs = cls.forward(*args)
                cls.setup_context(ctx, args, outputs)
        several = isinstance(outputs, (tuple, list))
        given = tuple(outputs) if several else (outputs,)
        made = tuple(as_tensor(y) for y in given)
        fixed = [any(y is x for x in ctx._without_gradient) for y in given]
        ctx._seal(given)
        results = _record(cls, ctx, args, made, fixed)
        return tuple(results) if several else results[0]


def _in_order(
    forward: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    """All the arguments of ``forward`` by position, its defaults among them."""
    bound = inspect.signature(forward).bind(*args, **named)
    bound.apply_defaults()
    return bound.args


def _record(
    cls: type[Function],
    ctx: Context,
    args: tuple[Any, ...],
    made: tuple[Tensor, ...],
    fixed: list[bool],
) -> list[Tensor]:
    """The outputs as one recorded array, cut into its parts: a node has a single result."""
    flowing = [k for k, y in enumerate(made) if not fixed[k] and y.dtype.kind == "f"]
    results = [y.detach() for y in made]
    if not (flowing and any(ctx.needs_input_grad) and MODE.get().grad):
        return results
    tensors = [k for k, x in enumerate(args) if isinstance(x, Node)]
    shapes = [made[k].shape for k in flowing]
    if len(flowing) == 1:
        value = made[flowing[0]].value
        if any(value is args[k].value for k in tensors):
            value = value.copy()
    else:
        value = np.concatenate([made[k].value.reshape(-1) for k in flowing])
    run = _Backward(cls, ctx, args, tensors, made, flowing)
    node: Any = cls._operation([args[k] for k in tensors], value=value, run=run)
    if len(flowing) == 1:
        results[flowing[0]] = node
        return results
    start = 0
    for k, shape in zip(flowing, shapes, strict=True):
        stop = start + math.prod(shape)
        results[k] = node[start:stop].reshape(shape)
        start = stop
    return results


def _operation(cls: type[Function]) -> Callable[..., Any]:
    """The primitive behind a Function: its result was computed already, its vjp runs backward."""

    def forward(*arrays: Any, value: Any, run: Any) -> Any:
        return value

    def vjp(
        g: Any, y: Any, *arrays: Any, positions: Sequence[int], value: Any, run: _Backward
    ) -> list[Any]:
        return run(g, y, arrays, positions)

    forward.__name__ = cls.__name__
    return Primitive(forward, (vjp,), cached=False).function()


class _Backward:
    """The call of ``backward``, for all the arguments that ask for their gradient."""

    def __init__(
        self,
        cls: type[Function],
        ctx: Context,
        args: tuple[Any, ...],
        tensors: list[int],
        made: tuple[Tensor, ...],
        flowing: list[int],
    ) -> None:
        self.cls, self.ctx, self.tensors, self.flowing = cls, ctx, tensors, flowing
        self.constants = {k: x for k, x in enumerate(args) if k not in tensors}
        self.forms = [(y.shape, y.dtype) for y in made]
        self.others = {k: y for k, y in enumerate(made) if k not in flowing}

    def __call__(
        self, g: Any, y: Any, arrays: Sequence[Any], positions: Sequence[int]
    ) -> list[Any]:
        results = self._run(g, y, arrays)
        parts = []
        for position in positions:
            part = results[self.tensors[position]]
            if part is None:
                part = np.zeros_like(value_of(arrays[position]))
            parts.append(part if isinstance(g, Node) else value_of(part))
        return parts

    def _parts(self, packed: Any) -> list[Any]:
        """The packed outputs, or their packed gradient, in the shapes of the outputs."""
        if len(self.flowing) == 1:
            return [packed]
        parts, start = [], 0
        for k in self.flowing:
            shape = self.forms[k][0]
            stop = start + math.prod(shape)
            parts.append(packed[start:stop].reshape(shape))
            start = stop
        return parts

    def _run(self, g: Any, y: Any, arrays: Sequence[Any]) -> list[Any]:
        recorded = isinstance(g, Node)
        wrap = (lambda x: x) if recorded else from_numpy
        inputs = [
            self.constants[k] if k in self.constants else wrap(arrays[self.tensors.index(k)])
            for k in range(len(self.constants) + len(self.tensors))
        ]
        outputs: list[Any] = [self.others.get(k) for k in range(len(self.forms))]
        grads: list[Any] = [
            from_numpy(np.zeros(shape, dtype)) if self.ctx._materialize else None
            for shape, dtype in self.forms
        ]
        for k, part, slope in zip(self.flowing, self._parts(y), self._parts(g), strict=True):
            outputs[k], grads[k] = wrap(part), wrap(slope)
        if recorded:
            self._refuse_unknown(inputs)
        self.ctx._open(inputs, outputs)
        try:
            returned = self.cls.backward(self.ctx, *grads)
        finally:
            self.ctx._kept = ()
        results = list(returned) if isinstance(returned, (tuple, list)) else [returned]
        while len(results) > len(inputs) and results[-1] is None:  # as PyTorch allows
            results.pop()
        if len(results) != len(inputs):
            raise RuntimeError(
                f"{self.cls.__name__}.backward returned {len(results)} gradients for the "
                f"{len(inputs)} arguments of forward; return None for those without one"
            )
        for k in self.tensors:
            if results[k] is not None and results[k].shape != inputs[k].shape:
                raise RuntimeError(
                    f"{self.cls.__name__}.backward returned a gradient of shape "
                    f"{tuple(results[k].shape)} for argument {k} of shape {tuple(inputs[k].shape)}"
                )
        return results

    def _refuse_unknown(self, inputs: Sequence[Any]) -> None:
        """Raise where a saved float tensor may depend on the inputs in a way nobody recorded."""
        constants = [x for kind, x in self.ctx._places if kind == "constant"]
        for x in (*constants, *vars(self.ctx).values()):
            floats = isinstance(x, (Node, np.ndarray)) and value_of(x).dtype.kind == "f"
            if floats and not any(x is known for known in inputs):
                raise RuntimeError(
                    f"{self.cls.__name__}: backward uses a saved tensor of shape {tuple(x.shape)} "
                    "that is neither an input nor an output of forward, so how it depends on the "
                    "inputs is not known and a second derivative would be wrong; save inputs and "
                    "outputs with ctx.save_for_backward and compute the rest from them"
                )


@settings_checked
def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a ``backward`` that computes with arrays: a second order then raises."""

    @functools.wraps(backward)
    def once(ctx: Context, *grads: Any) -> Any:
        if any(isinstance(g, Node) and g.requires_grad for g in grads):
            raise RuntimeError(
                "this backward is marked once_differentiable: it has no second derivative"
            )
        with no_grad():
            return backward(ctx, *grads)

    return once
