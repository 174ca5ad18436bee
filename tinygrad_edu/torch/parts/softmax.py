"""Softmax without an axis, as older scripts write it: PyTorch chooses one, and warns."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import tinygrad_edu as tg
from tinygrad_edu.nn import Module

__all__ = ["LogSoftmax", "Softmax", "Softmin", "log_softmax", "softmax", "softmin"]


def _chosen(name: str, x: Any, dim: int | None) -> int:
    """The axis, or the one that PyTorch chooses: the first of 0, 1 and 3 axes, else the second."""
    if dim is not None:
        return dim
    chosen = 0 if x.ndim in (0, 1, 3) else 1
    warnings.warn(f"{name}: without dim= the axis is {chosen}; say which it is", stacklevel=3)
    return chosen


def softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """Normalized exponential over an axis, which is chosen by the number of axes if not given.

    >>> import tinygrad_edu as tg
    >>> softmax(tg.tensor([[0.0, 0.0]]), dim=1)
    tensor([[0.5000, 0.5000]])
    """
    x = input if dtype is None else input.to(dtype)
    return tg.softmax(x, dim=_chosen("softmax", x, dim))


def log_softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """Logarithm of `softmax`."""
    x = input if dtype is None else input.to(dtype)
    return tg.log_softmax(x, dim=_chosen("log_softmax", x, dim))


def softmin(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """`softmax` of -x."""
    return softmax(-input, _chosen("softmin", input, dim), dtype=dtype)


class _OverAxis(Module):
    """Base: the function over the axis ``dim``."""

    _function: Callable[..., Any]

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        """The function over the axis."""
        return type(self)._function(input, self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"


class Softmax(_OverAxis):
    """`softmax` as a module."""

    _function = staticmethod(softmax)


class LogSoftmax(_OverAxis):
    """`log_softmax` as a module."""

    _function = staticmethod(log_softmax)


class Softmin(_OverAxis):
    """`softmin` as a module."""

    _function = staticmethod(softmin)
