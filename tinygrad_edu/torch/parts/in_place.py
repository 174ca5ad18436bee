"""``torch.exp_(x)`` and its like: the methods that change a tensor, written as functions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tinygrad_edu.nn import functional
from tinygrad_edu.tensor import Tensor

__all__: list[str] = []

_NAMES = (
    "abs", "acos", "acosh", "addmv", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctanh", "asin", "asinh", "atan", "atanh", "ceil", "clamp", "clamp_max", "clamp_min",
    "clip", "cos", "cosh", "deg2rad", "detach", "erf", "erfc", "exp", "exp2", "expm1", "fill",
    "fix", "floor", "frac", "gcd", "index_put", "lcm", "ldexp", "log", "log10", "log1p",
    "log2", "logit", "nan_to_num", "neg", "negative", "rad2deg", "reciprocal", "relu",
    "resize_as", "round", "rsqrt", "sigmoid", "sin", "sinc", "sinh", "sqrt", "square", "tan",
    "tanh", "trunc", "xlogy", "zero",
)  # fmt: skip

# Activations and dropouts, which are no methods of a tensor.
_INPLACE = (
    "alpha_dropout", "celu", "dropout", "elu", "feature_alpha_dropout", "hardtanh", "leaky_relu",
    "rrelu", "selu", "threshold",
)  # fmt: skip


def _function(name: str) -> Callable[..., Any]:
    def call(input: Any, *args: Any, **params: Any) -> Any:
        if not isinstance(input, Tensor):
            raise TypeError(f"{name}: takes a tensor, received {type(input).__name__}")
        return getattr(input, name)(*args, **params)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"``input.{name}(...)``."
    return call


def __getattr__(name: str) -> Any:
    if name.endswith("_") and name[:-1] in _NAMES:
        return _function(name)
    if name.endswith("_") and name[:-1] in _INPLACE:
        return functools.partial(getattr(functional, name[:-1]), inplace=True)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [f"{name}_" for name in sorted((*_NAMES, *_INPLACE))]
