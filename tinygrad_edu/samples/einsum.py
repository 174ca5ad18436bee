"""Sums of products over named axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]


def _summed(subscripts: str, *operands: Any) -> Any:
    """Every term written out, for subscripts with all labels named and a result given."""
    inputs, output = subscripts.split("->")
    sizes: dict[str, int] = {}
    for labels, a in zip(inputs.split(","), operands, strict=True):
        for c, n in zip(labels, a.shape, strict=True):
            sizes[c] = max(n, sizes.get(c, 1)) if n else 0
    names = list(sizes)
    terms: dict[tuple[int, ...], list[float]] = {}
    for at in np.ndindex(*sizes.values()):
        where = dict(zip(names, at, strict=True))
        factors = [
            a[tuple(where[c] if n > 1 else 0 for c, n in zip(labels, a.shape, strict=True))]
            for labels, a in zip(inputs.split(","), operands, strict=True)
        ]
        terms.setdefault(tuple(where[c] for c in output), []).append(math.prod(factors))
    y = np.zeros([sizes[c] for c in output])
    for at, values in terms.items():
        y[at] = math.fsum(values)
    return y


# What is written, and the same with every axis named and a result given.
_CALLS: list[tuple[str, str, tuple[tuple[int, ...], ...]]] = [
    ("ij,jk->ik", "ij,jk->ik", ((2, 3), (3, 4))),
    ("ij,jk", "ij,jk->ik", ((2, 3), (3, 4))),
    ("kj,ji", "kj,ji->ik", ((2, 3), (3, 4))),
    ("ij->", "ij->", ((2, 3),)),
    ("ij->ji", "ij->ji", ((2, 3),)),
    ("ij,ij->i", "ij,ij->i", ((2, 3), (2, 3))),
    ("i,j->ij", "i,j->ij", ((2,), (3,))),
    ("i,i", "i,i->", ((3,), (3,))),
    ("ij,j,k->ik", "ij,j,k->ik", ((2, 3), (3,), (4,))),
    ("ij,kl->ij", "ij,kl->ij", ((2, 3), (4, 5))),
    ("bij,bjk->bik", "bij,bjk->bik", ((5, 2, 3), (5, 3, 4))),
    ("...ij,...jk->...ik", "bij,jk->bik", ((5, 2, 3), (3, 4))),
    ("...i->...", "abi->ab", ((2, 4, 3),)),
    ("i...,j...", "ia,ja->aij", ((2, 3), (4, 3))),
    ("ij,jk->ik", "ij,jk->ik", ((2, 1), (3, 4))),
    (",i->i", ",i->i", ((), (3,))),
    ("i->i", "i->i", ((0,),)),
    ("ij,jk,kl->il", "ij,jk,kl->il", ((2, 3), (3, 4), (4, 5))),
]


def _explicit(subscripts: str, *operands: Any) -> Any:
    shapes = tuple(a.shape for a in operands)
    full = next(f for s, f, known in _CALLS if s == subscripts and known == shapes)
    return _summed(full, *operands)


def _repeated(subscripts: str, x: Any) -> Any:
    n = range(x.shape[-1])
    return {
        "ii": lambda: np.array(math.fsum(x[i, i] for i in n)),
        "ii->i": lambda: np.array([x[i, i] for i in n]),
        "jii->ij": lambda: np.array([[x[j, i, i] for j in range(x.shape[0])] for i in n]),
    }[subscripts]()


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    names = "abcdefgh"
    left = [names[k] for k in range(a.ndim)]
    right = [names[k + a.ndim] for k in range(b.ndim)]
    pairs = (
        zip(range(a.ndim - axes, a.ndim), range(axes), strict=True)
        if isinstance(axes, int)
        else zip(*axes, strict=True)
    )
    for i, j in pairs:
        right[j] = left[i]
    output = [c for c in (*left, *right) if (c in left) != (c in right)]
    return _summed(f"{''.join(left)},{''.join(right)}->{''.join(output)}", a, b)


def _outer(a: Any, b: Any) -> Any:
    return np.array([[p * q for q in b.flat] for p in a.flat]).reshape(a.size, b.size)


def _kron(a: Any, b: Any) -> Any:
    n = max(a.ndim, b.ndim)
    a, b = (p.reshape((1,) * (n - p.ndim) + p.shape) for p in (a, b))
    y = np.empty([p * q for p, q in zip(a.shape, b.shape, strict=True)])
    for at in np.ndindex(*y.shape):
        left = tuple(i // q for i, q in zip(at, b.shape, strict=True))
        right = tuple(i % q for i, q in zip(at, b.shape, strict=True))
        y[at] = a[left] * b[right]
    return y


_VECTORS = (
    sample((2,), (3,)),
    sample((2, 3), (4,)),
    sample((), (3,)),
    sample((1,), (1,)),
    sample((0,), (3,)),
)

SPECS = [
    spec(
        "einsum",
        *(sample(written, *shapes) for written, _, shapes in _CALLS),
        reference=_explicit,
        analytic=True,
        call=ops.einsum,
    ),
    spec(
        "tensordot",
        sample((2, 3, 4), (3, 4, 5)),
        sample((2, 3), (3, 4), axes=1),
        sample((2, 3), (4, 5), axes=0),
        sample((2, 3, 4), (4, 2, 5), axes=([0, 2], [1, 0])),
        sample((1, 3), (3, 1), axes=([1], [0])),
        reference=_tensordot,
        analytic=True,
    ),
    spec(
        "outer",
        *_VECTORS,
        reference=_outer,
        analytic=True,
    ),
    spec(
        "dot",
        sample((3,), (3,)),
        sample((2, 3), (3, 4)),
        sample((2, 3), (3,)),
        sample((), (2, 3)),
        sample((5, 2, 3), (4, 3, 6)),
        sample((5, 2, 3), (3,)),
        sample((3,), (4, 3, 2)),
        sample((1,), (1,)),
        reference=lambda a, b: (
            a * b
            if not a.ndim or not b.ndim
            else _tensordot(a, b, ([a.ndim - 1], [max(b.ndim - 2, 0)]))
        ),
        analytic=True,
    ),
    spec(
        "vdot",
        sample((3,), (3,)),
        sample((2, 3), (2, 3)),
        sample((), ()),
        sample((0,), (0,)),
        reference=lambda a, b: np.array(
            math.fsum(p * q for p, q in zip(a.flat, b.flat, strict=True))
        ),
        analytic=True,
    ),
    spec(
        "inner",
        sample((3,), (3,)),
        sample((2, 3), (4, 3)),
        sample((), (2, 3)),
        sample((5, 2, 3), (3,)),
        sample((1,), (1,)),
        reference=lambda a, b: (
            a * b if not a.ndim or not b.ndim else _tensordot(a, b, ([a.ndim - 1], [b.ndim - 1]))
        ),
        analytic=True,
    ),
    spec(
        "kron",
        sample((2, 3), (4, 5)),
        sample((2,), (3, 4)),
        sample((2, 3), (4,)),
        sample((), (3,)),
        sample((1,), (1,)),
        sample((0, 2), (3, 1)),
        reference=_kron,
        analytic=True,
    ),
]


SPECS.append(
    spec(
        "einsum_diagonal",
        sample("ii", (3, 3)),
        sample("ii->i", (1, 1)),
        sample("ii->i", (3, 3)),
        sample("jii->ij", (2, 3, 3)),
        reference=_repeated,
        call=ops.einsum,
        square=True,
    )
)
