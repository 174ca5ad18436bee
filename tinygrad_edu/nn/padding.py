"""Borders around images."""

from __future__ import annotations

import operator
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_number
from tinygrad_edu.nn.module import Module

__all__ = [
    "CircularPad1d", "CircularPad2d", "ConstantPad1d", "ConstantPad2d", "ReflectionPad1d",
    "ReflectionPad2d", "ReplicationPad1d", "ReplicationPad2d", "ZeroPad1d", "ZeroPad2d", "pad",
]  # fmt: skip


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Any:
    """Put a border around the last axes, in PyTorch's order: (left, right, top, bottom, ...).

    Modes as in `tinygrad_edu.pad`, which takes one ``(before, after)`` for each axis instead.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.pad(tg.tensor([[1.0, 2.0]]), (1, 0, 0, 1))
    tensor([[0., 1., 2.],
            [0., 0., 0.]])
    """
    if len(pad) % 2 or len(pad) > 2 * input.ndim:
        raise ValueError(
            f"pad must be (left, right, top, bottom, ...) with two numbers for each of at most "
            f"{input.ndim} axes, received {pad!r}"
        )
    last = [(pad[k], pad[k + 1]) for k in range(0, len(pad), 2)][::-1]
    widths = [(0, 0)] * (input.ndim - len(last)) + last
    return ops.pad(input, tuple(widths), mode, 0.0 if value is None else value)


_ENDS = {1: "(left, right)", 2: "(left, right, top, bottom)"}


class _Pad(Module):
    """A border around images or sequences; a subclass says what it holds."""

    _shown = "padding"

    _mode = "constant"
    _axes = 2
    value = 0.0

    def __init__(self, padding: Any) -> None:
        self.padding = self._widths(padding)

    def _widths(self, padding: Any) -> tuple[int, ...]:
        """(left, right, top, bottom) from one number or four, and of sequences (left, right)."""
        name, ends = type(self).__name__, 2 * self._axes
        widths = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * ends
        try:
            numbers = tuple(operator.index(width) for width in widths)
        except TypeError:
            numbers = ()
        if len(numbers) != ends:
            raise ValueError(
                f"{name}: padding must be an integer or {_ENDS[self._axes]}, received {padding!r}"
            )
        if self._mode != "constant" and min(numbers) < 0:
            raise ValueError(f"{name}: padding must not be negative, received {padding!r}")
        return numbers

    def forward(self, x: Any) -> Any:
        """Return ``x`` with its border."""
        if x.ndim not in (3, 4):
            raise ValueError(f"expected images of shape (N, C, H, W), got shape {tuple(x.shape)}")
        return pad(x, self.padding, self._mode, self.value)


class ZeroPad2d(_Pad):
    """A border of zeros.

    Parameters
    ----------
    padding : int or (int, int, int, int)
        Its width, or (left, right, top, bottom). Negative widths crop.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.ZeroPad2d((1, 0, 0, 1))(tg.tensor([[[1.0, 2.0]]]))
    tensor([[[0., 1., 2.],
             [0., 0., 0.]]])
    """


class ConstantPad2d(_Pad):
    """A border of ``value``. Padding as in `ZeroPad2d`."""

    _shown = "padding=, value="

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = check_number(type(self).__name__, "value", value, "[-inf, inf]")


class ReflectionPad2d(_Pad):
    """A border that mirrors the inside, without repeating the edge. Padding as in `ZeroPad2d`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.ReflectionPad2d((2, 1, 0, 0))(tg.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[3., 2., 1., 2., 3., 2.]]])
    """

    _mode = "reflect"


class ReplicationPad2d(_Pad):
    """A border that repeats the edge. Padding as in `ZeroPad2d`."""

    _mode = "replicate"


class CircularPad2d(_Pad):
    """A border taken from the opposite end. Padding as in `ZeroPad2d`."""

    _mode = "circular"


class ZeroPad1d(ZeroPad2d):
    """A border of sequences (N, C, L), of zeros; padding is a number or (left, right)."""

    _axes = 1


class ReflectionPad1d(ReflectionPad2d):
    """`ReflectionPad2d` of sequences (N, C, L); padding is a number or (left, right)."""

    _axes = 1


class ReplicationPad1d(ReplicationPad2d):
    """`ReplicationPad2d` of sequences (N, C, L); padding is a number or (left, right)."""

    _axes = 1


class CircularPad1d(CircularPad2d):
    """`CircularPad2d` of sequences (N, C, L); padding is a number or (left, right)."""

    _axes = 1


class ConstantPad1d(ConstantPad2d):
    """A border of sequences (N, C, L), of ``value``; padding is a number or (left, right)."""

    _axes = 1
