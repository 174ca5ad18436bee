"""``torch.distributions``: what variational autoencoders and policy gradients draw from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.engine import Node
from tinygrad_edu.random import default_generator

__all__ = [
    "Beta", "Distribution", "Exponential", "Laplace",
    "Normal", "Uniform",
]  # fmt: skip

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def _parameters(*values: Any) -> tuple[Any, ...]:
    """The parameters as float tensors of one shape."""
    given = [v if isinstance(v, Node) else tg.tensor(float(v)) for v in values]
    shape = np.broadcast_shapes(*(v.value.shape for v in given))
    return tuple(v if v.value.shape == shape else tg.broadcast_to(v, shape) for v in given)


def _require_positive(owner: str, name: str, value: Any) -> None:
    if not (value.value > 0).all():
        raise ValueError(f"{owner}: {name} must be positive, received {value!r}")


def _fixed(array: Any, like: Any) -> Any:
    return tg.from_numpy(np.asarray(array, like.value.dtype))


class Distribution:
    """The base: a batch of independent distributions, each over one event.

    `sample` draws without a gradient, `rsample` with one through the parameters.
    """

    has_rsample = False
    has_enumerate_support = False
    _shown: tuple[str, ...] = ()
    batch_shape: tuple[int, ...] = ()
    event_shape: tuple[int, ...] = ()

    def _shape(self, sample_shape: Any) -> tuple[int, ...]:
        wanted = (sample_shape,) if isinstance(sample_shape, int) else tuple(sample_shape)
        return (*wanted, *self.batch_shape, *self.event_shape)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw values, without a gradient."""
        with tg.no_grad():
            return self.rsample(sample_shape).detach()

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Draw values as a function of the parameters and of noise; refused where there is none."""
        raise NotImplementedError(
            f"{type(self).__name__}: rsample is not here; sample() with log_prob() gives a "
            "gradient by the score function"
        )

    def log_prob(self, value: Any) -> Any:
        """The log of the density, or of the probability, at each value."""
        raise NotImplementedError(f"{type(self).__name__} has no log_prob")

    def entropy(self) -> Any:
        """The entropy of each distribution of the batch."""
        raise NotImplementedError(f"{type(self).__name__}: entropy is not here")

    def __repr__(self) -> str:
        """The name, and each parameter, by its shape where it is no single number."""
        shown = []
        for name in self._shown:
            value = getattr(self, name)
            told = value.item() if value.value.size == 1 else value.shape
            shown.append(f"{name}: {told}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def sample_n(self, n: int) -> Any:
        """Draw n values."""
        return self.sample((n,))

    @property
    def mean(self) -> Any:
        """The mean of each distribution."""
        raise NotImplementedError(f"{type(self).__name__}: mean is not here")

    @property
    def variance(self) -> Any:
        """The variance of each distribution."""
        raise NotImplementedError(f"{type(self).__name__}: variance is not here")

    @property
    def stddev(self) -> Any:
        """The standard deviation of each distribution."""
        return tg.sqrt(self.variance)


class Normal(Distribution):
    """``exp(-(x - loc)² / (2 scale²)) / (scale √(2π))``.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> Normal(tg.tensor([0.0]), tg.tensor([2.0])).log_prob(tg.tensor([2.0]))
    tensor([-2.1121])
    """

    has_rsample = True

    _shown = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        self.loc, self.scale = _parameters(loc, scale)
        _require_positive("Normal", "scale", self.scale)
        self.batch_shape = self.loc.value.shape

    def rsample(self, sample_shape: Any = ()) -> Any:
        """``loc + scale ε`` with ε from the standard normal distribution."""
        noise = tg.randn(self._shape(sample_shape), dtype=self.loc.dtype)
        return self.loc + self.scale * noise

    def log_prob(self, value: Any) -> Any:
        """``-(x - loc)² / (2 scale²) - log scale - log √(2π)``."""
        z = (value - self.loc) / self.scale
        return -0.5 * z * z - tg.log(self.scale) - _HALF_LOG_2PI

    def cdf(self, value: Any) -> Any:
        """The probability of a smaller value."""
        return 0.5 * (1 + tg.erf((value - self.loc) / (self.scale * math.sqrt(2))))

    def icdf(self, value: Any) -> Any:
        """The value below which a draw is with this probability."""
        return self.loc + self.scale * tg.erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self) -> Any:
        """``1/2 + log √(2π) + log scale``."""
        return 0.5 + _HALF_LOG_2PI + tg.log(self.scale)

    @property
    def mean(self) -> Any:
        """``loc``."""
        return self.loc

    @property
    def variance(self) -> Any:
        """``scale²``."""
        return self.scale * self.scale

    @property
    def stddev(self) -> Any:
        """``scale``."""
        return self.scale


class Laplace(Distribution):
    """``exp(-|x - loc| / scale) / (2 scale)``."""

    has_rsample = True

    _shown = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        self.loc, self.scale = _parameters(loc, scale)
        _require_positive("Laplace", "scale", self.scale)
        self.batch_shape = self.loc.value.shape

    def rsample(self, sample_shape: Any = ()) -> Any:
        """``loc + scale ε`` with ε from the standard Laplace distribution."""
        noise = tg.empty(self._shape(sample_shape), dtype=self.loc.dtype)
        noise.uniform_(float(np.finfo(noise.value.dtype).eps) - 1.0, 1.0)
        return self.loc - self.scale * tg.sign(noise) * tg.log1p(-tg.abs(noise))

    def log_prob(self, value: Any) -> Any:
        """``-|x - loc| / scale - log(2 scale)``."""
        return -tg.abs(value - self.loc) / self.scale - tg.log(2 * self.scale)

    def entropy(self) -> Any:
        """``1 + log(2 scale)``."""
        return 1 + tg.log(2 * self.scale)

    @property
    def mean(self) -> Any:
        """``loc``."""
        return self.loc

    @property
    def variance(self) -> Any:
        """``2 scale²``."""
        return 2 * self.scale * self.scale


class Uniform(Distribution):
    """``1 / (high - low)`` from ``low`` to below ``high``."""

    has_rsample = True

    _shown = ("low", "high")

    def __init__(self, low: Any, high: Any, validate_args: Any = None) -> None:
        self.low, self.high = _parameters(low, high)
        _require_positive("Uniform", "high - low", self.high - self.low)
        self.batch_shape = self.low.value.shape

    def rsample(self, sample_shape: Any = ()) -> Any:
        """``low + u (high - low)`` with u uniform from 0 to 1."""
        noise = tg.rand(self._shape(sample_shape), dtype=self.low.dtype)
        return self.low + noise * (self.high - self.low)

    def log_prob(self, value: Any) -> Any:
        """``-log(high - low)``, and -inf outside."""
        inside = (self.low.detach() <= value) & (value < self.high.detach())
        return tg.log(inside.type_as(self.low)) - tg.log(self.high - self.low)

    def entropy(self) -> Any:
        """``log(high - low)``."""
        return tg.log(self.high - self.low)

    @property
    def mean(self) -> Any:
        """The middle."""
        return (self.low + self.high) / 2

    @property
    def variance(self) -> Any:
        """``(high - low)² / 12``."""
        width = self.high - self.low
        return width * width / 12


class Exponential(Distribution):
    """``rate exp(-rate x)`` for x ≥ 0."""

    has_rsample = True

    _shown = ("rate",)

    def __init__(self, rate: Any, validate_args: Any = None) -> None:
        (self.rate,) = _parameters(rate)
        _require_positive("Exponential", "rate", self.rate)
        self.batch_shape = self.rate.value.shape

    def rsample(self, sample_shape: Any = ()) -> Any:
        """``ε / rate`` with ε from the standard exponential distribution."""
        noise = tg.empty(self._shape(sample_shape), dtype=self.rate.dtype).exponential_()
        return noise / self.rate

    def log_prob(self, value: Any) -> Any:
        """``log rate - rate x``."""
        return tg.log(self.rate) - self.rate * value

    def entropy(self) -> Any:
        """``1 - log rate``."""
        return 1 - tg.log(self.rate)

    @property
    def mean(self) -> Any:
        """``1 / rate``."""
        return 1 / self.rate

    @property
    def variance(self) -> Any:
        """``1 / rate²``."""
        return 1 / (self.rate * self.rate)


class Beta(Distribution):
    """``x^(a-1) (1-x)^(b-1) / B(a, b)`` from 0 to 1; drawn without a gradient."""

    _shown = ("concentration1", "concentration0")

    def __init__(self, concentration1: Any, concentration0: Any, validate_args: Any = None) -> None:
        self.concentration1, self.concentration0 = _parameters(concentration1, concentration0)
        _require_positive("Beta", "concentration1", self.concentration1)
        _require_positive("Beta", "concentration0", self.concentration0)
        self.batch_shape = self.concentration1.value.shape

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw values, without a gradient."""
        a, b = self.concentration1, self.concentration0
        drawn = default_generator().beta(a.value, b.value, size=self._shape(sample_shape))
        return _fixed(drawn, a)

    def log_prob(self, value: Any) -> Any:
        """``(a-1) log x + (b-1) log(1-x) - log B(a, b)``."""
        a, b = self.concentration1, self.concentration0
        norm = tg.lgamma(a) + tg.lgamma(b) - tg.lgamma(a + b)
        return tg.xlogy(a - 1, value) + tg.xlogy(b - 1, 1 - value) - norm

    def entropy(self) -> Any:
        """``log B(a, b) - (a-1) ψ(a) - (b-1) ψ(b) + (a+b-2) ψ(a+b)``."""
        a, b = self.concentration1, self.concentration0
        norm = tg.lgamma(a) + tg.lgamma(b) - tg.lgamma(a + b)
        steps = (a - 1) * tg.digamma(a) + (b - 1) * tg.digamma(b)
        return norm - steps + (a + b - 2) * tg.digamma(a + b)

    @property
    def mean(self) -> Any:
        """``a / (a + b)``."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def variance(self) -> Any:
        """``a b / ((a + b)² (a + b + 1))``."""
        a, b = self.concentration1, self.concentration0
        return a * b / ((a + b) * (a + b) * (a + b + 1))
