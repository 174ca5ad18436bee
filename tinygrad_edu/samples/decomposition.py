"""Factorizations: functions of the factors that do not depend on signs, which are arbitrary."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS"]

_SQUARE = (sample((3, 3)), sample((2, 4, 4)), sample((1, 1)))
_ANY = (sample((3, 2)), sample((2, 4)), sample((5, 3, 2)), sample((3, 3)), sample((1, 1)))
_REPEATS = {
    "layout_does_not_matter": "equal rows make values repeat, where no derivative exists",
    "nan_is_not_hidden": "LAPACK raises where a matrix holds NaN",
}


def _flat(parts: Any, lead: Any) -> Any:
    return np.concatenate(
        [p.reshape((*lead, int(np.prod(p.shape[len(lead) :])))) for p in parts], axis=-1
    )


def _positive(x: Any) -> Any:
    return x @ np.swapaxes(x, -1, -2) + np.eye(x.shape[-1], dtype=x.dtype)


def _eigh(x: Any) -> Any:
    values, vectors = ops.eigh(x)
    return _flat([values, vectors * vectors], x.shape[:-2])


def _by_general_solver(x: Any) -> Any:
    values, vectors = np.linalg.eig((x + np.swapaxes(x, -1, -2)) / 2)
    order = np.argsort(values.real, axis=-1)
    values = np.take_along_axis(values.real, order, -1)
    vectors = np.take_along_axis(vectors.real, order[..., None, :], -1)
    return _flat([values, vectors**2], x.shape[:-2])


def _svd(x: Any) -> Any:
    u, s, vh = ops.svd(x, full_matrices=False)
    weights = np.arange(1.0, s.shape[-1] + 1).astype(s.dtype)
    return _flat([s, u * u, vh * vh, (u * weights) @ vh], x.shape[:-2])


def _real_eig(m: Any) -> tuple[Any, Any]:
    """Eigenvalues and vectors of a symmetric matrix; from NumPy 2.5 on `eig` is always complex."""
    values, vectors = np.linalg.eig(m)
    return values.real, vectors.real


def _svd_by_eigenvectors(x: Any) -> Any:
    parts = []
    for at in np.ndindex(*x.shape[:-2]):
        m = x[at]
        k = min(m.shape)
        if m.shape[0] <= m.shape[1]:
            squares, u = _real_eig(m @ m.T)
            order = np.argsort(-squares)[:k]
            s, u = np.sqrt(squares[order]), u[:, order]
            vh = (m.T @ u / s).T
        else:
            squares, v = _real_eig(m.T @ m)
            order = np.argsort(-squares)[:k]
            s, vh = np.sqrt(squares[order]), v[:, order].T
            u = m @ vh.T / s
        joined = u @ np.diag(np.arange(1.0, k + 1)) @ vh
        parts.append(np.concatenate([a.reshape(-1) for a in (s, u * u, vh * vh, joined)]))
    return np.array(parts).reshape((*x.shape[:-2], -1))


def _gram_schmidt(m: Any) -> tuple[Any, Any]:
    rows, columns = m.shape
    k = min(rows, columns)
    q = np.zeros((rows, k))
    for j in range(k):
        rest = m[:, j].copy()
        for _ in range(2):
            rest = rest - q[:, :j] @ (q[:, :j].T @ rest)
        q[:, j] = rest / np.sqrt(rest @ rest)
    return q, q.T @ m


def _qr(x: Any) -> Any:
    q, r = ops.qr(x)
    sign = np.sign(np.diagonal(r, 0, -2, -1))
    q, r = q * np.expand_dims(sign, -2), r * np.expand_dims(sign, -1)
    return _flat([q, r], x.shape[:-2])


def _qr_by_hand(x: Any) -> Any:
    rows = [
        np.concatenate([p.reshape(-1) for p in _gram_schmidt(x[at])])
        for at in np.ndindex(*x.shape[:-2])
    ]
    return np.array(rows).reshape((*x.shape[:-2], -1))


def _cholesky(x: Any) -> Any:
    n = x.shape[-1]
    a = _positive(x)
    y = np.zeros_like(a)
    for at in np.ndindex(*x.shape[:-2]):
        for i in range(n):
            for j in range(i + 1):
                rest = a[(*at, i, j)] - sum(y[(*at, i, k)] * y[(*at, j, k)] for k in range(j))
                y[(*at, i, j)] = np.sqrt(rest) if i == j else rest / y[(*at, j, j)]
    return y


SPECS = [
    spec(
        "cholesky",
        *_SQUARE,
        reference=_cholesky,
        call=lambda x: ops.cholesky(_positive(x)),
        square=True,
    ),
    spec(
        "eigh",
        *_SQUARE,
        reference=_by_general_solver,
        call=_eigh,
        square=True,
        exempt=_REPEATS,
    ),
    spec(
        "eigvalsh",
        *_SQUARE,
        reference=lambda x: np.sort(np.linalg.eigvals((x + np.swapaxes(x, -1, -2)) / 2).real),
        square=True,
        exempt=_REPEATS,
    ),
    spec(
        "svd",
        *_ANY,
        reference=_svd_by_eigenvectors,
        call=_svd,
        square=True,
        exempt=_REPEATS,
    ),
    spec(
        "svdvals",
        *_ANY,
        reference=lambda x: _svd_by_eigenvectors(x)[..., : min(x.shape[-2:])],
        square=True,
        exempt=_REPEATS,
    ),
    spec(
        "qr",
        *_ANY,
        reference=_qr_by_hand,
        call=_qr,
        square=True,
        exempt=_REPEATS,
    ),
]
