"""Functions as users call them: settings are checked, and every error says what was called how.

Layers call the functions of `nn` themselves: they checked their settings when they were made.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tinygrad_edu._checks import (
    check_count,
    check_flag,
    check_function,
    check_generator,
    check_number,
)
from tinygrad_edu._face import face

__all__ = ["check_all", "checked"]

F = TypeVar("F", bound=Callable[..., Any])

# The types that need no further look, by the annotation.
_USUAL: dict[str, type] = {"bool": bool, "int": int, "float": float, "str": str}
_TENSORS = ("Any", "T", inspect.Parameter.empty)
# What goes wrong inside where an argument is senseless.
_ERRORS = (
    AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip


def check_all(namespace: dict[str, Any], home: str) -> None:
    """Put the checked function in the place of each public function of a namespace."""
    for name, value in list(namespace.items()):
        if inspect.isfunction(value) and value is not face:
            call = namespace[name] = checked(value, name)
            call.__module__, call.__name__, call.__qualname__ = home, name, name  # for pickle


def checked(function: F, name: str = "") -> F:
    """``function``, which checks its settings by their annotations and explains its errors.

    An argument that is annotated as a bool, an int, a float, a str, a function or a generator, or
    as one of these or None, is that. It explains errors of its own too, so it is not for functions
    that call a user's function.

    >>> from tinygrad_edu.nn import functional as F
    >>> F.dropout(None, 0.5)
    Traceback (most recent call last):
    TypeError: dropout: x must be a tensor or an array, received None
    >>> F.leaky_relu(-1.0, inplace="False")
    Traceback (most recent call last):
    TypeError: leaky_relu: inplace must be True or False, received 'False'
    """
    owner = name or function.__name__
    code: Any = inspect.unwrap(function)
    order = code.__code__.co_varnames[: code.__code__.co_argcount]
    kinds = {
        key: str(annotation)
        for key, annotation in code.__annotations__.items()
        if str(annotation).removesuffix(" | None") in _USUAL
        or str(annotation).startswith(("Callable", "GeneratorLike"))
    }
    kinds.pop("return", None)
    first = next((k for k, key in enumerate(order) if key in kinds), len(order))

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > first:
            for key, value in zip(order[first:], args[first:], strict=False):
                if key in kinds:
                    _check(owner, key, value, kinds[key])
        for key, value in kwargs.items():
            if key in kinds:
                _check(owner, key, value, kinds[key])
        try:
            return function(*args, **kwargs)
        except _ERRORS as error:
            text = str(error)
            foreign = not type(error).__module__.startswith(("builtins", "numpy"))
            if foreign or text.startswith((f"{owner}:", f"{owner}(")):
                raise
            given = {**dict(zip(order, args, strict=False)), **kwargs}
            rest = args[len(order) :]
            raise _explained(owner, rest, given, function, error) from error

    return call  # type: ignore[return-value]  # it takes and returns the same


def _check(owner: str, name: str, value: Any, annotation: str) -> None:
    kind = annotation.removesuffix(" | None")
    if value is None and kind != annotation:
        return
    if kind.startswith("Callable"):
        check_function(owner, name, value)
    elif kind == "GeneratorLike":
        check_generator(owner, name, value)
    elif type(value) is _USUAL[kind] and value == value:
        return
    elif kind == "bool":
        check_flag(owner, name, value)
    elif kind == "int":
        check_count(owner, name, value, None)
    elif kind == "float":
        check_number(owner, name, value, "[-inf, inf]")
    else:
        raise TypeError(f"{owner}: {name} must be a string, received {value!r}")


def _explained(
    owner: str,
    rest: tuple[Any, ...],
    given: dict[str, Any],
    function: Callable[..., Any],
    error: Exception,
) -> Exception:
    """The error in words: an argument that is no tensor, or what came and what NumPy said."""
    parameters: Mapping[str, Any] = inspect.signature(function).parameters
    senseless = isinstance(error, (AttributeError, TypeError))
    for key, value in given.items() if senseless else ():
        needed = key in parameters and parameters[key].default is inspect.Parameter.empty
        if needed and parameters[key].annotation in _TENSORS and not _is_array(value):
            return TypeError(f"{owner}: {key} must be a tensor or an array, received {value!r}")
    named = [f"{key}={_shown(value)}" for key, value in given.items()]
    kind = type(error) if isinstance(error, (IndexError, ValueError)) else TypeError
    return kind(f"{owner}({', '.join([*map(_shown, rest), *named])}): {error}")


def _is_array(value: Any) -> bool:
    return isinstance(getattr(value, "shape", None), tuple)


def _shown(value: Any) -> str:
    return str(value.shape) if _is_array(value) else repr(value)
