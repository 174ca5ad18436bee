"""NumPy's functions on tensors: they are recorded, or refused with a word on what to write."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import (
    MODE,
    NUMPY_FUNCTIONS,
    Array,
    Node,
    mark_changed,
    value_of,
)
from tinygrad_edu.tensor import numpy_constants, numpy_only  # noqa: F401  # they register theirs
from tinygrad_edu.tensor.inplace import InPlace
from tinygrad_edu.tensor.numpy_calls import respelled
from tinygrad_edu.tensor.numpy_refusals import refusal
from tinygrad_edu.tensor.scipy_names import of_scipy

__all__ = ["NumPyProtocol"]

_UFUNC = np.ufunc
_FLOAT64 = np.dtype(np.float64)


class NumPyProtocol(Node):
    """What makes ``np.exp(x)``, ``array * x`` and ``np.asarray(x)`` work on tensors.

    NumPy calls these methods when one of its functions meets an object that is no array (NEP 13
    for ufuncs, NEP 18 for all other functions).
    """

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "__call__" and "out" in options and not _would_lose_gradient(inputs):
            return _write(ufunc, inputs, options)
        if method == "__call__":
            return _dispatch(ufunc, inputs, options)
        if method in ("reduce", "accumulate"):
            options.setdefault("axis", 0)
        return _dispatch(getattr(ufunc, method), inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return _dispatch(function, args, kwargs)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if self.requires_grad:
            raise TypeError(
                "np.asarray of a tensor that requires a gradient would lose the gradient; "
                "use .detach().numpy() or .item() if none is needed; tg.stack([a, b]) and "
                "tg.concatenate([a, b]) make one tensor of several and keep it"
            )
        return np.array(self.value, dtype=dtype, copy=copy)


def _would_lose_gradient(inputs: Any) -> bool:
    return MODE.get().grad and any(isinstance(x, Node) and x.requires_grad for x in inputs)


def _write(ufunc: Any, inputs: Any, options: dict[str, Any]) -> Any:
    """``array += tensor`` where nothing is recorded: ``w.data -= lr * w.grad`` is such a line."""
    target = options["out"][0]
    if isinstance(target, InPlace):
        target = target._memory(f"np.{ufunc.__name__}(out=...)")
    else:
        mark_changed(target)
    ufunc(*map(value_of, inputs), **{**options, "out": target})
    return options["out"][0]


def _dispatch(function: Any, args: Any, options: dict[str, Any]) -> Any:
    """Call the operation that stands for a NumPy function, or say why there is none."""
    operation = NUMPY_FUNCTIONS.get(function) or of_scipy(function)
    if operation is None:
        raise refusal(function)
    if options or len(args) > 1:
        if type(function) is not _UFUNC:
            args, options = respelled(function, operation, args, options)
        if options and options.pop("out", None) is not None:
            raise TypeError(
                f"np.{function.__name__}: writing a result into an array (out=, or `array += "
                "tensor`) would lose its gradient; write y = x + ... instead"
            )
    result = operation(*args, **options)
    first = result[0] if isinstance(result, tuple) and result else result
    if isinstance(first, Node) and _narrowed(first, args):
        wide = [ops.astype(x, dtype=_FLOAT64) if isinstance(x, Node) else x for x in args]
        return operation(*wide, **options)
    return result


def _narrowed(result: Node, args: Any) -> bool:
    """Whether floats of integers are in PyTorch's default dtype: NumPy's function gives float64."""
    if result.requires_grad or result.value.dtype != np.float32:
        return False
    kinds = [x.value.dtype.kind for x in args if isinstance(x, Node)]
    return "f" not in kinds and bool(kinds)
