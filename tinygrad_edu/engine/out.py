"""``out=``: a result that is written into a tensor, as a change in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine.changes import mark_changed
from tinygrad_edu.engine.node import Node, value_of

__all__ = ["written"]


def written(name: str, result: Any, out: Any) -> Any:
    """``out`` with the values of a result, or several with those of several.

    A tensor of no elements takes the shape too. The change is recorded where the result is.

    Raises
    ------
    TypeError
        If ``out`` is no tensor, or of a dtype that cannot hold the result.
    ValueError
        If the shapes are not equal: nothing is broadcast.
    """
    if not isinstance(out, (tuple, list)):
        return _put(name, result, out)
    if not isinstance(result, tuple) or len(out) != len(result):
        wanted = f"{len(result)} tensors" if isinstance(result, tuple) else "a tensor"
        raise ValueError(f"{name}: out needs {wanted}, received {len(out)}")
    for part, target in zip(result, out, strict=True):
        _put(name, part, target)
    return out


def _put(name: str, result: Any, out: Any) -> Any:
    if not isinstance(out, Node):
        raise TypeError(f"{name}: out must be a tensor, received a {type(out).__name__}")
    target, values = out.value, np.asarray(value_of(result))
    if not np.can_cast(values.dtype, target.dtype, "same_kind"):
        raise TypeError(
            f"{name}: out has dtype {target.dtype}, which cannot hold the result of dtype "
            f"{values.dtype}"
        )
    if target.size == 0 and out.is_leaf and target.shape != values.shape:
        out.value = np.empty(values.shape, target.dtype)
        mark_changed(target)
    elif target.shape != values.shape:
        raise ValueError(
            f"{name}: out must have the shape {values.shape} of the result, or no elements; "
            f"received {target.shape}"
        )
    return out.copy_(result)  # type: ignore[attr-defined]  # it is a Tensor
