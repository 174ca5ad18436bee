"""Random masks and noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import Array
from tinygrad_edu.nn.checks import check_number
from tinygrad_edu.random import GeneratorLike, get_generator


def keep_mask(shape: tuple[int, ...], p: float, generator: GeneratorLike) -> Array:
    """True with probability 1 - p, in steps of 2⁻¹⁶: four decisions are cut from each 64 bits.

    That is an eighth of the time of one float for each; p = 0 and p = 1 are exact.
    """
    size = int(np.prod(shape))
    words = get_generator(generator).integers(2**64, size=(size + 3) // 4, dtype=np.uint64)
    bits = words.view(np.uint16)[:size].reshape(shape)
    dropped = round(p * 2**16)
    return bits >= dropped if dropped < 2**16 else np.zeros(shape, bool)


def dropout(x: Any, p: float = 0.5, training: bool = True, generator: GeneratorLike = None) -> Any:
    """Zero each element with probability p and scale the others by 1 / (1 - p).

    The expected value is kept, so evaluation returns x itself. Srivastava et al. 2014.

    Parameters
    ----------
    x : Tensor
    p : float in [0, 1]
        The probability to drop. (Where lectures use p as the probability to keep, pass 1 - p.)
    training : bool
        False returns ``x``.
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
    mask = keep_mask(x.shape, p, generator)
    return ops.multiply(x, mask * np.asarray(1.0 / (1.0 - p) if p < 1.0 else 0.0, x.dtype))
