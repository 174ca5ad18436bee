"""Variance scaling: one formula, and the well-known initialisers as its presets."""

from __future__ import annotations

import math
from typing import TypeVar

from tinygrad_edu._checks import check_choice, check_number
from tinygrad_edu.nn.init.distributions import normal_, target_array, trunc_normal_, uniform_
from tinygrad_edu.random import GeneratorLike
from tinygrad_edu.tensor import Tensor

__all__ = [
    "calculate_gain", "fans", "glorot_normal_", "glorot_uniform_", "he_normal_", "he_uniform_",
    "kaiming_normal_", "kaiming_uniform_", "lecun_normal_", "lecun_uniform_", "too_large_",
    "variance_scaling_", "xavier_normal_", "xavier_uniform_",
]  # fmt: skip

T = TypeVar("T", bound=Tensor)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor on the standard deviation that makes up for a nonlinearity, as PyTorch has it.

    linear, conv and sigmoid 1, tanh 5/3, relu √2, leaky_relu √(2 / (1 + param²)), selu 3/4.

    Examples
    --------
    >>> from tinygrad_edu.nn import init
    >>> init.calculate_gain("relu")
    1.4142135623730951
    """
    if nonlinearity == "leaky_relu":
        slope = check_number("calculate_gain", "param", 0.01 if param is None else param)
        return math.sqrt(2.0 / (1.0 + slope**2))
    return _GAINS[check_choice("calculate_gain", "nonlinearity", nonlinearity, tuple(_GAINS))]


_CONV = [f"{name}{n}d" for name in ("conv", "conv_transpose") for n in (1, 2, 3)]
_GAINS = dict.fromkeys(["linear", "identity", "sigmoid", *_CONV], 1.0)
_GAINS |= {"tanh": 5.0 / 3.0, "relu": math.sqrt(2.0), "leaky_relu": math.nan, "selu": 0.75}


def fans(shape: tuple[int, ...], name: str = "fans") -> tuple[int, int]:
    """How many inputs each output has, and how many outputs each input has.

    shape is (out, in, *kernel), as of Linear and Conv.

    Examples
    --------
    >>> from tinygrad_edu.nn import init
    >>> init.fans((300, 784)), init.fans((16, 3, 5, 5))
    ((784, 300), (75, 400))
    """
    if len(shape) < 2:
        raise ValueError(
            f"{name}: fan-in and fan-out need at least 2 axes (out, in, ...), got shape "
            f"{tuple(shape)}"
        )
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def variance_scaling_(
    tensor: T,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    generator: GeneratorLike = None,
) -> T:
    """Fill with values of mean 0 and variance scale / n.

    Parameters
    ----------
    tensor : Tensor
        Of shape (out, in, ...).
    scale : float
        Factor on the variance.
    mode : {"fan_in", "fan_out", "fan_avg"}
        What n is: the inputs of an output, the outputs of an input, or the mean of the two.
    distribution : {"truncated_normal", "normal", "uniform"}
        The truncated one is cut at two of its standard deviations and widened to make up for it.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.nn.Parameter(np.zeros((50, 400), np.float32))
    >>> float(tg.nn.init.variance_scaling_(w, 2.0, "fan_in", "normal", generator=0).data.std())
    0.07
    """
    return _scaled("variance_scaling_", tensor, scale, mode, distribution, generator)


_DISTRIBUTIONS = ("truncated_normal", "normal", "uniform")
# The standard deviation of a standard normal distribution that is cut at ±2.
_CUT_AT_2 = 0.87962566103423978


def _scaled(
    name: str, tensor: T, scale: float, mode: str, distribution: str, generator: GeneratorLike
) -> T:
    check_number(name, "scale", scale, "[0, inf)")
    check_choice(name, "mode", mode, ("fan_in", "fan_out", "fan_avg"))
    check_choice(name, "distribution", distribution, _DISTRIBUTIONS)
    target_array(name, tensor)
    fan_in, fan_out = fans(tensor.shape, name)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    std = math.sqrt(scale / max(n, 1))
    if distribution == "uniform":
        bound = math.sqrt(3.0) * std
        return uniform_(tensor, -bound, bound, generator)
    if distribution == "normal" or std == 0.0:
        return normal_(tensor, 0.0, std, generator)
    std /= _CUT_AT_2
    return trunc_normal_(tensor, 0.0, std, -2.0 * std, 2.0 * std, generator)


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: GeneratorLike = None) -> T:
    """Glorot: variance gain² · 2 / (in + out), uniform. Glorot & Bengio 2010."""
    return _scaled("xavier_uniform_", tensor, gain**2, "fan_avg", "uniform", generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: GeneratorLike = None) -> T:
    """Glorot: variance gain² · 2 / (in + out), normal. Glorot & Bengio 2010."""
    return _scaled("xavier_normal_", tensor, gain**2, "fan_avg", "normal", generator)


def kaiming_uniform_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: GeneratorLike = None,
) -> T:
    """He: variance gain² / n, uniform, gain √2 for ReLU. He, Zhang, Ren & Sun 2015.

    ``a`` is the slope of a leaky ReLU below 0; ``mode`` is "fan_in" or "fan_out".
    """
    scale = calculate_gain(nonlinearity, a) ** 2
    check_choice("kaiming_uniform_", "mode", mode, ("fan_in", "fan_out"))
    return _scaled("kaiming_uniform_", tensor, scale, mode, "uniform", generator)


def kaiming_normal_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: GeneratorLike = None,
) -> T:
    """He: variance gain² / n, normal, gain √2 for ReLU. He, Zhang, Ren & Sun 2015."""
    scale = calculate_gain(nonlinearity, a) ** 2
    check_choice("kaiming_normal_", "mode", mode, ("fan_in", "fan_out"))
    return _scaled("kaiming_normal_", tensor, scale, mode, "normal", generator)


def lecun_uniform_(tensor: T, generator: GeneratorLike = None) -> T:
    """LeCun: variance 1 / in, uniform. LeCun, Bottou, Orr & Müller 1998."""
    return _scaled("lecun_uniform_", tensor, 1.0, "fan_in", "uniform", generator)


def lecun_normal_(tensor: T, generator: GeneratorLike = None) -> T:
    """LeCun: variance 1 / in, normal; what SELU needs. LeCun, Bottou, Orr & Müller 1998."""
    return _scaled("lecun_normal_", tensor, 1.0, "fan_in", "normal", generator)


glorot_uniform_, glorot_normal_ = xavier_uniform_, xavier_normal_
he_uniform_, he_normal_ = kaiming_uniform_, kaiming_normal_


def too_large_(tensor: T, factor: float = 10.0, generator: GeneratorLike = None) -> T:
    """Fill with normal values ``factor`` times as wide as LeCun's, to see what goes wrong.

    Each layer magnifies by that factor: tanh saturates, ReLU overflows. `zeros_` shows the other
    mistake, where units stay alike.
    """
    return _scaled("too_large_", tensor, factor**2, "fan_in", "normal", generator)
