"""NumPy's functions, PyTorch's spellings and the methods of a tensor reach the same operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

X = np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
SQUARE = np.array([[2.0, 0.3], [-0.5, 1.5]])

# What is called, what NumPy says of arrays.
CALLS: list[tuple[str, Any, Any]] = [
    ("np.sin", lambda m, x: np.sin(x), X),
    ("np.arctan2", lambda m, x: np.arctan2(x, 2.0), X),
    ("np.hypot", lambda m, x: np.hypot(2.0, x), X),
    ("np.cumsum", lambda m, x: np.cumsum(x, axis=1), X),
    ("np.cumsum flat", lambda m, x: np.cumsum(x), X),
    ("np.prod", lambda m, x: np.prod(x, axis=0), X),
    ("np.sort", lambda m, x: np.sort(x, axis=0), X),
    ("np.sort flat", lambda m, x: np.sort(x, axis=None), X),
    ("np.take_along_axis", lambda m, x: np.take_along_axis(x, np.array([[2], [0]]), 1), X),
    ("np.take", lambda m, x: np.take(x, [2, 0], axis=1), X),
    ("np.median", lambda m, x: np.median(x, axis=1), X),
    ("np.einsum", lambda m, x: np.einsum("ij,kj->ik", x, X), X),
    ("np.tensordot", lambda m, x: np.tensordot(x, X, ([0, 1], [0, 1])), X),
    ("np.outer", lambda m, x: np.outer(x, X[0]), X),
    ("np.dot", lambda m, x: np.dot(x, X.T), X),
    ("np.kron", lambda m, x: np.kron(x, SQUARE), X),
    ("np.split", lambda m, x: np.split(x, 3, axis=1)[1], X),
    ("np.roll", lambda m, x: np.roll(x, 1, axis=1), X),
    ("np.flip", lambda m, x: np.flip(x), X),
    ("np.rot90", lambda m, x: np.rot90(x, 3), X),
    ("np.tile", lambda m, x: np.tile(x, (2, 1)), X),
    ("np.repeat", lambda m, x: np.repeat(x, [1, 2, 0], axis=1), X),
    ("np.diff", lambda m, x: np.diff(x), X),
    ("np.vstack", lambda m, x: np.vstack([x, X]), X),
    ("np.tril", lambda m, x: np.tril(x), X),
    ("np.trace", lambda m, x: np.trace(x), X),
    ("np.diag", lambda m, x: np.diag(x), X),
    ("np.floor", lambda m, x: np.floor(x) + np.round(x) + np.trunc(x), X),
    ("np.nan_to_num", lambda m, x: np.nan_to_num(x, nan=1.0), X),
    ("np.ptp", lambda m, x: np.ptp(x, axis=1), X),
    ("np.linalg.inv", lambda m, x: np.linalg.inv(x), SQUARE),
    ("np.linalg.det", lambda m, x: np.linalg.det(x), SQUARE),
    ("np.linalg.slogdet", lambda m, x: np.linalg.slogdet(x)[1], SQUARE),
    ("np.linalg.solve", lambda m, x: np.linalg.solve(x, X), SQUARE),
    ("np.linalg.norm", lambda m, x: np.linalg.norm(x), X),
    ("np.linalg.norm 2", lambda m, x: np.linalg.norm(x, 2), X),
    ("np.linalg.norm axis", lambda m, x: np.linalg.norm(x, 1, axis=0, keepdims=True), X),
    ("np.linalg.svd", lambda m, x: np.linalg.svd(x, compute_uv=False), X),
    ("np.linalg.eigvalsh", lambda m, x: np.linalg.eigvalsh(x + x.T), SQUARE),
    ("np.linalg.cholesky", lambda m, x: np.linalg.cholesky(x @ x.T), SQUARE),
    ("np.linalg.matrix_power", lambda m, x: np.linalg.matrix_power(x, -3), SQUARE),
    ("np.linalg.pinv", lambda m, x: np.linalg.pinv(x), X),
    ("%", lambda m, x: x % 0.5 + 3.0 % (x + 5.0), X),
    ("//", lambda m, x: x // 0.5 + 3.0 // (x + 5.0), X),
]


@pytest.mark.parametrize(("name", "call", "x"), CALLS, ids=[c[0] for c in CALLS])
def test_numpys_functions_are_recorded(name: str, call: Any, x: np.ndarray) -> None:
    leaf = tg.tensor(x, requires_grad=True)
    y = call(tg, leaf)
    assert isinstance(y, tg.Tensor)
    assert y.requires_grad
    np.testing.assert_allclose(y.value, call(np, x), rtol=1e-13, atol=1e-15)


PAIRS: list[tuple[str, Any, Any]] = [
    ("dim", lambda x: tg.cumsum(x, dim=1), lambda x: tg.cumsum(x, axis=1)),
    ("dims", lambda x: tg.flip(x, dims=(0,)), lambda x: tg.flip(x, axis=0)),
    ("keepdim", lambda x: tg.prod(x, dim=0, keepdim=True), lambda x: tg.prod(x, 0, True)),
    ("correction", lambda x: tg.std(x, dim=1), lambda x: tg.std(x, axis=1, ddof=1)),
    ("topk", lambda x: tg.topk(x, 2, dim=0)[0], lambda x: x.topk(2, 0)[0]),
    ("norm p", lambda x: x.norm(p=1, dim=1), lambda x: tg.vector_norm(x, ord=1, axis=1)),
    ("norm", lambda x: x.norm(), lambda x: tg.norm(x, p="fro")),
    ("flip", lambda x: x.flip(0, 1), lambda x: tg.flip(x)),
    ("flip tuple", lambda x: x.flip((1,)), lambda x: tg.flip(x, axis=1)),
    ("roll", lambda x: x.roll(1, dims=1), lambda x: tg.roll(x, 1, 1)),
    ("roll flat", lambda x: x.roll(2), lambda x: tg.roll(x, 2)),
    ("repeat", lambda x: x.repeat(2, 3), lambda x: tg.tile(x, (2, 3))),
    ("tile", lambda x: x.tile((2, 1)), lambda x: tg.tile(x, (2, 1))),
    ("repeat_interleave", lambda x: x.repeat_interleave(2, dim=1), lambda x: tg.repeat(x, 2, 1)),
    ("asin", lambda x: tg.asin(x * 0.4), lambda x: tg.arcsin(x * 0.4)),
    ("atan2", lambda x: x.atan2(x * x), lambda x: tg.arctan2(x, x * x)),
    ("fill", lambda x: x.masked_fill(X > 0, 2.0), lambda x: tg.where(X > 0, 2.0, x)),
    ("take list", lambda x: tg.take(x, [1, 1]), lambda x: x.flatten()[[1, 1]]),
    ("unbind", lambda x: x.unbind(1)[2], lambda x: x.select(1, 2)),
    ("narrow", lambda x: x.narrow(1, 1, 2), lambda x: x[:, 1:3]),
    ("chunk", lambda x: x.chunk(2, dim=1)[1], lambda x: x[:, 2:]),
    ("lerp", lambda x: x.lerp(x * x, 0.25), lambda x: 0.75 * x + 0.25 * x * x),
    ("meshgrid", lambda x: tg.meshgrid([x[0], x[1]])[0], lambda x: tg.meshgrid(x[0], x[1])[0]),
    ("einsum list", lambda x: tg.einsum("ij,ij->", [x, x]), lambda x: (x * x).sum()),
    ("stack 0-d", lambda x: tg.hstack([x[0, 0], x[1]]), lambda x: tg.concatenate([x[0, :1], x[1]])),
    ("matrix_power", lambda x: tg.matrix_power(x @ x.T, 0), lambda x: tg.eye(2) + 0.0 * x[0, 0]),
    ("logical_xor", lambda x: (x > 0) ^ (x > 1), lambda x: tg.logical_xor(x > 0, x > 1)),
    ("scatter number", lambda x: x.scatter(1, I01, 5.0), lambda x: tg.where(HIT, 5.0, x)),
]
I01 = np.array([[0], [2]])
HIT = np.array([[True, False, False], [False, False, True]])


@pytest.mark.parametrize(("name", "one", "other"), PAIRS, ids=[p[0] for p in PAIRS])
def test_spellings_agree(name: str, one: Any, other: Any) -> None:
    x = tg.tensor(X, requires_grad=True)
    a, b = one(x), other(x)
    assert a.shape == b.shape
    np.testing.assert_allclose(a.value, b.value, rtol=1e-14)
    if a.requires_grad:
        g = np.arange(1.0, a.size + 1).reshape(a.shape)
        first, second = (tg.grad(y, x, g, allow_unused=True) for y in (a, b))
        np.testing.assert_allclose(first.value, second.value, rtol=1e-13, atol=1e-15)


def test_arrays_in_arrays_out() -> None:
    for result in (tg.sort(X)[0], tg.norm(X), tg.einsum("ij->j", X), tg.topk(X, 1)[0], tg.tril(X)):
        assert isinstance(result, (np.ndarray, np.floating))


def test_sort_with_indices() -> None:
    values, indices = tg.sort(tg.tensor(X), 1, descending=True)
    np.testing.assert_array_equal(indices.value, np.argsort(-X, axis=1))
    np.testing.assert_array_equal(values.value, -np.sort(-X, axis=1))


def test_unique_tells_what_pytorch_tells() -> None:
    x = tg.tensor([[3.0, 1.0], [3.0, np.nan], [np.nan, 1.0]])
    values, inverse, counts = x.unique(return_inverse=True, return_counts=True)
    assert counts.tolist() == [2, 2, 1, 1]  # NaN is like no other
    known = ~np.isnan(x.value)
    assert (values.value[inverse.value] == x.value)[known].all()
    assert inverse.shape == x.shape
    rows = np.array([[1, 2], [0, 5], [1, 2]])
    values, inverse = tg.unique(rows, dim=0, return_inverse=True)
    assert (values.tolist(), inverse.tolist()) == ([[0, 5], [1, 2]], [1, 0, 1])
    assert tg.unique(rows, return_counts=True)[1].tolist() == [1, 2, 2, 1]
    assert len(tg.unique(rows, True, True)) == 2  # by position as in PyTorch


def test_nonzero_of_a_number_and_as_a_tuple() -> None:
    assert tg.nonzero(tg.tensor(5.0)).shape == (1, 0)
    x = tg.tensor([[0.0, 2.0], [3.0, 0.0]], requires_grad=True)
    rows, columns = x.nonzero(as_tuple=True)
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [1, 0])
    x[rows, columns].sum().backward()
    assert x.grad.tolist() == [[0.0, 1.0], [1.0, 0.0]]
    with pytest.raises(RuntimeError, match="unique_values has no gradient"):
        tg.unique(x).backward(np.ones(3))


def test_the_order_of_a_norm_is_named() -> None:
    x = tg.tensor(X)
    for y in (tg.vector_norm(x, 1, 1), x.norm(1, 1), np.linalg.vector_norm(x, ord=1, axis=1)):
        np.testing.assert_allclose(y.value, np.abs(X).sum(1), rtol=1e-14)
    assert x.norm(1).item() == pytest.approx(np.abs(X).sum())
    assert np.linalg.norm(x, 1).item() == pytest.approx(np.abs(X).sum(0).max())


def test_linalg_is_the_operations_of_its_files() -> None:
    other = {  # their spelling decides in `tg` alone, or they stand in PyTorch's `linalg` alone
        "LinAlgError", "cross", "diagonal", "norm", "qr", "solve_triangular", "svd", "tensordot",
        "vander",
    }  # fmt: skip
    for name in set(dir(tg.linalg)) - other:
        assert getattr(tg.linalg, name) is getattr(tg, name)
    theirs = set(dir(np.linalg)) | {
        "vector_norm",
        "matrix_norm",
        "svdvals",
        "tensordot",
        "matmul",
        "outer",
        "matrix_exp",
        "solve_triangular",
        "vander",
    }
    assert set(dir(tg.linalg)) <= theirs, "a name that neither NumPy nor PyTorch has in linalg"
