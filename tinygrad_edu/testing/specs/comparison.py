"""Questions: results without a gradient."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs.base import BINARY, UNARY, by_element, sample, spec

__all__ = ["SPECS"]

_VALUES = np.array([[0.5, -0.0, math.inf], [-math.inf, math.nan, 2.0]])
_SPECIAL = (sample(_VALUES), *UNARY)
_TIED = np.array([[1.0, 2.0, 2.0], [1.0, -1.0, 2.0]])
_PAIRED = (*BINARY, sample(_TIED, np.array([1.0, 2.0, -1.0])), sample(_VALUES, _VALUES))
_TRUTH = np.array([[True, False, True], [False, False, True]])
_LOGICAL = (sample(_TRUTH, np.array([True, True, False])), sample(_VALUES, _TRUTH), *BINARY)


def _compare(name: str, relation: Any, torch: str) -> Any:
    return spec(name, *_PAIRED, reference=by_element(relation), torch=torch)


def _first(choose: Any) -> Any:
    def reference(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        if axis is None:
            flat = x.reshape(-1).tolist()
            found = np.array(flat.index(choose(flat)))
            return found.reshape((1,) * x.ndim) if keepdims else found
        lines = np.moveaxis(x, axis, -1)
        y = np.empty(lines.shape[:-1], np.int64)
        for at in np.ndindex(*y.shape):
            line = lines[at].tolist()
            y[at] = line.index(choose(line))
        return np.expand_dims(y, axis) if keepdims else y

    return reference


def _sorting(x: Any, axis: int = -1) -> Any:
    lines = np.moveaxis(x, axis, -1)
    y = np.empty(lines.shape, np.int64)
    for at in np.ndindex(*lines.shape[:-1]):
        line = lines[at].tolist()
        y[at] = sorted(range(len(line)), key=line.__getitem__)
    return np.moveaxis(y, -1, axis)


_ARG = (
    sample((2, 3)),
    sample((2, 3), axis=0),
    sample((2, 3, 4), axis=-1, keepdims=True),
    sample((2, 3), keepdims=True),
    sample(_TIED, axis=1),
    sample(()),
)
_QUANTIFIED = (
    sample(_TRUTH),
    sample(_TRUTH, axis=0),
    sample(_TRUTH, axis=1, keepdims=True),
    sample(_VALUES, axis=1),
    sample((2, 3, 4), axis=(0, 2)),
    sample((0, 3), axis=0),
    sample(()),
)


def _quantifier(holds: Any) -> Any:
    def reference(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        rest = [a for a in range(x.ndim) if a not in axes]
        moved = np.transpose(x, [*rest, *axes])
        shape = [x.shape[a] for a in rest]
        y = np.empty(shape, bool)
        for at in np.ndindex(*shape):
            y[at] = holds(bool(v) for v in moved[at].reshape(-1).tolist())
        return np.expand_dims(y, tuple(axes)) if keepdims else y

    return reference


SPECS = [
    _compare("equal", operator.eq, "eq"),
    _compare("not_equal", operator.ne, "ne"),
    _compare("less", operator.lt, "lt"),
    _compare("less_equal", operator.le, "le"),
    _compare("greater", operator.gt, "gt"),
    _compare("greater_equal", operator.ge, "ge"),
    spec(
        "logical_and",
        *_LOGICAL,
        reference=by_element(lambda a, b: bool(a) and bool(b)),
        torch="logical_and",
    ),
    spec(
        "logical_or",
        *_LOGICAL,
        reference=by_element(lambda a, b: bool(a) or bool(b)),
        torch="logical_or",
    ),
    spec(
        "logical_not",
        sample(_TRUTH),
        *_SPECIAL,
        reference=by_element(lambda a: not a),
        torch="logical_not",
    ),
    spec("isnan", *_SPECIAL, reference=by_element(math.isnan), torch="isnan"),
    spec("isinf", *_SPECIAL, reference=by_element(math.isinf), torch="isinf"),
    spec("isfinite", *_SPECIAL, reference=by_element(math.isfinite), torch="isfinite"),
    spec("argmax", *_ARG, reference=_first(max), torch="argmax"),
    spec("argmin", *_ARG, reference=_first(min), torch="argmin"),
    spec(
        "argsort",
        sample((2, 3)),
        sample((2, 3, 4), axis=1),
        sample(_TIED, axis=1),
        sample((0, 3), axis=0),
        reference=_sorting,
        torch=lambda torch, x, axis=-1: torch.argsort(x, dim=axis, stable=True),
    ),
    spec("any", *_QUANTIFIED, reference=_quantifier(any), torch="any"),
    spec("all", *_QUANTIFIED, reference=_quantifier(all), torch="all"),
]
