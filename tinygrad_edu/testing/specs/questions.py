"""More questions: results without a gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs.base import BINARY, UNARY, by_element, by_row, sample, spec

__all__ = ["SPECS"]

_VALUES = np.array([[0.5, -0.0, math.inf], [-math.inf, math.nan, 2.0]])
_TRUTH = np.array([[True, False, True], [False, False, True]])
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


SPECS = [
    spec(
        "logical_xor",
        sample(_TRUTH, np.array([True, True, False])),
        sample(_VALUES, _TRUTH),
        *BINARY,
        reference=by_element(lambda a, b: bool(a) != bool(b)),
        torch="logical_xor",
    ),
    spec(
        "signbit",
        sample(_VALUES),
        *UNARY,
        reference=by_element(lambda x: math.copysign(1.0, x) < 0),
        torch="signbit",
    ),
    spec("isclose", *_NEAR, reference=by_element(_close), torch="isclose"),
    spec(
        "allclose",
        *_NEAR,
        reference=lambda a, b, **how: np.array(bool(by_element(_close)(a, b, **how).all())),
        torch=lambda torch, a, b, **how: torch.tensor(
            torch.allclose(*torch.broadcast_tensors(a, b), **how)
        ),
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
        torch=lambda torch, x, axis=None, keepdims=False: torch.as_tensor(
            np.count_nonzero(x.numpy(), axis=axis, keepdims=keepdims)
        ),
    ),
    spec(
        "bincount",
        sample(np.array([0, 3, 1, 3])),
        sample(np.array([2, 2]), minlength=5),
        sample(np.zeros(0, int)),
        reference=_counts,
        torch=lambda torch, x, minlength=0: torch.bincount(x, minlength=minlength),
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
            torch="argwhere",
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
            torch=lambda torch, x, axis=None: torch.unique(x, dim=axis),
        )
        for name in ("unique", "unique_values")
    ),
]
