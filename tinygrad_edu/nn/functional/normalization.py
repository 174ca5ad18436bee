"""Normalization over parts of the input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import Node, mark_changed


def _array(x: Any) -> Any:
    return x.data if isinstance(x, Node) else x


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
    mean = np.mean(data, axis=axes, keepdims=True)
    var = np.var(data, axis=axes, keepdims=True, mean=mean)
    y = _affine(ops.normalize(x, axis=axes, eps=eps, moments=(mean, var)), weight, bias)
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
