"""Functions as users call them: settings are checked, and every error says what was called how.

Layers call the functions themselves. They have checked their settings when they were made.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_count, check_flag, check_number
from tinygrad_edu._face import face
from tinygrad_edu.engine import Node

__all__ = ["check_all", "checked"]

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
            namespace[name] = checked(value, name, home)


def checked(function: Callable[..., Any], name: str, home: str) -> Callable[..., Any]:
    """``function``, which checks its settings by their annotations and explains its errors.

    >>> from tinygrad_edu.nn import functional as F
    >>> F.dropout(None, 0.5)
    Traceback (most recent call last):
    TypeError: dropout: x must be a tensor or an array, received None
    >>> F.leaky_relu(-1.0, inplace="False")
    Traceback (most recent call last):
    TypeError: leaky_relu: inplace must be True or False, received 'False'
    """
    parameters = inspect.signature(function).parameters
    order = tuple(parameters)
    kinds = {
        key: annotation
        for key, parameter in parameters.items()
        if (annotation := str(parameter.annotation)).removesuffix(" | None") in _USUAL
        or annotation.startswith("Callable")
    }

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > 1:
            for key, value in zip(order[1:], args[1:], strict=False):
                if key in kinds:
                    _check(name, key, value, kinds[key])
        for key, value in kwargs.items():
            if key in kinds:
                _check(name, key, value, kinds[key])
        try:
            return function(*args, **kwargs)
        except _ERRORS as error:
            text = str(error)
            foreign = not type(error).__module__.startswith(("builtins", "numpy"))
            if foreign or text.startswith((f"{name}:", f"{name}(")):
                raise
            given = {**dict(zip(order, args, strict=False)), **kwargs}
            raise _explained(name, given, parameters, error) from error

    call.__module__, call.__name__, call.__qualname__ = home, name, name  # where pickle finds it
    return call


def _check(owner: str, name: str, value: Any, annotation: str) -> None:
    kind = annotation.removesuffix(" | None")
    if value is None and kind != annotation:
        return
    if kind.startswith("Callable"):
        if not callable(value):
            raise TypeError(f"{owner}: {name} must be a function, received {value!r}")
        return
    if type(value) is _USUAL[kind] and value == value:
        return
    if kind == "bool":
        check_flag(owner, name, value)
    elif kind == "int":
        check_count(owner, name, value, None)
    elif kind == "float":
        check_number(owner, name, value, "[-inf, inf]")
    else:
        raise TypeError(f"{owner}: {name} must be a string, received {value!r}")


def _explained(
    name: str, given: dict[str, Any], parameters: Mapping[str, Any], error: Exception
) -> Exception:
    """The error in words: an argument that is no tensor, or what came and what NumPy said."""
    senseless = isinstance(error, (AttributeError, TypeError))
    for key, value in given.items() if senseless else ():
        needed = key in parameters and parameters[key].default is inspect.Parameter.empty
        if needed and parameters[key].annotation in _TENSORS and not _is_array(value):
            return TypeError(f"{name}: {key} must be a tensor or an array, received {value!r}")
    shown = ", ".join(
        f"{key}={value.shape if _is_array(value) else repr(value)}" for key, value in given.items()
    )
    kind = type(error) if isinstance(error, (IndexError, ValueError)) else TypeError
    return kind(f"{name}({shown}): {error}")


def _is_array(value: Any) -> bool:
    return isinstance(value, (Node, np.ndarray, np.generic))
