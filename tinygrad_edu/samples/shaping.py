"""Operations that move values without changing them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]


def _moved(index: Any) -> Any:
    """A reference from ``index(shape of x, position in y, params) -> position in x``."""

    def reference(x: Any, **params: Any) -> Any:
        shape, where = index(x.shape, **params)
        y = np.empty(shape)
        for at in np.ndindex(*shape):
            y[at] = x[where(at)]
        return y

    return reference


def _flat(x: Any, shape: Any) -> Any:
    if -1 in shape:
        known = -int(np.prod(shape))
        shape = tuple(x.size // known if n == -1 else n for n in shape)
    return np.array(list(x.flat)).reshape(shape)


def _permutation(shape: Any, axes: Any = None) -> Any:
    n = len(shape)
    order = [a % n for a in axes] if axes is not None else list(range(n))[::-1]
    return tuple(shape[a] for a in order), lambda at: tuple(at[order.index(a)] for a in range(n))


def _swapped(shape: Any, axis1: int, axis2: int) -> Any:
    order = list(range(len(shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return _permutation(shape, order)


def _placed(shape: Any, source: Any, destination: Any) -> Any:
    n = len(shape)
    sources = [s % n for s in (source if isinstance(source, tuple) else (source,))]
    ends = [d % n for d in (destination if isinstance(destination, tuple) else (destination,))]
    order = [a for a in range(n) if a not in sources]
    for end, start in sorted(zip(ends, sources, strict=True)):
        order.insert(end, start)
    return _permutation(shape, order)


def _stretched(old: Any, shape: Any) -> Any:
    lead = len(shape) - len(old)
    return shape, lambda at: tuple(0 if n == 1 else i for i, n in zip(at[lead:], old, strict=True))


def _joined(*arrays: Any, axis: int | None = 0) -> Any:
    if axis is None:
        return np.array([v for a in arrays for v in a.flat])
    lists = [np.moveaxis(a, axis, 0).tolist() for a in arrays]
    shape = np.moveaxis(arrays[0], axis, 0).shape[1:]
    rows = [row for rows in lists for row in rows]
    return np.moveaxis(np.array(rows).reshape((len(rows), *shape)), 0, axis)


def _stacked(*arrays: Any, axis: int = 0) -> Any:
    y = np.empty((len(arrays), *arrays[0].shape))
    for k, a in enumerate(arrays):
        y[k] = a
    return np.moveaxis(y, 0, axis)


def _merged(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    n = max(x.ndim, 1)
    shape = x.shape or (1,)
    start, end = start_dim % n, end_dim % n
    return _flat(x, (*shape[:start], int(np.prod(shape[start : end + 1])), *shape[end + 1 :]))


SPECS = [
    spec(
        "reshape",
        sample((2, 3), shape=(3, 2)),
        sample((2, 3, 4), shape=(4, -1)),
        sample((2, 3), shape=(6,)),
        sample((), shape=(1, 1)),
        sample((1,), shape=()),
        sample((0, 3), shape=(3, 0, 2)),
        sample((2, 3, 1, 5), shape=(5, 6)),
        reference=_flat,
        analytic=True,
    ),
    spec(
        "transpose",
        sample((2, 3)),
        sample((2, 3, 4), axes=(1, 2, 0)),
        sample((2, 3, 4), axes=(-1, 0, 1)),
        sample((2, 3, 1, 5), axes=(3, 1, 0, 2)),
        sample(()),
        sample((4,)),
        sample((0, 3)),
        reference=_moved(_permutation),
        analytic=True,
    ),
    spec(
        "broadcast_to",
        sample((3,), shape=(2, 3)),
        sample((2, 1), shape=(2, 3)),
        sample((), shape=(2, 3)),
        sample((2, 1, 3, 1), shape=(2, 4, 3, 5)),
        sample((2, 3), shape=(2, 3)),
        sample((1, 3), shape=(0, 3)),
        sample((0, 3), shape=(2, 0, 3)),
        reference=_moved(_stretched),
        analytic=True,
    ),
    spec(
        "expand_dims",
        sample((2, 3), axis=0),
        sample((2, 3), axis=-1),
        sample((2, 3, 4), axis=(1, 3)),
        sample((), axis=0),
        sample((0, 3), axis=1),
        reference=np.expand_dims,
        analytic=True,
    ),
    spec(
        "squeeze",
        sample((2, 1, 3)),
        sample((2, 1, 3), axis=1),
        sample((1, 2, 1, 3), axis=(0, -2)),
        sample((1, 2, 1, 3), axis=2),
        sample((1,)),
        sample((0, 1)),
        reference=lambda x, axis=None: np.array(list(x.flat)).reshape(np.squeeze(x, axis).shape),
        analytic=True,
    ),
    spec(
        "swapaxes",
        sample((2, 3), axis1=0, axis2=1),
        sample((2, 3, 4), axis1=-1, axis2=0),
        sample((2, 3, 1, 5), axis1=1, axis2=3),
        sample((0, 3), axis1=0, axis2=-1),
        sample((2, 3), axis1=1, axis2=1),
        reference=_moved(_swapped),
        analytic=True,
    ),
    spec(
        "matrix_transpose",
        sample((2, 3)),
        sample((4, 2, 3)),
        sample((0, 3)),
        reference=_moved(lambda shape: _swapped(shape, -2, -1)),
        analytic=True,
    ),
    spec(
        "moveaxis",
        sample((2, 3, 4), source=0, destination=2),
        sample((2, 3, 4), source=-1, destination=0),
        sample((2, 3, 1, 5), source=(0, 3), destination=(2, 0)),
        sample((0, 3), source=0, destination=1),
        reference=_moved(_placed),
        analytic=True,
    ),
    spec(
        "concatenate",
        sample((2, 3), (4, 3)),
        sample((2, 3), (2, 4), (2, 1), axis=1),
        sample((2, 3), (2, 4), axis=-1),
        sample((3,), (2,)),
        sample((0, 3), (2, 3)),
        sample((2, 3)),
        sample((2, 3, 1, 5), (2, 4, 1, 5), axis=1),
        sample((2, 3), (2, 3)),
        sample((2, 3), (4,), (), axis=None),
        reference=_joined,
        call=lambda *arrays, **params: ops.concatenate(arrays, **params),
        analytic=True,
    ),
    spec(
        "stack",
        sample((2, 3), (2, 3)),
        sample((2, 3), (2, 3), (2, 3), (2, 3), axis=1),
        sample((2, 3), (2, 3), axis=-1),
        sample((), (), ()),
        sample((0, 3), (0, 3)),
        sample((2, 3)),
        reference=_stacked,
        call=lambda *arrays, **params: ops.stack(arrays, **params),
        analytic=True,
    ),
    spec(
        "astype",
        sample((2, 3), dtype=np.float64),
        sample((), dtype=np.float64),
        sample((0, 3), dtype=np.float64),
        reference=lambda x, dtype: x,
        keeps_dtype=False,
    ),
    spec(
        "flatten",
        sample((2, 3, 4)),
        sample((2, 3, 4), start_dim=1),
        sample((2, 3, 4), start_dim=-3, end_dim=1),
        sample(()),
        sample((0, 3)),
        sample((2, 3, 1, 5), start_dim=1, end_dim=2),
        reference=_merged,
        analytic=True,
    ),
]
