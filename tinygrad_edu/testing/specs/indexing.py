"""Reading and adding by index."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.testing.specs.base import sample, spec

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


def _torch_added(torch: Any, x: Any, index: Any, shape: Any) -> Any:
    places = torch.tensor(np.array(np.arange(int(np.prod(shape))).reshape(shape)[index]))
    flat = torch.zeros(int(np.prod(shape)), dtype=x.dtype)
    return flat.index_add(0, places.reshape(-1), x.reshape(-1)).reshape(shape)


def _torch_read(torch: Any, x: Any, index: Any) -> Any:
    places = torch.tensor(np.array(np.arange(x.numel()).reshape(x.shape)[index]))
    return x.reshape(-1)[places.reshape(-1)].reshape(tuple(places.shape))


SPECS = [
    spec(
        "getitem",
        *(sample(shape, index=index) for shape, index in _INDICES),
        reference=_read,
        torch=_torch_read,
        analytic=True,
    ),
    spec(
        "add_at",
        *(
            sample(np.empty(shape)[index].shape, index=index, shape=shape)
            for shape, index in _INDICES
        ),
        reference=_added,
        torch=_torch_added,
        analytic=True,
    ),
]
