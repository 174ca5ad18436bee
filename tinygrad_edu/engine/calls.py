"""How an operation is called: which arguments are inputs, how they are spelled and converted.

Nothing here knows of derivatives. A call may use NumPy's keywords or PyTorch's (`ALIASES`), mix
tensors with lists and Python's numbers (`constants`), and mix dtypes (`narrow_dtype`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from tinygrad_edu._checked import ERRORS, Arguments, holds_numbers, innermost, no_numbers, shown
from tinygrad_edu._checks import check_count, check_flag, check_number
from tinygrad_edu.engine.changes import with_copies
from tinygrad_edu.engine.modes import MODE
from tinygrad_edu.engine.node import Node, value_of

__all__ = [
    "ALIASES", "DEFAULT_FLOAT", "INPUTS", "PLAIN", "Further", "Signature", "argument_names",
    "constants", "in_default_dtype", "in_dtype", "narrow_dtype", "operands", "without_widening",
]  # fmt: skip

#: PyTorch's spelling of NumPy's keywords, translated here and nowhere else.
ALIASES = {
    "dim": "axis", "dims": "axis", "keepdim": "keepdims", "correction": "ddof", "dim1": "axis1",
    "dim2": "axis2", "diagonal": "k",
}  # fmt: skip
#: How PyTorch calls the first two inputs of every operation.
INPUTS = ("input", "other")
#: The types of constants that need no conversion before they meet a tensor.
PLAIN = frozenset({np.ndarray, float, int, bool, type(None)})
#: The axes that a tensor without axes may be reduced over.
_OF_A_NUMBER = (0, -1, (0,), (-1,))
_NUMBERS = PLAIN - {np.ndarray}
#: Settings that are integers, or tuples of them.
_INTEGERS = frozenset({
    "axis", "axis1", "axis2", "decimals", "destination", "ignore_index", "minlength", "pad_width",
    "shift", "source",
})  # fmt: skip


def argument_names(function: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the positional and of the keyword-only parameters of a plain function.

    Read off its code: `inspect.signature` would take a fifth of the time to import the library.
    """
    code = function.__code__
    end = code.co_argcount + code.co_kwonlyargcount
    return code.co_varnames[: code.co_argcount], code.co_varnames[code.co_argcount : end]


class Signature:
    """The parameters of a NumPy function: positional ones are inputs, keyword-only ones metadata.

    Inputs are arrays or tensors; metadata are settings such as ``axis``. A function of ``*arrays``
    is variadic.
    """

    def __init__(self, forward: Callable[..., Any]) -> None:
        self.name = forward.__name__.rstrip("_")
        self.forward = forward
        function: Any = inspect.unwrap(forward)
        self.input_names, self.param_names = argument_names(function)
        self.variadic = bool(function.__code__.co_flags & inspect.CO_VARARGS)
        defaults = function.__defaults__ or ()
        with_default = self.input_names[len(self.input_names) - len(defaults) :]
        self.input_defaults = dict(zip(with_default, defaults, strict=True))
        self.param_defaults = dict(function.__kwdefaults__ or {})
        self._param_set = frozenset(self.param_names)
        self._kinds = self._kinds_of_settings(function)

    def bind(self, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Sort a call into inputs and metadata; raise TypeError where they do not fit."""
        if len(args) == len(self.input_names) and not self.variadic:
            bound = {**self.param_defaults, **params}
            if len(bound) == len(self.param_names) and bound.keys() <= self._param_set:
                # The usual call: every input in place, metadata by keyword.
                for name, kind in self._kinds:
                    if type(bound[name]) is not kind:
                        bound[name] = self._checked(name, kind, bound[name])
                return args, bound
        given = {ALIASES.get(key, key): value for key, value in params.items()}
        if len(given) < len(params):
            raise TypeError(f"{self.name}: an argument is given twice, as {' and '.join(params)}")
        if self.variadic and not args and "tensors" in given:  # PyTorch's name of the list
            args = (given.pop("tensors"),)
        inputs, extra = self._several(args) if self.variadic else self._inputs(args, given)
        return inputs, self._metadata(extra, given)

    def _several(self, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The inputs of a variadic function, given as one list or one by one, and what follows."""
        if args and isinstance(args[0], (list, tuple, Iterator)):
            return tuple(args[0]), args[1:]
        if len(args) == 1:  # NumPy would take its rows, PyTorch refuses
            raise TypeError(
                f"{self.name}: give a list, as in {self.name}([a, b]); received one array "
                f"of shape {np.shape(args[0])}"
            )
        return args, ()

    def _inputs(
        self, args: tuple[Any, ...], given: dict[str, Any]
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The inputs, taken out of ``given`` where they came by keyword, and what follows."""
        count = len(self.input_names)
        inputs = list(args[:count])
        for name, theirs in zip(self.input_names, INPUTS, strict=False):
            if theirs in given and theirs != name:
                given[name] = given.pop(theirs)
        for name in self.input_names[len(inputs) :]:
            if name in given:
                inputs.append(given.pop(name))
            elif name in self.input_defaults:
                inputs.append(self.input_defaults[name])
            else:
                raise TypeError(f"{self.name}: missing argument {name!r}; {self._usage()}")
        return tuple(inputs), args[count:]

    def _metadata(self, extra: tuple[Any, ...], given: dict[str, Any]) -> dict[str, Any]:
        """The metadata, by position or by keyword, with the defaults."""
        if len(extra) > len(self.param_names):
            raise TypeError(f"{self.name}: too many arguments; {self._usage()}")
        for name, value in zip(self.param_names, extra, strict=False):
            if name in given:
                raise TypeError(f"{self.name}: {name!r} is given twice; {self._usage()}")
            given[name] = value
        bound = {**self.param_defaults, **given}
        for name in bound.keys() - self._param_set:
            raise TypeError(f"{self.name}: unexpected argument {name!r}; {self._usage()}")
        for name in self.param_names:
            if name not in bound:
                raise TypeError(f"{self.name}: missing argument {name!r}; {self._usage()}")
        if isinstance(bound.get("axis"), list):
            bound["axis"] = tuple(bound["axis"])
        for name, kind in self._kinds:
            bound[name] = self._checked(name, kind, bound[name])
        return bound

    def _kinds_of_settings(self, function: Any) -> tuple[tuple[str, type], ...]:
        """Which settings are flags, floats and integers: their annotations say so, or defaults."""
        words = {"bool": bool, "float": float, "float | None": float, "int": int}
        kinds: dict[str, type | None] = {}
        for name in self.param_names:
            default = type(self.param_defaults.get(name))
            kinds[name] = default if default in (bool, float) else None
            if name in _INTEGERS:
                kinds[name] = int
            elif (annotation := str(function.__annotations__.get(name))) in words:
                kinds[name] = words[annotation]
        return tuple((name, kind) for name, kind in kinds.items() if kind is not None)

    def _checked(self, name: str, kind: type, value: Any) -> Any:
        """A setting, if it is of its kind; NumPy refuses what is neither an integer nor a float."""
        if type(value) is kind:
            return value
        if kind is bool:
            return check_flag(self.name, name, value)
        if kind is float:
            if value is None and self.param_defaults.get(name, 0) is None:
                return None
            return check_number(self.name, name, value, "[-inf, inf]")
        if isinstance(value, (bool, np.bool_, float)):
            check_count(self.name, name, value, None)
        return value

    def with_axes(self, params: dict[str, Any], arrays: list[Any]) -> dict[str, Any]:
        """The metadata with ``axis`` as NumPy takes it, for a call that NumPy has refused.

        PyTorch takes ``x.mean([2, 3])``, and reduces or flips a tensor without axes over axis 0 or
        -1. So do operations that work on all axes by default.
        """
        axis = params.get("axis")
        if isinstance(axis, list):
            return {**params, "axis": tuple(axis)}
        zero = type(axis) in (int, tuple) and axis in _OF_A_NUMBER
        over_all = "keepdims" in params or self.param_defaults.get("axis", 0) is None
        if over_all and zero and arrays and np.ndim(arrays[0]) == 0:
            return {**params, "axis": None}
        return params

    def _usage(self) -> str:
        return f"the signature is {self.name}{inspect.signature(self.forward)}"

    def explain(self, error: Exception, arrays: list[Any], params: dict[str, Any]) -> Exception:
        """The same kind of error with the operation, the shapes and the metadata in front.

        Where an input holds no numbers, that is the error.
        """
        names = [f"input {k}" for k in range(len(arrays))] if self.variadic else self.input_names
        for name, array in zip(names, arrays, strict=False):
            left_out = array is None and name in self.input_defaults
            if not left_out and not holds_numbers(array):
                return no_numbers(self.name, name, array)
        shapes = [shown(a) for a in arrays if a is not None]
        settings = [f"{key}={shown(value)}" for key, value in params.items() if value is not None]
        call = f"{self.name}({', '.join(shapes + settings)})"
        kinds: Iterator[type[Exception]] = (
            k for k in (IndexError, ValueError) if isinstance(error, k)
        )
        kind: type[Exception] = next(kinds, TypeError)
        said = str(innermost(error)).removeprefix(f"{self.name}: ")
        return kind(f"{call}: {said}")


class Further:
    """The keywords that an operation takes over and above its own, through another function.

    ``function(x, *rest, operation, key=..., **params)`` computes the call by calls of ``operation``
    with its own parameters. So ``dtype=``, ``initial=`` and ``where=`` are written once for all
    reductions, and a call without them costs nothing.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.keywords = frozenset(argument_names(inspect.unwrap(function))[1]) - {"operation"}

    def takes(self, params: dict[str, Any]) -> bool:
        """Whether one of the keywords is given."""
        return not self.keywords.isdisjoint(params)

    def __call__(
        self, operation: Callable[..., Any], args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Compute the call; errors say which operation was called how."""
        given = {ALIASES.get(key, key): value for key, value in params.items()}
        try:
            if len(given) < len(params):
                raise TypeError(f"an argument is given twice, as {' and '.join(params)}")
            return self.function(*args, operation=operation, **given)
        except ERRORS as error:
            name = operation.__name__.rstrip("_")
            better = Arguments(self.function, name).explained(error, args, given)
            if better is None:
                raise
            raise better from error


def _numbers_alone(args: tuple[Any, ...]) -> bool:
    """Whether all arguments are Python's numbers, or inputs that were left out."""
    return bool(args) and all(type(arg) in _NUMBERS for arg in args)


def constants(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as they may meet the tensors among them.

    A scalar or a list of floats takes the dtype of the tensors and never widens it.
    """
    floats = [x.value.dtype for x in args if isinstance(x, Node) and x.value.dtype.kind == "f"]
    dtype = np.result_type(*floats) if floats else np.dtype(np.float32)
    return tuple([_constant(arg, dtype) for arg in args])


def _constant(arg: Any, dtype: np.dtype[Any]) -> Any:
    if type(arg) in PLAIN or isinstance(arg, Node):
        return arg
    if isinstance(arg, np.generic):
        return arg.item()
    if isinstance(arg, (list, tuple)):
        array = np.asarray(arg)
        return array.astype(dtype) if array.dtype.kind == "f" else array
    if isinstance(arg, np.ndarray):  # a subclass, such as np.matrix, means something else by *
        raise TypeError(f"a {type(arg).__name__} cannot meet a tensor; pass np.asarray(it)")
    raise TypeError(f"cannot compute with a {type(arg).__name__} and a tensor")


def narrow_dtype(arrays: list[Any]) -> Any:
    """The dtype of the floats among ``arrays``, where integers or a number made a result float64.

    Floats without axes count only where there are no others, as in PyTorch.
    """
    given = [a for a in arrays if isinstance(a, np.ndarray)]
    floats = [a.dtype for a in given if a.dtype.kind == "f"]
    wide = [a.dtype for a in given if a.dtype.kind == "f" and a.ndim] or floats
    if not floats or _FLOAT64 in wide or wide == floats == [a.dtype for a in given]:
        return None
    return np.result_type(*wide)


def in_dtype(arg: Any, dtype: Any) -> Any:
    """An array of integers, or a float without axes, as floats of ``dtype``; else as it is."""
    array = value_of(arg)
    if not isinstance(array, np.ndarray) or array.dtype == dtype:
        return arg
    if array.dtype.kind in "iub":
        return array.astype(dtype)
    return arg.astype(dtype) if array.ndim == 0 else arg


def without_widening(a: Any, b: Any) -> tuple[Any, Any]:
    """Two tensors; one without axes in the dtype of the other, where both hold floats, or integers.

    So a number in a tensor widens no tensor of its kind, as in PyTorch.
    """
    first, second = a.value, b.value
    kinds = {first.dtype.kind, second.dtype.kind}
    if (first.ndim == 0) == (second.ndim == 0) or not (kinds == {"f"} or kinds <= {"i", "u"}):
        return a, b
    if first.ndim == 0:
        return a.astype(second.dtype), b
    return a, b.astype(first.dtype)


#: The dtype of floats that nothing else decides, as the only element.
DEFAULT_FLOAT = [np.dtype(np.float32)]
_FLOAT64 = np.dtype(np.float64)


def in_default_dtype(y: Any, arrays: Iterable[Any]) -> Any:
    """A float64 result of integers alone in the default dtype, as in PyTorch: ``tensor(7) / 2``."""
    if any(isinstance(a, np.ndarray) and a.dtype.kind == "f" for a in arrays):
        return y
    return y.astype(DEFAULT_FLOAT[0])


def operands(
    args: tuple[Any, ...], optional: bool
) -> tuple[tuple[Any, ...], list[Any], bool, bool]:
    """The inputs and their arrays; whether there are tensors, and whether any needs a gradient.

    ``optional`` says whether an input may be None.
    """
    arrays: list[Any] = []
    tensors = wanted = unusual = shared = False
    for arg in args:
        if isinstance(arg, Node):
            tensors = True
            wanted = wanted or arg.requires_grad
            arrays.append(arg.value)
        else:
            arrays.append(arg)
            if type(arg) is np.ndarray:
                shared = True
                unusual = unusual or arg.dtype.kind not in "fiubc"
            elif type(arg) not in PLAIN or (arg is None and not optional):
                unusual = True
    if unusual and not all(
        isinstance(arg, Node) or (optional and arg is None) or holds_numbers(arg) for arg in args
    ):
        raise TypeError("an input holds no numbers")
    if unusual and tensors:
        args = constants(args)
        arrays = [value_of(arg) for arg in args]
    elif unusual:
        arrays = [np.asarray(a) if isinstance(a, (list, tuple)) else a for a in arrays]
    elif not tensors and _numbers_alone(args):
        arrays = [None if a is None else np.asarray(a) for a in args]
    if shared and wanted and MODE.get().grad:  # its owner may overwrite it before backward
        args = with_copies(args, arrays)
    return args, arrays, tensors, wanted
