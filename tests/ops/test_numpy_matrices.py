"""NumPy's products and its linear algebra, with its own keywords, on tensors.

Each call is compared with NumPy itself on plain arrays, value, dtype and shape, and its gradient
with differences, to two orders.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.testing import gradcheck

X = np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
SQUARE = np.array([[2.0, 0.3, 0.1], [-0.5, 1.5, 0.4], [0.2, 0.7, 1.1]])
POSITIVE = SQUARE @ SQUARE.T
V = np.array([0.5, -1.5, 1.0])
CUBE = np.arange(1.0, 25.0).reshape(2, 3, 4) ** 0.5

CALLS: list[tuple[str, Any, np.ndarray]] = [
    ("dot number", lambda x: np.dot(2.0, x), X),
    ("dot by number", lambda x: np.dot(x, 3), X),
    ("dot list", lambda x: np.dot(x, [1.0, 2.0, 3.0]), X),
    ("inner number", lambda x: np.inner(2.0, x), X),
    ("inner list", lambda v: np.inner([1, 2, 3], v), V),
    ("outer list", lambda v: np.outer(v, [1, 2]), V),
    ("kron number", lambda x: np.kron(2.0, x), X),
    ("vdot list", lambda v: np.vdot([1.0, 2.0, 3.0], v), V),
    ("vecdot", lambda x: np.vecdot(x, V), X),
    ("vecdot axis", lambda x: np.vecdot(x, X, axis=0), X),
    ("tensordot negative", lambda x: np.tensordot(x, CUBE, axes=([-1], [-2])), X),
    ("cross", lambda x: np.cross(x, V), X),
    ("cross axis", lambda x: np.cross(x.T, X.T, axis=0), X),
    ("matrix_transpose", lambda x: np.matrix_transpose(x), CUBE),
    ("einsum numbers", lambda x: np.einsum(x, [0, 1], SQUARE, [1, 2]), X),
    ("einsum order", lambda x: np.einsum(x, [5, 3], [3, 5]), X),
    ("einsum ellipsis", lambda x: np.einsum(x, [..., 0], V, [0], [...]), X),
    ("einsum keywords", lambda x: np.einsum("ij->j", x, optimize="greedy", order="C"), X),
    ("einsum dtype", lambda x: np.einsum("ij->j", x, dtype=np.float64, casting="safe"), X),
    ("einsum list", lambda v: np.einsum("i,i", v, [1.0, 2.0, 3.0]), V),
    ("trace", lambda x: np.trace(x, offset=1), X),
    ("linalg.matmul", lambda x: np.linalg.matmul(x, SQUARE), X),
    ("linalg.outer", lambda v: np.linalg.outer(v, V), V),
    ("linalg.cross", lambda x: np.linalg.cross(x, V), X),
    ("linalg.tensordot", lambda x: np.linalg.tensordot(x, SQUARE, axes=1), X),
    ("linalg.vecdot", lambda x: np.linalg.vecdot(x, V), X),
    ("linalg.trace", lambda x: np.linalg.trace(x, offset=-1), CUBE),
    ("linalg.diagonal", lambda x: np.linalg.diagonal(x, offset=1), CUBE),
    ("linalg.matrix_transpose", lambda x: np.linalg.matrix_transpose(x), CUBE),
    ("linalg.vector_norm", lambda x: np.linalg.vector_norm(x, axis=(0, 2), keepdims=True), CUBE),
    ("linalg.vector_norm order", lambda x: np.linalg.vector_norm(x, ord=3), X),
    ("linalg.matrix_norm", lambda x: np.linalg.matrix_norm(x, ord="nuc", keepdims=True), X),
    ("linalg.norm", lambda x: np.linalg.norm(x, axis=-1, keepdims=True), X),
    ("linalg.svdvals", lambda x: np.linalg.svdvals(x), X),
    ("linalg.svd", lambda x: np.linalg.svd(x, full_matrices=False).S, X),
    ("linalg.svd hermitian", lambda x: np.linalg.svd(x @ x.T, hermitian=True).S, SQUARE),
    ("linalg.multi_dot", lambda x: np.linalg.multi_dot([V[:2], x, SQUARE, V]), X),
    ("linalg.matrix_power", lambda x: np.linalg.matrix_power(x, n=-2), SQUARE),
    ("linalg.eigh L", lambda x: np.linalg.eigh(x).eigenvalues, POSITIVE),
    ("linalg.eigh U", lambda x: np.linalg.eigh(x, "U")[0], SQUARE),
    ("linalg.eigh vectors", lambda x: np.linalg.eigh(x, UPLO="L").eigenvectors ** 2, SQUARE),
    ("linalg.eigvalsh U", lambda x: np.linalg.eigvalsh(x, UPLO="U"), SQUARE),
    ("linalg.cholesky", lambda x: np.linalg.cholesky(x @ x.T, upper=True), SQUARE),
    ("linalg.qr r", lambda x: np.abs(np.linalg.qr(x, mode="r")), X),
    ("linalg.qr", lambda x: np.linalg.qr(x, mode="reduced").Q ** 2, SQUARE),
    ("linalg.slogdet", lambda x: np.linalg.slogdet(x).logabsdet, SQUARE),
    ("linalg.pinv", lambda x: np.linalg.pinv(x, rtol=1e-10), X),
    ("linalg.pinv hermitian", lambda x: np.linalg.pinv(x @ x.T, 1e-10, True), SQUARE),
    ("linalg.cond", lambda x: np.linalg.cond(x), X),
    ("linalg.cond p", lambda x: np.linalg.cond(x, p=1), SQUARE),
    ("linalg.lstsq", lambda x: np.linalg.lstsq(x.T, V, rcond=None)[0], X),
    ("linalg.lstsq residuals", lambda x: np.linalg.lstsq(x.T, X.T, rcond=None)[1], X),
    ("linalg.lstsq wide", lambda x: np.linalg.lstsq(x, V[:2], rcond=None)[0], X),
    ("linalg.lstsq none", lambda x: np.linalg.lstsq(x, V[:2], rcond=None)[1], X),
    ("linalg.tensorinv", lambda x: np.linalg.tensorinv(x[None], ind=2), SQUARE),
    ("linalg.tensorsolve", lambda x: np.linalg.tensorsolve(x, V), SQUARE),
    ("linalg.tensorsolve axes", lambda x: np.linalg.tensorsolve(x[:, None], V, (0, 1)), SQUARE),
]
for name in ("matvec", "vecmat"):  # NumPy 2.2
    if (function := getattr(np, name, None)) is not None:
        CALLS.append(
            (name, lambda x, f=function, n=name: f(*([x, V] if n == "matvec" else [V[:2], x])), X)
        )


@pytest.mark.parametrize(("name", "call", "x"), CALLS, ids=[c[0] for c in CALLS])
def test_like_numpy(name: str, call: Any, x: np.ndarray) -> None:
    expected = np.asarray(call(x))
    leaf = tg.tensor(x, requires_grad=True)
    y = call(leaf)
    assert isinstance(y, tg.Tensor)
    assert (y.shape, y.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(y.value, expected, rtol=1e-11, atol=1e-13)
    assert y.requires_grad
    if y.size:
        gradcheck(call, leaf)
        gradcheck(lambda x: tg.grad(np.sum(call(x) ** 2), x, create_graph=True), leaf)


INTEGERS: list[tuple[str, Any]] = [
    ("inv", np.linalg.inv),
    ("det", np.linalg.det),
    ("pinv", np.linalg.pinv),
    ("solve", lambda m: np.linalg.solve(m, m)),
    ("solve vector", lambda m: np.linalg.solve(m, np.array([1, 2]))),
    ("cholesky", np.linalg.cholesky),
    ("eigh", lambda m: np.linalg.eigh(m)[0]),
    ("eigh triangle", lambda m: np.linalg.eigh(m, "L")[0]),
    ("eigvalsh", np.linalg.eigvalsh),
    ("svd", lambda m: np.linalg.svd(m).S),
    ("svdvals", np.linalg.svdvals),
    ("qr", lambda m: np.abs(np.linalg.qr(m)[1])),
    ("sign", lambda m: np.linalg.slogdet(m)[0]),
    ("slogdet", lambda m: np.linalg.slogdet(m)[1]),
    *((f"norm {p}", lambda m, p=p: np.linalg.norm(m, p)) for p in (None, 1, -2, "nuc", np.inf)),
    *((f"vector_norm {p}", lambda m, p=p: np.linalg.vector_norm(m, ord=p)) for p in (0, 1, 3)),
    ("cond", np.linalg.cond),
    ("lstsq", lambda m: np.linalg.lstsq(m, np.array([1, 2]), rcond=None)[0]),
    ("matrix_power", lambda m: np.linalg.matrix_power(m, -1)),
    ("matrix_power 2", lambda m: np.linalg.matrix_power(m, 2)),
    ("multi_dot", lambda m: np.linalg.multi_dot([m, m, m])),
    ("matrix_rank", np.linalg.matrix_rank),
    ("tensorsolve", lambda m: np.linalg.tensorsolve(m, np.array([1, 2]))),
    ("vecdot", lambda m: np.vecdot(m, m)),
    ("dot", lambda m: np.dot(m, m)),
    ("einsum", lambda m: np.einsum("ij,ij", m, m)),
    ("trace", np.trace),
    ("kron", lambda m: np.kron(m, m)),
]


@pytest.mark.parametrize("dtype", [np.int64, np.int32])
@pytest.mark.parametrize(("name", "call"), INTEGERS, ids=[c[0] for c in INTEGERS])
def test_integers_are_not_rounded_to(name: str, call: Any, dtype: Any) -> None:
    matrix = np.array([[3, 1], [1, 2]], dtype)
    expected, y = np.asarray(call(matrix)), call(tg.tensor(matrix))
    assert y.dtype == expected.dtype
    np.testing.assert_allclose(y.value, expected, rtol=1e-13, atol=1e-15)


def test_norms_of_large_integers_do_not_overflow() -> None:
    x = tg.tensor([3 * 10**9, 4 * 10**9])
    assert [tg.norm(x).item(), tg.vector_norm(x, ord=2).item()] == [5e9, 5e9]


def test_rank_is_a_number_without_a_gradient() -> None:
    x = tg.tensor(np.outer(V, V), requires_grad=True)
    assert np.linalg.matrix_rank(x).item() == 1
    assert np.linalg.lstsq(x, V, rcond=None)[2].item() == 1
    with pytest.raises(RuntimeError, match="matrix_rank has no gradient"):
        tg.matrix_rank(x).backward()


def test_a_triangle_alone_has_the_gradient() -> None:
    x = tg.tensor(SQUARE, requires_grad=True)
    slope = tg.grad(tg.eigvalsh(x, "L")[0], x).value
    assert (slope[np.triu_indices(3, 1)] == 0).all()
    assert (slope[np.tril_indices(3)] != 0).all()


def test_results_have_names() -> None:
    x = tg.tensor(POSITIVE)
    assert tg.linalg.svd(x)._fields == ("U", "S", "Vh")
    assert tg.linalg.lstsq(x, V).solution.shape == (3,)
    assert [tg.slogdet(x)._fields, tg.qr(x)._fields] == [("sign", "logabsdet"), ("Q", "R")]
    q, r = tg.qr(x)
    np.testing.assert_allclose((q @ r).value, POSITIVE)


def test_a_chain_is_multiplied_in_the_cheapest_order() -> None:
    first = tg.ones(2, 50, requires_grad=True)
    y = tg.multi_dot([first, tg.ones(50, 2), tg.ones(2, 50)])
    assert y.value.tolist() == [[100.0] * 50] * 2
    while y.op.name == "reshape":
        y = y.inputs[0]
    assert [a.shape for a in y.inputs] == [(2, 2), (2, 50)]


MISTAKES: list[tuple[Any, type[Exception], str]] = [
    (
        lambda x: np.cross(x, [1.0, 2.0]),
        ValueError,
        "cross: needs vectors of 3 elements, .* 3 and 2",
    ),
    (lambda x: tg.multi_dot([x]), ValueError, "multi_dot: needs at least two arrays, received 1"),
    (lambda x: tg.multi_dot([x, CUBE, x]), ValueError, "multi_dot: takes matrices, vectors at the"),
    (lambda x: tg.einsum(x, [0, 99]), ValueError, "einsum: labels must be below 52"),
    (lambda x: tg.einsum(x, 0), TypeError, "einsum: labels must be a list of integers or ..."),
    (lambda x: tg.einsum("ij", x, dtype="f4"), TypeError, "einsum: float64 cannot become float32"),
    (lambda x: tg.matrix_transpose(V), ValueError, "matrix_transpose: needs two axes or more"),
    (lambda x: tg.pinv(x, 0.1, rtol=0.1), ValueError, "pinv: rcond and rtol are one setting"),
    (lambda x: tg.eigh(POSITIVE, "X"), ValueError, "eigh: UPLO must be one of None, 'L', 'U'"),
    (lambda x: tg.cond(x, 3), ValueError, "cond: p must be one of None, 2, -2"),
    (lambda x: tg.lstsq(x, V), ValueError, r"lstsq: needs a \(m, n\) and b .* \(2, 3\) and \(3,\)"),
    (lambda x: tg.tensorsolve(x, V), ValueError, "tensorsolve: a of shape .* is not square for b"),
    (lambda x: tg.tensorinv(x, 1), ValueError, "tensorinv: a of shape .* is not square for ind=1"),
]


@pytest.mark.parametrize(("call", "kind", "message"), MISTAKES, ids=[m[2] for m in MISTAKES])
def test_a_mistake_is_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call(tg.tensor(X))
