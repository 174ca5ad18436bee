"""Mistakes of the foundation that were once silent, each with the code that showed it."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


# ---- the engine


def test_changed_index_is_noticed() -> None:
    x, index = leaf(1.0, 2.0, 3.0), tg.tensor([0, 1])
    y = x[index].sum() + x[index, None].sum()
    index += 1
    with pytest.raises(RuntimeError, match=r"getitem: its index of shape \(2,\) was changed"):
        y.backward()


def test_gradient_that_grew_after_its_use_is_noticed() -> None:
    w, z = leaf(1.0, 2.0), leaf(1.0, 1.0)
    (w * w).sum().backward()
    y = (w.grad * z).sum()
    (w * w).sum().backward()
    with pytest.raises(RuntimeError, match="multiply: its input 0 of shape"):
        y.backward()


def test_integer_leaf_gets_no_rounded_gradient() -> None:
    w = tg.tensor([1, 2])
    w.requires_grad = True  # what the constructor and requires_grad_() refuse
    with pytest.raises(TypeError, match="dtype int64 cannot require a gradient"):
        (w * 0.3).sum().backward()


def test_list_meets_a_tensor_in_its_precision() -> None:
    assert (leaf(1.0, 2.0) * [0.1, 0.2]).tolist() == [0.1, 0.4]
    assert (tg.tensor([1.0, 2.0]) * [0.1, 0.2]).dtype == np.float32
    assert (tg.tensor([1, 2]) * [0.1, 0.2]).dtype == np.float32
    assert tg.maximum(leaf(0.0, 9.0), [0.1, 0.2]).tolist() == [0.1, 9.0]


@pytest.mark.parametrize("join", [tg.concatenate, tg.stack, np.concatenate, np.stack])
def test_one_array_is_not_a_list_of_one(join: Any) -> None:
    """NumPy would join its rows, and the tensor came back as it was."""
    with pytest.raises(TypeError, match=r"give a list, as in .*\(\[a, b\]\).*of shape \(2, 3\)"):
        join(tg.ones(2, 3))


def test_joining_what_an_iterator_yields() -> None:
    x = leaf(1.0, 2.0, 3.0)
    rows = tg.stack(part * 2 for part in x)
    assert rows.tolist() == [2.0, 4.0, 6.0]
    assert tg.concatenate(map(tg.exp, [x, x])).shape == (6,)


def test_axes_in_a_list() -> None:
    x = tg.ones(2, 3, 4, 5)
    assert x.mean([2, 3]).shape == (2, 3)
    assert x.sum(dim=[0, -1], keepdim=True).shape == (1, 3, 4, 1)


def test_tensor_as_data_of_a_tensor_is_refused() -> None:
    w = leaf(1.0, 2.0)
    (w * w).sum().backward()
    w.data = w.data - 0.1 * w.grad
    with pytest.raises(TypeError, match=r"the \.data of an input was set to a tensor"):
        w * 2.0


# ---- modes


def test_no_grad_without_parentheses() -> None:
    @tg.no_grad
    def inner(n: int) -> tuple[int, bool]:
        """Say it."""
        return n, tg.is_grad_enabled()

    assert inner(3) == (3, False)
    assert inner.__doc__ == "Say it."
    assert tg.is_grad_enabled()


def test_decorated_coroutine_runs_under_the_mode() -> None:
    @tg.no_grad()
    async def inner() -> bool:
        await asyncio.sleep(0)
        return tg.is_grad_enabled()

    async def outer() -> tuple[bool, bool]:
        return await inner(), tg.is_grad_enabled()

    assert asyncio.run(outer()) == (False, True)


# ---- operators and copies


def test_operators_work_on_the_bits_of_integers() -> None:
    """They were logic, so that 5 & 3 was True."""
    a, b = tg.tensor([5, 6]), tg.tensor([3, 1])
    assert ((a & b).tolist(), (a | b).tolist(), (a ^ b).tolist()) == ([1, 0], [7, 7], [6, 7])
    assert ((~a).tolist(), (3 & a).tolist()) == ([-6, -7], [1, 2])
    mask = tg.tensor([True, False])
    assert ((~mask).tolist(), (mask & True).tolist()) == ([False, True], [True, False])
    assert (~mask).dtype == np.bool_
    with pytest.raises(TypeError, match="bitwise_and"):
        leaf(1.0) & leaf(2.0)


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
    assert not np.shares_memory(y.data, x.data)


# ---- what PyTorch's and NumPy's names do differently


@pytest.mark.parametrize("name", ["max", "min", "median", "sort"])
def test_values_are_not_taken_for_values_and_indices(name: str) -> None:
    """``_, labels = tg.max(scores, 1)`` unpacked the rows of a batch of two."""
    x = tg.tensor([[1.0, 3.0, 2.0], [6.0, 4.0, 5.0]], requires_grad=True)
    function, method = getattr(tg, name), getattr(x, name)
    for pair in (
        lambda: function(x, 1),
        lambda: function(x, dim=1),
        lambda: method(1),
        lambda: method(dim=1, keepdim=True),
    ):
        with pytest.raises(TypeError, match=rf"{name}: .*\(values, indices\)"):
            pair()
    expected = getattr(np, name)(x.data, axis=1)
    np.testing.assert_array_equal(function(x, axis=1).data, expected)
    np.testing.assert_array_equal(getattr(np, name)(x, 1).data, expected)


def test_larger_of_two_tensors_has_its_own_name() -> None:
    with pytest.raises(TypeError, match=r"maximum\(a, b\)"):
        tg.max(leaf(1.0, 2.0), leaf(2.0, 1.0))
    assert leaf(1.0, 2.0).amax(0).item() == 2.0
    assert tg.amin(leaf(1.0, 2.0), dim=0).item() == 1.0


def test_sort_says_what_it_gives() -> None:
    x = leaf(2.0, 1.0)
    with pytest.raises(TypeError, match="works in place in NumPy"):
        x.sort()
    values, indices = x.sort(dim=0, return_indices=True)
    assert (values.tolist(), indices.tolist()) == ([1.0, 2.0], [1, 0])
    assert tg.sort(x, 0, return_indices=False).tolist() == [1.0, 2.0]
