"""What may become the values of a tensor, and as which array."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checks import check_dtype, is_array
from tinygrad_edu.compat.dtypes import get_default_dtype
from tinygrad_edu.engine import MODE, Array, Node

__all__ = ["constant", "real_array"]

_KINDS = "fbiu"


def real_array(data: Any, dtype: Any) -> Array:
    """``data`` as an array of real numbers or booleans: lists of floats become float32."""
    if isinstance(data, Node):
        if not data.is_leaf:
            _refuse_loss_of(data)
        data = data.value
    if isinstance(data, np.ndarray) and type(data) is not np.ndarray:
        raise TypeError(f"a {type(data).__name__} follows rules of its own; pass np.asarray(data)")
    if isinstance(data, (np.ndarray, np.generic)):
        array = np.asarray(data)
    else:
        try:
            array = np.asarray(_unwrap(data))
        except ValueError as error:
            raise ValueError(f"tensor: cannot make one array of the data: {error}") from None
        if dtype is None and array.dtype == np.float64:
            dtype = get_default_dtype().dtype
    if dtype is not None and array.dtype.kind in _KINDS:
        if is_array(dtype):
            check_dtype("tensor", "dtype", dtype)
        try:
            array = array.astype(dtype, copy=False)
        except TypeError:
            check_dtype("tensor", "dtype", dtype)
            raise
    if array.dtype.kind not in _KINDS or array.dtype == np.longdouble:
        raise TypeError(
            f"tensor: dtype {array.dtype} is not supported; "
            "use float16, float32, float64, an integer type or bool"
        )
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return array


def constant(owner: str, name: str, value: Any) -> Any:
    """The array of an argument that is not differentiated; refuses where a gradient would be lost.

    Anything but a tensor is returned as it is.
    """
    if not isinstance(value, Node):
        return value
    if value.requires_grad and MODE.get().grad:
        instead = f"write {_INSTEAD[owner]}, or " if owner in _INSTEAD else ""
        raise TypeError(
            f"{owner} would lose the gradient of {name}; {instead}detach it if none is needed"
        )
    return value.value


#: How to write what a creation function does, so that it is recorded.
_INSTEAD = {
    "full": "x + tg.zeros(2)",
    "arange": "x * tg.arange(3)",
    "linspace": "start + (end - start) * tg.linspace(0, 1, 3)",
    "logspace": "10 ** (start + (end - start) * tg.linspace(0, 1, 3))",
    "normal": "mean + std * tg.randn(2)",
}


def _unwrap(data: Any) -> Any:
    """Nested lists with the tensors inside them as arrays."""
    if isinstance(data, Node):
        _refuse_loss_of(data)
        return data.value
    if isinstance(data, (list, tuple)):
        return [_unwrap(item) for item in data]
    return data


def _refuse_loss_of(tensor: Node) -> None:
    """A new tensor of the values alone would cut the way back to where they come from."""
    if tensor.requires_grad and MODE.get().grad:
        raise RuntimeError(
            "a new tensor of the values of one that requires a gradient would lose the gradient; "
            "tg.stack([a, b]) joins tensors and keeps it, .detach() drops it on purpose"
        )
