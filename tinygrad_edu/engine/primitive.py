"""The one way an operation is defined: a NumPy function and one vjp per input."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from tinygrad_edu._checks import check_flag, check_function
from tinygrad_edu.engine.anomaly import watch
from tinygrad_edu.engine.calls import (
    Further,
    Signature,
    in_default_dtype,
    in_dtype,
    narrow_dtype,
    operands,
    without_widening,
)
from tinygrad_edu.engine.changes import CONSTANT, RECORDED, base_of, kept, renewed
from tinygrad_edu.engine.modes import MODE
from tinygrad_edu.engine.node import Node, as_array, tick
from tinygrad_edu.engine.out import written
from tinygrad_edu.engine.precision import HALF, narrowed, widened

__all__ = ["NUMPY_FUNCTIONS", "PRIMITIVES", "Primitive", "implements", "primitive"]

Vjp = Callable[..., Any]

#: Every operation by name. Tests and docs iterate over it.
PRIMITIVES: dict[str, Primitive] = {}
#: Which operation a NumPy function becomes when it meets a tensor.
NUMPY_FUNCTIONS: dict[Any, Callable[..., Any]] = {}

_ERRORS = (ValueError, TypeError, IndexError, AttributeError)
_FLOAT64 = np.dtype(np.float64)
_new = object.__new__


class Primitive(Signature):
    """What the engine knows of a differentiable operation.

    Parameters
    ----------
    forward : callable
        A NumPy function. Its positional parameters are arrays, its keyword-only ones metadata.
    vjps : tuple of callable or None
        One vector-Jacobian product per input, ``(g, y, *inputs, **params)``: the gradient of the
        output, the output, then exactly the arguments of ``forward``. ``None`` where there is no
        derivative. For ``*arrays`` a single one, which also receives ``positions`` and returns a
        list: the gradient of the array at each of them.
    cached : bool
        ``forward`` returns ``(y, cache)`` and the vjps receive ``cache``, or ``None`` when the
        gradient itself is recorded: then they recompute it from their inputs.
    kinks : bool
        Whether there are points where the slope or the value jumps. Gradient checks name them.
    wide : bool
        Whether float16 is computed in float32, by the vjps too, and rounded once: for what sums.
    further : callable, optional
        What takes the calls with keywords that ``forward`` has not: see `calls.Further`.
    """

    #: Whether the first input is the former value of a tensor, see `inplace`.
    in_place = False

    def __init__(
        self,
        forward: Callable[..., Any],
        vjps: tuple[Vjp | None, ...],
        cached: bool = False,
        kinks: bool = False,
        wide: bool = False,
        further: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(forward)
        self.further = further and Further(further)
        self.vjps = vjps
        self.cached = cached
        self.kinks = kinks
        self.wide = wide
        self.differentiable = any(vjp is not None for vjp in vjps)
        expected = 1 if self.variadic else len(self.input_names)
        if len(vjps) != expected:
            raise TypeError(f"{self.name}: {expected} inputs need {expected} vjps, got {len(vjps)}")

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def function(self) -> Callable[..., Any]:
        """The operation as users call it: arrays in, array out; a tensor in, a tensor out.

        A closure, since a plain function is the quickest thing to call in Python, and binds as a
        method: ``exp = ops.exp`` in the body of Tensor is ``tensor.exp()``. Operations of one or
        two arrays, the bulk of most graphs, get a closure without argument lists: it takes a third
        less time, and leaves whatever is unusual to the general one.
        """
        general = self._general()
        function: Any = general
        if self._is_plain():
            if len(self.input_names) == 1:
                function = self._unary(general)
            elif len(self.input_names) == 2:
                function = self._binary(general)
        functools.update_wrapper(function, self.forward)
        # So that Python's own complaint about a missing argument names the operation.
        function.__code__ = function.__code__.replace(co_name=self.name, co_qualname=self.name)
        return cast(Callable[..., Any], function)

    def _is_plain(self) -> bool:
        """Whether its only arguments are arrays, all of them, as of what is elementwise."""
        return not (self.cached or self.variadic or self.param_names or self.input_defaults)

    def _unary(self, general: Callable[..., Any]) -> Any:
        forward, empty = self.forward, self.param_defaults

        def unary(x: Any, *, out: Any = None) -> Any:
            if out is not None or not isinstance(x, Node):
                return general(x) if out is None else general(x, out=out)
            try:
                y = forward(x.value)
            except _ERRORS as error:
                raise self.explain(error, [x.value], {}) from error
            wanted = x.requires_grad
            if not wanted and y.dtype is _FLOAT64:
                y = in_default_dtype(y, (x.value,))
            return record(self, y, None, (x,), empty, wanted)

        return unary

    def _binary(self, general: Callable[..., Any]) -> Any:
        forward, empty = self.forward, self.param_defaults

        def binary(a: Any, b: Any, *, out: Any = None) -> Any:
            if out is not None or not isinstance(a, Node):
                return general(a, b) if out is None else general(a, b, out=out)
            other: Any = b
            if isinstance(b, Node) and a.value.dtype is b.value.dtype:
                other = b.value
                wanted = a.requires_grad or b.requires_grad
            elif type(b) is float or type(b) is int:
                wanted = a.requires_grad
            else:
                if isinstance(b, Node) and 0 in (a.value.ndim, b.value.ndim):
                    a, b = without_widening(a, b)
                return general(a, b)
            try:
                y = forward(a.value, other)
            except _ERRORS as error:
                raise self.explain(error, [a.value, other], {}) from error
            if not wanted and y.dtype is _FLOAT64:
                y = in_default_dtype(y, (a.value, other))
            return record(self, y, None, (a, b), empty, wanted)

        return binary

    def _general(self) -> Any:
        forward, cached, wide, further = self.forward, self.cached, self.wide, self.further
        defaults = self.param_defaults
        # A call with just the arrays skips `bind`, unless metadata must be given too.
        complete = not self.variadic and len(defaults) == len(self.param_names)
        arity = len(self.input_names) if complete else -1
        optional = bool(self.input_defaults)
        elementwise = not (cached or self.variadic or self.param_names)

        def general(*args: Any, **params: Any) -> Any:
            if params or len(args) != arity:
                try:
                    args, params = self.bind(args, params)
                except TypeError:
                    if "out" in params:
                        out = params.pop("out")
                        y = general(*args, **params)
                        return y if out is None else written(self.name, y, out)
                    if further is None or not further.takes(params):
                        raise
                    return further(general, args, params)
            else:
                params = defaults
            try:
                args, arrays, tensors, wanted = operands(args, optional)
            except _ERRORS as error:
                raise self.explain(error, list(args), params) from error
            if params is not defaults and wanted:
                for name, value in params.items():
                    if type(value) not in CONSTANT:
                        params[name] = kept(value)
            cache = None
            try:
                if wide and getattr(arrays[0], "dtype", None) is HALF:
                    y = self._rounded_once(arrays, params)
                else:
                    y = forward(*arrays, **params)
            except _ERRORS as error:
                if (respelled := self.with_axes(params, arrays[:1])) is not params:
                    return general(*args, **respelled)
                raise self.explain(error, arrays, params) from error
            if cached:
                y, cache = y
            if not tensors:
                return y
            if y.dtype is _FLOAT64:
                if narrow := narrow_dtype(arrays):
                    return general(*[in_dtype(arg, narrow) for arg in args], **params)
                if elementwise:
                    y = in_default_dtype(y, arrays)
            return record(self, y, cache, args, params, wanted)

        return general

    def _rounded_once(self, arrays: list[Any], params: dict[str, Any]) -> Any:
        """The result for a float16 input, computed in float32."""
        y = self.forward(*map(widened, arrays), **params)
        y, cache = y if self.cached else (y, None)
        if not any(type(a) is np.ndarray and a.dtype == np.float32 for a in arrays):
            y = narrowed(y)
        return (y, cache) if self.cached else y


def record(
    op: Primitive,
    y: Any,
    cache: Any,
    args: tuple[Any, ...],
    params: dict[str, Any],
    wanted: bool,
) -> Node:
    """The result ``y`` as a node, with its history where an input ``wanted`` a gradient."""
    if type(y) is not np.ndarray:
        y = as_array(y)
        if type(y) is not np.ndarray:
            raise TypeError(f"{op.name}: the result must be an array, received {type(y).__name__}")
    mode = MODE.get()
    if RECORDED and mode.grad:
        wanted = renewed(op.name, args) or wanted
    # Slot by slot: this is the hot path of every net.
    node = _new(Node.result_class)
    node.value = y
    if wanted and mode.grad and y.dtype.kind == "f" and op.differentiable:
        node.requires_grad = True
        node.inputs = args
        node.op = op
        node.cache = cache
    else:
        node.requires_grad = False
        node.inputs = ()
        first = args[0] if args else None
        # The operation stays where it explains why there is no gradient, also of what follows it.
        if not op.differentiable or (wanted and y.dtype.kind != "f"):
            node.op = op
        else:
            node.op = None if wanted or not isinstance(first, Node) else first.op
        node.cache = None if y.base is None else base_of(first, y)
        if y.dtype.kind not in "fbiu":
            raise TypeError(f"{op.name}: the result would have dtype {y.dtype}, not a number")
    node.params = params
    node.gradient = node.hooks = node.name = node.watcher = None
    node.index = tick()
    if mode.anomaly:
        watch(node, op.name, args)
    return node


def primitive(
    *vjps: Vjp | None,
    cached: bool = False,
    kinks: bool = False,
    wide: bool = False,
    numpy: Any = (),
    further: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a NumPy function a differentiable operation.

    The vjps, ``cached``, ``kinks``, ``wide`` and ``further`` are those of `Primitive`. ``numpy`` is
    the NumPy function, or a tuple of them, that becomes this operation on tensors.

    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.engine.primitive import PRIMITIVES
    >>> @tg.primitive(lambda g, y, x: g * 3 * x**2)
    ... def cube(x):
    ...     return x**3
    >>> x = tg.tensor(2.0, requires_grad=True)
    >>> tg.grad(cube(x), x)
    tensor(12.)
    >>> cube(np.array([1.0, 2.0]))
    array([1., 8.])
    >>> del PRIMITIVES["cube"]
    """
    for name, flag in (("cached", cached), ("kinks", kinks), ("wide", wide)):
        check_flag("primitive", name, flag)
    check_function("primitive", "further", further, optional=True)
    for vjp in vjps:
        check_function("primitive", "vjps", vjp, optional=True)
    replaced = numpy if isinstance(numpy, tuple) else (numpy,)
    for function in replaced:
        check_function("primitive", "numpy", function)

    def define(forward: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(forward):
            raise TypeError(
                f"primitive: it decorates a function, received {type(forward).__name__}; write "
                "@tg.primitive(vjp) above it, or @tg.primitive(None) where there is no gradient"
            )
        operation = Primitive(forward, vjps, cached, kinks, wide, further)
        PRIMITIVES[operation.name] = operation
        function = operation.function()
        for name in replaced:
            NUMPY_FUNCTIONS[name] = function
        return function

    return define


def implements(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a composite, a function made of operations, stand for NumPy functions on tensors."""

    def register(composite: Callable[..., Any]) -> Callable[..., Any]:
        NUMPY_FUNCTIONS.update(dict.fromkeys(functions, composite))
        return composite

    return register
