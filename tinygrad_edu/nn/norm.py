"""Normalization layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import mark_changed
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number, check_size
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Buffer, parameter_of

__all__ = [
    "BatchNorm1d", "BatchNorm2d", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "LayerNorm",
    "RMSNorm",
]  # fmt: skip


class _ChannelNorm(Module):
    """Parameters and running statistics of one number per channel."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        name = type(self).__name__
        self.num_features = check_size(name, "num_features", num_features)
        self.eps = check_number(name, "eps", eps, 0.0)
        self.momentum = (
            None if momentum is None else check_number(name, "momentum", momentum, 0.0, 1.0)
        )
        self.affine = affine
        self.track_running_stats = track_running_stats
        dtype = np.float32 if dtype is None else dtype
        self.weight = parameter_of(np.ones(num_features, dtype)) if affine else None
        self.bias = parameter_of(np.zeros(num_features, dtype)) if affine else None
        tracked = track_running_stats
        self.running_mean = Buffer(np.zeros(num_features, dtype)) if tracked else None
        self.running_var = Buffer(np.ones(num_features, dtype)) if tracked else None
        self.num_batches_tracked = Buffer(np.array(0)) if tracked else None

    def reset_running_stats(self) -> None:
        """Forget the running statistics: mean 0, variance 1, no batches."""
        for buffer, value in (
            (self.running_mean, 0),
            (self.running_var, 1),
            (self.num_batches_tracked, 0),
        ):
            if buffer is not None:
                buffer.fill_(value)

    def reset_parameters(self) -> None:
        """Forget the running statistics and set weight 1 and bias 0."""
        self.reset_running_stats()
        if self.weight is not None and self.bias is not None:
            self.weight.value[...] = 1.0
            self.bias.value[...] = 0.0
            mark_changed(self.weight.value)
            mark_changed(self.bias.value)

    def _share(self) -> float:
        """The share of this batch in the running statistics."""
        if self.momentum is not None:
            return self.momentum
        count = self.num_batches_tracked  # None as momentum: the mean of all batches so far
        return 0.0 if count is None else 1.0 / (int(count.value) + 1)

    def _count(self) -> None:
        if self.num_batches_tracked is not None:
            self.num_batches_tracked.value += 1


class _BatchNorm(_ChannelNorm):
    """Batch normalization for any number of axes; a subclass says which inputs it takes."""

    _axes: tuple[int, ...]

    def forward(self, x: Any) -> Any:
        """Return the standardized ``x``."""
        shape = x.shape
        if len(shape) not in self._axes or shape[1] != self.num_features:
            wanted = " or ".join(
                "(" + ", ".join(["N", str(self.num_features), *_POSITIONS[n - 2]]) + ")"
                for n in self._axes
            )
            raise ValueError(f"expected input of shape {wanted}, got {shape}")
        y = F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training,
            self._share(),
            self.eps,
        )
        if self.training:
            self._count()
        return y


# What stands after (N, C) in messages, by the number of further axes.
_POSITIONS: tuple[list[str], ...] = ([], ["L"], ["H", "W"])


class BatchNorm1d(_BatchNorm):
    """Batch normalization of features (N, C) or sequences (N, C, L).

    Each channel is standardized over the batch; evaluation uses running statistics. See
    `functional.batch_norm` for the formula.

    Parameters
    ----------
    num_features : int
        C.
    eps : float
        Added to the variance.
    momentum : float or None
        The share of the new batch in the running statistics; None averages over all batches.
    affine : bool
        Whether to scale and shift by parameters ``weight`` and ``bias``.
    track_running_stats : bool
        False uses the batch's statistics in evaluation too.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.BatchNorm1d(2)
    >>> layer(tg.tensor([[1.0, 10.0], [3.0, 30.0]])).tolist()
    [[-0.99999..., -0.99999...], [0.99999..., 0.99999...]]
    """

    _axes = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch normalization of images (N, C, H, W), each channel over batch and positions.

    Parameters as in `BatchNorm1d`.
    """

    _axes = (4,)


class _InstanceNorm(_ChannelNorm):
    """Instance normalization for any number of positions."""

    _positions: int

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype=dtype)

    def forward(self, x: Any) -> Any:
        """Return the standardized ``x``."""
        single = x.ndim == self._positions + 1
        batch = ops.expand_dims(x, axis=0) if single else x
        if batch.ndim != self._positions + 2 or batch.shape[1] != self.num_features:
            sizes = ", ".join([str(self.num_features), *_POSITIONS[self._positions]])
            raise ValueError(f"expected input of shape (N, {sizes}) or ({sizes}), got {x.shape}")
        own = self.training or not self.track_running_stats
        y = F.instance_norm(
            batch,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            own,
            self._share(),
            self.eps,
        )
        if self.training:
            self._count()
        return ops.squeeze(y, axis=0) if single else y


class InstanceNorm1d(_InstanceNorm):
    """Standardize each channel of each sequence (N, C, L) or (C, L) over its positions.

    By default without parameters and without running statistics. Ulyanov et al. 2016.
    """

    _positions = 1


class InstanceNorm2d(_InstanceNorm):
    """Standardize each channel of each image (N, C, H, W) or (C, H, W) over its positions.

    By default without parameters and without running statistics. Ulyanov et al. 2016.
    """

    _positions = 2


class GroupNorm(Module):
    """Standardize each sample over groups of channels and all positions.  Wu & He 2018.

    Parameters
    ----------
    num_groups : int
        Must divide ``num_channels``.
    num_channels : int
        C of the input (N, C, ...).
    eps : float
        Added to the variance.
    affine : bool
        Whether to scale and shift each channel by ``weight`` and ``bias``.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.num_groups = check_size("GroupNorm", "num_groups", num_groups)
        self.num_channels = check_size("GroupNorm", "num_channels", num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: {num_channels} channels cannot be cut into {num_groups} groups"
            )
        self.eps = check_number("GroupNorm", "eps", eps, 0.0)
        self.affine = affine
        dtype = np.float32 if dtype is None else dtype
        self.weight = parameter_of(np.ones(num_channels, dtype)) if affine else None
        self.bias = parameter_of(np.zeros(num_channels, dtype)) if affine else None

    def forward(self, x: Any) -> Any:
        """Return the standardized ``x``."""
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(
                f"expected input of shape (N, {self.num_channels}, ...), got {x.shape}"
            )
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)


class LayerNorm(Module):
    """Standardize each sample over its last axes.  Ba, Kiros & Hinton 2016.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        Sizes of those axes.
    eps : float
        Added to the variance.
    elementwise_affine : bool
        Whether to scale by ``weight`` and shift by ``bias``, both of that shape.
    bias : bool
        False leaves out the shift.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.LayerNorm(2)(tg.tensor([[1.0, 3.0]])).tolist()
    [[-0.9999..., 0.9999...]]
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _sizes("LayerNorm", normalized_shape)
        self.eps = check_number("LayerNorm", "eps", eps, 0.0)
        self.elementwise_affine = elementwise_affine
        shape, dtype = self.normalized_shape, np.float32 if dtype is None else dtype
        affine = elementwise_affine
        self.weight = parameter_of(np.ones(shape, dtype)) if affine else None
        self.bias = parameter_of(np.zeros(shape, dtype)) if affine and bias else None

    def forward(self, x: Any) -> Any:
        """Return the standardized ``x``."""
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)


class RMSNorm(Module):
    """Scale each sample to mean square 1 over its last axes.  Zhang & Sennrich 2019.

    Parameters as in `LayerNorm`; ``eps`` is by default that of the input's dtype.
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _sizes("RMSNorm", normalized_shape)
        self.eps = None if eps is None else check_number("RMSNorm", "eps", eps, 0.0)
        self.elementwise_affine = elementwise_affine
        shape, dtype = self.normalized_shape, np.float32 if dtype is None else dtype
        self.weight = parameter_of(np.ones(shape, dtype)) if elementwise_affine else None

    def forward(self, x: Any) -> Any:
        """Return the scaled ``x``."""
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)


def _sizes(owner: str, sizes: int | tuple[int, ...]) -> tuple[int, ...]:
    given = tuple(sizes) if isinstance(sizes, (tuple, list)) else (sizes,)
    if not given:
        raise ValueError(f"{owner}: normalized_shape must name at least one axis, received ()")
    return tuple(check_size(owner, "normalized_shape", size) for size in given)
