"""The windows of signal processing, and numbers by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu._checked import checked

__all__ = [
    "bartlett_window", "blackman_window", "e", "hamming_window", "hann_window", "kaiser_window",
    "newaxis", "range",
]  # fmt: skip

e, newaxis = math.e, None


@checked
def range(start: float = 0, end: float | None = None, step: float = 1, *, dtype: Any = None) -> Any:
    """Numbers from ``start`` to ``end``, which is one of them, in float32; see `tg.arange`.

    >>> from tinygrad_edu.torch.parts.windows import range
    >>> range(1, 3)
    tensor([1., 2., 3.])
    """
    if end is None:
        start, end = 0, start
    n = math.floor((end - start) / step + 1)
    values = start + step * np.arange(n)
    return tg.from_numpy(values.astype(tg.get_default_dtype() if dtype is None else dtype))


def _window(of: Callable[..., Any], length: int, periodic: bool, dtype: Any) -> Any:
    """A window of a length; a periodic one is that of one more element without the last."""
    if length < 0:
        raise ValueError(f"a window has at least 0 elements, received {length}")
    values = of(length + 1)[:-1] if periodic and length > 1 else of(length)
    return tg.from_numpy(values.astype(tg.get_default_dtype() if dtype is None else dtype))


@checked
def hann_window(window_length: int, periodic: bool = True, *, dtype: Any = None) -> Any:
    """Hann window.  w_k = (1 - cos(2 π k / n)) / 2.

    >>> from tinygrad_edu.torch.parts.windows import hann_window
    >>> hann_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window(np.hanning, window_length, periodic, dtype)


@checked
def hamming_window(window_length: int, periodic: bool = True, *, dtype: Any = None) -> Any:
    """Hamming window.  w_k = 0.54 - 0.46 cos(2 π k / n)."""
    return _window(np.hamming, window_length, periodic, dtype)


@checked
def blackman_window(window_length: int, periodic: bool = True, *, dtype: Any = None) -> Any:
    """Blackman window.  w_k = 0.42 - 0.5 cos(2 π k / n) + 0.08 cos(4 π k / n)."""
    return _window(np.blackman, window_length, periodic, dtype)


@checked
def bartlett_window(window_length: int, periodic: bool = True, *, dtype: Any = None) -> Any:
    """Triangular window.  w_k = 1 - |2 k / n - 1|."""
    return _window(np.bartlett, window_length, periodic, dtype)


@checked
def kaiser_window(
    window_length: int, periodic: bool = True, beta: float = 12.0, *, dtype: Any = None
) -> Any:
    """Kaiser window of the shape ``beta``."""
    return _window(lambda n: np.kaiser(n, beta), window_length, periodic, dtype)
