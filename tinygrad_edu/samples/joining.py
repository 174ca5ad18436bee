"""Joining what has different numbers of axes, and cutting it again."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.samples.rearranging import joined
from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]


def _flat(function: Any) -> Any:
    """All arrays that NumPy's function returns, flattened and joined."""

    def reference(*arrays: Any, **params: Any) -> Any:
        parts = function(*arrays, **params)
        return np.concatenate([p.reshape(-1) for p in parts])

    return reference


def _of_list(function: Any) -> Any:
    """A function of one list, called with the arrays one by one."""
    return lambda *arrays, **params: function(list(arrays), **params)


def _corner(function: Any) -> Any:
    """A matrix of four blocks, one of them a number."""
    return lambda a, b, c: function([[a, b], [c, 2.0]])


_ATLEAST = (sample(()), sample((3,)), sample((2, 3)), sample((2, 3, 4)), sample((0, 3)))
_HALVES = [(4, 3), (2, 3), (4, 1), (2, 0)]


SPECS = [
    *(
        spec(name, *_ATLEAST, reference=getattr(np, name), analytic=True)
        for name in ("atleast_1d", "atleast_2d", "atleast_3d")
    ),
    spec(
        "append",
        sample((3,), (2,)),
        sample((2, 3), (4,)),
        sample((2, 3), (4, 3), axis=0),
        sample((2, 3), (2, 1), axis=-1),
        sample((), ()),
        sample((0,), (2,)),
        reference=np.append,
        analytic=True,
    ),
    spec(
        "column_stack",
        sample((3,), (3,)),
        sample((3,), (3, 2)),
        sample((2, 3), (2, 4), (2, 1)),
        sample((), ()),
        sample((0,), (0, 3)),
        reference=_of_list(np.column_stack),
        call=_of_list(ops.column_stack),
        analytic=True,
    ),
    spec(
        "dstack",
        sample((3,), (3,)),
        sample((2, 3), (2, 3)),
        sample((2, 3, 4), (2, 3), (2, 3, 5)),
        sample(()),
        sample((0, 3), (0, 3)),
        reference=_of_list(np.dstack),
        call=_of_list(ops.dstack),
        analytic=True,
    ),
    spec(
        "block",
        sample((2, 3), (2, 1), (1, 3)),
        sample((1, 3), (1, 1), (3,)),
        sample((1,), (1,), (1,)),
        sample((1, 3, 2), (1, 3, 4), (1, 1, 5)),
        reference=_corner(np.block),
        call=_corner(ops.block),
        analytic=True,
    ),
    spec(
        "array_split",
        sample((7,), indices_or_sections=3),
        sample((2, 5), indices_or_sections=2, axis=-1),
        sample((7, 2), indices_or_sections=[1, 4]),
        sample((2, 3), indices_or_sections=5, axis=1),
        sample((0, 3), indices_or_sections=2),
        reference=_flat(np.array_split),
        call=joined(ops.array_split),
        analytic=True,
    ),
    spec(
        "hsplit",
        sample((6,), indices_or_sections=3),
        sample((2, 6), indices_or_sections=2),
        sample((3, 5, 2), indices_or_sections=[1, 2]),
        sample((1, 2), indices_or_sections=1),
        reference=_flat(np.hsplit),
        call=joined(ops.hsplit),
        analytic=True,
    ),
    spec(
        "vsplit",
        *(sample(shape, indices_or_sections=2) for shape in _HALVES),
        sample((5, 2), indices_or_sections=[1, 3]),
        reference=_flat(np.vsplit),
        call=joined(ops.vsplit),
        analytic=True,
    ),
    spec(
        "dsplit",
        sample((2, 3, 4), indices_or_sections=2),
        sample((2, 1, 5), indices_or_sections=[2, 3]),
        sample((0, 3, 2), indices_or_sections=1),
        reference=_flat(np.dsplit),
        call=joined(ops.dsplit),
        analytic=True,
    ),
]
