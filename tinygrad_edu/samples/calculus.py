"""Differences, slopes, integrals, interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.samples.rearranging import joined
from tinygrad_edu.testing.specs import away_from, between, sample, spec

__all__ = ["SPECS"]


def _joined_numpy(x: Any, *rest: Any, **params: Any) -> Any:
    found = np.gradient(x, *rest, **params)
    parts = found if isinstance(found, (list, tuple)) else [found]
    return np.concatenate([p.reshape(-1) for p in parts])


def _slopes(x: Any, *rest: Any, **params: Any) -> Any:
    found = ops.gradient(x, *rest, **params)
    return joined(lambda: found if isinstance(found, tuple) else (found,))()


_PLACES = np.array([0.0, 0.5, 2.0, 2.25, 4.0])
_KNOTS = np.array([-1.5, -0.5, 0.25, 1.0, 1.75])
_BETWEEN_KNOTS = away_from(*_KNOTS.tolist())

SPECS = [
    spec(
        "diff",
        sample((4,)),
        sample((2, 3)),
        sample((5, 3), axis=0, n=2),
        sample((2, 3, 4), axis=1),
        sample((2, 3), n=0),
        sample((1,)),
        sample((0, 3), axis=1),
        sample((2, 3), 1, -1, (), ()),
        sample((2, 3), 2, 1, (2, 4), (2, 1)),
        sample((2, 3), 1, 0, prepend=0.5),
        sample((2, 3), 1, 0, append=0.5),
        reference=np.diff,
        analytic=True,
    ),
    spec(
        "ediff1d",
        sample((4,)),
        sample((2, 3)),
        sample((3,), (2,), (4,)),
        sample((3,), (2,)),
        sample((3,), None, ()),
        sample((1,), None, (2,)),
        reference=np.ediff1d,
    ),
    spec(
        "gradient",
        sample((4,)),
        sample((5,), 0.5, edge_order=2),
        sample((2, 3)),
        sample((3, 5), 0.5, _PLACES),
        sample((3, 5), _PLACES, axis=1, edge_order=2),
        sample((4, 1, 3), 2.0, 0.5, axis=(0, -1)),
        sample((3,), np.array([0.0, 1.0, 3.0]), edge_order=2),
        sample((2,)),
        sample((3,), (), domain=between(0.5, 1.5)),
        reference=_joined_numpy,
        call=_slopes,
        analytic=True,
    ),
    spec(
        "trapezoid",
        sample((4,)),
        sample((2, 3), None, 0.5),
        sample((2, 3), None, (), 0),
        sample((3, 5), _PLACES),
        sample((5, 3), (5,), axis=0),
        sample((2, 3), (2, 3)),
        sample((3, 2), (3, 1), axis=0),
        sample((1,)),
        reference=np.trapezoid,
        analytic=True,
    ),
    spec(
        "interp",
        sample((7,), _KNOTS, (5,)),
        sample((3, 4), _KNOTS, (5,), left=0.5, right=-0.5),
        sample((), _KNOTS, (5,)),
        sample((6,), _KNOTS, (5,), (), ()),
        sample((1,), np.array([0.3]), (1,)),
        sample((0, 3), _KNOTS, (5,)),
        sample((6,), _KNOTS[[3, 0, 4, 2, 1]], (5,), period=3.5),
        reference=np.interp,
        domain=_BETWEEN_KNOTS,
    ),
]
