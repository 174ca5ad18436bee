"""NumPy's functions on tensors that have no operation of their own: shapes, ranges, aliases."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import NUMPY_FUNCTIONS, Node, implements
from tinygrad_edu.ops._inputs import arrays_of

__all__: list[str] = []


@implements(np.shape)
def _shape(a: Node) -> tuple[int, ...]:
    return a.value.shape


@implements(np.ndim)
def _ndim(a: Node) -> int:
    return a.value.ndim


@implements(np.size)
def _size(a: Node, axis: Any = None) -> int:
    return np.size(a.value, axis)


@implements(np.copy)
def _copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    return a.clone()


@implements(np.diagflat)
def _diagflat(v: Any, k: int = 0) -> Any:
    return ops.diag(v.reshape(-1), k=k)


# ---- ranges: the numbers between are weighted means of both ends


@implements(np.linspace)
def _linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    start, stop = arrays_of([start, stop])
    ndim = max(start.ndim, stop.ndim)
    share = np.linspace(0.0, 1.0, num, endpoint).reshape((num,) + (1,) * ndim)
    if start.dtype.kind == "f":
        share = share.astype(start.dtype)
    y = ops.moveaxis(start * (1.0 - share) + stop * share, source=0, destination=axis)
    y = y if dtype is None else y.astype(dtype)
    return (y, (stop - start) / (num - bool(endpoint) or np.nan)) if retstep else y


@implements(np.logspace)
def _logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    y = ops.power(base, _linspace(start, stop, num, endpoint, axis=axis))
    return y if dtype is None else y.astype(dtype)


@implements(np.geomspace)
def _geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    start, stop = arrays_of([start, stop])
    sign = np.sign(start)  # both ends have the same
    y = sign * ops.exp(_linspace(ops.log(start * sign), ops.log(stop * sign), num, endpoint))
    y = ops.moveaxis(y, source=0, destination=axis)
    return y if dtype is None else y.astype(dtype)


# ---- what NumPy 2.1 added


def _running(of: Any, first: float) -> Any:
    def call(x: Any, axis: Any = None, dtype: Any = None, include_initial: bool = False) -> Any:
        if axis is None and x.ndim > 1:
            raise ValueError("give axis=, along which the elements are taken one after the other")
        axis = 0 if axis is None else axis
        y = of(x, axis=axis, dtype=dtype)
        if not include_initial:
            return y
        shape = tuple(1 if a == axis % x.ndim else n for a, n in enumerate(x.shape))
        return np.concatenate([np.full(shape, first, y.dtype), y], axis=axis)

    return call


_NEW = {
    "astype": ops.astype,
    "cumulative_sum": _running(ops.cumsum, 0.0),
    "cumulative_prod": _running(ops.cumprod, 1.0),
}
NUMPY_FUNCTIONS.update({getattr(np, name): _NEW[name] for name in _NEW.keys() & set(dir(np))})
