"""Hooks see gradients, may replace them, and cannot break the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


def test_hook_sees_the_whole_gradient_once() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    seen: list[Any] = []
    y.register_hook(seen.append)
    (y * 3.0 + y).sum().backward()
    assert len(seen) == 1
    np.testing.assert_array_equal(seen[0].value, [4.0, 4.0])
    assert not seen[0].requires_grad


def test_hook_of_a_leaf() -> None:
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g * 10.0)
    (x * 3.0).sum().backward()
    np.testing.assert_array_equal(x.grad.value, [30.0, 30.0])
    assert tg.grad((x * 3.0).sum(), x).value.tolist() == [30.0, 30.0]


def test_replacement_flows_on_and_hooks_chain() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    y.register_hook(lambda g: g + 1.0)
    y.register_hook(lambda g: np.array(g.value) * 10.0)  # an array will do
    y.register_hook(lambda g: None)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.value, [40.0, 40.0])


def test_hook_can_be_removed() -> None:
    x = leaf(1.0)
    y = x * 1.0
    keep, gone = [], []
    y.register_hook(keep.append)
    remove = y.register_hook(gone.append)
    remove()
    remove()
    y.sum().backward(retain_graph=True)
    assert len(keep) == 1
    assert not gone


def test_hook_that_removes_itself_while_it_runs() -> None:
    x = leaf(1.0)
    calls: list[int] = []

    def once(g: Any) -> None:
        calls.append(1)
        remove()

    remove = x.register_hook(once)
    for _ in range(2):
        (x * 1.0).sum().backward()
    assert calls == [1]
    assert x.grad.item() == 2.0


def test_hook_that_returns_a_wrong_shape_is_refused() -> None:
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g.sum())
    with pytest.raises(RuntimeError, match=r"returned shape \(\) for a tensor of shape \(2,\)"):
        (x * 1.0).sum().backward()
    assert x.grad is None


def test_hook_cannot_change_the_dtype() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    x.register_hook(lambda g: g.value.astype(np.float64) * 2)
    (x * 1.0).sum().backward()
    assert x.grad.dtype == np.float32


def test_what_a_hook_keeps_is_its_own() -> None:
    """Writing into a gradient that a hook saw, or returned, changes nothing else."""
    x, w = leaf(1.0, 2.0), leaf(1.0, 1.0)
    mine = np.array([5.0, 5.0])
    seen: list[Any] = []
    y = x + w
    y.register_hook(seen.append)
    y.register_hook(lambda g: mine)
    y.sum().backward()
    seen[0].value[...] = 99.0
    x.grad.value[...] = 7.0
    np.testing.assert_array_equal(mine, [5.0, 5.0])
    np.testing.assert_array_equal(w.grad.value, [5.0, 5.0])


def test_hook_under_create_graph_is_recorded() -> None:
    x = leaf(2.0)
    y = x * x
    y.register_hook(lambda g: g * y)
    (slope,) = tg.grad(y.sum(), [x], create_graph=True)
    np.testing.assert_allclose(slope.value, [2 * 2.0**3])
    # slope = y · 2x, so its gradient at x is 2y, and 2x at y, where the hook acts again.
    np.testing.assert_allclose(tg.grad(slope.sum(), x).value, [2 * 4.0 + 4.0 * 4.0 * 4.0])


def test_hook_needs_a_gradient_to_wait_for() -> None:
    with pytest.raises(RuntimeError, match="a hook needs a tensor that requires a gradient"):
        tg.tensor([1.0]).register_hook(print)


def test_retain_grad() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3.0
    y.retain_grad()
    z = (y * y).sum()
    z.backward(retain_graph=True)
    np.testing.assert_array_equal(y.grad.value, 2 * y.value)
    z.backward()
    np.testing.assert_array_equal(y.grad.value, 4 * y.value)
    x.retain_grad()  # a leaf keeps its gradient anyway
    assert x.hooks is None


def test_retain_grad_with_create_graph() -> None:
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    tg.grad((y * y).sum(), x, create_graph=True)
    assert y.grad.requires_grad
    y.grad = None


def test_retained_gradient_of_a_dead_tensor() -> None:
    """The hook holds its tensor weakly; a hook list that outlives the tensor does nothing."""
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    (kept,) = y.hooks
    del y
    assert kept(leaf(1.0)) is None


# ---- hooks after accumulation


def test_post_accumulate_hook_sees_the_sum() -> None:
    x = leaf(1.0, 2.0)
    seen: list[Any] = []
    x.register_post_accumulate_grad_hook(lambda t: seen.append((t is x, t.grad.tolist())))
    for _ in range(2):
        (x * 3.0 + x).sum().backward()
    assert seen == [(True, [4.0, 4.0]), (True, [8.0, 8.0])]


def test_post_accumulate_hooks_run_when_all_leaves_have_their_gradients() -> None:
    x, w = leaf(1.0), leaf(2.0)
    seen: list[Any] = []
    for t in (x, w):
        t.register_post_accumulate_grad_hook(lambda t: seen.append((x.grad.item(), w.grad.item())))
    (x * w).sum().backward()
    assert seen == [(2.0, 1.0), (2.0, 1.0)]


def test_post_accumulate_hook_is_not_called_when_backward_fails() -> None:
    @tg.primitive(lambda g, y, x: 1 / 0)
    def failing(x: Any) -> Any:
        """No gradient comes out of it."""
        return x * 1.0

    x, w = leaf(1.0), leaf(2.0)
    calls: list[Any] = []
    x.register_post_accumulate_grad_hook(calls.append)
    try:
        with pytest.raises(ZeroDivisionError):
            (failing(w) + x * 1.0).sum().backward()
    finally:
        del tg.engine.PRIMITIVES["failing"]
    assert x.grad is None
    assert calls == []


def test_post_accumulate_hook_that_fails_leaves_every_gradient() -> None:
    x, w = leaf(1.0), leaf(2.0)
    x.register_post_accumulate_grad_hook(lambda t: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        (x * w).sum().backward()
    assert (x.grad.item(), w.grad.item()) == (2.0, 1.0)


def test_post_accumulate_hook_does_not_answer_to_grad() -> None:
    x = leaf(1.0)
    calls: list[Any] = []
    x.register_post_accumulate_grad_hook(calls.append)
    assert tg.grad((x * 3.0).sum(), x).item() == 3.0
    assert calls == []
    (x * 3.0).sum().backward(inputs=x)
    assert calls == [x]


def test_post_accumulate_hook_beside_a_gradient_hook() -> None:
    """In whichever order they were registered, the gradient is replaced before it is added."""
    x = leaf(1.0)
    seen: list[float] = []
    x.register_post_accumulate_grad_hook(lambda t: seen.append(t.grad.item()) or t.grad * 0)
    x.register_hook(lambda g: g * 10.0)
    (x * 3.0).sum().backward()
    assert seen == [30.0] == x.grad.tolist()


def test_post_accumulate_hook_may_step_and_drop_the_gradient() -> None:
    x = leaf(1.0, 2.0)

    def step(t: Any) -> None:
        assert not tg.is_grad_enabled()
        t -= 0.5 * t.grad
        t.grad = None

    handle = x.register_post_accumulate_grad_hook(step)
    (x * x).sum().backward()
    assert (x.tolist(), x.grad) == ([0.0, 0.0], None)
    handle.remove()
    handle.remove()
    (x * 2.0).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]
    assert x.hooks is None


def test_post_accumulate_hook_that_removes_itself() -> None:
    x = leaf(1.0)
    calls: list[str] = []

    def once(t: Any) -> None:
        calls.append("once")
        handle.remove()

    handle = x.register_post_accumulate_grad_hook(once)
    x.register_post_accumulate_grad_hook(lambda t: calls.append("always"))
    for _ in range(2):
        (x * 1.0).sum().backward()
    assert calls == ["once", "always", "always"]


def test_post_accumulate_hook_with_create_graph() -> None:
    x = leaf(2.0)
    seen: list[bool] = []
    x.register_post_accumulate_grad_hook(lambda t: seen.append(t.grad.requires_grad))
    x.register_post_accumulate_grad_hook(lambda t: seen.append(tg.is_grad_enabled()))
    (x * x).sum().backward(create_graph=True)
    assert seen == [True, True]
    x.grad = None


def test_post_accumulate_hook_needs_a_leaf_with_a_gradient() -> None:
    with pytest.raises(RuntimeError, match="a hook needs a tensor that requires a gradient"):
        tg.tensor([1.0]).register_post_accumulate_grad_hook(print)
    y = leaf(1.0) * 2.0
    with pytest.raises(RuntimeError, match=r"needs a leaf: .* made by multiply.* register_hook"):
        y.register_post_accumulate_grad_hook(print)


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
