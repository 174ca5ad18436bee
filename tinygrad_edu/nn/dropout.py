"""Random masks as modules: active in training, the identity in evaluation."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.nn.module import Module
from tinygrad_edu.random import GeneratorLike, get_generator


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
        return F.dropout(x, self.p, self.training, self.generator)
