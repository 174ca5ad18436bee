"""Activation functions under PyTorch's signatures; ``inplace`` is accepted and ignored."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import value_of
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "celu", "clipped_relu", "crelu", "elu", "geglu", "glu", "gumbel_softmax", "hardsigmoid",
    "hardswish", "hardtanh", "leaky_relu", "maxout", "mish", "normalize", "pelu", "prelu",
    "quick_gelu", "relu", "relu6", "relu_squared", "rrelu", "selu", "silu", "sine", "snake",
    "softmin", "swiglu", "swish", "threshold",
]  # fmt: skip

# ---- piecewise


def relu(input: Any, inplace: bool = False) -> Any:
    """Rectified linear unit.  y = max(x, 0); slope 0 at 0."""
    return ops.relu(input)


def relu6(input: Any, inplace: bool = False) -> Any:
    """Rectifier limited to [0, 6]; slope 0 at 0 and at 6."""
    return ops.relu6(input)


def clipped_relu(input: Any, z: float = 20.0) -> Any:
    """Rectifier limited to [0, z]; slope 0 at 0 and at z."""
    return ops.hardtanh(input, min_val=0.0, max_val=z)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """Leaky rectifier.  y = x where x > 0, else s x; slope s at 0."""
    return ops.leaky_relu(input, negative_slope=negative_slope)


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
                f"shape {input.shape}"
            )
        weight = ops.reshape(weight, shape=(-1,) + (1,) * (input.ndim - 2))
    return ops.prelu(input, weight)


def rrelu(
    input: Any,
    lower: float = 1.0 / 8.0,
    upper: float = 1.0 / 3.0,
    training: bool = False,
    inplace: bool = False,
    generator: GeneratorLike = None,
) -> Any:
    """Leaky rectifier, its slopes uniform in [lower, upper) in training, their mean otherwise."""
    if not lower <= upper:
        raise ValueError(f"rrelu: lower must not exceed upper, received {lower!r} and {upper!r}")
    if not training:
        return ops.leaky_relu(input, negative_slope=(lower + upper) / 2)
    slopes = get_generator(generator).uniform(lower, upper, input.shape)
    return ops.prelu(input, slopes.astype(input.dtype))


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """Limit to [min_val, max_val]; slope 0 at both ends."""
    return ops.hardtanh(input, min_val=min_val, max_val=max_val)


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """Piecewise linear sigmoid.  y = x/6 + 1/2 limited to [0, 1]; slope 0 at ±3."""
    return ops.hardsigmoid(input)


def hardswish(input: Any, inplace: bool = False) -> Any:
    """Piecewise quadratic swish.  y = x · hardsigmoid(x); slope 0 at -3, 1 at 3."""
    return ops.hardswish(input)


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """Replace what is not above a threshold.  y = x where x > threshold, else value."""
    return ops.threshold(input, threshold=threshold, value=value)


def relu_squared(input: Any) -> Any:
    """Squared rectifier.  y = max(x, 0)².  So et al. 2021."""
    return ops.square(ops.relu(input))


# ---- smooth


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """Exponential linear unit.  y = x where x > 0, else α (eˣ - 1); slope α at 0."""
    return ops.elu(input, alpha=alpha)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """ELU with slope 1 at 0 for every α.  y = x where x > 0, else α (e^(x/α) - 1)."""
    return ops.celu(input, alpha=alpha)


def selu(input: Any, inplace: bool = False) -> Any:
    """Self-normalizing unit.  y = 1.0507 elu(x, 1.6733).  Klambauer et al. 2017."""
    return ops.selu(input)


def silu(input: Any, inplace: bool = False) -> Any:
    """Sigmoid-weighted unit.  y = x σ(x)."""
    return ops.silu(input)


def mish(input: Any, inplace: bool = False) -> Any:
    """Mish.  y = x tanh(ln(1 + eˣ)).  Misra 2019."""
    return ops.mish(input)


def swish(input: Any, beta: Any = 1.0) -> Any:
    """Swish.  y = x σ(β x); β may be a parameter.  Ramachandran et al. 2017."""
    return input * ops.sigmoid(input * beta)


def quick_gelu(input: Any) -> Any:
    """GELU with a logistic function for the normal distribution.  y = x σ(1.702 x)."""
    return swish(input, 1.702)


def pelu(input: Any, a: Any, b: Any) -> Any:
    """ELU with learnt scales.  y = (a/b) x where x > 0, else a (e^(x/b) - 1).

    Trottier et al. 2016.
    """
    below = ops.expm1(ops.minimum(input, 0.0) / b)
    return ops.where(ops.greater(input, 0.0), input * (a / b), a * below)


def snake(input: Any, a: Any = 1.0) -> Any:
    """Periodic and rising.  y = x + sin²(a x) / a.  Ziyin et al. 2020."""
    return input + ops.square(ops.sin(input * a)) / a


def sine(input: Any, w0: float = 30.0) -> Any:
    """Sine of a sinusoidal representation network.  y = sin(ω₀ x).  Sitzmann et al. 2020."""
    return ops.sin(input * w0)


# ---- over an axis


def softmin(input: Any, dim: int) -> Any:
    """Softmax of -x: the smallest gets the most."""
    return ops.softmax(-input, axis=dim)


def halves(owner: str, x: Any, dim: int) -> tuple[Any, Any]:
    """The two halves of ``x`` along an axis."""
    if not -x.ndim <= dim < x.ndim:
        raise ValueError(f"{owner}: axis {dim} does not exist in an input of shape {x.shape}")
    dim %= x.ndim
    size = x.shape[dim]
    if size % 2:
        raise ValueError(
            f"{owner}: axis {dim} of an input of shape {x.shape} has the odd size {size} and "
            "cannot be halved"
        )
    lead = (slice(None),) * dim
    return x[(*lead, slice(0, size // 2))], x[(*lead, slice(size // 2, None))]


def glu(input: Any, dim: int = -1) -> Any:
    """Gated linear unit.  y = a σ(b), a and b the halves of x along an axis.

    Dauphin et al. 2017.
    """
    a, b = halves("glu", input, dim)
    return a * ops.sigmoid(b)


def swiglu(input: Any, dim: int = -1) -> Any:
    """GLU with swish.  y = a · b σ(b).  Shazeer 2020."""
    a, b = halves("swiglu", input, dim)
    return a * ops.silu(b)


def geglu(input: Any, dim: int = -1) -> Any:
    """GLU with GELU.  y = a · gelu(b).  Shazeer 2020."""
    a, b = halves("geglu", input, dim)
    return a * ops.gelu(b)


def crelu(input: Any, dim: int = 1) -> Any:
    """Both sides of the rectifier, side by side: relu(x) and relu(-x).  Shang et al. 2016."""
    return ops.concatenate([ops.relu(input), ops.relu(-input)], axis=dim)


def maxout(input: Any, pieces: int, dim: int = 1) -> Any:
    """Largest of each ``pieces`` neighbours along an axis.  Goodfellow et al. 2013."""
    dim %= input.ndim
    shape = input.shape
    if shape[dim] % pieces:
        raise ValueError(
            f"maxout: axis {dim} of an input of shape {shape} cannot be cut into groups of {pieces}"
        )
    grouped = (*shape[:dim], shape[dim] // pieces, pieces, *shape[dim + 1 :])
    return ops.max(ops.reshape(input, shape=grouped), axis=dim + 1)


def gumbel_softmax(
    logits: Any,
    tau: float = 1.0,
    hard: bool = False,
    dim: int = -1,
    generator: GeneratorLike = None,
) -> Any:
    """Differentiable sample of a category.  y = softmax((x + G) / τ), G = -ln of exponentials.

    ``hard`` gives the one-hot sample itself, with the gradient of the soft one. Jang et al. 2017;
    Maddison et al. 2017.
    """
    check_number("gumbel_softmax", "tau", tau, 0.0, open_low=True)
    noise = -np.log(get_generator(generator).standard_exponential(logits.shape))
    soft = ops.softmax((logits + noise.astype(logits.dtype)) / tau, axis=dim)
    if not hard:
        return soft
    values = value_of(soft)
    chosen = np.zeros_like(values)
    np.put_along_axis(chosen, np.expand_dims(values.argmax(axis=dim), dim), 1.0, axis=dim)
    return soft + (chosen - values)  # a constant is added: the gradient is that of `soft`


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """Divide by the p-norm over an axis.  y = x / max(‖x‖ₚ, ε)."""
    norm = ops.vector_norm(input, ord=p, axis=dim, keepdims=True)
    return input / ops.clip(norm, eps, None)
