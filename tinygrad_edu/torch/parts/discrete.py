"""The distributions over classes and over 0 and 1."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.engine import Node
from tinygrad_edu.torch.parts.distributions import Distribution

__all__ = ["Bernoulli", "Categorical", "OneHotCategorical"]

_EPS = {"float16": 9.77e-4, "float32": 1.1920929e-07, "float64": 2.220446049250313e-16}


def _one_of(owner: str, probs: Any, logits: Any) -> None:
    if (probs is None) == (logits is None):
        raise ValueError(f"{owner}: give probs or logits, and not both")


def _tensor(value: Any) -> Any:
    return value if isinstance(value, Node) else tg.tensor(float(value))


def _kept_from_ends(probs: Any) -> Any:
    """Probabilities moved from 0 and 1 by the smallest step, so that their log is finite."""
    eps = _EPS[probs.value.dtype.name]
    return tg.clamp(probs, eps, 1 - eps)


class Bernoulli(Distribution):
    """1 with probability ``probs``, else 0.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> Bernoulli(probs=tg.tensor([0.25])).log_prob(tg.tensor([1.0]))
    tensor([-1.3863])
    """

    has_enumerate_support = True

    _shown = ("probs", "logits")

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        _one_of("Bernoulli", probs, logits)
        if probs is not None:
            self.probs = _tensor(probs)
            inside = (self.probs.value >= 0) & (self.probs.value <= 1)
            if not inside.all():
                raise ValueError("Bernoulli: probs must be in [0, 1]")
            p = _kept_from_ends(self.probs)
            self.logits = tg.log(p) - tg.log1p(-p)
        else:
            self.logits = _tensor(logits)
            self.probs = tg.sigmoid(self.logits)
        self.batch_shape = self.probs.value.shape

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw zeros and ones, in the dtype of the probabilities."""
        shape = self._shape(sample_shape)
        return tg.bernoulli(tg.broadcast_to(self.probs.detach(), shape=shape))

    def log_prob(self, value: Any) -> Any:
        """``x log p + (1 - x) log(1 - p)``."""
        return value * self.logits - tg.softplus(self.logits)

    def entropy(self) -> Any:
        """``-p log p - (1 - p) log(1 - p)``."""
        return tg.softplus(self.logits) - self.probs * self.logits

    @property
    def mean(self) -> Any:
        """``p``."""
        return self.probs

    @property
    def variance(self) -> Any:
        """``p (1 - p)``."""
        return self.probs * (1 - self.probs)


class Categorical(Distribution):
    """Class k with probability ``probs[..., k]``; probabilities are divided by their sum.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> Categorical(tg.tensor([1.0, 3.0])).log_prob(tg.tensor(1))
    tensor(-0.2877)
    """

    has_enumerate_support = True

    _shown = ("probs", "logits")

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        _one_of("Categorical", probs, logits)
        given: Any = probs if probs is not None else logits
        if not isinstance(given, Node) or given.value.ndim < 1:
            raise ValueError("Categorical: the last axis of a tensor holds the classes")
        if probs is not None:
            if not (given.value >= 0).all():
                raise ValueError("Categorical: probs must not be negative")
            self.probs = given / tg.sum(given, dim=-1, keepdim=True)
            self.logits = tg.log(_kept_from_ends(self.probs))
        else:
            self.logits = given - tg.logsumexp(given, dim=-1, keepdim=True)
            self.probs = tg.softmax(given, dim=-1)
        self.batch_shape = given.value.shape[:-1]
        self._classes = given.value.shape[-1]

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw classes, as integers."""
        shape = self._shape(sample_shape)
        rows = self.probs.value.reshape(-1, self._classes)
        count = math.prod(shape) // max(len(rows), 1)
        drawn = tg.multinomial(rows, count, True).value if count else np.zeros((len(rows), 0))
        return tg.from_numpy(np.ascontiguousarray(drawn.T).reshape(shape))

    def log_prob(self, value: Any) -> Any:
        """The log of the probability of each class."""
        index = value.long()
        shape = np.broadcast_shapes(index.value.shape, self.batch_shape)
        logits = tg.broadcast_to(self.logits, (*shape, self._classes))
        index = tg.broadcast_to(index, shape)[..., None]
        return tg.gather(logits, -1, index)[..., 0]

    def entropy(self) -> Any:
        """``-Σ p log p``."""
        lowest = float(np.finfo(self.logits.value.dtype).min)
        return -(tg.clamp(self.logits, min=lowest) * self.probs).sum(dim=-1)

    def enumerate_support(self, expand: bool = True) -> Any:
        """All classes along a new first axis."""
        values = tg.arange(self._classes).reshape(-1, *(1 for _ in self.batch_shape))
        return tg.broadcast_to(values, (self._classes, *self.batch_shape)) if expand else values


class OneHotCategorical(Categorical):
    """As `Categorical`, but a drawn class is a vector with a one at its place."""

    _shown = ("probs", "logits")

    def __init__(self, probs: Any = None, logits: Any = None, validate_args: Any = None) -> None:
        super().__init__(probs, logits)
        self.event_shape = (self._classes,)

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw vectors with one 1 each."""
        self.event_shape = ()
        try:
            drawn = super().sample(sample_shape)
        finally:
            self.event_shape = (self._classes,)
        return tg.one_hot(drawn, self._classes).type_as(self.probs)

    def log_prob(self, value: Any) -> Any:
        """The log of the probability of each vector."""
        return super().log_prob(tg.argmax(value, dim=-1))

    @property
    def mean(self) -> Any:
        """The probabilities."""
        return self.probs

    @property
    def variance(self) -> Any:
        """``p (1 - p)``."""
        return self.probs * (1 - self.probs)
