"""Factorizations of matrices that have a derivative only where they are unique.

The factors of a matrix are computed together and packed into one array, because one formula gives
the gradient of x from those of all factors. Where an eigenvalue or a singular value repeats, its
vectors are not unique: they have no gradient, and asking for it is an error.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._checks import check_choice
from tinygrad_edu.engine import primitive, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops.diagonals import diagonal, tril, triu
from tinygrad_edu.ops.solving import as_linalg, in_kind, inv, square_matrix, transposed

__all__ = ["cholesky", "eigh", "eigvalsh", "qr", "svd", "svdvals"]


def _column(x: Any) -> Any:
    return np.expand_dims(x, -1)


def _row(x: Any) -> Any:
    return np.expand_dims(x, -2)


def pack(*parts: Any, batch: int) -> Any:
    """The parts side by side in one axis after ``batch`` leading ones."""
    lead = parts[0].shape[:batch]
    return np.concatenate([p.reshape((*lead, math.prod(p.shape[batch:]))) for p in parts], axis=-1)


def unpack(packed: Any, *shapes: tuple[int, ...]) -> list[Any]:
    """Undo `pack`, given the shapes of the parts without the leading axes."""
    parts, start = [], 0
    for shape in shapes:
        stop = start + math.prod(shape)
        parts.append(packed[..., start:stop].reshape((*packed.shape[:-1], *shape)))
        start = stop
    return parts


def _over_gaps(coupling: Any, gaps: Any, scale: Any, what: str) -> Any:
    """``coupling / gaps``, 0 where both vanish; an error where only the gap does."""
    raw, size = np.abs(value_of(coupling)), np.max(np.abs(value_of(scale)), initial=0.0)
    closed = np.abs(value_of(gaps)) <= 8 * gaps.shape[-1] * np.finfo(gaps.dtype).eps * size
    if (closed & (raw > 0)).any():
        raise ValueError(
            f"{what}, so its vectors are not unique and their gradient does not exist there; "
            "use the values alone, or a function that does not need the vectors"
        )
    return np.where(closed, 0.0, coupling / np.where(closed, 1.0, gaps))


def _identity(n: int, like: Any) -> Any:
    return np.eye(n, dtype=like.dtype)


# ---- symmetric eigenproblem


def _eigh_vjp(g: Any, y: Any, x: Any) -> Any:
    n = x.shape[-1]
    values, vectors = unpack(y, (n,), (n, n))
    g_values, g_vectors = unpack(g, (n,), (n, n))
    gaps = _row(values) - _column(values)
    off = 1.0 - _identity(n, x)
    # An eigenvector turns towards another by what couples them, divided by their gap.
    turn = (transposed(vectors) @ g_vectors) * off
    inner = _over_gaps(turn, gaps + _identity(n, x), values, "eigh: an eigenvalue repeats")
    inner = inner + _column(g_values) * _identity(n, x)
    x_bar = vectors @ inner @ transposed(vectors)
    return (x_bar + transposed(x_bar)) * 0.5


@primitive(_eigh_vjp)
def eigh_(x):
    """Eigenvalues and eigenvectors in one array; `eigh` is the function to call."""
    square_matrix(x)
    work = as_linalg(x)
    values, vectors = np.linalg.eigh((work + transposed(work)) * 0.5)
    return in_kind(pack(values, vectors, batch=x.ndim - 2), x)


class EighResult(NamedTuple):
    """What `eigh` gives, by the names of NumPy and PyTorch."""

    eigenvalues: Any
    eigenvectors: Any


def _triangle(name: str, x: Any, side: str | None) -> Any:
    """The symmetric matrix of which ``side`` is given, or x itself for None."""
    if check_choice(name, "UPLO", side, (None, "L", "U", "l", "u")) is None:
        return x
    half = tril(x) if side in ("L", "l") else triu(x)
    return half + transposed(half) * (1.0 - _identity(x.shape[-1], x))


@composite(numpy=np.linalg.eigh)
def eigh(x: Any, UPLO: str | None = None) -> EighResult:
    """Eigenvalues, ascending, and eigenvectors (columns) of symmetric matrices.  x = V diag(w) Vᵀ.

    Of x, the symmetric part counts; with ``UPLO="L"`` or ``"U"`` its lower or upper triangle alone,
    as in NumPy and PyTorch. V̄ → x̄ = V (diag(w̄) + F ∘ Vᵀ V̄) Vᵀ, F_ij = 1 / (w_j - w_i).

    Raises
    ------
    ValueError
        In backward, where an eigenvalue repeats and the gradient of its vectors is asked for.
    """
    n = x.shape[-1] if x.ndim else 0
    values, vectors = unpack(eigh_(_triangle("eigh", x, UPLO)), (n,), (n, n))
    return EighResult(values, vectors)


@composite(numpy=np.linalg.eigvalsh)
def eigvalsh(x: Any, UPLO: str | None = None) -> Any:
    """Eigenvalues of symmetric matrices, ascending.  x̄ = V diag(w̄) Vᵀ.  ``UPLO`` as in `eigh`."""
    return eigh(x, UPLO)[0]


# ---- singular values


def _svd_vjp(g: Any, y: Any, x: Any) -> Any:
    m, n = x.shape[-2:]
    k = min(m, n)
    shapes = (m, k), (k,), (k, n)
    u, s, vh = unpack(y, *shapes)
    g_u, g_s, g_vh = unpack(g, *shapes)
    eye = _identity(k, x)
    gaps = (_row(s) - _column(s)) * (_row(s) + _column(s)) + eye
    what = "svd: a singular value repeats"
    # Only the turning parts count: a column cannot grow, and -u with -v is as good as u with v.
    of_u, of_v = transposed(u) @ g_u, vh @ transposed(g_vh)
    turn_u = _over_gaps((of_u - transposed(of_u)), gaps, s * s, what)
    turn_v = _over_gaps((of_v - transposed(of_v)), gaps, s * s, what)
    inner = turn_u * _row(s) + _column(s) * turn_v + _column(g_s) * eye
    x_bar = u @ inner @ vh
    none = "svd: a singular value is 0"
    if m > k:
        outside = g_u - u @ of_u
        x_bar = x_bar + _over_gaps(outside, _row(s) + 0.0 * outside, s, none) @ vh
    if n > k:
        outside = g_vh - transposed(of_v) @ vh
        x_bar = x_bar + u @ _over_gaps(outside, _column(s) + 0.0 * outside, s, none)
    return x_bar


@primitive(_svd_vjp)
def svd_(x):
    """Singular values and vectors in one array; `svd` is the function to call."""
    if x.ndim < 2:
        raise ValueError("needs a matrix, or a batch of them")
    factors = np.linalg.svd(as_linalg(x), full_matrices=False)
    return in_kind(pack(*factors, batch=x.ndim - 2), x)


class SVDResult(NamedTuple):
    """What `svd` gives, by the names of NumPy and PyTorch."""

    U: Any
    S: Any
    Vh: Any


@composite(numpy=np.linalg.svd)
def svd(
    x: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """Singular value decomposition: U (.., m, k), S (.., k) descending, Vᵀ (.., k, n), x = U S Vᵀ.

    ``hermitian=True`` says that x is symmetric: the symmetric part counts.

    Raises
    ------
    ValueError
        For ``full_matrices=True`` of a matrix that is not square: the vectors that fill it up are
        arbitrary, so they have no derivative. In backward, where a singular value repeats or is 0
        and the gradient of its vectors is asked for.
    """
    if x.ndim < 2:
        raise ValueError(
            f"svd: needs a matrix, or a batch of them, received shape {tuple(x.shape)}"
        )
    m, n = x.shape[-2:]
    if compute_uv and full_matrices and m != n:
        raise ValueError(
            f"svd of shape {x.shape}: the vectors that fill up a full matrix have no derivative; "
            "pass full_matrices=False"
        )
    k = min(m, n)
    x = (x + transposed(x)) * 0.5 if hermitian else x
    u, s, vh = unpack(svd_(x), (m, k), (k,), (k, n))
    return SVDResult(u, s, vh) if compute_uv else s


@composite(numpy=np.linalg.svdvals)
def svdvals(x: Any) -> Any:
    """Singular values, descending.  x̄ = U diag(s̄) Vᵀ."""
    return svd(x, compute_uv=False)


# ---- triangular factors


def _cholesky_vjp(g: Any, y: Any, x: Any) -> Any:
    # L̄ → Φ(Lᵀ L̄), the lower triangle with half the diagonal, between L⁻ᵀ and L⁻¹.
    lower = tril(transposed(y) @ g)
    half = lower - 0.5 * lower * _identity(x.shape[-1], x)
    inverse = inv(y)
    x_bar = transposed(inverse) @ half @ inverse
    return (x_bar + transposed(x_bar)) * 0.5


@composite(numpy=np.linalg.cholesky)
def cholesky(x: Any, *, upper: bool = False) -> Any:
    """Lower triangular L with x = L Lᵀ, x positive definite; of x, the symmetric part counts.

    With ``upper=True``, Lᵀ.
    """
    return transposed(cholesky_(x)) if upper else cholesky_(x)


@primitive(_cholesky_vjp)
def cholesky_(x):
    """Lower triangular factor; `cholesky` is the function to call."""
    square_matrix(x)
    work = as_linalg(x)
    return in_kind(np.linalg.cholesky((work + transposed(work)) * 0.5), x)


def _qr_vjp(g: Any, y: Any, x: Any) -> Any:
    m, n = x.shape[-2:]
    q, r = unpack(y, (m, n), (n, n))
    g_q, g_r = unpack(g, (m, n), (n, n))
    smallest = np.min(np.abs(diagonal(value_of(r), 0, -2, -1)), initial=np.inf)
    if smallest <= 8 * m * np.finfo(x.dtype).eps * np.max(np.abs(value_of(r)), initial=0.0):
        raise ValueError("qr: the columns are linearly dependent, so there is no derivative")
    across = r @ transposed(g_r) - transposed(g_q) @ q
    lower = tril(across, -1)
    symmetric = lower + transposed(lower) + across * _identity(n, x)
    return (g_q + q @ symmetric) @ transposed(inv(r))


@primitive(_qr_vjp)
def qr_(x):
    """Q and R of a tall matrix in one array; `qr` is the function to call."""
    factors = np.linalg.qr(as_linalg(x))
    return in_kind(pack(*factors, batch=x.ndim - 2), x)


class QRResult(NamedTuple):
    """What `qr` gives, by the names of NumPy and PyTorch."""

    Q: Any
    R: Any


@composite(numpy=np.linalg.qr)
def qr(x: Any, mode: str = "reduced") -> Any:
    """Q (.., m, k) with orthonormal columns and R (.., k, n) upper triangular, x = Q R.

    ``mode="r"`` gives R alone.

    Raises
    ------
    ValueError
        For another ``mode``: the columns that complete Q have no derivative. In backward, where the
        first k columns of x are linearly dependent.
    """
    if mode not in ("reduced", "r"):
        raise ValueError(
            "qr: only mode='reduced' has a derivative, and 'r', which gives R alone; "
            f"received {mode!r}"
        )
    if x.ndim < 2:
        raise ValueError(f"qr: needs a matrix, or a batch of them, received shape {tuple(x.shape)}")
    m, n = x.shape[-2:]
    k = min(m, n)
    q, r = unpack(qr_(x[..., :, :k]), (m, k), (k, k))
    if n > k:
        # The columns beyond the square part do not change Q; R holds them in its basis.
        r = np.concatenate([r, transposed(q) @ x[..., :, k:]], axis=-1)
    return QRResult(q, r) if mode == "reduced" else r
