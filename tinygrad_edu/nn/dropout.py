"""Random masks and noise. All return the input itself unless ``training``."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_flag, check_number
from tinygrad_edu.engine import Array
from tinygrad_edu.nn._in_place import in_place
from tinygrad_edu.nn._inputs import refuse_features
from tinygrad_edu.nn.linear import Linear
from tinygrad_edu.nn.module import Module
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "AlphaDropout", "DropConnect", "DropPath", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d",
    "FeatureAlphaDropout", "GaussianDropout", "GaussianNoise", "alpha_dropout", "drop_path",
    "dropout", "dropout1d", "dropout2d", "dropout3d", "feature_alpha_dropout", "gaussian_dropout",
    "gaussian_noise",
]  # fmt: skip


def keep_mask(shape: tuple[int, ...], p: float, generator: GeneratorLike) -> Array:
    """True with probability 1 - p, in steps of 2⁻¹⁶: four decisions are cut from each 64 bits.

    That is an eighth of the time of one float for each; p = 0 and p = 1 are exact.
    """
    size, draw = math.prod(shape), get_generator(generator, "dropout")
    if (own := getattr(draw, "bernoulli", None)) is not None:
        return np.asarray(own(shape, 1.0 - p))
    words = draw.integers(2**64, size=(size + 3) // 4, dtype=np.uint64)
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
        Change ``x`` itself.
    generator : np.random.Generator or int, optional

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> y = tg.nn.functional.dropout(tg.tensor([1.0] * 1000), p=0.2)
    >>> sorted(set(y.tolist()))
    [0.0, 1.25]
    """
    check_number("dropout", "p", p, "[0, 1]")
    if not training or p == 0.0:
        return x
    if inplace:
        return in_place(dropout, x, p, generator=generator)
    return _masked(x, x.shape, p, generator)


def _channels(owner: str, x: Any, axes: int) -> tuple[int, ...]:
    """The shape of a mask of whole channels, for ``axes`` positions and maybe a batch in front."""
    if x.ndim not in (axes + 1, axes + 2):
        letters = ["D", "H", "W"][-axes:] if axes > 1 else ["L"]
        wanted = ", ".join(["C", *letters])
        raise ValueError(
            f"{owner}: expected input (N, {wanted}) or ({wanted}), got {tuple(x.shape)}"
        )
    return (*x.shape[:-axes], *(1,) * axes)


def dropout1d(
    x: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: GeneratorLike = None,
) -> Any:
    """Zero whole channels of sequences (N, C, L) or (C, L)."""
    check_number("dropout1d", "p", p, "[0, 1]")
    shape = _channels("dropout1d", x, 1)
    if not training or p == 0.0:
        return x
    if inplace:
        return in_place(dropout1d, x, p, True, generator=generator)
    return _masked(x, shape, p, generator)


def dropout2d(
    x: Any,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    generator: GeneratorLike = None,
) -> Any:
    """Zero whole channels of images (N, C, H, W) or (C, H, W).  Tompson et al. 2015."""
    check_number("dropout2d", "p", p, "[0, 1]")
    shape = _channels("dropout2d", x, 2)
    if not training or p == 0.0:
        return x
    if inplace:
        return in_place(dropout2d, x, p, True, generator=generator)
    return _masked(x, shape, p, generator)


def dropout3d(
    x: Any, p: float = 0.5, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Zero whole channels of volumes (N, C, D, H, W) or (C, D, H, W)."""
    check_number("dropout3d", "p", p, "[0, 1]")
    shape = _channels("dropout3d", x, 3)
    return _masked(x, shape, p, generator) if training and p else x


def drop_path(
    x: Any, p: float = 0.5, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Zero whole samples, the first axis being the batch: stochastic depth.  Huang et al. 2016."""
    check_number("drop_path", "p", p, "[0, 1]")
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
    x: Any,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: GeneratorLike = None,
) -> Any:
    """Dropout for SELU.  y = a (x m + α' (1 - m)) + b, keeping mean 0 and variance 1.

    Elements go to SELU's limit α' = -1.7581 instead of 0; a and b depend on p. Klambauer et al.
    2017.
    """
    check_number("alpha_dropout", "p", p, "[0, 1]")
    if not training or p == 0.0:
        return x
    if inplace:
        return in_place(alpha_dropout, x, p, True, generator=generator)
    return _alpha(x, x.shape, p, generator)


def feature_alpha_dropout(
    x: Any,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: GeneratorLike = None,
) -> Any:
    """`alpha_dropout` of whole channels of (N, C, ...)."""
    check_number("feature_alpha_dropout", "p", p, "[0, 1]")
    if x.ndim < 2:
        raise ValueError(f"feature_alpha_dropout: expected input (N, C, ...), got {tuple(x.shape)}")
    shape = x.shape[:2] + (1,) * (x.ndim - 2)
    if not training or p == 0.0:
        return x
    if inplace:
        return in_place(feature_alpha_dropout, x, p, True, generator=generator)
    return _alpha(x, shape, p, generator)


def gaussian_dropout(
    x: Any, p: float = 0.5, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Multiply by noise of mean 1 and variance p / (1 - p), that of dropout.  Srivastava 2014."""
    check_number("gaussian_dropout", "p", p, "[0, 1]")
    if p == 1:
        raise ValueError("gaussian_dropout: p must be below 1, where the variance is infinite")
    if not training or p == 0.0:
        return x
    noise = get_generator(generator, "gaussian_dropout").normal(
        1.0, math.sqrt(p / (1.0 - p)), x.shape
    )
    return x * noise.astype(x.dtype)


def gaussian_noise(
    x: Any, std: float = 0.1, training: bool = True, *, generator: GeneratorLike = None
) -> Any:
    """Add normal noise of mean 0 and this standard deviation."""
    check_number("gaussian_noise", "std", std, "[0, inf)")
    if not training or std == 0.0:
        return x
    return x + get_generator(generator, "gaussian_noise").normal(0.0, std, x.shape).astype(x.dtype)


# ---- the layers


class _Dropout(Module):
    """Checks p once and holds the generator."""

    _shown = "p=, inplace="
    _drop: ClassVar[Callable[..., Any]]

    def __init__(
        self, p: float = 0.5, inplace: bool = False, *, generator: GeneratorLike = None
    ) -> None:
        self.p = check_number(type(self).__name__, "p", p, "[0, 1]")
        self.inplace = check_flag(type(self).__name__, "inplace", inplace)
        self.generator = (
            None if generator is None else get_generator(generator, type(self).__name__)
        )

    def forward(self, x: Any) -> Any:
        """Return ``x`` with a part of it dropped; in evaluation ``x`` itself."""
        if self.inplace and self.training and self.p:
            return in_place(self._drop, x, self.p, True, generator=self.generator)
        return self._drop(x, self.p, self.training, generator=self.generator)


class Dropout(_Dropout):
    """Zero each element with probability p, scale the others by 1 / (1 - p); identity in eval.

    Parameters
    ----------
    p : float in [0, 1]
        The probability to *drop*. Lectures often write p for the probability to keep: pass 1 - p.
    generator : np.random.Generator or int, optional
        A stream of its own; by default the one that ``tg.manual_seed`` seeds.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.Dropout(0.5).eval()
    >>> layer(tg.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """

    _drop = staticmethod(dropout)


class Dropout1d(_Dropout):
    """Zero whole channels of sequences (N, C, L) or (C, L) with probability p."""

    _drop = staticmethod(dropout1d)


class Dropout2d(_Dropout):
    """Zero whole channels of images (N, C, H, W) or (C, H, W) with probability p.

    Neighbouring pixels say nearly the same, so dropping single ones would hide nothing. Tompson et
    al. 2015.
    """

    _drop = staticmethod(dropout2d)


class Dropout3d(_Dropout):
    """Zero whole channels of volumes (N, C, D, H, W) or (C, D, H, W) with probability p."""

    def forward(self, x: Any) -> Any:
        """Return ``x`` with channels dropped."""
        return dropout3d(x, self.p, self.training, generator=self.generator)


class AlphaDropout(_Dropout):
    """Dropout for SELU: puts elements to SELU's limit and keeps mean 0 and variance 1.

    Klambauer et al. 2017.
    """

    _drop = staticmethod(alpha_dropout)


class FeatureAlphaDropout(_Dropout):
    """`AlphaDropout` of whole channels of (N, C, ...)."""

    _drop = staticmethod(feature_alpha_dropout)


class DropPath(_Dropout):
    """Zero whole samples of (N, ...) with probability p: stochastic depth.  Huang et al. 2016."""

    _drop = staticmethod(drop_path)


class GaussianDropout(_Dropout):
    """Multiply by noise of mean 1 and variance p / (1 - p), that of dropout.  Srivastava 2014."""

    def __init__(
        self, p: float = 0.5, inplace: bool = False, *, generator: GeneratorLike = None
    ) -> None:
        super().__init__(p, inplace, generator=generator)
        if p == 1:
            raise ValueError("GaussianDropout: p must be below 1, where the variance is infinite")

    _drop = staticmethod(gaussian_dropout)


class GaussianNoise(Module):
    """Add normal noise of mean 0 and standard deviation ``std``; identity in evaluation."""

    _shown = "std="

    def __init__(self, std: float = 0.1, *, generator: GeneratorLike = None) -> None:
        self.std = check_number("GaussianNoise", "std", std, "[0, inf)")
        self.generator = (
            None if generator is None else get_generator(generator, type(self).__name__)
        )

    def forward(self, x: Any) -> Any:
        """Return ``x`` plus noise."""
        return gaussian_noise(x, self.std, self.training, generator=self.generator)


class DropConnect(Module):
    """A `Linear` layer that drops weights instead of units.  y = x (M ∘ W)ᵀ / (1 - p) + b.

    One mask for each call; evaluation uses all weights. Wan et al. 2013.

    Parameters
    ----------
    in_features, out_features, bias
        As in `Linear`, whose state this layer has.
    p : float in [0, 1]
        The probability to drop a weight.
    """

    _shown = "in_features=, out_features=, p=, bias="

    def __init__(
        self,
        in_features: int,
        out_features: int,
        p: float = 0.5,
        bias: bool = True,
        *,
        dtype: Any = None,
        generator: GeneratorLike = None,
    ) -> None:
        self.in_features = check_count("DropConnect", "in_features", in_features)
        self.out_features = check_count("DropConnect", "out_features", out_features)
        self.p = check_number("DropConnect", "p", p, "[0, 1]")
        self.generator = (
            None if generator is None else get_generator(generator, type(self).__name__)
        )
        check_flag("DropConnect", "bias", bias)
        like = Linear(in_features, out_features, bias, dtype=dtype, generator=self.generator)
        self.weight, self.bias = like.weight, like.bias

    def forward(self, x: Any) -> Any:
        """Return x (M ∘ W)ᵀ / (1 - p) + b."""
        if x.shape[-1:] != (self.in_features,):
            refuse_features(x, self.in_features)
        weight = dropout(self.weight, self.p, self.training, generator=self.generator)
        return ops.linear(x, weight, self.bias)
