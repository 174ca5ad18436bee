"""Sums in float16: computed in float32, and rounded once.

The largest float16 is 65,504, and 2,048 + 1 is 2,048. So an operation that sums takes its inputs as
float32 (``@primitive(..., wide=True)``), its vjp too, and only what comes out is rounded. A
function made of operations does the same with ``@rounded_once``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np

from tinygrad_edu.engine.node import value_of

__all__ = ["HALF", "narrowed", "rounded_once", "widened"]

P = ParamSpec("P")
R = TypeVar("R")

HALF = np.dtype(np.float16)


def widened(value: Any) -> Any:
    """A float16 array or tensor as float32, recorded if it is recorded; anything else as it is."""
    if getattr(value_of(value), "dtype", None) == HALF:
        return value.astype(np.float32)
    return value


@np.errstate(over="ignore")  # what is too large for float16 is infinite there
def narrowed(result: Any) -> Any:
    """A float32 array or tensor, or a tuple of them, as float16."""
    if isinstance(result, tuple):
        return tuple(narrowed(part) for part in result)
    return result.astype(HALF) if result.dtype == np.float32 else result


def rounded_once(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function of tensors compute in float32 where its first argument is float16.

    >>> import numpy as np, tinygrad_edu as tg
    >>> from tinygrad_edu.engine.precision import rounded_once
    >>> @rounded_once
    ... def mean_square(x):
    ...     return tg.mean(tg.square(x))
    >>> mean_square(tg.tensor([300.0, 0.0, 0.0], dtype=np.float16))
    tensor(30000., dtype=torch.float16)
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        first: Any = args[0] if args else next(iter(kwargs.values()), None)
        if getattr(value_of(first), "dtype", None) is not HALF:
            return function(*args, **kwargs)
        wide: Any = function
        result = wide(*map(widened, args), **{key: widened(a) for key, a in kwargs.items()})
        return cast(R, narrowed(result))

    return call
