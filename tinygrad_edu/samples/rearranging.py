"""Reversing, rotating, repeating, splitting."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.ops import padding, shaping
from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS", "joined"]


def joined(function: Any) -> Any:
    """All arrays that ``function`` returns, flattened and joined: one array to differentiate."""

    def call(*arrays: Any, **params: Any) -> Any:
        parts = function(*arrays, **params)
        return np.concatenate([np.reshape(p, (int(np.prod(p.shape)),)) for p in parts])

    call.__name__ = function.__name__
    return call


def _gathered(place: Any) -> Any:
    """The elements of x whose numbers in C order ``place(numbers, **params)`` gives."""

    def reference(x: Any, *rest: Any, **params: Any) -> Any:
        numbers = np.empty(x.shape, object)
        for k, at in enumerate(np.ndindex(*x.shape)):
            numbers[at] = k
        chosen = place(numbers, *rest, **params)
        values = [x.flat[k] for k in chosen.flat]
        return np.array(values, float).reshape(chosen.shape)

    return reference


def _flipped(a: Any, axis: Any = None) -> Any:
    axes = range(a.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    for k in axes:
        a = np.moveaxis(np.array(list(np.moveaxis(a, k, 0))[::-1], object), 0, k) if a.size else a
    return a


def _rolled(a: Any, shift: Any, axis: Any = None) -> Any:
    if axis is None:
        return _rolled(a.reshape(-1), shift, 0).reshape(a.shape)
    shifts = shift if isinstance(shift, tuple) else (shift,)
    axes = axis if isinstance(axis, tuple) else (axis,)
    for s, k in zip(shifts, axes, strict=True):
        n = a.shape[k]
        a = np.moveaxis(a, k, 0)[[(i - s) % n for i in range(n)]] if n else np.moveaxis(a, k, 0)
        a = np.moveaxis(a, 0, k)
    return a


_CUTS: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((6, 2), {"indices_or_sections": 3}),
    ((2, 6), {"indices_or_sections": 2, "axis": 1}),
    ((7,), {"indices_or_sections": [2, 3]}),
    ((7,), {"split_size": 3}),
    ((2, 5), {"split_size": [1, 4], "axis": -1}),
    ((3, 0), {"indices_or_sections": 1, "axis": 1}),
    ((1,), {"split_size": 2}),
]


def _in_order(x: Any, axis: int = 0, **how: Any) -> Any:
    """The parts of a cut hold the slices in order; where they end is tested by their shapes."""
    ends: list[int] = []
    n = x.shape[axis]
    cut, size = how.get("indices_or_sections"), how.get("split_size")
    if isinstance(cut, int):
        ends = [n * (k + 1) // cut for k in range(cut)]
    elif cut is not None:
        ends = [*cut, n]
    elif isinstance(size, int):
        ends = [*range(size, n, size), n]
    elif size is not None:
        ends = [sum(size[: k + 1]) for k in range(len(size))]
    elif "chunks" in how:
        size = -(-n // how["chunks"])
        ends = [*range(size, n, size), n]
    slices = [s.reshape(-1).tolist() for s in np.moveaxis(x, axis, 0)]
    rest = [m for k, m in enumerate(x.shape) if k != axis % x.ndim]
    parts, start = [], 0
    for end in ends:
        block = np.array(slices[start:end], float).reshape(end - start, *rest)
        parts.append(np.moveaxis(block, 0, axis).reshape(-1))
        start = end
    return np.concatenate(parts)


def _all_joined(function: Any) -> Any:
    """What NumPy's function of several arrays gives, flattened and joined."""
    return lambda *arrays: np.concatenate([p.reshape(-1) for p in function(*arrays)])


_PADS = (
    {"mode": "constant", "constant_values": ((1, 2), (3, 4))},
    {"mode": "constant", "constant_values": 0.5},
    {"mode": "edge"},
    {"mode": "wrap"},
    {"mode": "reflect"},
    {"mode": "reflect", "reflect_type": "odd"},
    {"mode": "symmetric"},
    {"mode": "linear_ramp", "end_values": ((1, 2), (3, 4))},
    {"mode": "maximum"},
    {"mode": "minimum", "stat_length": 1},
    {"mode": "mean", "stat_length": ((1, 2), (3, 9))},
    {"mode": "median"},
)

SPECS = [
    spec(
        "numpy_pad",
        *(sample((2, 3), pad_width=((0, 1), (5, 4)), **how) for how in _PADS),
        sample((1, 4), pad_width=2, mode="symmetric"),
        sample((3,), pad_width=(2, 0), mode="linear_ramp"),
        sample((), pad_width=0),
        reference=np.pad,
        call=padding.numpy_pad,
    ),
    spec(
        "numpy_reshape",
        sample((2, 3), shape=(3, 2), order="F"),
        sample((2, 3, 4), shape=(4, -1), order="F"),
        sample((2, 3), shape=6, order="F"),
        sample((1, 4), shape=(2, 2)),
        reference=lambda x, shape, order="C": np.reshape(x, shape, order),
        call=shaping.numpy_reshape,
        analytic=True,
    ),
    spec(
        "numpy_ravel",
        sample((2, 3)),
        sample((2, 3, 4), order="F"),
        sample(()),
        reference=np.ravel,
        call=shaping.numpy_ravel,
        analytic=True,
    ),
    spec(
        "flipud",
        sample((2, 3)),
        sample((3,)),
        sample((0, 3)),
        reference=_gathered(np.flipud),
        analytic=True,
    ),
    spec(
        "fliplr",
        sample((2, 3)),
        sample((2, 3, 4)),
        sample((3, 0)),
        reference=_gathered(np.fliplr),
        analytic=True,
    ),
    spec(
        "rollaxis",
        sample((2, 3, 4), axis=2),
        sample((2, 3, 4), axis=0, start=2),
        sample((2, 3, 4), axis=-2, start=3),
        sample((2, 1, 3), axis=1, start=-1),
        sample((2, 3), axis=1, start=1),
        reference=np.rollaxis,
        analytic=True,
    ),
    spec(
        "broadcast_arrays",
        sample((2, 3), (3,)),
        sample((2, 1), (3,), ()),
        sample((4,)),
        reference=_all_joined(np.broadcast_arrays),
        call=joined(ops.broadcast_arrays),
        analytic=True,
    ),
    spec(
        "sliding_window_view",
        sample((5,), window_shape=2),
        sample((4, 5), window_shape=(3, 2)),
        sample((4, 5, 2), window_shape=(3,), axis=1),
        sample((5, 1), window_shape=(3, 2), axis=(0, 0)),
        sample((1,), window_shape=1),
        reference=np.lib.stride_tricks.sliding_window_view,
        analytic=True,
    ),
    spec(
        "flip",
        sample((2, 3)),
        sample((2, 3), axis=0),
        sample((2, 3, 4), axis=(0, -1)),
        sample(()),
        sample((0, 3), axis=1),
        sample((2, 1, 3, 5), axis=-2),
        reference=_gathered(_flipped),
        analytic=True,
    ),
    spec(
        "roll",
        sample((2, 3), shift=1),
        sample((4,), shift=-6),
        sample((2, 3), shift=2, axis=1),
        sample((2, 3, 4), shift=(1, -2), axis=(0, 2)),
        sample((0, 3), shift=1, axis=1),
        sample((1,), shift=3),
        reference=_gathered(_rolled),
        analytic=True,
    ),
    spec(
        "rot90",
        *(sample((2, 3), k=k) for k in range(-1, 5)),
        sample((2, 3, 4), k=1, axes=(2, 0)),
        sample((1, 4)),
        reference=_gathered(lambda a, k=1, axes=(0, 1): np.rot90(a, k, axes)),
        analytic=True,
    ),
    spec(
        "repeat",
        sample((2, 3), 2),
        sample((2, 3), 2, axis=1),
        sample((2, 3), np.array([0, 2, 1]), axis=1),
        sample((3, 4), [1, 0, 2], axis=0),
        sample((), 3),
        sample((0, 3), 2, axis=0),
        reference=_gathered(lambda a, repeats, axis=None: np.repeat(a, repeats, axis)),
        analytic=True,
    ),
    spec(
        "repeat_interleave",
        sample((2, 3), 2, axis=1),
        sample((2, 3), [1, 3], axis=0),
        sample((1,), 4),
        reference=_gathered(lambda a, repeats, axis=None: np.repeat(a, repeats, axis)),
        analytic=True,
    ),
    spec(
        "tile",
        sample((2, 3), reps=2),
        sample((2, 3), reps=(2, 3)),
        sample((3,), reps=(4, 2)),
        sample((2, 3, 4), reps=(2, 1)),
        sample((), reps=3),
        sample((0, 3), reps=(2, 2)),
        sample((2, 3), reps=(0, 2)),
        reference=_gathered(lambda a, reps: np.tile(a, reps)),
        analytic=True,
    ),
    spec(
        "split",
        *(sample(shape, **how) for shape, how in _CUTS),
        reference=_in_order,
        call=joined(ops.split),
        analytic=True,
    ),
    spec(
        "chunk",
        sample((5, 2), chunks=2),
        sample((2, 7), chunks=3, axis=1),
        sample((4,), chunks=9),
        sample((1,), chunks=1),
        reference=_in_order,
        call=joined(ops.chunk),
        analytic=True,
    ),
    spec(
        "unbind",
        sample((2, 3)),
        sample((2, 3, 4), axis=1),
        sample((1, 3), axis=-1),
        reference=lambda x, axis=0: np.array([v for s in np.moveaxis(x, axis, 0) for v in s.flat]),
        call=joined(ops.unbind),
        analytic=True,
    ),
    spec(
        "narrow",
        sample((5, 2), axis=0, start=1, length=3),
        sample((2, 5), axis=-1, start=-2, length=2),
        sample((1, 3), axis=0, start=0, length=1),
        sample((4,), axis=0, start=4, length=0),
        reference=_gathered(
            lambda a, axis, start, length: np.take(
                a, [(start + k) % a.shape[axis] for k in range(length)], axis
            )
        ),
        analytic=True,
    ),
    spec(
        "select",
        sample((2, 3), axis=0, index=1),
        sample((2, 3, 4), axis=1, index=-1),
        sample((4,), axis=0, index=2),
        sample((1, 3), axis=0, index=0),
        reference=_gathered(lambda a, axis, index: np.take(a, [index], axis).squeeze(axis)),
        analytic=True,
    ),
    spec(
        "hstack",
        sample((2, 3), (2, 4)),
        sample((3,), (2,)),
        sample((), (2,)),
        sample((2, 3, 4), (2, 1, 4)),
        reference=lambda *a: np.concatenate(
            [np.atleast_1d(p) for p in a], axis=0 if a[0].ndim < 2 else 1
        ),
        call=lambda *arrays: ops.hstack(arrays),
        analytic=True,
    ),
    spec(
        "vstack",
        sample((2, 3), (4, 3)),
        sample((3,), (3,)),
        sample((), ()),
        sample((3,), (2, 3)),
        reference=lambda *a: np.concatenate([np.atleast_2d(p) for p in a], axis=0),
        call=lambda *arrays: ops.vstack(arrays),
        analytic=True,
    ),
    spec(
        "meshgrid",
        sample((2,), (3,)),
        sample((2,), (3,), (4,), indexing="ij"),
        sample((4,)),
        sample((), (2,)),
        sample((2,), (3,), (1,), indexing="xy"),
        sample((2,), (3,), sparse=True),
        reference=lambda *lines, **how: np.concatenate(
            [p.reshape(-1) for p in np.meshgrid(*lines, **how)]
        ),
        call=joined(ops.meshgrid),
        analytic=True,
    ),
]
