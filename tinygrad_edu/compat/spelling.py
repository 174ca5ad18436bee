"""The spelling decides: a function of two meanings, NumPy's and PyTorch's.

``np.f(tensor)`` and NumPy's keywords (``axis``, ``keepdims``, ``ddof``) mean NumPy's function, an
operation of `tinygrad_edu.ops`. ``tg.f(tensor)`` and ``tensor.f()`` in PyTorch's spelling (a bare
position, ``dim``, ``keepdim``, or no argument) mean PyTorch's. Which keywords are whose is read off
the two signatures, so nothing is listed twice.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from tinygrad_edu._checked import ERRORS, Arguments
from tinygrad_edu.engine import Node
from tinygrad_edu.engine.calls import argument_names
from tinygrad_edu.engine.out import written

__all__ = ["of_torch", "spelled"]

Function = Callable[..., Any]


def spelled(numpy: Function, *more: str) -> Callable[[Function], Function]:
    """Make a function of PyTorch's meaning one of both: ``numpy`` is called for its own keywords.

    ``more`` are keywords of ``numpy`` that its signature does not show. ``out=`` writes the result
    into a tensor.

    Raises
    ------
    TypeError
        For a call with keywords of both.

    >>> import numpy as np, tinygrad_edu as tg
    >>> x = tg.tensor([1.0, 2.0, 3.0])
    >>> x.var(), x.var(axis=0), np.var(x)
    (tensor(1.), tensor(0.6667), tensor(0.6667))
    >>> tg.max(x, dim=0).indices, tg.max(x, axis=0)
    (tensor(2), tensor(3.))
    >>> tg.max(x, dim=0, keepdims=True)
    Traceback (most recent call last):
    TypeError: max: keepdims is NumPy's and dim PyTorch's spelling; use one of them
    """
    theirs = {*sum(argument_names(inspect.unwrap(numpy)), ()), *more}

    def define(function: Function) -> Function:
        ours = {*sum(argument_names(function), ())}
        of_numpy = frozenset(theirs - ours)
        of_pytorch = frozenset(ours - theirs)
        name = function.__name__.rstrip("_")
        torch_meaning = of_torch(function)

        @functools.wraps(function)
        def call(*args: Any, **params: Any) -> Any:
            if params and not of_numpy.isdisjoint(params):
                if not of_pytorch.isdisjoint(params):
                    raise TypeError(
                        f"{name}: {_some(of_numpy, params)} is NumPy's and "
                        f"{_some(of_pytorch, params)} PyTorch's spelling; use one of them"
                    )
                return numpy(*args, **params)
            return torch_meaning(*args, **params)

        return call

    return define


def _some(words: frozenset[str], params: dict[str, Any]) -> str:
    return " and ".join(name for name in params if name in words)


def of_torch(function: Function) -> Function:
    """A function that only PyTorch has: its settings are checked, and ``out=`` is written.

    >>> from tinygrad_edu.compat.spelling import of_torch
    >>> import tinygrad_edu as tg
    >>> @of_torch
    ... def twice(input, flag: bool = True):
    ...     return input + input
    >>> y = tg.zeros(2)
    >>> twice(tg.ones(2), out=y) is y, y
    (True, tensor([2., 2.]))
    >>> twice(tg.ones(2), flag=3)
    Traceback (most recent call last):
    TypeError: twice: flag must be True or False, received 3
    """
    name = function.__name__.rstrip("_")
    arguments = Arguments(function, name)
    first, array = arguments.first, arguments.leads_with_array

    @functools.wraps(function)
    def call(*args: Any, **params: Any) -> Any:
        out = params.pop("out", None) if params else None
        if params or len(args) > first:
            arguments.check(args, params)
        if array and args and not isinstance(args[0], Node):
            arguments.check_arrays(args)
        try:
            result = function(*args, **params)
        except ERRORS as error:
            better = arguments.explained(error, args, params)
            if better is None:
                raise
            raise better from error
        return result if out is None else written(name, result, out)

    return call
