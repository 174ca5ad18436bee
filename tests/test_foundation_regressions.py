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
    with pytest.raises(TypeError, match=r"\.data was set to a tensor"):
        w.data = w.data - 0.1 * w.grad


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


# ---- tensors made of tensors


def test_tensor_made_of_computed_tensors_is_refused() -> None:
    """It would be a constant: the mixture of both losses trained only one."""
    x = leaf(1.0, 2.0)
    for data in ([x[0], x[1]], [[x.sum(), 1.0]], x * 2.0, [x]):
        with pytest.raises(RuntimeError, match=r"would lose the gradient; tg\.stack"):
            tg.tensor(data)
    assert tg.tensor(x, requires_grad=True).tolist() == [1.0, 2.0]  # a leaf has no past to lose
    assert tg.tensor([x[0].detach(), 3.0]).tolist() == [1.0, 3.0]
    with tg.no_grad():
        assert tg.tensor([x[0], x[1]]).tolist() == [1.0, 2.0]


def test_sizes_are_not_data() -> None:
    """PyTorch's ``Tensor(2, 3)`` is a matrix."""
    with pytest.raises(TypeError, match=r"received 3; .*tg\.zeros\(2, 3\)"):
        tg.Tensor(2.0, 3)  # type: ignore[arg-type]


# ---- in place


def test_augmented_assignment_keeps_the_shape() -> None:
    h = leaf(1.0, 2.0) * 2.0
    with pytest.raises(ValueError, match=r"in-place add: the result has shape \(3, 2\)"):
        h += tg.ones(3, 2)


def test_step_by_hand_on_the_data() -> None:
    w = leaf(1.0, 2.0)
    memory = w.data
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    w.data -= 0.1 * w.grad
    assert type(w.data) is np.ndarray
    assert w.data is memory
    np.testing.assert_allclose(w.data, [0.8, 1.6])
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()
    total = np.zeros(2)
    total += w.detach()
    np.multiply(total, w.grad, out=total)
    np.testing.assert_allclose(total, [1.6, 6.4])
    with pytest.raises(TypeError, match="would lose its gradient"):
        total += w
    with pytest.raises(TypeError, match="would lose its gradient"):
        np.exp(w, out=total)


# ---- hooks and retained gradients


def test_retaining_twice_keeps_one_gradient() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    y.retain_grad()
    y.retain_grad()
    y.register_hook(lambda g: g * 10.0)
    y.sum().backward()
    assert y.grad.tolist() == [10.0, 10.0]  # as in PyTorch, what the hooks made of it
    with pytest.raises(RuntimeError, match="retain"):
        tg.tensor([1.0]).retain_grad()


def test_handle_of_a_hook() -> None:
    x, seen = leaf(1.0, 2.0), []
    first, second = x.register_hook(seen.append), x.register_hook(seen.append)
    first.remove()
    (x * 1.0).sum().backward()
    assert len(seen) == 1
    second.remove()
    second.remove()
    assert x.hooks is None


def test_backward_for_one_tensor() -> None:
    """A bare tensor was taken for the list of its rows, and got no gradient."""
    w, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (w * b).sum().backward(inputs=w)
    assert w.grad.tolist() == [3.0, 4.0]
    assert b.grad is None
    with pytest.raises(RuntimeError, match="each of inputs must require a gradient"):
        (w * b).sum().backward(inputs=[w, tg.ones(2)])


# ---- PyTorch's code, pasted


def test_names_of_dtypes() -> None:
    assert tg.zeros(2).dtype == tg.float32 == tg.float
    assert tg.tensor([1.0], dtype=tg.float64).dtype is tg.double
    assert tg.tensor([1, 2]).dtype is tg.long
    assert (tg.tensor([1, 2]) > 1).dtype is tg.bool
    assert tg.tensor([1, 2]).to(tg.float16).dtype is tg.half


def test_devices() -> None:
    device = tg.device("cuda" if tg.cuda.is_available() else "cpu")
    x = leaf(1.0, 2.0)
    assert x.to(device) is x
    assert x.to(device=device, dtype=tg.float32).dtype is tg.float32
    assert x.to(tg.zeros(1)).dtype is x.type_as(tg.zeros(1)).dtype is tg.float32
    assert x.to("cpu", copy=True) is not x
    assert (x.device, x.cpu() is x, tg.cuda.device_count()) == ("cpu", True, 0)
    with pytest.raises(ValueError, match="there is no device 'cuda:0'"):
        x.to("cuda:0")
    with pytest.raises(TypeError, match="unexpected arguments memory"):
        x.to("cpu", memory=1)


def test_size_is_a_number_and_a_method() -> None:
    x = tg.zeros(2, 3, 4)
    assert (x.size, x.size(0), x.size(-1), x.size()) == (24, 2, 4, (2, 3, 4))
    assert x.view(x.size(0), -1).shape == (2, 12)
    assert np.zeros(x.size).shape == (24,)
    assert tg.tensor(1.0).size() == ()


def test_other_names_are_the_same_operations() -> None:
    x = leaf(1.0, -2.0)
    assert tg.cat([x, tg.abs(x)]).tolist() == [1.0, -2.0, 1.0, 2.0]
    assert tg.unsqueeze(x, 1).t().shape == (1, 2)
    assert x.t() is not x
    with pytest.raises(ValueError, match="takes a matrix"):
        tg.zeros(2, 3, 4).t()
    assert (tg.numel(x), tg.is_tensor(x), tg.is_tensor(x.data), x.nelement()) == (2, True, False, 2)
    assert x.contiguous() is x
    assert x.is_floating_point()
    assert not tg.tensor(1).is_floating_point()
    assert x.where(x > 0, 0.0).tolist() == [1.0, 0.0]
    assert tg.zeros(6).view_as(tg.zeros(2, 3)).shape == (2, 3)
    assert x.expand_as(tg.zeros(3, 2)).shape == (3, 2)
    assert x.copy().requires_grad
    assert round(tg.tensor(1.2345), 2).item() == pytest.approx(1.23)
    with tg.inference_mode():
        assert not (x * 2.0).requires_grad


def test_filling_in_place() -> None:
    x = tg.zeros(1000)
    assert x.normal_(1.0, 0.1, generator=0) is x
    assert 0.9 < x.mean().item() < 1.1
    assert x.dtype == np.float32
    assert 2.0 <= x.uniform_(2.0, 3.0, generator=0).min().item() < x.max().item() <= 3.0
    x.masked_fill_(x > 2.5, 0.0)
    assert x.max().item() <= 2.5
    w = leaf(1.0)
    for change in (lambda: w.normal_(), lambda: w.masked_fill_(w > 0, 1.0)):
        with pytest.raises(RuntimeError, match="on a leaf that requires a gradient"):
            change()


def test_nothing_else_is_exported_with_the_names() -> None:
    assert not {"np", "Node"} & set(dir(tg))


def test_split_says_what_it_cuts() -> None:
    """Two parts in NumPy, parts of two in PyTorch: six rows gave either without a word."""
    x = tg.arange(6)
    for pair in (lambda: tg.split(x, 2), lambda: tg.split(x, [2, 4]), lambda: tg.split(x, 2, 0)):
        with pytest.raises(TypeError, match=r"split_size=\.\.\., or indices_or_sections"):
            pair()
    assert [len(part) for part in x.split(2)] == [2, 2, 2]
    assert [len(part) for part in x.split([2, 4])] == [2, 4]
    assert [len(part) for part in tg.split(x, split_size=4, dim=0)] == [4, 2]
    assert [len(part) for part in np.split(x, 2)] == [3, 3]


def test_autograd_grad_gives_a_tuple() -> None:
    """``torch.autograd.grad(y, x)[0]`` took the first row of the gradient."""
    x, v = leaf(1.0, 2.0), tg.tensor([1.0, 10.0])
    y = x * x
    (slope,) = tg.autograd.grad(y, x, v, retain_graph=True)
    assert slope.tolist() == [2.0, 40.0]
    assert tg.autograd.grad(outputs=y, inputs=x, grad_outputs=[v])[0].tolist() == [2.0, 40.0]
    first = tg.autograd.grad((x * x * x).sum(), [x], None, True, True)[0]  # keep, then record
    assert tg.autograd.grad(first.sum(), (x,))[0].tolist() == [6.0, 12.0]
    assert tg.grad((x * x).sum(), x).tolist() == [2.0, 4.0]
    with pytest.raises(NotImplementedError, match="vmap"):
        tg.autograd.grad(x.sum(), x, is_grads_batched=True)


def test_scalar_assigned_as_data_becomes_an_array_again() -> None:
    """NumPy's arithmetic without axes gives scalars, which nothing can be written into."""
    b = tg.tensor(2.0, requires_grad=True)
    optimizer = tg.optim.SGD([b], lr=0.5)
    for _ in range(2):
        b.data = b.data - 0.5 * np.float32(b.item())
        (b * b).backward()
    assert type(b.data) is np.ndarray
    optimizer.step()
    with tg.no_grad():
        b -= 1.0


def test_lists_alone_are_arrays() -> None:
    assert tg.mean([1.0, 2.0]) == 1.5
    assert tg.softmax([[1.0, 1.0]], dim=1).tolist() == [[0.5, 0.5]]
    with pytest.raises(TypeError, match="would lose the gradient"):
        tg.mean([leaf(1.0).sum(), leaf(2.0).sum()])


def test_softmax_of_integers() -> None:
    """It ended in "cannot convert float infinity to integer"."""
    x = tg.tensor([1, 2])
    for function in (tg.softmax, tg.log_softmax, tg.logsumexp):
        expected = function(tg.tensor([1.0, 2.0], dtype=np.float64), dim=0)
        np.testing.assert_allclose(function(x, dim=0).data, expected.data)
        assert function(tg.zeros(0, 3), dim=1).size == 0
    assert tg.logsumexp(tg.zeros(0)).item() == -np.inf
