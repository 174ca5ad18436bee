"""Activation functions as modules."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.nn.module import Module


class _InPlace(Module):
    """Takes PyTorch's ``inplace`` and ignores it: nothing overwrites what a gradient needs."""

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace


class ReLU(_InPlace):
    """Rectified linear unit.  y = max(x, 0); slope 0 at 0.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.ReLU()(tg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        """Return max(x, 0)."""
        return ops.relu(x)


class LeakyReLU(Module):
    """Leaky rectifier.  y = x where x > 0, else negative_slope · x; slope negative_slope at 0."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope = check_number("LeakyReLU", "negative_slope", negative_slope)
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """Return x or negative_slope · x."""
        return ops.leaky_relu(x, negative_slope=self.negative_slope)


class Sigmoid(Module):
    """Logistic function.  y = 1 / (1 + e⁻ˣ)."""

    def forward(self, x: Any) -> Any:
        """Return 1 / (1 + e⁻ˣ)."""
        return ops.sigmoid(x)


class Tanh(Module):
    """Hyperbolic tangent."""

    def forward(self, x: Any) -> Any:
        """Return tanh x."""
        return ops.tanh(x)


class _AlongAxis(Module):
    """Base of the activations over an axis, which must be named."""

    def __init__(self, dim: int | None = None) -> None:
        if dim is None:
            name = type(self).__name__
            raise TypeError(f"{name}: say over which axis: {name}(dim=1) for scores (N, C)")
        self.dim = dim


class Softmax(_AlongAxis):
    """Normalized exponential over an axis.  y = e^x / Σ e^x.

    PyTorch guesses a missing ``dim`` with a warning; here it must be given.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Softmax(dim=1)(tg.tensor([[0.0, 0.0]]))
    tensor([[0.5, 0.5]])
    """

    def forward(self, x: Any) -> Any:
        """Return e^x / Σ e^x."""
        return ops.softmax(x, axis=self.dim)


class LogSoftmax(_AlongAxis):
    """Logarithm of softmax over an axis.  y = x - ln Σ e^x."""

    def forward(self, x: Any) -> Any:
        """Return x - ln Σ e^x."""
        return ops.log_softmax(x, axis=self.dim)
