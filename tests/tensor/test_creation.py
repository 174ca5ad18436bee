"""Tensors made of nothing: shapes, dtypes, values and where the random numbers come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

DRAWS: dict[str, Any] = {
    "rand": lambda g: tg.rand(3, 4, generator=g),
    "randn": lambda g: tg.randn(3, 4, generator=g),
    "rand_like": lambda g: tg.rand_like(tg.zeros(3, 4), generator=g),
    "randn_like": lambda g: tg.randn_like(tg.zeros(3, 4), generator=g),
    "normal": lambda g: tg.normal(1.0, 2.0, (3, 4), generator=g),
    "randint": lambda g: tg.randint(0, 1000, (3, 4), generator=g),
    "randperm": lambda g: tg.randperm(50, generator=g),
    "bernoulli": lambda g: tg.bernoulli(tg.full((40,), 0.5), generator=g),
    "multinomial": lambda g: tg.multinomial(tg.ones(50), 20, generator=g),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draws_come_from_the_generator(name: str) -> None:
    draw = DRAWS[name]
    first = draw(np.random.default_rng(7)).value
    np.testing.assert_array_equal(first, draw(7).value)
    assert not np.array_equal(first, draw(8).value)
    tg.manual_seed(7)
    np.testing.assert_array_equal(first, draw(None).value)
    assert not np.array_equal(first, draw(None).value), "the default generator moves on"


@pytest.mark.parametrize("make", [tg.zeros, tg.ones, tg.empty, tg.rand, tg.randn])
def test_sizes_dtypes_and_gradients(make: Any) -> None:
    for sizes, shape in [
        ((2, 3), (2, 3)),
        (((2, 3),), (2, 3)),
        (([4],), (4,)),
        ((), ()),
        ((0,), (0,)),
    ]:
        assert make(*sizes).shape == shape
    assert make(2).dtype == np.float32
    for dtype in (np.float16, np.float32, np.float64):
        assert make(2, dtype=dtype).dtype == dtype
    made = make(2, requires_grad=True)
    assert made.requires_grad
    assert made.is_leaf
    with pytest.raises(ValueError, match=r"sizes must not be negative, received \(2, -1\)"):
        make(2, -1)


@pytest.mark.parametrize(
    ("made", "values", "dtype"),
    [
        (lambda: tg.zeros(2, dtype=np.int64), [0, 0], np.int64),
        (lambda: tg.full((2,), 7), [7, 7], np.int64),
        (lambda: tg.full(2, 7.5), [7.5, 7.5], np.float32),
        (lambda: tg.full((2,), 7, dtype=np.float64), [7.0, 7.0], np.float64),
        (lambda: tg.eye(2, 3), [[1, 0, 0], [0, 1, 0]], np.float32),
        (lambda: tg.arange(2, 8, 3), [2, 5], np.int64),
        (lambda: tg.arange(3.0), [0, 1, 2], np.float32),
        (lambda: tg.arange(3, dtype=np.float64), [0, 1, 2], np.float64),
        (lambda: tg.linspace(1, 2, 3), [1, 1.5, 2], np.float32),
        (lambda: tg.logspace(0, 2, 3, base=2.0), [1, 2, 4], np.float32),
        (lambda: tg.one_hot(tg.tensor([1, 0]), 3), [[0, 1, 0], [1, 0, 0]], np.int64),
        (lambda: tg.one_hot([[1], [0]]), [[[0, 1]], [[1, 0]]], np.int64),
        (lambda: tg.zeros_like(np.ones(2)), [0, 0], np.float64),
        (lambda: tg.ones_like(tg.tensor([1, 2])), [1, 1], np.int64),
        (lambda: tg.full_like(tg.zeros(2), 3), [3, 3], np.float32),
        (lambda: tg.bernoulli([0, 1]), [0, 1], np.float32),
        (lambda: tg.bernoulli(np.array([0.0, 1.0])), [0, 1], np.float64),
        (lambda: tg.multinomial([[0.0, 1.0], [1.0, 0.0]], 1), [[1], [0]], np.int64),
    ],
)
def test_values(made: Any, values: Any, dtype: Any) -> None:
    tensor = made()
    np.testing.assert_array_equal(tensor.value, values)
    assert tensor.dtype == dtype


def test_distributions() -> None:
    """Means within five standard errors, and bounds kept."""
    n = 20_000
    for dtype in (np.float16, np.float32, np.float64):
        uniform = tg.rand(n, dtype=dtype, generator=1).value.astype(np.float64)
        assert uniform.min() >= 0.0
        assert uniform.max() < 1.0
        assert abs(uniform.mean() - 0.5) < 5 * (1 / 12 / n) ** 0.5
        standard = tg.randn(n, dtype=dtype, generator=1).value.astype(np.float64)
        assert abs(standard.mean()) < 5 / n**0.5
        assert abs(standard.var() - 1.0) < 5 * (2 / n) ** 0.5
    normal = tg.normal(tg.full((n,), 3.0), 0.5, generator=1).value
    assert abs(normal.mean() - 3.0) < 5 * 0.5 / n**0.5
    assert set(tg.randint(2, 5, (1000,), generator=1).tolist()) == {2, 3, 4}
    assert abs(tg.bernoulli(tg.full((n,), 0.3), generator=1).value.mean() - 0.3) < 0.02
    drawn = tg.multinomial([1.0, 0.0, 3.0], n, replacement=True, generator=1).value
    assert abs((drawn == 2).mean() - 0.75) < 0.02
    assert not (drawn == 1).any()
    assert sorted(tg.multinomial(tg.ones(9), 9, generator=1).tolist()) == list(range(9))


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: tg.arange(), TypeError, "arange takes end, or start, end"),
        (lambda: tg.arange(0, 1, 0), ValueError, "step must not be 0"),
        (lambda: tg.one_hot([0.5]), TypeError, "labels must be integers"),
        (lambda: tg.one_hot([3], 3), IndexError, "label 3 is not in 0 to 2"),
        (lambda: tg.one_hot([-1]), IndexError, "label -1 is not in"),
        (lambda: tg.rand(2, dtype=np.int64), TypeError, "floating-point dtype, received int64"),
        (lambda: tg.normal(0.0, -1.0, (2,)), ValueError, "std must not be negative"),
        (lambda: tg.randint(3, 3), ValueError, "no integer from 3 to before 3"),
        (lambda: tg.bernoulli([1.5]), ValueError, r"probabilities must be in \[0, 1\]"),
        (lambda: tg.multinomial(np.ones((2, 2, 2)), 1), ValueError, "one or two axes"),
        (lambda: tg.multinomial([-1.0, 2.0], 1), ValueError, "finite, >= 0, and not all 0"),
        (lambda: tg.multinomial([1.0, 0.0], 2), ValueError, "a row has 1 with a weight"),
        (lambda: tg.zeros(2, dtype=np.int64, requires_grad=True), TypeError, "floating-point"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


#: Calls of PyTorch's, each with what it must equal.
SPELLED: list[tuple[Callable[[], Any], Any]] = [
    (lambda: tg.zeros(size=(2,)), [0.0, 0.0]),
    (lambda: tg.ones(2, layout="torch.strided", pin_memory=False, device="cpu"), [1.0, 1.0]),
    (lambda: tg.arange(start=1, end=3), [1, 2]),
    (lambda: tg.arange(0, 1, step=0.5), [0.0, 0.5]),
    (lambda: tg.arange(end=2), [0, 1]),
    (lambda: tg.randint(3, 4, (2,)), [3, 3]),
    (lambda: tg.randint(1, (2,)), [0, 0]),
    (lambda: tg.randint(high=1, size=(2,)), [0, 0]),
    (lambda: tg.randint(low=3, high=4, size=(2,), dtype=tg.float32), [3.0, 3.0]),
    (lambda: tg.randint_like(tg.zeros(2), 3, 4), [3.0, 3.0]),
    (lambda: tg.normal(tg.ones(2), 0.0), [1.0, 1.0]),
    (lambda: tg.bernoulli(tg.zeros(2), 1.0), [1.0, 1.0]),
    (lambda: tg.poisson(tg.zeros(2)), [0.0, 0.0]),
    (lambda: tg.scalar_tensor(2), 2.0),
    (lambda: tg.full((2,), True), [True, True]),
    (lambda: tg.asarray([1.5]), [1.5]),
    (lambda: tg.Tensor([1, 2]), [1.0, 2.0]),
    (lambda: tg.Tensor(np.ones(2)), [1.0, 1.0]),
    (lambda: tg.Tensor(), []),
    (lambda: tg.tensor([tg.tensor(1.0), tg.tensor(2.0)]), [1.0, 2.0]),
    (lambda: tg.tensor([1]).new_zeros(2), [0, 0]),
    (lambda: tg.tensor([1]).new_ones((2,)), [1, 1]),
    (lambda: tg.tensor([1]).new_full((2,), 3), [3, 3]),
    (lambda: tg.tensor([1.0]).new_tensor([1, 2]), [1.0, 2.0]),
    (lambda: tg.tensor([1.0]).new([1, 2]), [1.0, 2.0]),
]


@pytest.mark.parametrize(("call", "expected"), SPELLED)
def test_pytorchs_spellings(call: Callable[[], Any], expected: Any) -> None:
    made = call()
    assert made.tolist() == expected
    assert made.value.dtype.kind == np.asarray(expected).dtype.kind


@pytest.mark.parametrize("call", [lambda: tg.Tensor(2, 3), lambda: tg.Tensor(tg.Size([2, 3])),
                                  lambda: tg.tensor([1.0]).new_empty(2, 3)])  # fmt: skip
def test_sizes_make_a_tensor(call: Callable[[], Any]) -> None:
    assert (call().shape, call().dtype) == ((2, 3), tg.float32)


def test_a_created_tensor_may_require_a_gradient() -> None:
    for made in (
        tg.zeros(2, requires_grad=True), tg.eye(2, requires_grad=True),
        tg.logspace(0, 1, 2, requires_grad=True), tg.rand_like(tg.ones(2), requires_grad=True),
        tg.normal(0.0, 1.0, (2,), requires_grad=True), tg.ones(2).new_ones(2, requires_grad=True),
    ):  # fmt: skip
        assert made.requires_grad
        assert made.is_leaf
    with pytest.raises(TypeError, match="only floating-point tensors"):
        tg.arange(3, requires_grad=True)
    with pytest.raises(TypeError, match="zeros: requires_grad must be True or False"):
        tg.zeros(2, requires_grad=1)


def test_out_becomes_the_result() -> None:
    out = tg.ones(2, dtype=tg.float64)
    assert tg.zeros(2, out=out) is out
    assert (out.tolist(), out.dtype) == ([0.0, 0.0], tg.float64)
    grown = tg.empty(0)
    tg.arange(3, out=grown)
    assert grown.tolist() == [0.0, 1.0, 2.0]
    with pytest.raises(ValueError, match=r"ones: out must have the shape \(3,\)"):
        tg.ones(3, out=out)
    with pytest.raises(TypeError, match="ones: out must be a tensor"):
        tg.ones(3, out=np.zeros(3))


def test_the_old_constructor_says_what_it_takes() -> None:
    for wrong in ((2.5,), ("x",), (None,), (2, 3.5), ([1], 2)):
        with pytest.raises(TypeError, match="Tensor: takes one list or array, or the sizes"):
            tg.Tensor(*wrong)
    with pytest.raises(ValueError, match="Tensor: sizes must not be negative"):
        tg.Tensor(-1)


def test_a_draw_that_jumps_has_no_gradient() -> None:
    p = tg.tensor([0.0, 1.0], requires_grad=True)
    for drawn in (tg.bernoulli(p), tg.multinomial(p, 1), tg.poisson(p)):
        assert not drawn.requires_grad
