"""Questions: results without a gradient."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import BINARY, UNARY, by_element, by_row, sample, spec

__all__ = ["SPECS"]

_VALUES = np.array([[0.5, -0.0, math.inf], [-math.inf, math.nan, 2.0]])
_SPECIAL = (sample(_VALUES), *UNARY)
_TIED = np.array([[1.0, 2.0, 2.0], [1.0, -1.0, 2.0]])
_PAIRED = (*BINARY, sample(_TIED, np.array([1.0, 2.0, -1.0])), sample(_VALUES, _VALUES))
_TRUTH = np.array([[True, False, True], [False, False, True]])
_LOGICAL = (sample(_TRUTH, np.array([True, True, False])), sample(_VALUES, _TRUTH), *BINARY)


def _compare(name: str, relation: Any) -> Any:
    return spec(name, *_PAIRED, reference=by_element(relation))


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
    _compare("equal", operator.eq),
    _compare("not_equal", operator.ne),
    _compare("less", operator.lt),
    _compare("less_equal", operator.le),
    _compare("greater", operator.gt),
    _compare("greater_equal", operator.ge),
    spec(
        "logical_and",
        *_LOGICAL,
        reference=by_element(lambda a, b: bool(a) and bool(b)),
    ),
    spec(
        "logical_or",
        *_LOGICAL,
        reference=by_element(lambda a, b: bool(a) or bool(b)),
    ),
    spec(
        "logical_not",
        sample(_TRUTH),
        *_SPECIAL,
        reference=by_element(lambda a: not a),
    ),
    spec(
        "isnan",
        *_SPECIAL,
        reference=by_element(math.isnan),
    ),
    spec(
        "isinf",
        *_SPECIAL,
        reference=by_element(math.isinf),
    ),
    spec(
        "isfinite",
        *_SPECIAL,
        reference=by_element(math.isfinite),
    ),
    spec(
        "argmax",
        *_ARG,
        reference=_first(max),
    ),
    spec(
        "argmin",
        *_ARG,
        reference=_first(min),
    ),
    spec(
        "argsort",
        sample((2, 3)),
        sample((2, 3, 4), axis=1),
        sample(_TIED, axis=1),
        sample((0, 3), axis=0),
        reference=_sorting,
    ),
    spec(
        "any",
        *_QUANTIFIED,
        reference=_quantifier(any),
    ),
    spec(
        "all",
        *_QUANTIFIED,
        reference=_quantifier(all),
    ),
]


_NEAR = (
    sample(_VALUES, _VALUES),
    sample(np.array([1.0, 1.0, 0.0]), np.array([1.0 + 1e-6, 1.1, 1e-9])),
    sample(np.array([1.0, 2.0]), np.array([1.05, 2.3]), rtol=0.1),
    sample(np.array([1.0, 2.0]), np.array([1.05, 2.3]), atol=0.5),
    sample(_VALUES, _VALUES, equal_nan=True),
    *BINARY,
)


def _close(
    a: float, b: float, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    if math.isnan(a) or math.isnan(b):
        return equal_nan and math.isnan(a) and math.isnan(b)
    return a == b or (math.isfinite(a) and math.isfinite(b) and abs(a - b) <= atol + rtol * abs(b))


def _counts(x: Any, minlength: int = 0) -> Any:
    n = max(minlength, int(max(x.tolist(), default=-1)) + 1)
    return np.array([x.tolist().count(k) for k in range(n)], int)


def _said_by(operation: str) -> dict[str, str]:
    return {"no_gradient_is_said": f"{operation} says it, which it is made of"}


def _places(x: Any) -> Any:
    found = [place for place in np.ndindex(x.shape) if x[place] != 0]
    return np.array(found, int).reshape(len(found), x.ndim)


def _different(x: Any, axis: int | None = None) -> Any:
    elements = x.ravel().tolist() if axis is None else [tuple(row) for row in x.tolist()]
    return np.array(sorted(set(elements)), x.dtype)


SPECS += [
    spec(
        "logical_xor",
        sample(_TRUTH, np.array([True, True, False])),
        sample(_VALUES, _TRUTH),
        *BINARY,
        reference=by_element(lambda a, b: bool(a) != bool(b)),
    ),
    spec(
        "signbit",
        sample(_VALUES),
        *UNARY,
        reference=by_element(lambda x: math.copysign(1.0, x) < 0),
    ),
    spec(
        "isclose",
        *_NEAR,
        reference=by_element(_close),
    ),
    spec(
        "allclose",
        *_NEAR,
        reference=lambda a, b, **how: np.array(bool(by_element(_close)(a, b, **how).all())),
    ),
    spec(
        "count_nonzero",
        sample(_VALUES),
        sample(_TRUTH, axis=0),
        sample((2, 3, 4), axis=(0, 2)),
        sample((2, 3), axis=1, keepdims=True),
        sample((0, 3), axis=0),
        sample(()),
        reference=lambda x, **how: by_row(lambda v: sum(a != 0 for a in v))(x, **how).astype(int),
    ),
    spec(
        "bincount",
        sample(np.array([0, 3, 1, 3])),
        sample(np.array([2, 2]), minlength=5),
        sample(np.zeros(0, int)),
        reference=_counts,
    ),
    *(
        spec(
            name,
            sample(np.array([[0.0, 2.0, -0.0], [math.nan, 0.0, -1.0]])),
            sample(_TRUTH),
            sample(np.zeros((0, 3))),
            sample(()),
            no_gradient=(0,),
            reference=_places,
            exempt=_said_by("argwhere") if name == "nonzero" else {},
        )
        for name in ("argwhere", "nonzero")
    ),
    *(
        spec(
            name,
            sample(np.array([[2, 0, 2], [5, 0, -1]])),
            sample(np.array([1.5, math.inf, 1.5, -0.5])),
            sample(np.array([[1, 2], [0, 2], [1, 2]]), axis=0),
            sample(np.zeros(0)),
            no_gradient=(0,),
            reference=_different,
            exempt=_said_by("unique_values") if name == "unique" else {},
        )
        for name in ("unique", "unique_values")
    ),
]
