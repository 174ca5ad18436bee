"""Activations: the functions, and the modules made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.nn._function_module import FunctionModule
from tinygrad_edu.nn._in_place import in_place
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import made_dtype, parameter_of
from tinygrad_edu.ops import (
    gelu,
    hardshrink,
    log_softmax,
    logsigmoid,
    sigmoid,
    softmax,
    softplus,
    softshrink,
    softsign,
    tanh,
    tanhshrink,
)

__all__ = [
    "CELU", "ELU", "GELU", "GLU", "SELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh",
    "LeakyReLU", "LogSigmoid", "LogSoftmax", "Mish", "PReLU", "ReLU", "ReLU6", "SiLU", "Sigmoid",
    "Softmax", "Softmax2d", "Softmin", "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink",
    "Threshold", "celu", "elu", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish",
    "hardtanh", "leaky_relu", "log_softmax", "logsigmoid", "mish", "prelu", "relu", "relu6", "selu",
    "sigmoid", "silu", "softmax", "softmin", "softplus", "softshrink", "softsign", "tanh",
    "tanhshrink", "threshold",
]  # fmt: skip


# ---- piecewise


def relu(input: Any, inplace: bool = False) -> Any:
    """Rectified linear unit.  y = max(x, 0); slope 0 at 0."""
    return in_place(ops.relu, input) if inplace else ops.relu(input)


class ReLU(FunctionModule, of=ops.relu):
    """Rectified linear unit.  y = max(x, 0); slope 0 at 0.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.ReLU()(tg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    inplace: bool = False


def relu6(input: Any, inplace: bool = False) -> Any:
    """Rectifier limited to [0, 6]; slope 0 at 0 and at 6."""
    return in_place(ops.relu6, input) if inplace else ops.relu6(input)


class ReLU6(FunctionModule, of=ops.relu6):
    """Rectifier limited to [0, 6]; slope 0 at 0 and at 6."""

    inplace: bool = False


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """Leaky rectifier.  y = x where x > 0, else s x; slope s at 0."""
    if inplace:
        return in_place(ops.leaky_relu, input, negative_slope=negative_slope)
    return ops.leaky_relu(input, negative_slope=negative_slope)


class LeakyReLU(FunctionModule, of=ops.leaky_relu, negative_slope="(-inf, inf)"):
    """Leaky rectifier.  y = x where x > 0, else negative_slope · x; slope negative_slope at 0."""

    negative_slope: float = 0.01
    inplace: bool = False


def prelu(input: Any, weight: Any) -> Any:
    """Leaky rectifier with learnt slopes: one for all, or one per channel on axis 1.

    Raises
    ------
    ValueError
        If there are several slopes, but not one for each channel.
    """
    if weight.size > 1:
        channels = input.shape[1] if input.ndim > 1 else 1
        if weight.size != channels:
            raise ValueError(
                f"prelu: {weight.size} slopes do not fit the {channels} channels of an input of "
                f"shape {tuple(input.shape)}"
            )
        weight = ops.reshape(weight, shape=(-1,) + (1,) * (input.ndim - 2))
    return ops.prelu(input, weight)


class PReLU(Module):
    """Leaky rectifier that learns its slope.  y = x where x > 0, else a x.  He et al. 2015.

    Parameters
    ----------
    num_parameters : int
        1, or the number of channels on axis 1: one slope ``weight[c]`` for each.
    init : float
        Initial slope.
    """

    _shown = "num_parameters="

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        self.num_parameters = check_count("PReLU", "num_parameters", num_parameters)
        self.init = check_number("PReLU", "init", init)
        self.weight = parameter_of(
            np.full(num_parameters, init, made_dtype("PReLU", device, dtype))
        )

    def forward(self, x: Any) -> Any:
        """Return x or a x."""
        return prelu(x, self.weight)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """Limit to [min_val, max_val]; slope 0 at both ends."""
    if inplace:
        return in_place(ops.hardtanh, input, min_val=min_val, max_val=max_val)
    return ops.hardtanh(input, min_val=min_val, max_val=max_val)


class Hardtanh(FunctionModule, of=ops.hardtanh, min_val="(-inf, inf)"):
    """Limit to [min_val, max_val]; slope 0 at both ends."""

    min_val: float = -1.0
    max_val: float = 1.0
    inplace: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number("Hardtanh", "max_val", self.max_val, f"({self.min_val}, inf)")


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """Piecewise linear sigmoid.  y = x/6 + 1/2 limited to [0, 1]; slope 0 at ±3."""
    return in_place(ops.hardsigmoid, input) if inplace else ops.hardsigmoid(input)


class Hardsigmoid(FunctionModule, of=ops.hardsigmoid):
    """Piecewise linear sigmoid.  y = x/6 + 1/2 limited to [0, 1]; slope 0 at ±3."""

    _shown = ""
    inplace: bool = False


def hardswish(input: Any, inplace: bool = False) -> Any:
    """Piecewise quadratic swish.  y = x · hardsigmoid(x); slope 0 at -3, 1 at 3."""
    return in_place(ops.hardswish, input) if inplace else ops.hardswish(input)


class Hardswish(FunctionModule, of=ops.hardswish):
    """Piecewise quadratic swish.  y = x · hardsigmoid(x); slope 0 at -3, 1 at 3."""

    _shown = ""
    inplace: bool = False


class Hardshrink(FunctionModule, of=ops.hardshrink, lambd="[0, inf)"):
    """Zero what is small.  y = x where |x| > λ, else 0."""

    _shown = "lambd"

    lambd: float = 0.5


class Softshrink(FunctionModule, of=ops.softshrink, lambd="[0, inf)"):
    """Shrink towards zero.  y = sign(x) max(|x| - λ, 0)."""

    _shown = "lambd"

    lambd: float = 0.5


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """Replace what is not above a threshold.  y = x where x > threshold, else value."""
    if inplace:
        return in_place(ops.threshold, input, threshold=threshold, value=value)
    return ops.threshold(input, threshold=threshold, value=value)


class Threshold(FunctionModule, of=ops.threshold, threshold="(-inf, inf)", value="(-inf, inf)"):
    """Replace what is not above a threshold.  y = x where x > threshold, else value."""

    threshold: float
    value: float
    inplace: bool = False


# ---- smooth


class Sigmoid(FunctionModule, of=ops.sigmoid):
    """Logistic function.  y = 1 / (1 + e⁻ˣ)."""


class LogSigmoid(FunctionModule, of=ops.logsigmoid):
    """Logarithm of the logistic function.  y = -ln(1 + e⁻ˣ)."""


class Tanh(FunctionModule, of=ops.tanh):
    """Hyperbolic tangent."""


class Softsign(FunctionModule, of=ops.softsign):
    """Softsign.  y = x / (1 + |x|)."""


class Tanhshrink(FunctionModule, of=ops.tanhshrink):
    """Tanhshrink.  y = x - tanh x."""


class Softplus(FunctionModule, of=ops.softplus, beta="(0, inf)", threshold="(-inf, inf)"):
    """Smooth rectifier.  y = ln(1 + e^(βx)) / β, and x itself where βx > threshold."""

    beta: float = 1.0
    threshold: float = 20.0


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """Exponential linear unit.  y = x where x > 0, else α (eˣ - 1); slope α at 0."""
    if inplace:
        return in_place(ops.elu, input, alpha=alpha)
    return ops.elu(input, alpha=alpha)


class ELU(FunctionModule, of=ops.elu, alpha="(-inf, inf)"):
    """Exponential linear unit.  y = x where x > 0, else α (eˣ - 1); slope α at 0.  Clevert 2015."""

    alpha: float = 1.0
    inplace: bool = False


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """ELU with slope 1 at 0 for every α.  y = x where x > 0, else α (e^(x/α) - 1)."""
    if inplace:
        return in_place(ops.celu, input, alpha=alpha)
    return ops.celu(input, alpha=alpha)


class CELU(FunctionModule, of=ops.celu, alpha="(0, inf)"):
    """ELU with slope 1 at 0 for every α.  y = x where x > 0, else α (e^(x/α) - 1).  Barron 2017."""

    alpha: float = 1.0
    inplace: bool = False


def selu(input: Any, inplace: bool = False) -> Any:
    """Self-normalizing unit.  y = 1.0507 elu(x, 1.6733).  Klambauer et al. 2017."""
    return in_place(ops.selu, input) if inplace else ops.selu(input)


class SELU(FunctionModule, of=ops.selu):
    """Self-normalizing unit.  y = 1.0507 elu(x, 1.6733).  Klambauer et al. 2017.

    Keeps mean 0 and variance 1 if weights start by `init.lecun_normal_`; drops with `AlphaDropout`.
    """

    inplace: bool = False


class GELU(FunctionModule, of=ops.gelu, approximate=("none", "tanh")):
    """Gaussian error linear unit.  y = x Φ(x), Φ the normal distribution.  Hendrycks & Gimpel 2016.

    ``approximate="tanh"`` takes Φ ≈ (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
    """

    approximate: str = "none"


def silu(input: Any, inplace: bool = False) -> Any:
    """Sigmoid-weighted unit.  y = x σ(x)."""
    return in_place(ops.silu, input) if inplace else ops.silu(input)


class SiLU(FunctionModule, of=ops.silu):
    """Sigmoid-weighted unit, or swish.  y = x σ(x)."""

    inplace: bool = False


def mish(input: Any, inplace: bool = False) -> Any:
    """Mish.  y = x tanh(ln(1 + eˣ)).  Misra 2019."""
    return in_place(ops.mish, input) if inplace else ops.mish(input)


class Mish(FunctionModule, of=ops.mish):
    """Mish.  y = x tanh(ln(1 + eˣ)).  Misra 2019."""

    inplace: bool = False


# ---- over an axis


class _AlongAxis(FunctionModule):
    """Base of the activations over an axis, which must be named."""

    def __post_init__(self) -> None:
        if getattr(self, "dim", None) is None:
            name = type(self).__name__
            raise TypeError(f"{name}: say over which axis: {name}(dim=1) for scores (N, C)")
        super().__post_init__()


class Softmax(_AlongAxis, of=ops.softmax):
    """Normalized exponential over an axis.  y = e^x / Σ e^x.

    PyTorch guesses a missing ``dim`` with a warning; here it must be given.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Softmax(dim=1)(tg.tensor([[0.0, 0.0]]))
    tensor([[0.5, 0.5]])
    """

    dim: int | None = None


def softmin(input: Any, dim: int) -> Any:
    """Softmax of -x: the smallest gets the most."""
    return ops.softmax(-input, axis=dim)


class Softmin(_AlongAxis, of=softmin):
    """Softmax of -x: the smallest gets the most."""

    dim: int | None = None


class LogSoftmax(_AlongAxis, of=ops.log_softmax):
    """Logarithm of softmax over an axis.  y = x - ln Σ e^x."""

    dim: int | None = None


class Softmax2d(Module):
    """Softmax over the channels of images (N, C, H, W) or (C, H, W), at each position."""

    def forward(self, x: Any) -> Any:
        """Return e^x / Σ e^x over the channels."""
        if x.ndim not in (3, 4):
            raise ValueError(f"expected input (N, C, H, W) or (C, H, W), got {tuple(x.shape)}")
        return ops.softmax(x, axis=-3)


def glu(input: Any, dim: int = -1) -> Any:
    """Gated linear unit.  y = a σ(b), a and b the halves of x along an axis.

    Dauphin et al. 2017.
    """
    a, b = halves("glu", input, dim)
    return a * ops.sigmoid(b)


class GLU(FunctionModule, of=glu):
    """Gated linear unit.  y = a σ(b), a and b the halves of x along an axis.

    Dauphin et al. 2017.
    """

    dim: int = -1


def halves(owner: str, x: Any, dim: int) -> tuple[Any, Any]:
    """The two halves of ``x`` along an axis."""
    if not -x.ndim <= dim < x.ndim:
        raise ValueError(
            f"{owner}: axis {dim} does not exist in an input of shape {tuple(x.shape)}"
        )
    dim %= x.ndim
    size = x.shape[dim]
    if size % 2:
        raise ValueError(
            f"{owner}: axis {dim} of an input of shape {tuple(x.shape)} has the odd size {size} "
            "and cannot be halved"
        )
    lead = (slice(None),) * dim
    return x[(*lead, slice(0, size // 2))], x[(*lead, slice(size // 2, None))]
