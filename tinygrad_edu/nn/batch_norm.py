"""Normalization of channels: over the batch, or over the positions of each sample."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_flag, check_number
from tinygrad_edu.engine import mark_changed, value_of
from tinygrad_edu.engine.precision import widened
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Buffer, made_dtype, parameter_of
from tinygrad_edu.ops.normalization import channel_products

__all__ = [
    "BatchNorm1d", "BatchNorm2d", "InstanceNorm1d", "InstanceNorm2d", "batch_norm", "instance_norm",
]  # fmt: skip


def batch_norm(
    x: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Standardize each channel over batch and positions.  y = (x - μ) / √(σ² + ε) · w + b.

    Training uses mean and (biased) variance of the batch and moves the running ones towards them,
    the variance in its unbiased form: r ← (1 - momentum) r + momentum · batch. Evaluation uses the
    running ones. Ioffe & Szegedy 2015.

    Parameters
    ----------
    x : Tensor of shape (N, C, ...)
    running_mean, running_var : Tensor of shape (C,), optional
        Changed in place in training. Without them, the batch's are used in evaluation too.
    weight, bias : Tensor of shape (C,), optional

    Raises
    ------
    ValueError
        With a single value per channel, where the variance says nothing; nothing is changed then.
        An empty batch stays empty, and changes nothing either.
    """
    axes = (0, *range(2, x.ndim))
    if not training and running_mean is not None:
        rstd = 1.0 / np.sqrt(value_of(running_var) + eps)
        shape = (-1,) + (1,) * (x.ndim - 2)
        centred = ops.subtract(x, value_of(running_mean).reshape(shape).copy())
        return affine(ops.multiply(centred, rstd.reshape(shape)), weight, bias)
    data = widened(value_of(x))
    n = math.prod(data.shape[axis] for axis in axes)
    if n == 0:  # nothing to standardize, and nothing that the running values could learn
        return affine(ops.positive(x), weight, bias)
    if n == 1:
        raise ValueError(
            "batch norm needs more than one value per channel to train, the input is "
            f"{tuple(x.shape)}; use a larger batch (DataLoader(..., drop_last=True) leaves out a "
            "last batch of one), or model.eval()"
        )
    mean = np.add.reduce(data, axis=axes, keepdims=True) * (1.0 / n)
    centred = data - mean
    var = channel_products(centred, centred) / n
    if weight is not None and bias is not None:
        y = ops.batch_norm(x, weight, bias, eps=eps, moments=(centred, var))
    else:
        y = ops.normalize(x, axis=axes, eps=eps, moments=(mean, var.reshape(mean.shape)))
        y = affine(y, weight, bias)
    if training and running_mean is not None:
        _move(running_mean, mean, momentum)
        _move(running_var, var, momentum, n / (n - 1))
    return y


def affine(y: Any, weight: Any, bias: Any, axis: int = 1) -> Any:
    """Scale and shift each channel, the channels being on ``axis``."""
    trailing = (1,) * (y.ndim - axis - 1)
    if weight is not None:
        y = ops.multiply(y, ops.reshape(weight, shape=(-1, *trailing)) if trailing else weight)
    if bias is not None:
        y = ops.add(y, ops.reshape(bias, shape=(-1, *trailing)) if trailing else bias)
    return y


def _move(running: Any, batch: Any, momentum: float, factor: float = 1.0) -> None:
    """Move a running value towards that of the batch, in place."""
    values = value_of(running)
    moved = widened(values) * (1.0 - momentum)
    moved += (momentum * factor) * batch.reshape(values.shape)
    values[...] = moved
    mark_changed(values)


def instance_norm(
    x: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Standardize each channel of each sample over its positions.  x (N, C, L, ...).

    Running statistics, if given, are moved by the batch's mean of the statistics of its samples,
    and used instead of them without ``use_input_stats``. Ulyanov, Vedaldi & Lempitsky 2016.
    """
    if not use_input_stats:
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    axes = tuple(range(2, x.ndim))
    n = math.prod(x.shape[2:])
    if n < 2:
        raise ValueError(
            f"instance norm needs more than one position per channel, the input is {tuple(x.shape)}"
        )
    data = widened(value_of(x))
    mean = np.mean(data, axis=axes, keepdims=True)
    var = np.var(data, axis=axes, keepdims=True, mean=mean)
    y = affine(ops.normalize(x, axis=axes, eps=eps, moments=(mean, var)), weight, bias)
    if running_mean is not None:
        _move(running_mean, mean.mean(axis=0), momentum)
        _move(running_var, var.mean(axis=0), momentum, n / (n - 1))
    return y


# ---- the layers


class _ChannelNorm(Module):
    """Parameters and running statistics of one number per channel."""

    _shown = "num_features, eps=, momentum=, affine=, bias=, track_running_stats="

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        name = type(self).__name__
        self.num_features = check_count(name, "num_features", num_features)
        self.eps = check_number(name, "eps", eps, "[0, inf)")
        self.momentum = (
            None if momentum is None else check_number(name, "momentum", momentum, "[0, 1]")
        )
        self.affine = check_flag(name, "affine", affine)
        self.track_running_stats = check_flag(name, "track_running_stats", track_running_stats)
        dtype = made_dtype(name, device, dtype)
        self.weight = parameter_of(np.ones(num_features, dtype)) if affine else None
        shifted = check_flag(name, "bias", bias) and affine
        self.bias = parameter_of(np.zeros(num_features, dtype)) if shifted else None
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
        for parameter, value in ((self.weight, 1.0), (self.bias, 0.0)):
            if parameter is not None:
                parameter.value[...] = value
                mark_changed(parameter.value)

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
        shape = tuple(x.shape)
        if len(shape) not in self._axes or shape[1] != self.num_features:
            wanted = " or ".join(
                "(" + ", ".join(["N", str(self.num_features), *_POSITIONS[n - 2]]) + ")"
                for n in self._axes
            )
            raise ValueError(f"expected input of shape {wanted}, got {shape}")
        y = batch_norm(
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
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        settings = (num_features, eps, momentum, affine, track_running_stats)
        super().__init__(*settings, device, dtype, bias=bias)

    def forward(self, x: Any) -> Any:
        """Return the standardized ``x``."""
        single = x.ndim == self._positions + 1
        batch = ops.expand_dims(x, axis=0) if single else x
        if batch.ndim != self._positions + 2 or batch.shape[1] != self.num_features:
            sizes = ", ".join([str(self.num_features), *_POSITIONS[self._positions]])
            raise ValueError(
                f"expected input of shape (N, {sizes}) or ({sizes}), got {tuple(x.shape)}"
            )
        own = self.training or not self.track_running_stats
        y = instance_norm(
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
