"""Normalization of each sample by itself: over its features, or over groups of channels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_flag, check_number
from tinygrad_edu.engine import value_of
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._function_module import FunctionModule
from tinygrad_edu.nn.batch_norm import affine
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import made_dtype, parameter_of

__all__ = [
    "GroupNorm",
    "LayerNorm",
    "LocalResponseNorm",
    "RMSNorm",
    "group_norm",
    "layer_norm",
    "local_response_norm",
    "rms_norm",
]


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

    _shown = "normalized_shape, eps=, elementwise_affine=, bias="

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _sizes("LayerNorm", normalized_shape)
        self.eps = check_number("LayerNorm", "eps", eps, "[0, inf)")
        affine = check_flag("LayerNorm", "elementwise_affine", elementwise_affine)
        self.elementwise_affine = affine
        check_flag("LayerNorm", "bias", bias)
        shape, dtype = self.normalized_shape, made_dtype("LayerNorm", device, dtype)
        self.weight = parameter_of(np.ones(shape, dtype)) if affine else None
        self.bias = parameter_of(np.zeros(shape, dtype)) if affine and bias else None

    def forward(self, x: Any) -> Any:
        """Return the standardized ``x``."""
        return layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)


@rounded_once
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
    root = ops.sqrt(ops.mean(ops.square(x), axis=axes, keepdims=True) + eps)
    if not np.isfinite(value_of(root)).all():  # squares overflow: 0 would pass for a result
        root = ops.where(ops.isfinite(root), root, np.nan)
    y = x / root
    return y if weight is None else ops.multiply(y, weight)


class RMSNorm(Module):
    """Scale each sample to mean square 1 over its last axes.  Zhang & Sennrich 2019.

    Parameters as in `LayerNorm`; ``eps`` is by default that of the input's dtype.
    """

    _shown = "normalized_shape, eps=, elementwise_affine="

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        self.normalized_shape = _sizes("RMSNorm", normalized_shape)
        self.eps = None if eps is None else check_number("RMSNorm", "eps", eps, "[0, inf)")
        self.elementwise_affine = check_flag("RMSNorm", "elementwise_affine", elementwise_affine)
        shape, dtype = self.normalized_shape, made_dtype("RMSNorm", device, dtype)
        self.weight = parameter_of(np.ones(shape, dtype)) if elementwise_affine else None

    def forward(self, x: Any) -> Any:
        """Return the scaled ``x``."""
        return rms_norm(x, self.normalized_shape, self.weight, self.eps)


def _last_axes(owner: str, x: Any, sizes: int | tuple[int, ...]) -> tuple[int, ...]:
    sizes = sizes if type(sizes) is tuple else _sizes(owner, sizes)
    if x.shape[-len(sizes) :] != sizes:
        wanted = ", ".join(["...", *map(str, sizes)])
        raise ValueError(f"{owner}: expected input of shape ({wanted}), got {tuple(x.shape)}")
    return tuple(range(-len(sizes), 0))


def _sizes(owner: str, sizes: int | tuple[int, ...]) -> tuple[int, ...]:
    given = tuple(sizes) if isinstance(sizes, (tuple, list)) else (sizes,)
    if not given:
        raise ValueError(f"{owner}: normalized_shape must name at least one axis, received ()")
    return tuple(check_count(owner, "normalized_shape", size) for size in given)


def group_norm(
    x: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """Standardize each sample over groups of channels and all positions.  x (N, C, ...).

    One group is layer norm without positions of its own, C groups are instance norm. Wu & He 2018.
    """
    if x.ndim < 2 or x.shape[1] % num_groups:
        raise ValueError(
            f"group_norm: the channels of an input of shape {tuple(x.shape)} cannot be cut into "
            f"{num_groups} groups"
        )
    grouped = (x.shape[0], num_groups, math.prod(x.shape[1:]) // num_groups)
    y = ops.normalize(ops.reshape(x, shape=grouped), axis=(2,), eps=eps)
    return affine(ops.reshape(y, shape=x.shape), weight, bias)


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

    _shown = "num_groups, num_channels, eps=, affine=, bias="

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        self.num_groups = check_count("GroupNorm", "num_groups", num_groups)
        self.num_channels = check_count("GroupNorm", "num_channels", num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm: {num_channels} channels cannot be cut into {num_groups} groups"
            )
        self.eps = check_number("GroupNorm", "eps", eps, "[0, inf)")
        self.affine = check_flag("GroupNorm", "affine", affine)
        dtype = made_dtype("GroupNorm", device, dtype)
        shifted = check_flag("GroupNorm", "bias", bias) and affine
        self.weight = parameter_of(np.ones(num_channels, dtype)) if affine else None
        self.bias = parameter_of(np.zeros(num_channels, dtype)) if shifted else None

    def forward(self, x: Any) -> Any:
        """Return the standardized ``x``."""
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(
                f"expected input of shape (N, {self.num_channels}, ...), got {tuple(x.shape)}"
            )
        return group_norm(x, self.num_groups, self.weight, self.bias, self.eps)


def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Any:
    """Divide by the energy of neighbouring channels.  y = x / (k + α/size Σ x²)^β.

    The sum is over ``size`` channels around each.  Krizhevsky, Sutskever & Hinton 2012.
    """
    check_count("local_response_norm", "size", size)
    if input.ndim < 3:
        raise ValueError(f"local_response_norm: expected (N, C, ...), got {tuple(input.shape)}")
    channels = input.shape[1]
    before, after = (min(half, channels) for half in (size // 2, (size - 1) // 2))
    widths = ((0, 0), (before, after), *[(0, 0)] * (input.ndim - 2))
    squares = ops.pad(ops.square(input), widths, "constant", 0.0)
    total = squares[:, :channels]
    for shift in range(1, before + after + 1):
        total = total + squares[:, shift : shift + channels]
    return input / (total * (alpha / size) + k) ** beta


class LocalResponseNorm(FunctionModule, of=local_response_norm, size=1):
    """Divide by the energy of neighbouring channels.  y = x / (k + α/size Σ x²)^β.

    The sum is over ``size`` channels around each.  Krizhevsky, Sutskever & Hinton 2012.
    """

    _shown = "size, alpha=, beta=, k="

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0
