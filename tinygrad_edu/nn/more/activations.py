"""Activations beyond PyTorch's list."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_flag, check_number
from tinygrad_edu.compat.dtypes import get_default_dtype
from tinygrad_edu.engine import value_of
from tinygrad_edu.nn._function_module import FunctionModule
from tinygrad_edu.nn._in_place import in_place
from tinygrad_edu.nn._inputs import float_dtype
from tinygrad_edu.nn.activations import halves
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import parameter_of
from tinygrad_edu.ops import sparsemax, squareplus
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "GEGLU", "PELU", "CReLU", "ClippedReLU", "Exponential", "Maxout", "QuickGELU", "RReLU",
    "ReLUSquared", "Sign", "Sine", "Snake", "Sparsemax", "Squareplus", "Step", "SwiGLU", "Swish",
    "clipped_relu", "crelu", "geglu", "gumbel_softmax", "maxout", "pelu", "quick_gelu",
    "relu_squared", "rrelu", "sine", "snake", "sparsemax", "squareplus", "swiglu", "swish",
]  # fmt: skip


def swish(input: Any, beta: Any = 1.0) -> Any:
    """Swish.  y = x σ(β x); β may be a parameter.  Ramachandran et al. 2017."""
    return input * ops.sigmoid(input * beta)


class Swish(Module):
    """Swish with a slope to learn.  y = x σ(β x), β the parameter ``beta``.

    Ramachandran et al. 2017.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Swish(beta=0.0)(tg.tensor([1.0, 2.0])).tolist()
    [0.5, 1.0]
    """

    _shown = ""

    def __init__(self, beta: float = 1.0, *, dtype: Any = None) -> None:
        value = check_number("Swish", "beta", beta)
        self.beta = parameter_of(np.full(1, value, dtype or get_default_dtype().dtype))

    def forward(self, x: Any) -> Any:
        """Return x σ(β x)."""
        return swish(x, self.beta)


def quick_gelu(input: Any) -> Any:
    """GELU with a logistic function for the normal distribution.  y = x σ(1.702 x)."""
    return swish(input, 1.702)


class QuickGELU(FunctionModule, of=quick_gelu):
    """GELU with a logistic function for the normal distribution.  y = x σ(1.702 x)."""


def pelu(input: Any, a: Any, b: Any) -> Any:
    """ELU with learnt scales.  y = (a/b) x where x > 0, else a (e^(x/b) - 1).

    Trottier et al. 2016.
    """
    below = ops.expm1(ops.minimum(input, 0.0) / b)
    return ops.where(ops.greater(input, 0.0), input * (a / b), a * below)


class PELU(Module):
    """ELU with two scales to learn.  y = (a/b) x where x > 0, else a (e^(x/b) - 1).

    Trottier, Giguère & Chaib-draa 2016. ``a`` and ``b`` start at 1 and must stay above 0.
    """

    def __init__(self, *, dtype: Any = None) -> None:
        self.a = parameter_of(np.ones(1, dtype or get_default_dtype().dtype))
        self.b = parameter_of(np.ones(1, dtype or get_default_dtype().dtype))

    def forward(self, x: Any) -> Any:
        """Return (a/b) x or a (e^(x/b) - 1)."""
        return pelu(x, self.a, self.b)


def snake(input: Any, a: Any = 1.0) -> Any:
    """Periodic and rising.  y = x + sin²(a x) / a.  Ziyin et al. 2020."""
    return input + ops.square(ops.sin(input * a)) / a


class Snake(Module):
    """Periodic and rising.  y = x + sin²(a x) / a, a the parameter ``a``.  Ziyin et al. 2020."""

    def __init__(self, a: float = 1.0, *, dtype: Any = None) -> None:
        value = check_number("Snake", "a", a, "(0, inf)")
        self.a = parameter_of(np.full(1, value, dtype or get_default_dtype().dtype))

    def forward(self, x: Any) -> Any:
        """Return x + sin²(a x) / a."""
        return snake(x, self.a)


def sine(input: Any, w0: float = 30.0) -> Any:
    """Sine of a sinusoidal representation network.  y = sin(ω₀ x).  Sitzmann et al. 2020."""
    return ops.sin(input * w0)


class Sine(FunctionModule, of=sine, w0="(-inf, inf)"):
    """Sine of a sinusoidal representation network.  y = sin(ω₀ x).  Sitzmann et al. 2020."""

    w0: float = 30.0


def relu_squared(input: Any) -> Any:
    """Squared rectifier.  y = max(x, 0)².  So et al. 2021."""
    return ops.square(ops.relu(input))


class ReLUSquared(FunctionModule, of=relu_squared):
    """Squared rectifier.  y = max(x, 0)².  So et al. 2021."""


def clipped_relu(input: Any, z: float = 20.0) -> Any:
    """Rectifier limited to [0, z]; slope 0 at 0 and at z."""
    return ops.hardtanh(input, min_val=0.0, max_val=z)


class ClippedReLU(FunctionModule, of=clipped_relu, z="(0, inf)"):
    """Rectifier limited to [0, z]; slope 0 at 0 and at z."""

    z: float = 20.0


class Squareplus(FunctionModule, of=ops.squareplus, b="[0, inf)"):
    """Smooth rectifier without exponentials.  y = (x + √(x² + b)) / 2.  Barron 2021."""

    b: float = 4.0


class Exponential(FunctionModule, of=ops.exp):
    """Exponential.  y = eˣ."""


class Step(FunctionModule, of=ops.step_through):
    """The perceptron's step: 1 where x > 0, else 0.  Its gradient is that of x on [-1, 1].

    The derivative of a step is 0 everywhere; this straight-through estimator lets a net learn
    through it all the same. Bengio, Léonard & Courville 2013.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([-2.0, -0.5, 0.5], requires_grad=True)
    >>> y = tg.nn.Step()(x)
    >>> y.sum().backward()
    >>> y.tolist(), x.grad.tolist()
    ([0.0, 0.0, 1.0], [0.0, 1.0, 1.0])
    """


class Sign(FunctionModule, of=ops.sign_through):
    """Sign, 1 at 0, with the straight-through gradient of `Step`.  Courbariaux et al. 2016."""


class Sparsemax(FunctionModule, of=ops.sparsemax):
    """Nearest point of the simplex: like softmax, but with exact zeros.  Martins & Astudillo 2016.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Sparsemax(dim=0)(tg.tensor([1.0, 0.5, -1.0])).tolist()
    [0.75, 0.25, 0.0]
    """

    dim: int = -1


def swiglu(input: Any, dim: int = -1) -> Any:
    """GLU with swish.  y = a · b σ(b).  Shazeer 2020."""
    a, b = halves("swiglu", input, dim)
    return a * ops.silu(b)


class SwiGLU(FunctionModule, of=swiglu):
    """GLU with swish.  y = a · b σ(b), a and b the halves of x along an axis.  Shazeer 2020."""

    dim: int = -1


def geglu(input: Any, dim: int = -1) -> Any:
    """GLU with GELU.  y = a · gelu(b).  Shazeer 2020."""
    a, b = halves("geglu", input, dim)
    return a * ops.gelu(b)


class GEGLU(FunctionModule, of=geglu):
    """GLU with GELU.  y = a · gelu(b), a and b the halves of x along an axis.  Shazeer 2020."""

    dim: int = -1


def crelu(input: Any, dim: int = 1) -> Any:
    """Both sides of the rectifier, side by side: relu(x) and relu(-x).  Shang et al. 2016."""
    return ops.concatenate([ops.relu(input), ops.relu(-input)], axis=dim)


class CReLU(FunctionModule, of=crelu):
    """Both sides of the rectifier: relu(x) and relu(-x) side by side.  Shang et al. 2016."""

    dim: int = 1


def maxout(input: Any, pieces: int, dim: int = 1) -> Any:
    """Largest of each ``pieces`` neighbours along an axis.  Goodfellow et al. 2013."""
    dim %= input.ndim
    shape = tuple(input.shape)
    if shape[dim] % pieces:
        raise ValueError(
            f"maxout: axis {dim} of an input of shape {shape} cannot be cut into groups of {pieces}"
        )
    grouped = (*shape[:dim], shape[dim] // pieces, pieces, *shape[dim + 1 :])
    return ops.max(ops.reshape(input, shape=grouped), axis=dim + 1)


class Maxout(FunctionModule, of=maxout, pieces=1):
    """Largest of each ``pieces`` neighbours along an axis.  Goodfellow et al. 2013.

    After ``Linear(n, pieces * m)`` these are m units, each the largest of several affine maps.
    """

    pieces: int
    dim: int = 1


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
    if inplace:
        return in_place(rrelu, input, lower, upper, training, generator=generator)
    if not training:
        return ops.leaky_relu(input, negative_slope=(lower + upper) / 2)
    slopes = get_generator(generator, "rrelu").uniform(lower, upper, input.shape)
    return ops.prelu(input, slopes.astype(float_dtype(input)))


class RReLU(Module):
    """Leaky rectifier with random slopes in training, their mean in evaluation.  Xu et al. 2015."""

    _shown = "lower=, upper=, inplace?"

    def __init__(
        self,
        lower: float = 1.0 / 8.0,
        upper: float = 1.0 / 3.0,
        inplace: bool = False,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        self.lower = check_number("RReLU", "lower", lower)
        self.upper = check_number("RReLU", "upper", upper, f"[{self.lower}, inf)")
        self.inplace = check_flag("RReLU", "inplace", inplace)
        self.generator = None if generator is None else get_generator(generator, "RReLU")

    def forward(self, x: Any) -> Any:
        """Return x or its random fraction."""
        return rrelu(x, self.lower, self.upper, self.training, self.inplace, self.generator)


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
    check_number("gumbel_softmax", "tau", tau, "(0, inf)")
    noise = -np.log(get_generator(generator, "gumbel_softmax").standard_exponential(logits.shape))
    soft = ops.softmax((logits + noise.astype(float_dtype(logits))) / tau, axis=dim)
    if not hard:
        return soft
    values = value_of(soft)
    chosen = np.zeros_like(values)
    np.put_along_axis(chosen, np.expand_dims(values.argmax(axis=dim), dim), 1.0, axis=dim)
    return soft + (chosen - values)  # a constant is added: the gradient is that of `soft`
