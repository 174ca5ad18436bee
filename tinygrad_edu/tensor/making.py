"""What all functions have in common that make a tensor of nothing: sizes, dtypes, keywords."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from tinygrad_edu._checked import checked
from tinygrad_edu._checks import check_flag
from tinygrad_edu.compat.devices import check_device
from tinygrad_edu.compat.dtypes import dtype as dtype_class
from tinygrad_edu.compat.dtypes import get_default_dtype
from tinygrad_edu.engine import value_of, written

__all__ = ["creates", "form_of", "real_dtype", "sizes_of"]

T = TypeVar("T")

# What PyTorch's code may say and what changes nothing: there is one layout, and one memory.
_WITHOUT_EFFECT = ("layout", "memory_format", "pin_memory")


def creates(function: Callable[..., T]) -> Callable[..., T]:
    """Give a function that makes a tensor PyTorch's keywords, and check its arguments.

    ``device`` may only be the CPU, ``requires_grad`` makes the result a leaf that requires a
    gradient, ``out`` is a tensor that becomes the result. ``layout``, ``memory_format`` and
    ``pin_memory`` change nothing.
    """
    name = function.__name__

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        if not named:
            return function(*args)
        for word in _WITHOUT_EFFECT:
            named.pop(word, None)
        check_device(named.pop("device", None))
        out = named.pop("out", None)
        requires_grad = check_flag(name, "requires_grad", named.pop("requires_grad", False))
        if out is not None and named.get("dtype") is None and name not in _DTYPE_OF_INPUT:
            named = {**named, "dtype": getattr(out, "dtype", None)}
        made: Any = function(*args, **named)
        if out is not None:
            made = written(name, made, out)
        return made.requires_grad_() if requires_grad else made

    return checked(call)


# They take no dtype: their result has that of their input, or indices.
_DTYPE_OF_INPUT = frozenset({"bernoulli", "multinomial", "poisson"})


def sizes_of(sizes: tuple[Any, ...], size: Any = None) -> tuple[int, ...]:
    """``f(2, 3)``, ``f((2, 3))`` and ``f(size=(2, 3))`` mean the same."""
    if size is not None:
        if sizes:
            raise TypeError(f"sizes are given twice: {sizes} and size={size!r}")
        sizes = (size,)
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    try:
        if any(isinstance(n, bool) for n in sizes):
            raise TypeError
        numbers = tuple(map(operator.index, sizes))
    except TypeError:
        raise TypeError(f"sizes must be integers, received {sizes}") from None
    if any(n < 0 for n in numbers):
        raise ValueError(f"sizes must not be negative, received {sizes}")
    return numbers


def real_dtype(dtype: Any) -> Any:
    """NumPy's dtype of an argument ``dtype=``, which is the default one for None."""
    return (get_default_dtype() if dtype is None else dtype_class(dtype)).dtype


def form_of(x: Any, dtype: Any) -> tuple[tuple[int, ...], Any]:
    """The shape of ``x``, and its dtype unless another is asked for."""
    array = np.asarray(value_of(x))
    return array.shape, array.dtype if dtype is None else dtype
