"""Random masks and noise as modules: active in training, the identity in evaluation."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number, check_size, refuse_features
from tinygrad_edu.nn.linear import Linear
from tinygrad_edu.nn.module import Module
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "AlphaDropout", "DropConnect", "DropPath", "Dropout", "Dropout1d", "Dropout2d",
    "FeatureAlphaDropout", "GaussianDropout", "GaussianNoise",
]  # fmt: skip


class _Dropout(Module):
    """Checks p once and holds the generator."""

    def __init__(
        self, p: float = 0.5, inplace: bool = False, *, generator: GeneratorLike = None
    ) -> None:
        self.p = check_number(type(self).__name__, "p", p, 0.0, 1.0)
        self.inplace = inplace
        self.generator = None if generator is None else get_generator(generator)


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

    def forward(self, x: Any) -> Any:
        """Return ``x`` with elements dropped."""
        return F.dropout(x, self.p, self.training, generator=self.generator)


class Dropout1d(_Dropout):
    """Zero whole channels of sequences (N, C, L) or (C, L) with probability p."""

    def forward(self, x: Any) -> Any:
        """Return ``x`` with channels dropped."""
        return F.dropout1d(x, self.p, self.training, generator=self.generator)


class Dropout2d(_Dropout):
    """Zero whole channels of images (N, C, H, W) or (C, H, W) with probability p.

    Neighbouring pixels say nearly the same, so dropping single ones would hide nothing. Tompson et
    al. 2015.
    """

    def forward(self, x: Any) -> Any:
        """Return ``x`` with channels dropped."""
        return F.dropout2d(x, self.p, self.training, generator=self.generator)


class AlphaDropout(_Dropout):
    """Dropout for SELU: puts elements to SELU's limit and keeps mean 0 and variance 1.

    Klambauer et al. 2017.
    """

    def forward(self, x: Any) -> Any:
        """Return ``x`` with elements put to the limit."""
        return F.alpha_dropout(x, self.p, self.training, generator=self.generator)


class FeatureAlphaDropout(_Dropout):
    """`AlphaDropout` of whole channels of (N, C, ...)."""

    def forward(self, x: Any) -> Any:
        """Return ``x`` with channels put to the limit."""
        return F.feature_alpha_dropout(x, self.p, self.training, generator=self.generator)


class DropPath(_Dropout):
    """Zero whole samples of (N, ...) with probability p: stochastic depth.  Huang et al. 2016."""

    def forward(self, x: Any) -> Any:
        """Return ``x`` with samples dropped."""
        return F.drop_path(x, self.p, self.training, generator=self.generator)


class GaussianDropout(_Dropout):
    """Multiply by noise of mean 1 and variance p / (1 - p), that of dropout.  Srivastava 2014."""

    def __init__(
        self, p: float = 0.5, inplace: bool = False, *, generator: GeneratorLike = None
    ) -> None:
        super().__init__(p, inplace, generator=generator)
        if p == 1:
            raise ValueError("GaussianDropout: p must be below 1, where the variance is infinite")

    def forward(self, x: Any) -> Any:
        """Return ``x`` times noise."""
        return F.gaussian_dropout(x, self.p, self.training, generator=self.generator)


class GaussianNoise(Module):
    """Add normal noise of mean 0 and standard deviation ``std``; identity in evaluation."""

    def __init__(self, std: float = 0.1, *, generator: GeneratorLike = None) -> None:
        self.std = check_number("GaussianNoise", "std", std, 0.0)
        self.generator = None if generator is None else get_generator(generator)

    def forward(self, x: Any) -> Any:
        """Return ``x`` plus noise."""
        return F.gaussian_noise(x, self.std, self.training, generator=self.generator)


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
        self.in_features = check_size("DropConnect", "in_features", in_features)
        self.out_features = check_size("DropConnect", "out_features", out_features)
        self.p = check_number("DropConnect", "p", p, 0.0, 1.0)
        self.generator = None if generator is None else get_generator(generator)
        like = Linear(in_features, out_features, bias, dtype=dtype, generator=self.generator)
        self.weight, self.bias = like.weight, like.bias

    def forward(self, x: Any) -> Any:
        """Return x (M ∘ W)ᵀ / (1 - p) + b."""
        if x.shape[-1:] != (self.in_features,):
            refuse_features(x, self.in_features)
        weight = F.dropout(self.weight, self.p, self.training, generator=self.generator)
        return ops.linear(x, weight, self.bias)
