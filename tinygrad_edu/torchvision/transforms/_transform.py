"""Transform: what all transforms share."""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar

from tinygrad_edu import nn

__all__ = ["Transform", "interval"]


class Transform(nn.Module):
    """A function of an image with settings. Subclasses define ``forward``.

    It is a module, as in torchvision, so that transforms of tensors fit into `nn.Sequential`.
    """

    #: The settings that ``repr`` shows.
    _told: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        settings = ((name, getattr(self, name)) for name in self._told)
        return f"{type(self).__name__}({', '.join(f'{n}={_said(v)}' for n, v in settings)})"


def _said(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def interval(
    owner: str, name: str, value: Any, about: float = 0.0, low: float | None = None
) -> Any:
    """The two ends of an interval, of both or of its half width about a number."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < 0:
            raise ValueError(f"{owner}: {name} must be >= 0, or two numbers, received {value!r}")
        first = about - value
        return [first if low is None else max(first, low), about + value]
    try:
        ends = [float(end) for end in value]
    except (TypeError, ValueError):
        ends = []
    if len(ends) != 2 or not ends[0] <= ends[1] or (low is not None and ends[0] < low):
        raise ValueError(f"{owner}: {name} must be a number or (low, high), received {value!r}")
    return ends
