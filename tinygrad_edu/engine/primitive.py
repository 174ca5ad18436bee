"""The one way an operation is defined: a NumPy function and one vjp per input."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np

from tinygrad_edu.engine.anomaly import watch
from tinygrad_edu.engine.modes import MODE
from tinygrad_edu.engine.node import Node, as_array, tick, value_of

__all__ = ["NUMPY_FUNCTIONS", "PRIMITIVES", "Primitive", "implements", "primitive"]

Vjp = Callable[..., Any]

#: Every operation by name. Tests and docs iterate over it.
PRIMITIVES: dict[str, Primitive] = {}
#: Which operation a NumPy function becomes when it meets a tensor.
NUMPY_FUNCTIONS: dict[Any, Callable[..., Any]] = {}

# PyTorch's spelling of NumPy's keywords, translated here and nowhere else.
_ALIASES = {"dim": "axis", "dims": "axis", "keepdim": "keepdims", "correction": "ddof"}
# Constants that need no conversion before they meet a tensor.
_PLAIN = frozenset({np.ndarray, float, int, bool, type(None)})
_NUMBERS = frozenset({float, int, bool, type(None)})
_FLOAT64 = np.dtype(np.float64)
_new = object.__new__


class Primitive:
    """What the engine knows of a differentiable operation.

    Parameters
    ----------
    forward : callable
        A NumPy function. Its positional parameters are arrays, its keyword-only ones metadata.
    vjps : tuple of callable or None
        One vector-Jacobian product per input, ``(g, y, *inputs, **params)``: the gradient of the
        output, the output, then exactly the arguments of ``forward``. ``None`` where there is no
        derivative. For ``*arrays`` a single one, which also receives ``index``.
    cached : bool
        ``forward`` returns ``(y, cache)`` and the vjps receive ``cache``, or ``None`` when the
        gradient itself is recorded: then they recompute it from their inputs.
    """

    def __init__(self, forward: Callable[..., Any], vjps: tuple[Vjp | None, ...], cached: bool):
        self.name = forward.__name__.rstrip("_")
        self.forward = forward
        self.vjps = vjps
        self.cached = cached
        self.differentiable = any(vjp is not None for vjp in vjps)
        function: Any = inspect.unwrap(forward)
        self.input_names, self.param_names = argument_names(function)
        self.variadic = bool(function.__code__.co_flags & inspect.CO_VARARGS)
        self.param_set = frozenset(self.param_names)
        defaults = function.__defaults__ or ()
        with_default = self.input_names[len(self.input_names) - len(defaults) :]
        self.input_defaults = dict(zip(with_default, defaults, strict=True))
        self.param_defaults = dict(function.__kwdefaults__ or {})
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
        if not (self.cached or self.variadic or self.param_names or self.input_defaults):
            if len(self.input_names) == 1:
                function = self._unary(general)
            elif len(self.input_names) == 2:
                function = self._binary(general)
        functools.update_wrapper(function, self.forward)
        # So that Python's own complaint about a missing argument names the operation.
        function.__code__ = function.__code__.replace(co_name=self.name, co_qualname=self.name)
        return cast(Callable[..., Any], function)

    def _unary(self, general: Callable[..., Any]) -> Any:
        forward, empty = self.forward, self.param_defaults

        def unary(x: Any) -> Any:
            if not isinstance(x, Node):
                return general(x)
            try:
                y = forward(x.value)
            except (ValueError, TypeError, IndexError) as error:
                raise self.explain(error, [x.value], {}) from error
            return record(self, y, None, (x,), empty, x.requires_grad)

        return unary

    def _binary(self, general: Callable[..., Any]) -> Any:
        forward, empty = self.forward, self.param_defaults

        def binary(a: Any, b: Any) -> Any:
            if not isinstance(a, Node):
                return general(a, b)
            other: Any = b
            if isinstance(b, Node) and a.value.dtype is b.value.dtype:
                other = b.value
                wanted = a.requires_grad or b.requires_grad
            elif type(b) is float or type(b) is int:
                wanted = a.requires_grad
            else:
                return general(a, b)
            try:
                y = forward(a.value, other)
            except (ValueError, TypeError, IndexError) as error:
                raise self.explain(error, [a.value, other], {}) from error
            return record(self, y, None, (a, b), empty, wanted)

        return binary

    def _general(self) -> Any:
        forward, cached, defaults = self.forward, self.cached, self.param_defaults
        # A call with just the arrays skips `bind`, unless metadata must be given too.
        complete = not self.variadic and len(defaults) == len(self.param_names)
        arity = len(self.input_names) if complete else -1

        def general(*args: Any, **params: Any) -> Any:
            if params or len(args) != arity:
                args, params = self.bind(args, params)
            else:
                params = defaults
            arrays: list[Any] = []
            tensors = wanted = unusual = False
            for arg in args:
                if isinstance(arg, Node):
                    tensors = True
                    wanted = wanted or arg.requires_grad
                    arrays.append(arg.value)
                else:
                    arrays.append(arg)
                    if type(arg) not in _PLAIN:
                        unusual = True
            if unusual and tensors:
                args = _constants(args)
                arrays = [value_of(arg) for arg in args]
            elif unusual:
                arrays = [np.asarray(a) if isinstance(a, (list, tuple)) else a for a in arrays]
            elif args and all(map(_is_number, args)):
                arrays = [None if a is None else np.asarray(a) for a in args]
            cache = None
            try:
                if cached:
                    y, cache = forward(*arrays, **params)
                else:
                    y = forward(*arrays, **params)
            except (ValueError, TypeError, IndexError) as error:
                raise self.explain(error, arrays, params) from error
            if not tensors:
                return y
            if y.dtype is _FLOAT64 and (narrow := _narrow_dtype(arrays)):
                return general(*[_without_integers(arg, narrow) for arg in args], **params)
            return record(self, y, cache, args, params, wanted)

        return general

    def bind(self, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Sort a call into array inputs and metadata, as the signature of ``forward`` has them."""
        if len(args) == len(self.input_names) and not self.variadic:
            bound = {**self.param_defaults, **params}
            if len(bound) == len(self.param_names) and bound.keys() <= self.param_set:
                return args, bound  # the usual call: every array in place, metadata by keyword
        given = {_ALIASES.get(key, key): value for key, value in params.items()}
        if len(given) < len(params):
            raise TypeError(f"{self.name}: an argument is given twice, as {' and '.join(params)}")
        if self.variadic:
            split = len(args)
            if args and isinstance(args[0], (list, tuple, Iterator)):
                several = tuple(args[0])
                args, split = (*several, *args[1:]), len(several)
            elif split == 1:  # NumPy would take its rows, PyTorch refuses
                raise TypeError(
                    f"{self.name}: give a list, as in {self.name}([a, b]); received one array "
                    f"of shape {np.shape(args[0])}"
                )
        else:
            split = len(self.input_names)
        inputs, extra = list(args[:split]), args[split:]
        for name in self.input_names[len(inputs) :]:
            if name in given:
                inputs.append(given.pop(name))
            elif name in self.input_defaults:
                inputs.append(self.input_defaults[name])
            else:
                raise TypeError(f"{self.name}: missing argument {name!r}; {self._usage()}")
        if len(extra) > len(self.param_names):
            raise TypeError(f"{self.name}: too many arguments; {self._usage()}")
        for name, value in zip(self.param_names, extra, strict=False):
            if name in given:
                raise TypeError(f"{self.name}: {name!r} is given twice; {self._usage()}")
            given[name] = value
        bound = {**self.param_defaults, **given}
        for name in given:
            if name not in self.param_names:
                raise TypeError(f"{self.name}: unexpected argument {name!r}; {self._usage()}")
        for name in self.param_names:
            if name not in bound:
                raise TypeError(f"{self.name}: missing argument {name!r}; {self._usage()}")
        if isinstance(bound.get("axis"), list):  # PyTorch takes x.mean([2, 3]), NumPy a tuple
            bound["axis"] = tuple(bound["axis"])
        return tuple(inputs), bound

    def _usage(self) -> str:
        return f"the signature is {self.name}{inspect.signature(self.forward)}"

    def explain(self, error: Exception, arrays: list[Any], params: dict[str, Any]) -> Exception:
        """The same kind of error with the operation, the shapes and the parameters in front."""
        shapes = [
            str(a.shape) if isinstance(a, np.ndarray) else repr(a) for a in arrays if a is not None
        ]
        settings = [f"{key}={value!r}" for key, value in params.items() if value is not None]
        call = f"{self.name}({', '.join(shapes + settings)})"
        kind = next(k for k in (IndexError, TypeError, ValueError) if isinstance(error, k))
        return kind(f"{call}: {error}")


def argument_names(function: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the positional and of the keyword-only parameters of a plain function.

    Read off its code: `inspect.signature` would take a fifth of the time to import the library.
    """
    code = function.__code__
    end = code.co_argcount + code.co_kwonlyargcount
    return code.co_varnames[: code.co_argcount], code.co_varnames[code.co_argcount : end]


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
        if isinstance(y, Node):
            raise TypeError(
                f"{op.name}: the .data of an input was set to a tensor, and must be an array: "
                "write p.data = p.data - lr * p.grad.data, or p.data -= lr * p.grad"
            )
    mode = MODE.get()
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
        # The operation stays where it explains why there is no gradient.
        node.op = None if op.differentiable else op
        node.cache = None
        if y.dtype.kind not in "fbiu":
            raise TypeError(f"{op.name}: the result would have dtype {y.dtype}, not a number")
    node.params = params
    node.grad = node.hooks = node.name = node.trace = None
    node.index = tick()
    if mode.anomaly:
        watch(node, op.name, args)
    return node


def primitive(
    *vjps: Vjp | None, cached: bool = False, numpy: Any = ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a NumPy function a differentiable operation.

    ``numpy`` is the NumPy function, or a tuple of them, that becomes this operation on tensors.

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

    def define(forward: Callable[..., Any]) -> Callable[..., Any]:
        operation = Primitive(forward, vjps, cached)
        PRIMITIVES[operation.name] = operation
        function = operation.function()
        for name in numpy if isinstance(numpy, tuple) else (numpy,):
            NUMPY_FUNCTIONS[name] = function
        return function

    return define


def implements(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a composite, a function made of operations, stand for NumPy functions on tensors."""

    def register(composite: Callable[..., Any]) -> Callable[..., Any]:
        NUMPY_FUNCTIONS.update(dict.fromkeys(functions, composite))
        return composite

    return register


def _is_number(arg: Any) -> bool:
    """Whether ``arg`` is one of Python's numbers, or an input that was left out."""
    return type(arg) in _NUMBERS


def _narrow_dtype(arrays: list[Any]) -> Any:
    """The dtype of the floats among ``arrays``, where only integers made a result float64."""
    kinds = [a.dtype for a in arrays if isinstance(a, np.ndarray)]
    floats = [kind for kind in kinds if kind.kind == "f"]
    if not floats or np.dtype(np.float64) in floats or len(floats) == len(kinds):
        return None
    return np.result_type(*floats)


def _without_integers(arg: Any, dtype: Any) -> Any:
    """An integer array as floats of ``dtype``; anything else as it is."""
    array = value_of(arg)
    is_integer = isinstance(array, np.ndarray) and array.dtype.kind in "iub"
    return array.astype(dtype) if is_integer else arg


def _constants(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as they may meet the tensors among them."""
    floats = [x.value.dtype for x in args if isinstance(x, Node) and x.value.dtype.kind == "f"]
    dtype = np.result_type(*floats) if floats else np.dtype(np.float32)
    return tuple([_constant(arg, dtype) for arg in args])


def _constant(arg: Any, dtype: np.dtype[Any]) -> Any:
    """One of them: a scalar or a list of floats takes the dtype of the tensors, never widens it."""
    if type(arg) in _PLAIN or isinstance(arg, Node):
        return arg
    if isinstance(arg, np.generic):
        return arg.item()
    if isinstance(arg, (list, tuple)):
        array = np.asarray(arg)
        return array.astype(dtype) if array.dtype.kind == "f" else array
    if isinstance(arg, np.ndarray):  # a subclass, such as np.matrix, means something else by *
        raise TypeError(f"a {type(arg).__name__} cannot meet a tensor; pass np.asarray(it)")
    raise TypeError(f"cannot compute with a {type(arg).__name__} and a tensor")
