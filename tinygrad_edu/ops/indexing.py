"""Reading by index and its adjoint, adding by index."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import primitive


def _is_basic(index: Any) -> bool:
    """Whether an index only slices, so that it names no element twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or (isinstance(part, (slice, int, np.integer)) and not isinstance(part, bool))
        for part in parts
    )


@primitive(lambda g, y, x, index: scatter_add(g, index=index, shape=x.shape))
def getitem(x, *, index):
    """Read x[index]: slices, integers, integer arrays with repeats, masks, in any mix as in NumPy.

    x̄ is 0 but at the index, where ȳ is added: once for each time an element was read.
    """
    return x[index]


@primitive(lambda g, y, x, index, shape: g[index])
def scatter_add(x, *, index, shape):
    """Zeros of ``shape`` with x added at ``index``, repeats included.  x̄ = ȳ[index]."""
    y = np.zeros_like(x, shape=shape)
    if _is_basic(index):
        y[index] = x
    else:
        np.add.at(y, index, x)
    return y
