"""Bad calls of operations: the error says which operation, what it got, and what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.engine import PRIMITIVES

X = np.arange(12.0).reshape(3, 4)
V = np.arange(4.0)
INDEX = np.array([[0, 1, 2, 0]])
WEIGHTS = np.array([[1.0, 2.0, -1.0], [0.5, 3.0, 0.0], [2.0, -1.0, 4.0]])

MISTAKES: list[tuple[str, Any, type[Exception], str]] = [
    (
        "diff",
        lambda x: tg.diff(x, n=-1),
        ValueError,
        "diff: n must be an integer >= 0, received -1",
    ),
    ("eigh", tg.eigh, ValueError, r"eigh\(\(3, 4\)\): needs a square matrix"),
    ("det", tg.det, ValueError, r"det\(\(3, 4\)\): needs a square matrix"),
    ("inv", lambda x: tg.inv(x * 0 + 1), ValueError, r"inv\(\(3, 4\)\)"),
    ("singular", lambda x: tg.inv(x[:, :3] * 0), ValueError, r"inv\(\(3, 3\)\): Singular matrix"),
    (
        "power",
        lambda x: tg.matrix_power(x, 2),
        ValueError,
        r"matrix_power: needs square .*\(3, 4\)",
    ),
    (
        "svd 1-D",
        lambda x: tg.svd(x[0]),
        ValueError,
        r"svd: needs a matrix, .* received shape \(4,\)",
    ),
    ("svd full", tg.linalg.svd, ValueError, "have no derivative; pass full_matrices=False"),
    ("qr 1-D", lambda x: tg.qr(x[0]), ValueError, r"qr: needs a matrix, .* received shape \(4,\)"),
    (
        "qr mode",
        lambda x: tg.linalg.qr(x, "complete"),
        ValueError,
        "only mode='reduced' has a derivative",
    ),
    ("tril", lambda x: tg.tril(x[0]), ValueError, r"tril: needs a matrix, received shape \(4,\)"),
    (
        "diagonal",
        lambda x: tg.diagonal(x, 0, 1, -1),
        ValueError,
        "diagonal: the two axes must differ, received 1 and -1",
    ),
    ("diag", lambda x: tg.diag(x[None]), ValueError, r"diag: needs one or two axes, .*\(1, 3, 4\)"),
    (
        "labels",
        lambda x: tg.einsum("ijk->i", x),
        ValueError,
        "'ijk' names 3 axes, the operand has 2",
    ),
    ("ellipsis", lambda x: tg.einsum("...ijk->i", x), ValueError, "needs at least 3 axes, got 2"),
    ("letters", lambda x: tg.einsum("i1->i", x), ValueError, "only letters, commas"),
    ("count", lambda x: tg.einsum("ij,jk->ik", x), ValueError, "names 2 operands, not 1"),
    (
        "output",
        lambda x: tg.einsum("ij->ijk", x),
        ValueError,
        "must occur on the left, once: 'ijk'",
    ),
    ("repeat", lambda x: tg.einsum("ij->ii", x), ValueError, "must occur on the left, once: 'ii'"),
    ("trace", lambda x: tg.einsum("ii->i", x), ValueError, r"'i' names axes of sizes \(3, 4\)"),
    (
        "tensordot",
        lambda x: tg.tensordot(x, x, 1),
        ValueError,
        r"shapes \(3, 4\), \(3, 4\) do not fit over axes 1",
    ),
    (
        "tensordot axes",
        lambda x: tg.tensordot(x, x, ([0, 1], [0])),
        ValueError,
        "2 axes of a cannot meet 1 of b",
    ),
    ("gather", lambda x: tg.gather(x, 1, np.ones(3, int)), IndexError, r"needs as many axes as x"),
    ("gather dtype", lambda x: tg.gather(x, 1, X), TypeError, "indices must be integers"),
    ("along", lambda x: tg.take_along_axis(x, np.ones(3, int)), IndexError, "as many axes as x"),
    (
        "beyond",
        lambda x: tg.gather(x, 1, INDEX + 9),
        IndexError,
        r"gather\(x=\(3, 4\), .*out of bounds",
    ),
    (
        "mask",
        lambda x: tg.masked_fill(x, INDEX, 0.0),
        TypeError,
        "masked_fill: the mask must be bool",
    ),
    ("norm", lambda x: tg.norm(x, "fro", axis=0), ValueError, "norm: ord='fro' of axes"),
    ("matrix_norm", lambda x: tg.matrix_norm(x[0]), ValueError, "matrix_norm: needs two axes"),
    ("order", lambda x: tg.matrix_norm(x, 3), ValueError, "ord must be 'fro', 'nuc', ±1"),
    ("rot90", lambda x: tg.rot90(x, axes=(1, -1)), ValueError, "rot90: the two axes must differ"),
    ("axis", lambda x: tg.chunk(x, 2, axis=2), ValueError, r"chunk: axis 2 is out of range for"),
    ("split", tg.split, TypeError, "split: give either the number or positions of the cuts"),
    ("equal", lambda x: np.split(x, 5, 1), ValueError, "axis 1 of size 4 has no 5 equal parts"),
    (
        "sizes",
        lambda x: tg.split(x, split_size=[1, 1]),
        ValueError,
        r"\[1, 1\] add up to 2, not to 3",
    ),
    (
        "size",
        lambda x: tg.split(x, split_size=0),
        ValueError,
        "split: split_size must be an integer >= 1",
    ),
    ("chunks", lambda x: tg.chunk(x, 0), ValueError, "chunk: chunks must be an integer >= 1"),
    (
        "narrow",
        lambda x: tg.narrow(x, 0, 2, 2),
        ValueError,
        "narrow: 2 from 2 on is not inside axis 0",
    ),
    ("meshgrid", lambda x: tg.meshgrid(x[0], indexing="ji"), ValueError, "must be 'xy' or 'ij'"),
    ("topk", lambda x: tg.topk(x, 5), ValueError, r"topk: k must be in \[0, 4\]"),
    ("kthvalue", lambda x: tg.kthvalue(x, 0), ValueError, r"kthvalue: k must be in \[1, 4\]"),
    ("median", lambda x: tg.median(x[:0], axis=0), ValueError, "median: no values along axis 0"),
    ("unknown", lambda x: tg.trace(x, off=1), TypeError, "trace: unexpected argument 'off'"),
    (
        "twice",
        lambda x: tg.cumsum(x, axis=0, dim=0),
        TypeError,
        "cumsum: an argument is given twice",
    ),
    (
        "twice",
        lambda x: tg.topk(x, 1, axis=0, dim=0),
        TypeError,
        "topk: an argument is given twice",
    ),
    ("repeat", lambda x: x.repeat(2), ValueError, "repeat needs a number for each of the 2 axes"),
    ("flatten", lambda x: x.flatten(1, 0), ValueError, "start_dim 1 comes after end_dim 0"),
    ("clip", lambda x: x.clip(), ValueError, "give min, max or both"),
    ("gelu", lambda x: tg.gelu(x, approximate="erf"), ValueError, "must be 'none' or 'tanh'"),
    ("svd_", lambda x: PRIMITIVES["svd"].forward(x.value[0]), ValueError, "needs a matrix"),
    (
        "one label",
        lambda x: tg.cross_entropy(x, np.array([0])),
        ValueError,
        r"cross_entropy\(\(3, 4\), \(1,\).*one label for each row",
    ),
    (
        "class weights",
        lambda x: tg.cross_entropy(x, np.array([0, 1, 2]), np.ones(3)),
        ValueError,
        "one weight for each of the 4 classes",
    ),
]


@pytest.mark.parametrize(("what", "call", "kind", "message"), MISTAKES)
def test_mistake_is_named(what: str, call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call(tg.tensor(X))


# ---- derivatives that do not exist


def _recorded(values: Any) -> tg.Tensor:
    return tg.tensor(np.asarray(values, np.float64), requires_grad=True)


def test_vectors_of_a_repeated_eigenvalue_have_no_gradient() -> None:
    x = _recorded(np.diag([1.0, 2.0, 2.0]))
    values, vectors = tg.eigh(x)
    with pytest.raises(ValueError, match="eigh: an eigenvalue repeats"):
        (vectors * WEIGHTS).sum().backward()
    values, _ = tg.eigh(x)
    (values**2).sum().backward()  # the values alone do
    np.testing.assert_allclose(x.grad.value, 2.0 * x.value)


def test_second_order_of_repeated_eigenvalues_is_refused_not_wrong() -> None:
    """Σ λ² is smooth, but this road to its Hessian divides by a gap of 0."""
    x = _recorded(np.eye(2) * 3.0)
    first = tg.grad((tg.eigvalsh(x) ** 2).sum(), x, create_graph=True)
    with pytest.raises(ValueError, match="its vectors are not unique"):
        tg.grad(first, x, np.array([[0.0, 1.0], [2.0, 0.0]]))


def test_vectors_of_repeated_or_zero_singular_values_have_no_gradient() -> None:
    u, _, _ = tg.svd(_recorded(np.eye(3)))
    with pytest.raises(ValueError, match="svd: a singular value repeats"):
        (u * WEIGHTS).sum().backward()
    u, s, _ = tg.svd(_recorded([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0]]), full_matrices=False)
    with pytest.raises(ValueError, match="svd: a singular value is 0"):
        (u * WEIGHTS[:, :2]).sum().backward()
    assert s.requires_grad


def test_qr_of_dependent_columns_has_no_gradient() -> None:
    q, r = tg.qr(_recorded([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))
    with pytest.raises(ValueError, match="qr: the columns are linearly dependent"):
        (q.sum() + r.sum()).backward()


def test_logarithm_of_a_zero_determinant_has_no_slope() -> None:
    x = _recorded([[1.0, 2.0], [2.0, 4.0]])
    sign, logarithm = tg.slogdet(x)
    assert (sign.item(), logarithm.item()) == (0.0, -np.inf)
    with pytest.raises(ValueError, match="Singular matrix"):
        logarithm.backward()


@pytest.mark.parametrize(
    "question", ["argmax", "argmin", "argsort", "isnan", "signbit", "count_nonzero", "logical_not"]
)
def test_questions_have_no_gradient_and_say_so(question: str) -> None:
    y = getattr(tg, question)(_recorded(X))
    assert not y.requires_grad
    with pytest.raises(RuntimeError, match=f"{question} has no gradient"):
        y.backward(np.ones(y.shape))


def test_determinant_without_rows_is_one() -> None:
    x = _recorded(np.zeros((0, 0)))
    tg.det(x).backward()
    assert tg.det(x).item() == 1.0
    assert x.grad.shape == (0, 0)
