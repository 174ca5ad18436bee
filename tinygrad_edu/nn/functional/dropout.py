"""Random masks and noise. All return the input itself unless ``training``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import Array
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "alpha_dropout", "drop_path", "dropout", "dropout1d", "dropout2d", "feature_alpha_dropout",
    "gaussian_dropout", "gaussian_noise",
]  # fmt: skip


def keep_mask(shape: tuple[int, ...], p: float, generator: GeneratorLike) -> Array:
    """True with probability 1 - p, in steps of 2⁻¹⁶: four decisions are cut from each 64 bits.

    That is an eighth of the time of one float for each; p = 0 and p = 1 are exact.
    """
    size = math.prod(shape)
    words = get_generator(generator).integers(2**64, size=(size + 3) // 4, dtype=np.uint64)
    bits = words.view(np.uint16)[:size].reshape(shape)
    dropped = round(p * 2**16)
    return bits >= dropped if dropped < 2**16 else np.zeros(shape, bool)


def _masked(x: Any, shape: tuple[int, ...], p: float, generator: GeneratorLike) -> Any:
    """``x`` times a scaled mask of a shape that broadcasts against it."""
    scale = 1.0 / (1.0 - p) if p < 1.0 else 0.0
    return ops.multiply(x, keep_mask(shape, p, generator) * np.asarray(scale, x.dtype))


def dropout(
    x: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: GeneratorLike = None,
) -> Any:
    """Zero each element with probability p and scale the others by 1 / (1 - p).

    The expected value is kept, so evaluation returns x itself. Srivastava et al. 2014.

    Parameters
    ----------
    x : Tensor
    p : float in [0, 1]
        The probability to drop. (Where lectures use p as the probability to keep, pass 1 - p.)
    training : bool
        False returns ``x``.
    inplace : bool
        Accepted and ignored.
    generator : np.random.Generator or int, optional

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> y = tg.nn.functional.dropout(tg.tensor([1.0] * 1000), p=0.2)
    >>> sorted(set(y.tolist()))
    [0.0, 1.25]
    """
    check_number("dropout", "p", p, 0.0, 1.0)
    if not training or p == 0.0:
        return x
    return _masked(x, x.shape, p, generator)


def _channels(owner: str, x: Any, axes: int) -> tuple[int, ...]:
    """The shape of a mask of whole channels, for ``axes`` positions and maybe a batch in front."""
    if x.ndim not in (axes + 1, axes + 2):
        letters = ["D", "H", "W"][-axes:] if axes > 1 else ["L"]
        wanted = ", ".join(["C", *letters])
        raise ValueError(f"{owner}: expected input (N, {wanted}) or ({wanted}), got {x.shape}")
    return (*x.shape[:-axes], *(1,) * axes)


def dropout1d(
    x: Any, p: float = 0.5, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Zero whole channels of sequences (N, C, L) or (C, L)."""
    check_number("dropout1d", "p", p, 0.0, 1.0)
    shape = _channels("dropout1d", x, 1)
    return _masked(x, shape, p, generator) if training and p else x


def dropout2d(
    x: Any, p: float = 0.5, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Zero whole channels of images (N, C, H, W) or (C, H, W).  Tompson et al. 2015."""
    check_number("dropout2d", "p", p, 0.0, 1.0)
    shape = _channels("dropout2d", x, 2)
    return _masked(x, shape, p, generator) if training and p else x


def drop_path(
    x: Any, p: float = 0.5, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Zero whole samples, the first axis being the batch: stochastic depth.  Huang et al. 2016."""
    check_number("drop_path", "p", p, 0.0, 1.0)
    if not training or p == 0.0:
        return x
    return _masked(x, x.shape[:1] + (1,) * (x.ndim - 1), p, generator)


# SELU's limit at -∞, -λα.
_SELU_LIMIT = -1.0507009873554805 * 1.6732632423543772


def _alpha(x: Any, shape: tuple[int, ...], p: float, generator: GeneratorLike) -> Any:
    keep = keep_mask(shape, p, generator).astype(x.dtype)
    # Scale and shift back to mean 0 and variance 1.
    a = 1.0 / math.sqrt((1.0 - p) * (1.0 + p * _SELU_LIMIT**2)) if p < 1.0 else 0.0
    b = -a * p * _SELU_LIMIT
    return x * (keep * a) + ((1.0 - keep) * (a * _SELU_LIMIT) + b)


def alpha_dropout(
    x: Any, p: float = 0.5, training: bool = False, *, generator: GeneratorLike = None
) -> Any:
    """Dropout for SELU.  y = a (x m + α' (1 - m)) + b, keeping mean 0 and variance 1.

    Elements go to SELU's limit α' = -1.7581 instead of 0; a and b depend on p. Klambauer et al.
    2017.
    """
    check_number("alpha_dropout", "p", p, 0.0, 1.0)
    return _alpha(x, x.shape, p, generator) if training and p else x


def feature_alpha_dropout(
    x: Any, p: float = 0.5, training: bool = False, *, generator: GeneratorLike = None
) -> Any:
    """`alpha_dropout` of whole channels of (N, C, ...)."""
    check_number("feature_alpha_dropout", "p", p, 0.0, 1.0)
    if x.ndim < 2:
        raise ValueError(f"feature_alpha_dropout: expected input (N, C, ...), got {x.shape}")
    shape = x.shape[:2] + (1,) * (x.ndim - 2)
    return _alpha(x, shape, p, generator) if training and p else x


def gaussian_dropout(
    x: Any, p: float = 0.5, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Multiply by noise of mean 1 and variance p / (1 - p), that of dropout.  Srivastava 2014."""
    check_number("gaussian_dropout", "p", p, 0.0, 1.0)
    if p == 1:
        raise ValueError("gaussian_dropout: p must be below 1, where the variance is infinite")
    if not training or p == 0.0:
        return x
    noise = get_generator(generator).normal(1.0, math.sqrt(p / (1.0 - p)), x.shape)
    return x * noise.astype(x.dtype)


def gaussian_noise(
    x: Any, std: float = 0.1, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Add normal noise of mean 0 and this standard deviation."""
    check_number("gaussian_noise", "std", std, 0.0)
    if not training or std == 0.0:
        return x
    return x + get_generator(generator).normal(0.0, std, x.shape).astype(x.dtype)
