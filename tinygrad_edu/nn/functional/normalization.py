"""Normalization over parts of the input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import mark_changed, value_of
from tinygrad_edu.ops.normalization import channel_products

__all__ = ["batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"]


def _array(x: Any) -> Any:
    return value_of(x)


def _affine(y: Any, weight: Any, bias: Any, axis: int = 1) -> Any:
    """Scale and shift each channel, the channels being on ``axis``."""
    trailing = (1,) * (y.ndim - axis - 1)
    if weight is not None:
        y = ops.multiply(y, ops.reshape(weight, shape=(-1, *trailing)) if trailing else weight)
    if bias is not None:
        y = ops.add(y, ops.reshape(bias, shape=(-1, *trailing)) if trailing else bias)
    return y


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
    """
    axes = (0, *range(2, x.ndim))
    if not training and running_mean is not None:
        rstd = 1.0 / np.sqrt(_array(running_var) + eps)
        shape = (-1,) + (1,) * (x.ndim - 2)
        centred = ops.subtract(x, _array(running_mean).reshape(shape).copy())
        return _affine(ops.multiply(centred, rstd.reshape(shape)), weight, bias)
    data = _array(x)
    n = math.prod(data.shape[axis] for axis in axes)
    if n < 2:
        raise ValueError(
            f"batch norm needs more than one value per channel to train, the input is {x.shape}; "
            "use a larger batch (DataLoader(..., drop_last=True) leaves out a last batch of one), "
            "or model.eval()"
        )
    mean = np.add.reduce(data, axis=axes, keepdims=True) * (1.0 / n)
    centred = data - mean
    var = channel_products(centred, centred) / n
    if weight is not None and bias is not None:
        y = ops.batch_norm(x, weight, bias, eps=eps, moments=(centred, var))
    else:
        y = ops.normalize(x, axis=axes, eps=eps, moments=(mean, var.reshape(mean.shape)))
        y = _affine(y, weight, bias)
    if training and running_mean is not None:
        _move(running_mean, mean, momentum)
        _move(running_var, var, momentum, n / (n - 1))
    return y


def _move(running: Any, batch: Any, momentum: float, factor: float = 1.0) -> None:
    """Move a running value towards that of the batch, in place."""
    values = _array(running)
    values *= 1.0 - momentum
    values += (momentum * factor) * batch.reshape(values.shape)
    mark_changed(values)


def layer_norm(
    x: Any,
    normalized_shape: int | tuple[int, ...],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Any:
    """Standardize each sample over its last axes.  y = (x - μ) / √(σ² + ε) · w + b.

    ``normalized_shape`` are the sizes of those axes; weight and bias have that shape. Ba, Kiros &
    Hinton 2016.
    """
    axes = _last_axes("layer_norm", x, normalized_shape)
    y = ops.normalize(x, axis=axes, eps=eps)
    y = y if weight is None else ops.multiply(y, weight)
    return y if bias is None else ops.add(y, bias)


def rms_norm(
    x: Any,
    normalized_shape: int | tuple[int, ...],
    weight: Any = None,
    eps: float | None = None,
) -> Any:
    """Scale each sample to mean square 1 over its last axes.  y = x / √(mean x² + ε) · w.

    ``eps`` is by default that of the dtype. Zhang & Sennrich 2019.
    """
    axes = _last_axes("rms_norm", x, normalized_shape)
    eps = float(np.finfo(x.dtype).eps) if eps is None else eps
    y = x / ops.sqrt(ops.mean(ops.square(x), axis=axes, keepdims=True) + eps)
    return y if weight is None else ops.multiply(y, weight)


def _last_axes(owner: str, x: Any, sizes: int | tuple[int, ...]) -> tuple[int, ...]:
    sizes = (sizes,) if isinstance(sizes, int) else tuple(sizes)
    if x.shape[-len(sizes) :] != sizes:
        wanted = ", ".join(["...", *map(str, sizes)])
        raise ValueError(f"{owner}: expected input of shape ({wanted}), got {x.shape}")
    return tuple(range(-len(sizes), 0))


def group_norm(
    x: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """Standardize each sample over groups of channels and all positions.  x (N, C, ...).

    One group is layer norm without positions of its own, C groups are instance norm. Wu & He 2018.
    """
    if x.ndim < 2 or x.shape[1] % num_groups:
        raise ValueError(
            f"group_norm: the channels of an input of shape {x.shape} cannot be cut into "
            f"{num_groups} groups"
        )
    grouped = (x.shape[0], num_groups, math.prod(x.shape[1:]) // num_groups)
    y = ops.normalize(ops.reshape(x, shape=grouped), axis=(2,), eps=eps)
    return _affine(ops.reshape(y, shape=x.shape), weight, bias)


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
            f"instance norm needs more than one position per channel, the input is {x.shape}"
        )
    data = _array(x)
    mean = np.mean(data, axis=axes, keepdims=True)
    var = np.var(data, axis=axes, keepdims=True, mean=mean)
    y = _affine(ops.normalize(x, axis=axes, eps=eps, moments=(mean, var)), weight, bias)
    if running_mean is not None:
        _move(running_mean, mean.mean(axis=0), momentum)
        _move(running_var, var.mean(axis=0), momentum, n / (n - 1))
    return y
