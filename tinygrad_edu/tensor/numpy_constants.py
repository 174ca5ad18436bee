"""NumPy's functions whose results have no derivative: counts, places, sets, comparisons, texts.

On tensors they give what NumPy gives, with arrays as tensors that know why they have no gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu.engine import MODE, NUMPY_FUNCTIONS, Node, Primitive
from tinygrad_edu.engine.primitive import record
from tinygrad_edu.tensor.numpy_refusals import refusal

__all__ = ["CONSTANT_FUNCTIONS", "ONLY_DETACHED"]

#: The functions of ``numpy`` by name.
CONSTANT_FUNCTIONS = [
    "argpartition", "array2string", "array_equal", "array_equiv", "array_repr", "array_str",
    "bitwise_count", "bitwise_left_shift", "bitwise_right_shift", "can_cast", "common_type",
    "diag_indices_from", "digitize", "einsum_path", "flatnonzero", "gcd", "intersect1d",
    "iscomplex", "iscomplexobj", "isin", "isneginf", "isposinf", "isreal", "isrealobj", "ix_",
    "lcm", "left_shift", "lexsort", "may_share_memory", "min_scalar_type", "nanargmax",
    "nanargmin", "nonzero", "packbits", "ravel_multi_index", "result_type", "right_shift",
    "searchsorted", "setdiff1d", "setxor1d", "shares_memory", "tril_indices_from",
    "triu_indices_from", "union1d", "unique", "unique_all", "unique_counts", "unique_inverse",
    "unique_values", "unpackbits", "unravel_index",
]  # fmt: skip
#: Those of which a part depends on the values smoothly: refused where a gradient is required.
ONLY_DETACHED = ["histogram", "histogram2d", "histogram_bin_edges", "histogramdd"]


def _plain(value: Any) -> Any:
    """The arrays of the tensors in an argument."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    return value.value if isinstance(value, Node) else value


def _results(op: Primitive, y: Any) -> Any:
    """The arrays of a result as tensors; anything else as it is."""
    if isinstance(y, tuple):
        parts = [_results(op, part) for part in y]
        return type(y)(*parts) if isinstance(getattr(y, "_fields", None), tuple) else tuple(parts)
    if isinstance(y, (np.ndarray, np.generic)) and y.dtype.kind in "fbiu":
        return record(op, y, None, (), {}, False)
    return y


def _constant_function(name: str, function: Any) -> Callable[..., Any]:
    def call(*args: Any, **options: Any) -> Any:
        if name in ONLY_DETACHED and _needs_gradient((*args, *options.values())):
            raise refusal(function)
        options = {key: _plain(value) for key, value in options.items()}
        return _results(op, function(*_plain(args), **options))

    call.__name__ = name
    op = Primitive(call, (None,))
    return call


def _needs_gradient(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_needs_gradient, value))
    return isinstance(value, Node) and value.requires_grad and MODE.get().grad


for _name in CONSTANT_FUNCTIONS + ONLY_DETACHED:
    _function = getattr(np, _name)
    NUMPY_FUNCTIONS.setdefault(_function, _constant_function(_name, _function))
