"""Names of PyTorch's own modules that scripts import all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tinygrad_edu.nn import Module
from tinygrad_edu.nn.batch_norm import _BatchNorm, _InstanceNorm
from tinygrad_edu.nn.conv import _Conv as _ConvNd
from tinygrad_edu.nn.dropout import _Dropout as _DropoutNd

__all__ = [
    "_BatchNorm", "_ConvNd", "_DropoutNd", "_InstanceNorm", "_Loss", "_pair", "_single", "_triple",
    "required",
]  # fmt: skip


def _times(count: int) -> Callable[[Any], tuple[Any, ...]]:
    def repeated(x: Any) -> tuple[Any, ...]:
        return tuple(x) if isinstance(x, Iterable) else (x,) * count

    repeated.__doc__ = f"``x`` {count} times, or the tuple that it is."
    return repeated


_single, _pair, _triple = _times(1), _times(2), _times(3)


class _Loss(Module):
    """The base of losses of one's own: it keeps ``reduction``."""

    def __init__(self, size_average: Any = None, reduce: Any = None, reduction: str = "mean"):
        super().__init__()
        self.reduction = reduction


class _Required:
    """The default of a setting of an optimizer that must be given."""

    def __repr__(self) -> str:
        """As PyTorch prints it."""
        return "<required parameter>"


required = _Required()
