"""Activation functions beyond PyTorch's list, as modules."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number, check_size
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import parameter_of

__all__ = [
    "GEGLU", "PELU", "CReLU", "ClippedReLU", "Exponential", "Maxout", "QuickGELU", "ReLUSquared",
    "Sign", "Sine", "Snake", "Sparsemax", "Squareplus", "Step", "SwiGLU", "Swish",
]  # fmt: skip


class Swish(Module):
    """Swish with a slope to learn.  y = x σ(β x), β the parameter ``beta``.

    Ramachandran et al. 2017.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Swish(beta=0.0)(tg.tensor([1.0, 2.0])).tolist()
    [0.5, 1.0]
    """

    def __init__(self, beta: float = 1.0, *, dtype: Any = None) -> None:
        value = check_number("Swish", "beta", beta)
        self.beta = parameter_of(np.full(1, value, dtype or np.float32))

    def forward(self, x: Any) -> Any:
        """Return x σ(β x)."""
        return F.swish(x, self.beta)


class PELU(Module):
    """ELU with two scales to learn.  y = (a/b) x where x > 0, else a (e^(x/b) - 1).

    Trottier, Giguère & Chaib-draa 2016. ``a`` and ``b`` start at 1 and must stay above 0.
    """

    def __init__(self, *, dtype: Any = None) -> None:
        self.a = parameter_of(np.ones(1, dtype or np.float32))
        self.b = parameter_of(np.ones(1, dtype or np.float32))

    def forward(self, x: Any) -> Any:
        """Return (a/b) x or a (e^(x/b) - 1)."""
        return F.pelu(x, self.a, self.b)


class Snake(Module):
    """Periodic and rising.  y = x + sin²(a x) / a, a the parameter ``a``.  Ziyin et al. 2020."""

    def __init__(self, a: float = 1.0, *, dtype: Any = None) -> None:
        value = check_number("Snake", "a", a, 0.0, open_low=True)
        self.a = parameter_of(np.full(1, value, dtype or np.float32))

    def forward(self, x: Any) -> Any:
        """Return x + sin²(a x) / a."""
        return F.snake(x, self.a)


class Sine(Module):
    """Sine of a sinusoidal representation network.  y = sin(ω₀ x).  Sitzmann et al. 2020."""

    def __init__(self, w0: float = 30.0) -> None:
        self.w0 = check_number("Sine", "w0", w0)

    def forward(self, x: Any) -> Any:
        """Return sin(ω₀ x)."""
        return F.sine(x, self.w0)


class QuickGELU(Module):
    """GELU with a logistic function for the normal distribution.  y = x σ(1.702 x)."""

    def forward(self, x: Any) -> Any:
        """Return x σ(1.702 x)."""
        return F.quick_gelu(x)


class ReLUSquared(Module):
    """Squared rectifier.  y = max(x, 0)².  So et al. 2021."""

    def forward(self, x: Any) -> Any:
        """Return max(x, 0)²."""
        return F.relu_squared(x)


class ClippedReLU(Module):
    """Rectifier limited to [0, z]; slope 0 at 0 and at z."""

    def __init__(self, z: float = 20.0) -> None:
        self.z = check_number("ClippedReLU", "z", z, 0.0, open_low=True)

    def forward(self, x: Any) -> Any:
        """Return x limited to [0, z]."""
        return F.clipped_relu(x, self.z)


class Squareplus(Module):
    """Smooth rectifier without exponentials.  y = (x + √(x² + b)) / 2.  Barron 2021."""

    def __init__(self, b: float = 4.0) -> None:
        self.b = check_number("Squareplus", "b", b, 0.0)

    def forward(self, x: Any) -> Any:
        """Return (x + √(x² + b)) / 2."""
        return ops.squareplus(x, self.b)


class Exponential(Module):
    """Exponential.  y = eˣ."""

    def forward(self, x: Any) -> Any:
        """Return eˣ."""
        return ops.exp(x)


class Step(Module):
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

    def forward(self, x: Any) -> Any:
        """Return 1 where x > 0, else 0."""
        return ops.step_through(x)


class Sign(Module):
    """Sign, 1 at 0, with the straight-through gradient of `Step`.  Courbariaux et al. 2016."""

    def forward(self, x: Any) -> Any:
        """Return ±1."""
        return ops.sign_through(x)


class Sparsemax(Module):
    """Nearest point of the simplex: like softmax, but with exact zeros.  Martins & Astudillo 2016.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Sparsemax(dim=0)(tg.tensor([1.0, 0.5, -1.0])).tolist()
    [0.75, 0.25, 0.0]
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """Return max(x - τ, 0), which sums to 1."""
        return ops.sparsemax(x, axis=self.dim)


class SwiGLU(Module):
    """GLU with swish.  y = a · b σ(b), a and b the halves of x along an axis.  Shazeer 2020."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """Return a · b σ(b)."""
        return F.swiglu(x, self.dim)


class GEGLU(Module):
    """GLU with GELU.  y = a · gelu(b), a and b the halves of x along an axis.  Shazeer 2020."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """Return a · gelu(b)."""
        return F.geglu(x, self.dim)


class CReLU(Module):
    """Both sides of the rectifier: relu(x) and relu(-x) side by side.  Shang et al. 2016."""

    def __init__(self, dim: int = 1) -> None:
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """Return relu(x) and relu(-x), joined along the axis."""
        return F.crelu(x, self.dim)


class Maxout(Module):
    """Largest of each ``pieces`` neighbours along an axis.  Goodfellow et al. 2013.

    After ``Linear(n, pieces * m)`` these are m units, each the largest of several affine maps.
    """

    def __init__(self, pieces: int, dim: int = 1) -> None:
        self.pieces = check_size("Maxout", "pieces", pieces)
        self.dim = dim

    def forward(self, x: Any) -> Any:
        """Return the largest of each group."""
        return F.maxout(x, self.pieces, self.dim)
