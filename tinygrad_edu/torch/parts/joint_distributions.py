"""The distributions over vectors, and independent ones that count as one."""

from __future__ import annotations

from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.torch.parts.distributions import _HALF_LOG_2PI, Distribution

__all__ = ["Independent", "MultivariateNormal"]


class MultivariateNormal(Distribution):
    """The normal distribution of vectors, by one of covariance, precision or Cholesky factor."""

    has_rsample = True

    def __init__(
        self,
        loc: Any,
        covariance_matrix: Any = None,
        precision_matrix: Any = None,
        scale_tril: Any = None,
        validate_args: Any = None,
    ) -> None:
        given = [covariance_matrix, precision_matrix, scale_tril]
        if sum(x is not None for x in given) != 1:
            raise ValueError(
                "MultivariateNormal: give one of covariance_matrix, precision_matrix, scale_tril"
            )
        if precision_matrix is not None:
            covariance_matrix = tg.linalg.inv(precision_matrix)
        self.loc = loc
        self.scale_tril = (
            scale_tril if scale_tril is not None else tg.linalg.cholesky(covariance_matrix)
        )
        batch = np.broadcast_shapes(loc.value.shape[:-1], self.scale_tril.value.shape[:-2])
        self.batch_shape, self.event_shape = batch, loc.value.shape[-1:]

    def rsample(self, sample_shape: Any = ()) -> Any:
        """``loc + L ε`` with ε from the standard normal distribution."""
        noise = tg.randn(self._shape(sample_shape), dtype=self.loc.dtype)
        return self.loc + (self.scale_tril @ noise[..., None])[..., 0]

    def log_prob(self, value: Any) -> Any:
        """``-|L⁻¹(x - loc)|² / 2 - log det L - n log √(2π)``."""
        z = tg.linalg.solve(self.scale_tril, (value - self.loc)[..., None])[..., 0]
        count = self.event_shape[0]
        return -0.5 * (z * z).sum(-1) - self._log_det() - count * _HALF_LOG_2PI

    def entropy(self) -> Any:
        """``n (1/2 + log √(2π)) + log det L``."""
        return self.event_shape[0] * (0.5 + _HALF_LOG_2PI) + self._log_det()

    def _log_det(self) -> Any:
        return tg.log(tg.diagonal(self.scale_tril, axis1=-2, axis2=-1)).sum(-1)

    @property
    def mean(self) -> Any:
        """``loc``."""
        return self.loc

    @property
    def covariance_matrix(self) -> Any:
        """``L Lᵀ``."""
        return self.scale_tril @ self.scale_tril.mT

    @property
    def variance(self) -> Any:
        """The diagonal of the covariance."""
        return (self.scale_tril * self.scale_tril).sum(-1)


class Independent(Distribution):
    """A distribution whose last batch axes count as one event: their log-probabilities add."""

    def __init__(
        self, base_distribution: Any, reinterpreted_batch_ndims: int, validate_args: Any = None
    ) -> None:
        self.base_dist, self._ndims = base_distribution, reinterpreted_batch_ndims
        split = len(base_distribution.batch_shape) - reinterpreted_batch_ndims
        self.batch_shape = base_distribution.batch_shape[:split]
        self.event_shape = base_distribution.batch_shape[split:] + base_distribution.event_shape
        self.has_rsample = base_distribution.has_rsample

    def sample(self, sample_shape: Any = ()) -> Any:
        """Draw from the base."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Any:
        """Draw from the base, with a gradient."""
        return self.base_dist.rsample(sample_shape)

    def _summed(self, values: Any) -> Any:
        return values.sum(tuple(range(-self._ndims, 0))) if self._ndims else values

    def log_prob(self, value: Any) -> Any:
        """The sum over the axes of the event."""
        return self._summed(self.base_dist.log_prob(value))

    def entropy(self) -> Any:
        """The sum over the axes of the event."""
        return self._summed(self.base_dist.entropy())

    @property
    def mean(self) -> Any:
        """That of the base."""
        return self.base_dist.mean

    @property
    def variance(self) -> Any:
        """That of the base."""
        return self.base_dist.variance
