"""Functions as users call them: settings are checked, and every error says what was called how.

Layers call the functions of `nn` themselves: they checked their settings when they were made.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from tinygrad_edu._checks import (
    check_count,
    check_dtype,
    check_flag,
    check_function,
    check_generator,
    check_number,
)
from tinygrad_edu._face import face

__all__ = [
    "ERRORS", "LISTS", "Arguments", "arrays_of_lists", "check_all", "check_numbers", "checked",
    "explained", "holds_numbers", "innermost", "no_numbers", "settings_checked", "shown",
]  # fmt: skip

Function = TypeVar("Function", bound=Callable[..., Any])

#: What goes wrong inside where an argument is senseless.
ERRORS = (
    AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip
# The types that need no further look, by the annotation.
_USUAL: dict[str, type] = {"bool": bool, "int": int, "float": float, "str": str}
_TENSORS = ("Any", "T", inspect.Parameter.empty)
#: What is taken as an array where it holds numbers.
LISTS = frozenset({list, tuple})
# What is written as a list and is no array.
_SIZES = frozenset({
    "dilation", "groups", "kernel_size", "output_padding", "output_size", "pad", "padding",
    "scale_factor", "size", "stride",
})  # fmt: skip


class Arguments:
    """The arguments of a function: which are settings, and what is wrong with a call.

    An argument that is annotated as a bool, an int, a float, a str, a function or a generator, or
    as one of these or None, is that.
    """

    def __init__(self, function: Callable[..., Any], owner: str) -> None:
        self.function, self.owner = function, owner
        plain: Any = inspect.unwrap(function)
        self.order = plain.__code__.co_varnames[: plain.__code__.co_argcount]
        self.kinds = {
            name: kind
            for name, annotation in plain.__annotations__.items()
            if name != "return"
            and ((kind := str(annotation)).removesuffix(" | None") in _USUAL
                 or kind.startswith(("Callable", "GeneratorLike")) or name in ("axis", "dtype"))
        }  # fmt: skip
        named = plain.__code__.co_argcount + plain.__code__.co_kwonlyargcount
        variadic = bool(plain.__code__.co_flags & inspect.CO_VARARGS)
        # The first argument, or the name of all where they are given as ``*arrays``.
        self._leading = (*self.order, *plain.__code__.co_varnames[named : named + variadic])[:1]
        #: Whether that is an array, or a list of them.
        self.leads_with_array = bool(self._leading) and str(
            plain.__annotations__.get(self._leading[0], "Any")
        ) in ("Any", "Sequence[Any]")
        #: Which arguments are arrays, and not sizes such as (2, 3).
        self.arrays = frozenset(
            name
            for name in plain.__code__.co_varnames[:named]
            if name not in self.kinds
            and name not in _SIZES
            and str(plain.__annotations__.get(name, "Any")) in ("Any", "T")
        )
        #: Where the first setting stands: calls with no more arguments need no look.
        self.first = next((k for k, n in enumerate(self.order) if n in self.kinds), len(self.order))

    def check(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Raise if a setting is not what its annotation says."""
        if len(args) > self.first:
            for name, value in zip(self.order, args, strict=False):
                if name in self.kinds:
                    _check(self.owner, name, value, self.kinds[name])
        for name, value in kwargs.items():
            if name in self.kinds:
                _check(self.owner, name, value, self.kinds[name])

    def converted(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with arrays in the place of lists of numbers."""
        names = [*self.order[: len(args)], *kwargs]
        where = [k for k, name in enumerate(names) if name in self.arrays]
        values = [*args, *kwargs.values()]
        found = arrays_of_lists(self.owner, [names[k] for k in where], [values[k] for k in where])
        for k, value in zip(where, found, strict=True):
            values[k] = value
        return tuple(values[: len(args)]), dict(zip(kwargs, values[len(args) :], strict=True))

    def check_arrays(self, args: tuple[Any, ...]) -> None:
        """Raise if what should be an array, or several, holds no numbers."""
        for value in args[:1] if self.order else args:
            if not holds_numbers(value):
                raise no_numbers(self.owner, self._leading[0], value)

    def explained(
        self, error: Exception, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Exception | None:
        """The error with the call in front, or what is no array; None if it says that already."""
        named = (f"{self.owner}:", f"{self.owner}(")
        if str(error).startswith(named) or not type(error).__module__.startswith(
            ("builtins", "numpy")
        ):
            return None
        given = {**dict(zip(self.order, args, strict=False)), **kwargs}
        parameters = inspect.signature(self.function).parameters
        for name, value in given.items():
            parameter = parameters.get(name)
            if (
                parameter is not None
                and parameter.default is inspect.Parameter.empty
                and parameter.annotation in _TENSORS
                and not holds_numbers(value)
            ):
                return no_numbers(self.owner, name, value)
        call = [shown(value) for value in args[len(self.order) :]]
        call += [f"{name}={shown(value)}" for name, value in given.items()]
        kind = next((k for k in (IndexError, ValueError) if isinstance(error, k)), TypeError)
        return kind(f"{self.owner}({', '.join(call)}): {innermost(error)}")


def innermost(error: BaseException) -> BaseException:
    """What was said before the functions on the way put their own calls in front."""
    while (cause := error.__cause__) is not None and str(error).endswith(f": {cause}"):
        error = cause
    return error


def arrays_of_lists(owner: str, names: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """The values with arrays in the place of lists of numbers, in the dtype of the tensors there.

    Lists of tensors, or of arrays, stay: some functions take several.

    >>> arrays_of_lists("mse_loss", ["input", "target"], [[1.0, 2.0], 3.0])
    [array([1., 2.]), 3.0]
    >>> arrays_of_lists("mse_loss", ["input"], [[[1.0], [1.0, 2.0]]])
    Traceback (most recent call last):
    TypeError: mse_loss: input must be a tensor or an array, received [[1.0], [1.0, 2.0]]
    """
    kinds = [array.dtype for array in (getattr(each, "value", None) for each in values)
             if isinstance(array, np.ndarray) and array.dtype.kind == "f"]  # fmt: skip
    dtype = np.result_type(*kinds) if kinds else None
    found = list(values)
    for k, (name, value) in enumerate(zip(names, values, strict=True)):
        if type(value) in LISTS and _all_numbers(value):
            array = np.asarray(check_numbers(owner, name, value))
            found[k] = array.astype(dtype) if dtype and array.dtype.kind == "f" else array
    return found


def _all_numbers(value: Any) -> bool:
    """Whether it is a number, or lists of numbers as deep as you like."""
    if isinstance(value, (list, tuple)):
        return all(map(_all_numbers, value))
    return isinstance(value, (int, float, np.generic))


def check_all(namespace: dict[str, Any], home: str, lists: bool = False) -> None:
    """Put the checked function in the place of each public function of a namespace."""
    for name, value in list(namespace.items()):
        if inspect.isfunction(value) and value is not face:
            call = namespace[name] = checked(value, name, lists=lists)
            call.__module__, call.__name__, call.__qualname__ = home, name, name  # for pickle


def checked(
    function: Function,
    name: str = "",
    checks: bool = True,
    explains: bool = True,
    lists: bool = False,
) -> Function:
    """``function``, which checks its settings by their annotations and explains its errors.

    With ``lists``, it takes lists of numbers as arrays.

    A function that calls a user's function takes `settings_checked`: those errors are the user's.

    >>> from tinygrad_edu.nn import functional as F
    >>> F.dropout(None, 0.5)
    Traceback (most recent call last):
    TypeError: dropout: x must be a tensor or an array, received None
    >>> F.leaky_relu(-1.0, inplace="False")
    Traceback (most recent call last):
    TypeError: leaky_relu: inplace must be True or False, received 'False'
    """
    home = function.__qualname__.split(".")
    arguments = Arguments(function, name or home[-2 if home[-1] == "__init__" else -1])
    first = arguments.first if checks else math.inf

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > first or (kwargs and checks):
            arguments.check(args, kwargs)
        if lists and not LISTS.isdisjoint(map(type, (*args, *kwargs.values()))):
            args, kwargs = arguments.converted(args, kwargs)
        try:
            return function(*args, **kwargs)
        except ERRORS as error:
            better = arguments.explained(error, args, kwargs) if explains else None
            if better is None:
                raise
            raise better from error

    return call  # type: ignore[return-value]  # it takes and returns the same


def explained(function: Function) -> Function:
    """``function``, which checks its settings itself, with its call in front of other errors."""
    return checked(function, checks=False)


def settings_checked(function: Function) -> Function:
    """``function``, which checks its settings by their annotations."""
    return checked(function, explains=False)


def _check(owner: str, name: str, value: Any, annotation: str) -> None:
    kind = annotation.removesuffix(" | None")
    if value is None and kind != annotation:
        return
    if name == "axis" and kind not in _USUAL:
        if isinstance(value, bool):
            check_count(owner, name, value, None)
        return
    if name == "dtype" and kind not in _USUAL:
        check_dtype(owner, name, value)
        return
    if kind in _USUAL and type(value) is _USUAL[kind] and value == value:
        return
    if kind == "bool":
        check_flag(owner, name, value)
    elif kind == "int":
        check_count(owner, name, value, None)
    elif kind == "float":
        check_number(owner, name, value, "[-inf, inf]")
    elif kind == "GeneratorLike":
        check_generator(owner, name, value)
    elif kind == "str":
        if not isinstance(value, str):
            raise TypeError(f"{owner}: {name} must be a string, received {shown(value)}")
    else:
        check_function(owner, name, value)


def check_numbers(owner: str, name: str, value: Any) -> Any:
    """Return ``value`` if it is a tensor, or could become one; or raise."""
    try:
        if isinstance(value, (list, tuple)):
            np.shape(value)  # raises for lists of different lengths
        if holds_numbers(value):
            return value
    except ValueError:
        pass
    raise no_numbers(owner, name, value)


def no_numbers(owner: str, name: str, value: Any) -> TypeError:
    """The error for what is neither a tensor nor could become one."""
    return TypeError(f"{owner}: {name} must be a tensor or an array, received {shown(value)}")


def holds_numbers(value: Any) -> bool:
    """Whether a value is a tensor, or an array, a list or a number that could become one.

    >>> holds_numbers([1.5, 2]), holds_numbers(np.array(["a"])), holds_numbers(None)
    (True, False, False)
    """
    if isinstance(value, (list, tuple)):
        return all(map(holds_numbers, value))
    array = getattr(value, "value", value)
    return np.asarray(array).dtype.kind in "biufc"


def shown(value: Any) -> str:
    """A value in an error: an array by its shape, anything else as it is, in short."""
    if isinstance(value, (list, tuple)):
        text = ", ".join(map(shown, value[:9])) + (", ..." if len(value) > 9 else "")
        return f"[{text}]" if isinstance(value, list) else f"({text}{',' * (len(value) == 1)})"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and holds_numbers(value):
        return str(tuple(shape))
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:197]}..."
