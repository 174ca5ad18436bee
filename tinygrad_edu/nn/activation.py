"""Activation functions as modules; see `functional` for the functions they call."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_choice, check_number, check_size
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import parameter_of
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "CELU", "ELU", "GELU", "GLU", "SELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh",
    "LeakyReLU", "LogSigmoid", "LogSoftmax", "Mish", "PReLU", "RReLU", "ReLU", "ReLU6", "SiLU",
    "Sigmoid", "Softmax", "Softmax2d", "Softmin", "Softplus", "Softshrink", "Softsign", "Tanh",
    "Tanhshrink", "Threshold",
]  # fmt: skip


class _InPlace(Module):
    """Takes PyTorch's ``inplace`` and ignores it: nothing overwrites what a gradient needs."""

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace


# ---- piecewise linear or quadratic


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


class ReLU6(_InPlace):
    """Rectifier limited to [0, 6]; slope 0 at 0 and at 6."""

    def forward(self, x: Any) -> Any:
        """Return x limited to [0, 6]."""
        return ops.relu6(x)


class LeakyReLU(Module):
    """Leaky rectifier.  y = x where x > 0, else negative_slope · x; slope negative_slope at 0."""

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        self.negative_slope = check_number("LeakyReLU", "negative_slope", negative_slope)
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """Return x or negative_slope · x."""
        return ops.leaky_relu(x, negative_slope=self.negative_slope)


class PReLU(Module):
    """Leaky rectifier that learns its slope.  y = x where x > 0, else a x.  He et al. 2015.

    Parameters
    ----------
    num_parameters : int
        1, or the number of channels on axis 1: one slope ``weight[c]`` for each.
    init : float
        Initial slope.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, dtype: Any = None) -> None:
        self.num_parameters = check_size("PReLU", "num_parameters", num_parameters)
        self.init = check_number("PReLU", "init", init)
        self.weight = parameter_of(np.full(num_parameters, init, dtype or np.float32))

    def forward(self, x: Any) -> Any:
        """Return x or a x."""
        return F.prelu(x, self.weight)


class RReLU(Module):
    """Leaky rectifier with random slopes in training, their mean in evaluation.  Xu et al. 2015."""

    def __init__(
        self,
        lower: float = 1.0 / 8.0,
        upper: float = 1.0 / 3.0,
        inplace: bool = False,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        self.lower = check_number("RReLU", "lower", lower)
        self.upper = check_number("RReLU", "upper", upper, self.lower)
        self.inplace = inplace
        self.generator = None if generator is None else get_generator(generator)

    def forward(self, x: Any) -> Any:
        """Return x or its random fraction."""
        return F.rrelu(x, self.lower, self.upper, self.training, generator=self.generator)


class Hardtanh(Module):
    """Limit to [min_val, max_val]; slope 0 at both ends."""

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        self.min_val = check_number("Hardtanh", "min_val", min_val)
        self.max_val = check_number("Hardtanh", "max_val", max_val, self.min_val, open_low=True)
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """Return x limited to [min_val, max_val]."""
        return ops.hardtanh(x, min_val=self.min_val, max_val=self.max_val)


class Hardsigmoid(_InPlace):
    """Piecewise linear sigmoid.  y = x/6 + 1/2 limited to [0, 1]; slope 0 at ±3."""

    def forward(self, x: Any) -> Any:
        """Return x/6 + 1/2 limited to [0, 1]."""
        return ops.hardsigmoid(x)


class Hardswish(_InPlace):
    """Piecewise quadratic swish.  y = x · hardsigmoid(x); slope 0 at -3, 1 at 3."""

    def forward(self, x: Any) -> Any:
        """Return x · hardsigmoid(x)."""
        return ops.hardswish(x)


class _Shrink(Module):
    """Checks λ once."""

    def __init__(self, lambd: float = 0.5) -> None:
        self.lambd = check_number(type(self).__name__, "lambd", lambd, 0.0)


class Hardshrink(_Shrink):
    """Zero what is small.  y = x where |x| > λ, else 0."""

    def forward(self, x: Any) -> Any:
        """Return x where |x| > λ, else 0."""
        return ops.hardshrink(x, lambd=self.lambd)


class Softshrink(_Shrink):
    """Shrink towards zero.  y = sign(x) max(|x| - λ, 0)."""

    def forward(self, x: Any) -> Any:
        """Return sign(x) max(|x| - λ, 0)."""
        return ops.softshrink(x, lambd=self.lambd)


class Threshold(Module):
    """Replace what is not above a threshold.  y = x where x > threshold, else value."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        self.threshold = check_number("Threshold", "threshold", threshold)
        self.value = check_number("Threshold", "value", value)
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """Return x or the value."""
        return ops.threshold(x, threshold=self.threshold, value=self.value)


# ---- smooth


class Sigmoid(Module):
    """Logistic function.  y = 1 / (1 + e⁻ˣ)."""

    def forward(self, x: Any) -> Any:
        """Return 1 / (1 + e⁻ˣ)."""
        return ops.sigmoid(x)


class LogSigmoid(Module):
    """Logarithm of the logistic function.  y = -ln(1 + e⁻ˣ)."""

    def forward(self, x: Any) -> Any:
        """Return -ln(1 + e⁻ˣ)."""
        return ops.logsigmoid(x)


class Tanh(Module):
    """Hyperbolic tangent."""

    def forward(self, x: Any) -> Any:
        """Return tanh x."""
        return ops.tanh(x)


class Softsign(Module):
    """Softsign.  y = x / (1 + |x|)."""

    def forward(self, x: Any) -> Any:
        """Return x / (1 + |x|)."""
        return ops.softsign(x)


class Tanhshrink(Module):
    """Tanhshrink.  y = x - tanh x."""

    def forward(self, x: Any) -> Any:
        """Return x - tanh x."""
        return ops.tanhshrink(x)


class Softplus(Module):
    """Smooth rectifier.  y = ln(1 + e^(βx)) / β, and x itself where βx > threshold."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        self.beta = check_number("Softplus", "beta", beta, 0.0, open_low=True)
        self.threshold = check_number("Softplus", "threshold", threshold)

    def forward(self, x: Any) -> Any:
        """Return ln(1 + e^(βx)) / β."""
        return ops.softplus(x, beta=self.beta, threshold=self.threshold)


class ELU(Module):
    """Exponential linear unit.  y = x where x > 0, else α (eˣ - 1); slope α at 0.  Clevert 2015."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = check_number("ELU", "alpha", alpha)
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """Return x or α (eˣ - 1)."""
        return ops.elu(x, alpha=self.alpha)


class CELU(Module):
    """ELU with slope 1 at 0 for every α.  y = x where x > 0, else α (e^(x/α) - 1).  Barron 2017."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        self.alpha = check_number("CELU", "alpha", alpha, 0.0, open_low=True)
        self.inplace = inplace

    def forward(self, x: Any) -> Any:
        """Return x or α (e^(x/α) - 1)."""
        return ops.celu(x, alpha=self.alpha)


class SELU(_InPlace):
    """Self-normalizing unit.  y = 1.0507 elu(x, 1.6733).  Klambauer et al. 2017.

    Keeps mean 0 and variance 1 if weights start by `init.lecun_normal_`; drops with `AlphaDropout`.
    """

    def forward(self, x: Any) -> Any:
        """Return 1.0507 elu(x, 1.6733)."""
        return ops.selu(x)


class GELU(Module):
    """Gaussian error linear unit.  y = x Φ(x), Φ the normal distribution.  Hendrycks & Gimpel 2016.

    ``approximate="tanh"`` takes Φ ≈ (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
    """

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = check_choice("GELU", "approximate", approximate, ("none", "tanh"))

    def forward(self, x: Any) -> Any:
        """Return x Φ(x)."""
        return ops.gelu(x, approximate=self.approximate)


class SiLU(_InPlace):
    """Sigmoid-weighted unit, or swish.  y = x σ(x)."""

    def forward(self, x: Any) -> Any:
        """Return x σ(x)."""
        return ops.silu(x)


class Mish(_InPlace):
    """Mish.  y = x tanh(ln(1 + eˣ)).  Misra 2019."""

    def forward(self, x: Any) -> Any:
        """Return x tanh(ln(1 + eˣ))."""
        return ops.mish(x)


# ---- over an axis


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


class Softmin(_AlongAxis):
    """Softmax of -x: the smallest gets the most."""

    def forward(self, x: Any) -> Any:
        """Return the softmax of -x."""
        return F.softmin(x, self.dim)


class LogSoftmax(_AlongAxis):
    """Logarithm of softmax over an axis.  y = x - ln Σ e^x."""

    def forward(self, x: Any) -> Any:
        """Return x - ln Σ e^x."""
        return ops.log_softmax(x, axis=self.dim)


class Softmax2d(Module):
    """Softmax over the channels of images (N, C, H, W) or (C, H, W), at each position."""

    def forward(self, x: Any) -> Any:
        """Return e^x / Σ e^x over the channels."""
        if x.ndim not in (3, 4):
            raise ValueError(f"expected input (N, C, H, W) or (C, H, W), got {x.shape}")
        return ops.softmax(x, axis=-3)


class GLU(Module):
    """Gated linear unit.  y = a σ(b), a and b the halves of x along an axis.

    Dauphin et al. 2017.
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """Return a σ(b)."""
        return F.glu(x, self.dim)
