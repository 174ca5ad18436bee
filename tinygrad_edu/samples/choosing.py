"""Choices by condition, and functions of pieces of an array."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.ops.choosing import numpy_select
from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]

_FIRST = np.array([[True, False, True], [False, False, True]])
_SECOND = np.array([False, True, True])


def _chosen(function: Any) -> Any:
    """Two choices and what is left."""
    return lambda a, b, default=0.0: function([_FIRST, _SECOND], [a, b], default)


def _numbered(function: Any) -> Any:
    def call(choice: Any, *choices: Any, **params: Any) -> Any:
        return function(choice, list(choices), **params)

    return call


def _pieces(function: Any, exp: Any) -> Any:
    """Three pieces: two functions, and a number for the rest."""
    pieces = [lambda v: exp(v), lambda v: v * v, 0.5]
    return lambda x: function(x, [x < -0.3, x > 0.3], pieces)


def _lines(function: Any, axis: int, of_line: Any) -> Any:
    return lambda x: function(of_line, axis, x)


def _two_numbers(v: Any) -> Any:
    return v[:2] * v[-1]


def _square(v: Any) -> Any:
    return v[:2].reshape((2, 1)) * v


def _over(function: Any, total: Any) -> Any:
    return lambda x, axes: function(total, x, axes)


SPECS = [
    spec(
        "numpy_select",
        sample((2, 3), (3,)),
        sample((2, 3), (2, 3), ()),
        sample((1,), (), (2, 3)),
        reference=_chosen(np.select),
        call=_chosen(numpy_select),
        analytic=True,
    ),
    spec(
        "choose",
        sample(np.array([0, 1, 1]), (3,), (2, 3)),
        sample(np.array([[2], [0]]), (3,), (), (2, 3)),
        sample(np.array([-1, 3, 1]), (3,), (3,), mode="wrap"),
        sample(np.array([-1, 3, 1]), (3,), (1,), mode="clip"),
        reference=_numbered(np.choose),
        call=_numbered(ops.choose),
        analytic=True,
    ),
    spec(
        "piecewise",
        sample((7,)),
        sample((2, 5)),
        sample(()),
        sample((0, 3)),
        reference=_pieces(np.piecewise, np.exp),
        call=_pieces(ops.piecewise, ops.exp),
        exempt={"nan_is_not_hidden": "where no condition holds, the value is a number"},
    ),
    spec(
        "apply_along_axis",
        sample((2, 3)),
        sample((3,)),
        sample((2, 1, 4)),
        reference=_lines(np.apply_along_axis, -1, _two_numbers),
        call=_lines(ops.apply_along_axis, -1, _two_numbers),
        analytic=True,
    ),
    spec(
        "apply_along_axis_square",
        sample((3, 2)),
        sample((3,)),
        sample((4, 1, 2)),
        reference=_lines(np.apply_along_axis, 0, _square),
        call=_lines(ops.apply_along_axis, 0, _square),
        analytic=True,
    ),
    spec(
        "apply_over_axes",
        sample((2, 3), 0),
        sample((2, 3, 4), [0, -1]),
        sample((2, 1, 3), [1]),
        reference=_over(np.apply_over_axes, np.sum),
        call=_over(ops.apply_over_axes, ops.sum),
        analytic=True,
    ),
]
