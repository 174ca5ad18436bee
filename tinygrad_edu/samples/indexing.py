"""Reading and adding by index."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]

_MASK = np.array([[True, False, True], [False, False, True]])
_INDICES: list[tuple[tuple[int, ...], Any]] = [
    ((4, 3), 2),
    ((4, 3), -1),
    ((4, 3), (slice(None), 1)),
    ((5, 3), slice(1, None, 2)),
    ((7, 3), (slice(None, None, -2), slice(None, None, -1))),
    ((4, 3), (None, Ellipsis, 0)),
    ((2, 3, 4), (Ellipsis, 1)),
    ((4, 3), np.array([0, 0, 2, 1, 2])),
    ((4, 3), np.array([[0, -1, 2, 0], [3, 0, 1, 3]])),
    ((4, 3), (np.array([0, 0, 2]), np.array([1, 1, 0]))),
    ((4, 3, 2), (np.array([1, 1]), slice(None), np.array([0, 0]))),
    ((4, 3, 2), (slice(None), np.array([1, 1, 0]))),
    ((2, 3), _MASK),
    ((2, 3, 4), (_MASK,)),
    ((3, 4), (slice(None), np.array([True, False, True, False]))),
    ((2, 3), np.zeros((2, 3), bool)),
    ((2, 3), True),
    ((4,), np.zeros(0, np.int64)),
    ((4,), np.int64(2)),
    ((), ()),
    ((), Ellipsis),
    ((0, 3), slice(0, 2)),
    ((2, 3, 1, 5), (1, slice(None), None, 0, np.array([4, 4, 0, 1]))),
]


def _read(x: Any, index: Any) -> Any:
    """NumPy says where each element comes from, and Python's own lists what it is."""
    places = np.arange(x.size).reshape(x.shape)[index]
    values = [x.flat[int(p)] for p in np.asarray(places).flat]
    return np.array(values).reshape(np.shape(places))


def _added(x: Any, index: Any, shape: Any) -> Any:
    y = np.zeros(shape)
    places = np.asarray(np.arange(y.size).reshape(shape)[index])
    for place, value in zip(places.flat, np.broadcast_to(x, places.shape).flat, strict=True):
        y.flat[int(place)] += value
    return y


SPECS = [
    spec(
        "getitem",
        *(sample(shape, index=index) for shape, index in _INDICES),
        reference=_read,
        analytic=True,
    ),
    spec(
        "add_at",
        *(
            sample(np.empty(shape)[index].shape, index=index, shape=shape)
            for shape, index in _INDICES
        ),
        reference=_added,
        analytic=True,
    ),
]


_ROWS = np.array([[0, 2, 2], [1, 0, 3]])


def _line(at: tuple[int, ...], axis: int, k: int) -> tuple[int, ...]:
    return (*at[:axis], k, *at[axis + 1 :])


def _read_along(x: Any, index: Any, axis: int) -> Any:
    axis %= x.ndim
    y = np.empty(index.shape)
    for at in np.ndindex(*index.shape):
        y[at] = x[_line(at, axis, index[at])]
    return y


def _taken(x: Any, indices: Any, axis: Any = -1) -> Any:
    if axis is None:
        return _read_along(x.reshape(-1), indices, 0)
    axis %= x.ndim
    lead = [
        1 if a == axis else max(n, m)
        for a, (n, m) in enumerate(zip(x.shape, indices.shape, strict=True))
    ]
    if 0 in x.shape:
        lead = [n if a != axis else 1 for a, n in enumerate(x.shape)]
    wide = np.broadcast_to(x, [x.shape[a] if a == axis else n for a, n in enumerate(lead)])
    places = [indices.shape[a] if a == axis else n for a, n in enumerate(lead)]
    return _read_along(wide, np.broadcast_to(indices, places), axis)


def _written(add: bool) -> Any:
    def reference(x: Any, axis: int, index: Any, src: Any) -> Any:
        y = x.copy()
        for at in np.ndindex(*index.shape):
            value = src if isinstance(src, float) else src[at]
            place = _line(at, axis % x.ndim, index[at])
            y[place] = y[place] + value if add else value
        return y

    return reference


def _slices(x: Any, axis: int, index: Any) -> Any:
    lines = np.moveaxis(x, axis, 0)
    y = np.empty((len(index), *lines.shape[1:]))
    for k, i in enumerate(index):
        y[k] = lines[i]
    return np.moveaxis(y, 0, axis)


def _added_along(x: Any, axis: int, index: Any, source: Any, alpha: float = 1.0) -> Any:
    y = x.copy()
    to, lines = np.moveaxis(y, axis, 0), np.moveaxis(source, axis, 0)
    for k, i in enumerate(index):
        to[i] = to[i] + alpha * lines[k]
    return y


def _set(x: Any, value: Any, index: Any) -> Any:
    y = x.copy()
    places = np.asarray(np.arange(x.size).reshape(x.shape)[index])
    shape = np.broadcast_shapes(value.shape, places.shape)  # maybe with more axes, of size 1
    for place, v in zip(places.flat, np.broadcast_to(value, shape).flat, strict=True):
        y.flat[int(place)] = v
    return y


_WRITES = (
    sample((3, 4), 1, np.array([[0, 2, 3], [1, 0, 2]]), (2, 3)),
    sample((4, 3), 0, np.array([[0, 2, 2], [1, 0, 3]]), (2, 3)),
    sample(
        (4, 3),
        0,
        np.array([[0], [1]]),
        (3, 2),
        unlike_torch="its backward fails where src is larger than the index",
    ),
    sample((3, 4), -1, np.array([[0], [2]]), (2, 1)),
    sample((4,), 0, np.array([3, 1]), (2,)),
    sample((1, 4), 1, np.array([[3]]), 0.5),
)

SPECS += [
    spec(
        "take_along_axis",
        sample((2, 4), _ROWS),
        sample((4, 3), _ROWS, axis=0),
        sample((2, 4), np.array([[1, 1, 0]]), axis=1),
        sample((1, 4), _ROWS, axis=1),
        sample((2, 3), np.array([5, 0, 5]), axis=None),
        sample((4,), np.array([3, 3])),
        sample((0, 3), np.zeros((0, 2), int), axis=1),
        reference=_taken,
        analytic=True,
    ),
    spec(
        "gather",
        sample((2, 4), 1, _ROWS),
        sample((4, 5), 0, _ROWS),
        sample((3, 4), -1, np.array([[0], [2]])),
        sample((4,), 0, np.array([3, 3, 0])),
        sample((2, 3, 4), 1, np.array([[[2, 0, 1, 1]], [[0, 0, 2, 2]]])),
        sample((1, 4), 1, np.array([[2]])),
        reference=lambda x, axis, index: _read_along(x, index, axis),
        analytic=True,
    ),
    spec(
        "scatter",
        *_WRITES,
        reference=_written(add=False),
    ),
    spec(
        "scatter_add",
        *_WRITES[:-1],
        reference=_written(add=True),
        analytic=True,
    ),
    spec(
        "index_select",
        sample((4, 3), 0, np.array([3, 0, 0])),
        sample((2, 4), 1, np.array([1, 1])),
        sample((4,), 0, np.array([2])),
        sample((1, 4), -1, np.array([0, 3])),
        reference=_slices,
        analytic=True,
    ),
    spec(
        "take",
        sample((2, 3), np.array([5, 0, 0])),
        sample((2, 4), np.array([1, 1, 3]), axis=1),
        sample((4, 3), _ROWS, axis=0),
        sample((1,), np.array([0, 0])),
        reference=lambda x, indices, axis=None: _take(x, indices, axis),
        analytic=True,
    ),
    spec(
        "index_add",
        sample((4, 3), 0, np.array([3, 0, 0, 1, 3]), (5, 3)),
        sample((3, 4), 1, np.array([1, 1]), (3, 2), alpha=-0.7),
        sample((1,), 0, np.array([0, 0]), (2,)),
        reference=_added_along,
        analytic=True,
    ),
    spec(
        "masked_fill",
        sample((2, 3), _MASK, 0.5),
        sample((2, 3), np.array([True, False, False]), ()),
        sample((), np.array(True), 2.0),
        sample((0, 3), np.zeros((0, 3), bool), 1.0),
        sample((1,), np.array([False]), 2.0),
        reference=lambda x, mask, value: np.array(
            [
                float(value) if m else v
                for v, m in zip(x.flat, np.broadcast_to(mask, x.shape).flat, strict=True)
            ]
        ).reshape(x.shape),
    ),
    spec(
        "masked_select",
        sample((2, 3), _MASK),
        sample((2, 3), np.array([True, False, True])),
        sample((3,), _MASK),
        sample((2, 3), np.zeros((2, 3), bool)),
        sample((1,), np.array([True])),
        reference=lambda x, mask: np.array(
            [v for v, m in zip(*(a.flat for a in np.broadcast_arrays(x, mask)), strict=True) if m]
        ),
        analytic=True,
    ),
    spec(
        "set_at",
        sample((4, 3), (3,), index=2),
        sample((4, 3), (), index=(slice(None), 1)),
        sample((5, 3), (2, 1), index=slice(1, None, 2)),
        sample((4, 3), (5, 3), index=np.array([0, 0, 2, 1, 2])),
        sample((4, 3), (3,), index=(np.array([0, 0, 2]), np.array([1, 1, 0]))),
        sample((2, 3), (), index=_MASK),
        sample((2, 3), (3,), index=_MASK),
        sample((), (), index=()),
        sample((0, 3), (3,), index=slice(None)),
        sample((4, 3), (1, 1, 3), index=2),
        sample((4, 3), (1, 2, 1), index=slice(1, 3)),
        reference=_set,
    ),
]


def _take(x: Any, indices: Any, axis: Any) -> Any:
    if axis is None:
        x, axis = x.reshape(-1), 0
    flat = _slices(x, axis, indices.reshape(-1))
    return flat.reshape((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]))
