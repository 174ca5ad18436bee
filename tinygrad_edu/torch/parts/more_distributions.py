"""Distributions that are met less often."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.engine import Node
from tinygrad_edu.random import default_generator
from tinygrad_edu.torch.parts.discrete import Categorical
from tinygrad_edu.torch.parts.distributions import (
    Distribution,
    Normal,
    _fixed,
    _parameters,
    _require_positive,
)  # fmt: skip

__all__ = ["Dirichlet", "Gamma", "LogNormal", "MixtureSameFamily", "Poisson", "StudentT"]


class Gamma(Distribution):
    """``rate^a x^(a-1) exp(-rate x) / Γ(a)`` for x > 0; drawn without a gradient."""

    _shown = ("concentration", "rate")

    def __init__(self, concentration: Any, rate: Any, validate_args: Any = None) -> None:
        self.concentration, self.rate = _parameters(concentration, rate)
        _require_positive("Gamma", "concentration", self.concentration)
        _require_positive("Gamma", "rate", self.rate)
        self.batch_shape = self.rate.value.shape

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw values, without a gradient."""
        shape = self._shape(sample_shape)
        drawn = default_generator().standard_gamma(self.concentration.value, size=shape)
        return _fixed(drawn / self.rate.value, self.rate)

    def log_prob(self, value: Any) -> Any:
        """``a log rate + (a-1) log x - rate x - log Γ(a)``."""
        a, rate = self.concentration, self.rate
        return tg.xlogy(a, rate) + tg.xlogy(a - 1, value) - rate * value - tg.lgamma(a)

    def entropy(self) -> Any:
        """``a - log rate + log Γ(a) + (1-a) ψ(a)``."""
        a = self.concentration
        return a - tg.log(self.rate) + tg.lgamma(a) + (1 - a) * tg.digamma(a)

    @property
    def mean(self) -> Any:
        """``a / rate``."""
        return self.concentration / self.rate

    @property
    def variance(self) -> Any:
        """``a / rate²``."""
        return self.concentration / (self.rate * self.rate)


class Dirichlet(Distribution):
    """Shares that add up to 1: ``Π x_k^(a_k-1) / B(a)``; drawn without a gradient."""

    _shown = ("concentration",)

    def __init__(self, concentration: Any, validate_args: Any = None) -> None:
        self.concentration = concentration
        _require_positive("Dirichlet", "concentration", concentration)
        shape = concentration.value.shape
        self.batch_shape, self.event_shape = shape[:-1], shape[-1:]

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw shares, without a gradient."""
        shape = self._shape(sample_shape)
        drawn = default_generator().standard_gamma(self.concentration.value, size=shape)
        return _fixed(drawn / drawn.sum(-1, keepdims=True), self.concentration)

    def log_prob(self, value: Any) -> Any:
        """``Σ (a-1) log x + log Γ(Σ a) - Σ log Γ(a)``."""
        a = self.concentration
        terms = tg.sum(tg.xlogy(a - 1, value), dim=-1)
        return terms + tg.lgamma(tg.sum(a, dim=-1)) - tg.sum(tg.lgamma(a), dim=-1)

    @property
    def mean(self) -> Any:
        """``a / Σ a``."""
        return self.concentration / tg.sum(self.concentration, dim=-1, keepdim=True)


class Poisson(Distribution):
    """``rate^k exp(-rate) / k!`` for whole numbers k."""

    _shown = ("rate",)

    def __init__(self, rate: Any, validate_args: Any = None) -> None:
        (self.rate,) = _parameters(rate)
        self.batch_shape = self.rate.value.shape

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw counts, in the dtype of the rate."""
        drawn = default_generator().poisson(self.rate.value, size=self._shape(sample_shape))
        return _fixed(drawn, self.rate)

    def log_prob(self, value: Any) -> Any:
        """``k log rate - rate - log k!``."""
        return tg.xlogy(value, self.rate) - self.rate - tg.lgamma(value + 1)

    @property
    def mean(self) -> Any:
        """``rate``."""
        return self.rate

    @property
    def variance(self) -> Any:
        """``rate``."""
        return self.rate


class LogNormal(Distribution):
    """The exponential of a normal distribution."""

    has_rsample = True
    _shown = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any, validate_args: Any = None) -> None:
        self.base_dist = Normal(loc, scale)
        self.loc, self.scale = self.base_dist.loc, self.base_dist.scale
        self.batch_shape = self.base_dist.batch_shape

    def rsample(self, sample_shape: Any = ()) -> Any:
        """``exp(loc + scale ε)``."""
        return tg.exp(self.base_dist.rsample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        """That of the logarithm, less the logarithm."""
        log = tg.log(value)
        return self.base_dist.log_prob(log) - log

    def entropy(self) -> Any:
        """``1/2 + log √(2π) + log scale + loc``."""
        return self.base_dist.entropy() + self.loc

    @property
    def mean(self) -> Any:
        """``exp(loc + scale²/2)``."""
        return tg.exp(self.loc + self.scale * self.scale / 2)


class StudentT(Distribution):
    """Student's t with ``df`` degrees of freedom; drawn without a gradient."""

    _shown = ("df", "loc", "scale")

    def __init__(
        self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: Any = None
    ) -> None:
        self.df, self.loc, self.scale = _parameters(df, loc, scale)
        _require_positive("StudentT", "df", self.df)
        _require_positive("StudentT", "scale", self.scale)
        self.batch_shape = self.df.value.shape

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw values, without a gradient."""
        drawn = default_generator().standard_t(self.df.value, size=self._shape(sample_shape))
        return _fixed(self.loc.value + self.scale.value * drawn, self.loc)

    def log_prob(self, value: Any) -> Any:
        """``-(df+1)/2 log(1 + z²/df)`` with z = (x - loc) / scale, less the log of the norm."""
        z = (value - self.loc) / self.scale
        half = 0.5 * self.df
        norm = tg.log(self.scale) + 0.5 * tg.log(self.df) + 0.5 * math.log(math.pi)
        norm = norm + tg.lgamma(half) - tg.lgamma(half + 0.5)
        return -(half + 0.5) * tg.log1p(z * z / self.df) - norm


class MixtureSameFamily(Distribution):
    """A mixture: a `Categorical` says which of the last axis of a distribution is drawn."""

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: Any = None,
    ) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError("MixtureSameFamily: the mixture must be a Categorical")
        self.mixture_distribution = mixture_distribution
        self.component_distribution = component_distribution
        self.batch_shape = component_distribution.batch_shape[:-1]
        self.event_shape = component_distribution.event_shape

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw values, without a gradient."""
        values = self.component_distribution.sample(sample_shape).value
        events = len(self.event_shape)
        chosen = self.mixture_distribution.sample(sample_shape).value
        index = chosen.reshape(*chosen.shape, *(1 for _ in range(events + 1)))
        axis = values.ndim - 1 - events
        return _fixed(np.take_along_axis(values, index, axis).squeeze(axis), self._like())

    def log_prob(self, value: Any) -> Any:
        """``log Σ p_k exp(log-probability of component k)``."""
        events = len(self.event_shape)
        value = value if isinstance(value, Node) else tg.tensor(value)
        log = self.component_distribution.log_prob(tg.unsqueeze(value, value.ndim - events))
        weights = tg.log_softmax(self.mixture_distribution.logits, dim=-1)
        return tg.logsumexp(log + weights, dim=-1)

    def _like(self) -> Any:
        return self.component_distribution.mean

    @property
    def mean(self) -> Any:
        """The mean of the means."""
        probs, means = self.mixture_distribution.probs, self.component_distribution.mean
        for _ in self.event_shape:
            probs = probs[..., None]
        return tg.sum(probs * means, dim=-1 - len(self.event_shape))
