"""NumPy's further keywords of reductions, written once for all: dtype, initial, where and mean.

Each function here makes the ``further`` of operations (`engine.calls.Further`): what does not count
is replaced by a value that changes nothing, and the operation itself does the rest.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._checked import shown
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.ops._inputs import arrays_of

__all__ = ["averaging", "casting", "deviating", "folding", "masked_count", "truths"]


def _cast(x: Any, dtype: Any) -> Any:
    """``x``, a list too, in the dtype that is asked for."""
    (x,) = arrays_of([x])
    return x if dtype is None else x.astype(dtype)


def casting(x: Any, *axis: Any, operation: Any, dtype: Any = None, **params: Any) -> Any:
    """For running sums and products: computed in ``dtype``."""
    return operation(_cast(x, dtype), *axis, **params)


def _mask(where: Any, x: Any) -> Any:
    """The mask of the elements that count, in the shape of ``x``."""
    return np.broadcast_to(truths(where), x.shape)


def truths(where: Any) -> Any:
    """``where=`` as an array of True and False; raises for numbers, as NumPy does."""
    mask = np.asarray(value_of(where))
    if mask.dtype.kind != "b":
        raise TypeError(f"where must be True, False or an array of them, received {shown(where)}")
    return mask


def _limit(join: Any, dtype: Any) -> Any:
    """The value that changes no maximum, or no minimum, of a dtype."""
    largest = join is np.minimum
    if dtype.kind == "f":
        return np.inf if largest else -np.inf
    if dtype.kind == "b":
        return largest
    return np.iinfo(dtype).max if largest else np.iinfo(dtype).min


def folding(join: Any, neutral: float | None = None) -> Callable[..., Any]:
    """For sums, products, extrema and truth: ``join`` takes the ``initial`` value in.

    ``neutral`` is what changes no result; an extremum has it from its dtype.
    """

    @rounded_once
    def further(
        x: Any,
        *axis: Any,
        operation: Any,
        dtype: Any = None,
        initial: Any = None,
        where: Any = True,
        **params: Any,
    ) -> Any:
        x = _cast(x, dtype)
        fill = _limit(join, x.dtype) if neutral is None else neutral
        if where is not True:
            if neutral is None and initial is None:
                raise ValueError(
                    f"{operation.__name__}: with where= nothing may be left, so pass initial= too"
                )
            x = np.where(_mask(where, x), x, fill)
        if neutral is None and initial is not None and not x.size:
            y = np.sum(x, *axis, **params) + fill  # NumPy has no maximum of nothing
        else:
            y = operation(x, *axis, **params)
        if initial is None:
            return y
        return join(y, initial if isinstance(initial, Node) else np.asarray(initial, y.dtype))

    return further


def masked_count(where: Any, x: Any, axis: Any, keepdims: bool = False) -> Any:
    """How many elements of ``x`` count for each element of a reduction; a plain array."""
    return np.sum(_mask(where, x), axis=axis, keepdims=keepdims, dtype=float)


def _over(total: Any, n: Any) -> Any:
    """``total`` / n in the dtype of the total; by 0, that is NaN or infinite."""
    with np.errstate(all="ignore"):
        return total / n.astype(total.dtype)


@rounded_once
def averaging(
    x: Any,
    axis: Any = None,
    keepdims: bool = False,
    *,
    operation: Any,
    dtype: Any = None,
    where: Any = True,
) -> Any:
    """The mean of what counts: its sum over its number; NaN where nothing counts."""
    x = _cast(x, dtype if dtype is None or np.dtype(dtype).kind == "f" else float)
    if where is True:
        y = operation(x, axis=axis, keepdims=keepdims)
    else:
        x = x if x.dtype.kind == "f" else x.astype(float)
        total = np.sum(np.where(_mask(where, x), x, 0.0), axis=axis, keepdims=keepdims)
        y = _over(total, masked_count(where, x, axis, keepdims))
    return y if dtype is None else y.astype(dtype)


def deviating(root: bool) -> Callable[..., Any]:
    """For the variance and, with its ``root``, the standard deviation; ``mean`` may be given."""

    @rounded_once
    def further(
        x: Any,
        axis: Any = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        operation: Any,
        dtype: Any = None,
        mean: Any = None,
        where: Any = True,
    ) -> Any:
        x = _cast(x, dtype)
        if mean is None:
            mean = averaging(x, axis, keepdims=True, operation=np.mean, where=where)
        counts = _mask(where, x)
        centered = np.where(counts, np.where(counts, x, 0.0) - mean, 0.0)
        n = masked_count(where, x, axis, keepdims) - ddof
        if (n <= 0).any():
            text = f"{operation.__name__}: ddof={ddof:g} leaves nothing to divide by somewhere"
            warnings.warn(text, RuntimeWarning, stacklevel=4)
        n = np.maximum(n, 0.0)
        y = _over(np.sum(centered * centered, axis=axis, keepdims=keepdims), n)
        # As in `std`, the slope at 0 is 0, where that of the square root is infinite.
        return np.where(y == 0, 0.0, np.sqrt(np.where(y == 0, 1.0, y))) if root else y

    return further
