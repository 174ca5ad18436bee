"""What functions made of operations do to their arguments first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tinygrad_edu.engine import Node
from tinygrad_edu.engine.calls import constants

__all__ = ["arrays_of", "floats_of"]


def arrays_of(values: Iterable[Any]) -> list[Any]:
    """The values with lists and numbers as arrays; a number takes the dtype of the others.

    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.ops._inputs import arrays_of
    >>> [a.dtype for a in arrays_of([tg.tensor([1.0]), 2.5, [1, 2]])]
    [torch.float32, dtype('float32'), dtype('int64')]
    """
    given = tuple(values)
    if all(isinstance(a, Node) for a in given):  # the usual call
        return list(given)
    if any(isinstance(a, Node) for a in given):
        given = constants(given)
    arrays: list[Any] = [a if isinstance(a, Node) else np.asarray(a) for a in given]
    for a, b in zip(arrays, given, strict=True):
        if a.dtype.kind not in "biufc":
            raise TypeError(f"needs arrays of numbers, received {b!r}")
    kinds = [a.dtype for a, b in zip(arrays, given, strict=True) if type(b) not in (int, float)]
    floats = [kind for kind in kinds if kind.kind == "f"]
    common = np.result_type(*(floats or kinds)) if kinds else None
    return [
        np.asarray(b, np.result_type(common, b)) if common and type(b) in (int, float) else a
        for a, b in zip(arrays, given, strict=True)
    ]


def floats_of(values: Iterable[Any]) -> list[Any]:
    """The values as `arrays_of` gives them, with integers as floats, of the dtype of the others."""
    arrays = arrays_of(values)
    kinds = [a.dtype for a in arrays if a.dtype.kind not in "iub"]
    dtype = np.result_type(*kinds) if kinds else np.dtype(np.float64)
    return [a.astype(dtype) if a.dtype.kind in "iub" else a for a in arrays]
