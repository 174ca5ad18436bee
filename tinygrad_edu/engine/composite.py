"""Functions made of operations: their derivatives follow from their parts."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from tinygrad_edu._checked import ERRORS, Arguments
from tinygrad_edu.engine.calls import ALIASES, INPUTS, Further, argument_names
from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.out import written
from tinygrad_edu.engine.primitive import NUMPY_FUNCTIONS

__all__ = ["composite"]


def composite(
    *, numpy: Any = (), further: Callable[..., Any] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function of operations one of the table: PyTorch's ``dim`` and ``keepdim`` work too.

    ``numpy`` is the NumPy function, or a tuple of them, that becomes this one on tensors;
    ``further`` takes the calls with further keywords, as in `Primitive`.

    >>> import numpy as np, tinygrad_edu as tg
    >>> from tinygrad_edu.engine.composite import composite
    >>> @composite()
    ... def span(x, axis=None):
    ...     return tg.max(x, axis=axis) - tg.min(x, axis=axis)
    >>> span(tg.tensor([[1.0, 5.0], [2.0, 3.0]]), dim=1)
    tensor([4., 1.])
    """

    def define(function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__.rstrip("_")
        positional, keywords = argument_names(inspect.unwrap(function))
        accepted = dict.fromkeys(positional + keywords)
        arguments = Arguments(function, name)
        first, array = arguments.first, arguments.leads_with_array
        more = further and Further(further)

        @functools.wraps(function)
        def call(*args: Any, **params: Any) -> Any:
            if params and not params.keys() <= accepted.keys():
                if "out" in params:
                    out = params.pop("out")
                    result = call(*args, **params)
                    return result if out is None else written(name, result, out)
                if more and more.takes(params):
                    return more(call, args, params)
                params = _translated(name, params, accepted)
            if params or len(args) > first:
                arguments.check(args, params)
            if array and args and not isinstance(args[0], Node):
                arguments.check_arrays(args)
            try:
                return function(*args, **params)
            except ERRORS as error:
                better = arguments.explained(error, args, params)
                if better is None:
                    raise
                raise better from error

        for key in numpy if isinstance(numpy, tuple) else (numpy,):
            NUMPY_FUNCTIONS[key] = call
        return call

    return define


def _translated(name: str, params: dict[str, Any], accepted: Any) -> dict[str, Any]:
    given: dict[str, Any] = {}
    names = dict(zip(INPUTS, accepted, strict=False))
    for key, value in params.items():
        key = names.get(key, key)
        known = key if key in accepted else ALIASES.get(key, key)
        if known not in accepted:
            raise TypeError(f"{name}: unexpected argument {key!r}; it takes {', '.join(accepted)}")
        if known in given or (known != key and known in params):
            raise TypeError(f"{name}: an argument is given twice, as {' and '.join(params)}")
        given[known] = value
    return given
