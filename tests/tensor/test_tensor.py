"""Tensor: making one, reading it, indexing it, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import tinygrad_edu as tg


def leaf(values: Any, name: str | None = None) -> tg.Tensor:
    return tg.tensor(np.array(values, dtype=np.float64), requires_grad=True, name=name)


# ---- making one


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        (1.5, np.float32),
        ([1.0, 2], np.float32),
        (3, np.int64),
        ([[1, 2], [3, 4]], np.int64),
        (True, np.bool_),
        ([True, False], np.bool_),
        (np.float64(1.5), np.float64),
        (np.float32(1.5), np.float32),
        (np.ones(2), np.float64),
        (np.ones(2, np.float16), np.float16),
        (np.ones(2, np.uint8), np.uint8),
        ([np.ones(2, np.float32), np.zeros(2, np.float32)], np.float32),
        ([], np.float32),
    ],
)
def test_dtype_follows_the_data(data: Any, dtype: Any) -> None:
    t = tg.tensor(data)
    assert t.dtype == dtype
    assert type(t.value) is np.ndarray
    np.testing.assert_array_equal(t.value, np.asarray(data))


def test_dtype_can_be_asked_for() -> None:
    assert tg.tensor([1, 2], dtype=np.float64).dtype == np.float64
    assert tg.tensor(np.ones(2), dtype="float32").dtype == np.float32
    assert tg.tensor([1, 2], dtype=float, requires_grad=True).requires_grad


def test_tensor_copies_from_numpy_shares() -> None:
    a = np.zeros(3)
    copied, shared, same = tg.tensor(a), tg.from_numpy(a), tg.as_tensor(a)
    a[0] = 1.0
    assert copied.tolist() == [0.0, 0.0, 0.0]
    assert shared.tolist() == same.tolist() == [1.0, 0.0, 0.0]
    assert tg.as_tensor(shared) is shared
    assert tg.as_tensor(shared, dtype=np.float32).dtype == np.float32
    assert tg.as_tensor([1.0, 2.0]).dtype == np.float32


def test_tensors_of_tensors() -> None:
    t = tg.tensor([1.0, 2.0])
    copied = tg.tensor(t)
    copied.value[0] = 9.0
    assert t.tolist() == [1.0, 2.0]
    assert tg.tensor([t, t]).shape == (2, 2)
    assert tg.tensor([tg.tensor(1), tg.tensor(2)]).dtype == np.int64


def test_foreign_byte_order_becomes_native() -> None:
    big = np.arange(3, dtype=">f4")
    t = tg.tensor(big)
    assert t.dtype == np.float32
    assert t.dtype.isnative
    assert t.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("data", "error", "told"),
    [
        (np.ones(2, complex), TypeError, "dtype complex128 is not supported; use float16, float32"),
        (np.ones(2, np.longdouble), TypeError, "is not supported"),
        ("text", TypeError, "is not supported"),
        ([None], TypeError, "dtype object is not supported"),
        (np.array(["2020-01-01"], "datetime64[D]"), TypeError, "is not supported"),
        (np.zeros(2, [("a", float)]), TypeError, "is not supported"),
        ([[1, 2], [3]], ValueError, "tensor: cannot make one array of the data"),
        (np.ma.array([1.0]), TypeError, "a MaskedArray follows rules of its own; pass np.asarray"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(data: Any, error: Any, told: str) -> None:
    with pytest.raises(error, match=told):
        tg.tensor(data)


# ---- reading it


def test_attributes() -> None:
    t = tg.tensor(np.zeros((2, 3, 4), np.float32), name="t")
    assert (t.shape, t.ndim, t.dim(), t.size, t.numel()) == ((2, 3, 4), 3, 3, 24, 24)
    assert (t.itemsize, t.nbytes, t.name) == (4, 96, "t")
    assert t.T.shape == (4, 3, 2)
    assert t.mT.shape == (2, 4, 3)
    assert t.is_leaf
    assert t.grad_fn is None
    y = leaf([1.0]) * 2
    assert not y.is_leaf
    assert y.grad_fn.name() == "MulBackward0"
    assert t.cpu() is t


def test_numbers() -> None:
    assert tg.tensor(2.5).item() == 2.5
    assert tg.tensor([[7]]).item() == 7
    assert float(tg.tensor(2.5)) == 2.5
    assert int(tg.tensor(2.9)) == 2
    assert [10, 20, 30][tg.tensor(1)] == 20
    assert bool(tg.tensor(0.0)) is False
    assert f"{tg.tensor(math.pi):.3f}" == "3.142"
    assert f"{tg.tensor([1.0])}" == "tensor([1.])"
    assert tg.tensor([[1, 2]]).tolist() == [[1, 2]]
    with pytest.raises(ValueError, match=r"needs exactly one element, the shape is \(2,\)"):
        tg.tensor([1.0, 2.0]).item()
    with pytest.raises(ValueError, match="ambiguous"):
        bool(tg.tensor([1.0, 2.0]))
    with pytest.raises(TypeError):
        [1][tg.tensor(0.0)]


def test_iteration_length_and_membership() -> None:
    t = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert len(t) == 2
    rows = list(t)
    assert [r.tolist() for r in rows] == [[1.0, 2.0], [3.0, 4.0]]
    rows[1].sum().backward()
    assert t.grad.tolist() == [[0.0, 0.0], [1.0, 1.0]]
    assert 3.0 in t
    assert tg.tensor(4.0) in t
    assert 5.0 not in t
    for attempt in (len, iter):
        with pytest.raises(TypeError, match="a tensor without axes has no length"):
            attempt(tg.tensor(1.0))


def test_equality_is_elementwise_and_tensors_can_be_keys() -> None:
    x, y = tg.tensor([1.0, 2.0]), tg.tensor([1.0, 3.0])
    assert (x == y).tolist() == [True, False]
    assert (x != y).tolist() == [False, True]
    assert (x == None) is False  # noqa: E711 - what a user may write
    assert (x != None) is True  # noqa: E711 - what a user may write
    assert len({x: 1, y: 2}) == 2


def test_misspelled_attributes_are_errors() -> None:
    x = tg.tensor([1.0])
    with pytest.raises(AttributeError):
        x.gard  # noqa: B018 - reading it is the test
    with pytest.raises(AttributeError):
        x.gard = 1.0


@pytest.mark.parametrize(
    ("t", "text"),
    [
        (tg.tensor([1.0, 2.0]), "tensor([1., 2.])"),
        (tg.tensor(1.0, requires_grad=True), "tensor(1., requires_grad=True)"),
        (tg.tensor([1, 2]), "tensor([1, 2])"),
        (tg.tensor(np.ones(2)), "tensor([1., 1.], dtype=torch.float64)"),
        (tg.tensor(np.ones((0, 3), np.float32)), "tensor([], size=(0, 3))"),
        (tg.tensor([1.0], name="w"), "tensor([1.], name='w')"),
        (tg.tensor([1.0], requires_grad=True) * 2, "tensor([2.], grad_fn=<MulBackward0>)"),
        (tg.tensor([True]), "tensor([True])"),
    ],
)
def test_repr(t: tg.Tensor, text: str) -> None:
    assert repr(t) == text


def test_repr_of_large_tensors_is_short() -> None:
    assert len(repr(tg.tensor(np.zeros((1000, 1000))))) < 400


# ---- leaving and entering the graph


def test_requires_grad_is_switched_on_leaves() -> None:
    x = tg.tensor([1.0])
    assert x.requires_grad_() is x
    assert x.requires_grad
    y = x * 2
    with pytest.raises(RuntimeError, match=r"only be switched off on a leaf; use \.detach\(\)"):
        y.requires_grad_(False)
    x.requires_grad_(False)
    assert not x.requires_grad


def test_detach_shares_memory_clone_does_not() -> None:
    x = leaf([1.0, 2.0])
    d, c = x.detach(), x.clone()
    assert not d.requires_grad
    assert c.requires_grad
    x.value[0] = 5.0
    assert (d.tolist(), c.tolist()) == ([5.0, 2.0], [1.0, 2.0])
    c.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_arrays_and_dlpack() -> None:
    x = tg.tensor([1.0, 2.0])
    assert np.shares_memory(x.numpy(), x.value)
    assert np.shares_memory(np.from_dlpack(x), x.value)
    assert np.array(x, dtype=np.float64).tolist() == [1.0, 2.0]
    assert x.__dlpack_device__() == x.value.__dlpack_device__()
    with pytest.raises(RuntimeError, match="detach"):
        np.from_dlpack(leaf([1.0]))


def test_dtypes_and_their_gradients() -> None:
    x = leaf([1.5, 2.5])
    for method, dtype in (("float", np.float32), ("double", np.float64), ("half", np.float16)):
        y = getattr(x, method)()
        assert y.dtype == dtype
        assert tg.grad(y.sum(), x).dtype == np.float64
    for method, dtype in (("long", np.int64), ("int", np.int32), ("bool", np.bool_)):
        y = getattr(x, method)()
        assert y.dtype == dtype
        assert not y.requires_grad
    assert x.to(np.float16).dtype == x.type(np.float16).dtype == np.float16


def test_methods_of_other_libraries() -> None:
    x = leaf([[1.0, 2.0, 3.0]])
    assert x.view(3).shape == x.reshape((3,)).shape == x.ravel().shape == (3,)
    assert x.view(3, 1).shape == x.permute(1, 0).shape == x.permute((1, 0)).shape == (3, 1)
    assert x.transpose(0, 1).shape == x.transpose().shape == x.swapaxes(0, 1).shape == (3, 1)
    assert x.unsqueeze(0).shape == (1, 1, 3)
    assert x.expand(4, -1).shape == x.expand((4, 3)).shape == (4, 3)
    assert x.expand(2, -1, -1).shape == (2, 1, 3)
    assert x.clamp(min=1.5).tolist() == [[1.5, 2.0, 3.0]]
    assert x.dot(x.T).shape == (1, 1)
    assert x.flip(1).tolist() == x.flip().tolist() == [[3.0, 2.0, 1.0]]
    assert x.roll(1, 1).tolist() == x.roll(1, dims=1).tolist() == [[3.0, 1.0, 2.0]]
    assert x.tile(2, 1).shape == x.repeat(2, 1).shape == (2, 3)
    with pytest.raises(ValueError, match="repeat needs a number for each of the 2 axes"):
        x.repeat(2)
    cube = tg.tensor(np.zeros((2, 3, 4)))
    assert cube.transpose(0, 2).shape == (4, 3, 2)  # exchanged, as in PyTorch
    assert cube.transpose(1, 2, 0).shape == (3, 4, 2)  # reordered, as in NumPy


# ---- indexing


@pytest.mark.parametrize(
    "index",
    [
        0,
        -1,
        slice(None, None, -1),
        (0, 1),
        (Ellipsis, 1),
        (None, 0),
        [0, 0, 1],
        ([0, 1], [1, 1]),
        np.array([1, 1]),
        tg.tensor([1, 0]),
        (tg.tensor([1, 0]), 1),
        tg.tensor(1),
        (slice(0, 1), tg.tensor([True, False, True])),
    ],
)
def test_index_gradient_is_the_scatter_of_ones(index: Any) -> None:
    x = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])

    def plain(part: Any) -> Any:
        part = part.value if isinstance(part, tg.Tensor) else part
        return np.asarray(part) if isinstance(part, list) else part

    there = tuple(map(plain, index)) if isinstance(index, tuple) else plain(index)
    np.testing.assert_array_equal(x[index].value, x.value[there])
    x[index].sum().backward()
    expected = np.zeros((2, 3))
    np.add.at(expected, there, 1.0)
    np.testing.assert_array_equal(x.grad.value, expected)


def test_boolean_mask_of_a_tensor() -> None:
    x = leaf([1.0, -2.0, 3.0])
    (x[x > 0] ** 2).sum().backward()
    assert x.grad.tolist() == [2.0, 0.0, 6.0]


@given(data=st.data())
def test_any_index_reads_and_scatters_like_numpy(data: Any) -> None:
    shape = data.draw(arrays.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=5))
    index = data.draw(
        st.one_of(
            arrays.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True),
            arrays.integer_array_indices(shape),
            arrays.arrays(np.bool_, shape),
        )
    )
    values = np.arange(math.prod(shape), dtype=np.float64).reshape(shape)
    x = tg.tensor(values, requires_grad=True)
    y = x[index]
    np.testing.assert_array_equal(y.value, values[index])
    g = np.arange(1.0, y.size + 1).reshape(y.shape)
    got = tg.grad(y, x, g).value
    expected = np.zeros(math.prod(shape))
    places = np.asarray(values[index]).astype(np.int64)
    for place, value in zip(places.flat, g.flat, strict=True):  # one at a time: repeats add up
        expected[place] += value
    np.testing.assert_array_equal(got, expected.reshape(shape))


def test_assignment_by_index() -> None:
    x = tg.tensor([1.0, 2.0, 3.0])
    x[0] = 9.0
    x[tg.tensor([1, 2])] = tg.tensor([7.0, 8.0])
    x[[0]] = [5.0]
    assert x.tolist() == [5.0, 7.0, 8.0]
    x[(slice(0, 2),)] = 0
    assert x.tolist() == [0.0, 0.0, 8.0]


def test_clone_of_booleans() -> None:
    mask = tg.tensor([True, False])
    copy = mask.clone()
    copy[0] = False
    assert (mask.tolist(), copy.tolist()) == ([True, False], [False, False])


def test_questions_of_numpy_need_no_gradient() -> None:
    x = tg.zeros(2, 3, requires_grad=True)
    assert (np.shape(x), np.ndim(x), np.size(x), np.size(x, 0)) == ((2, 3), 2, 6, 2)
    y = np.copy(x)
    assert y.requires_grad
    assert not np.shares_memory(y.value, x.value)


def test_tensor_made_of_computed_tensors_is_refused() -> None:
    """It would be a constant: the mixture of both losses trained only one."""
    x = leaf([1.0, 2.0])
    for data in ([x[0], x[1]], [[x.sum(), 1.0]], x * 2.0, [x]):
        with pytest.raises(RuntimeError, match=r"would lose the gradient; tg\.stack"):
            tg.tensor(data)
    assert tg.tensor(x, requires_grad=True).tolist() == [1.0, 2.0]  # a leaf has no past to lose
    assert tg.tensor([x[0].detach(), 3.0]).tolist() == [1.0, 3.0]
    with tg.no_grad():
        assert tg.tensor([x[0], x[1]]).tolist() == [1.0, 2.0]


def test_sizes_are_not_data() -> None:
    with pytest.raises(TypeError, match=r"or the sizes of the axes, received 2.0, 3; tg\.tensor"):
        tg.Tensor(2.0, 3)


def test_softmax_of_integers() -> None:
    """It ended in "cannot convert float infinity to integer"."""
    x = tg.tensor([1, 2])
    for function in (tg.softmax, tg.log_softmax, tg.logsumexp):
        expected = function(tg.tensor([1.0, 2.0], dtype=np.float64), dim=0)
        np.testing.assert_allclose(function(x, dim=0).value, expected.value)
        assert function(tg.zeros(0, 3), dim=1).size == 0
    assert tg.logsumexp(tg.zeros(0)).item() == -np.inf
