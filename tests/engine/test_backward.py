"""Backward: what reaches the leaves, what memory it is in, and when it refuses."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.testing.faults import operation
from tinygrad_edu.tensor import Tensor


def leaf(*values: Any, name: str | None = None) -> Tensor:
    return tg.tensor(np.array(values if values else 2.0), requires_grad=True, name=name)


# ---- who holds a gradient


def test_leaves_do_not_share_their_gradients() -> None:
    """a + b gives both the same array; a later accumulation must not reach the sibling."""
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    v = np.array([1.0, -1.0])
    (a + b).backward(v)
    assert not np.shares_memory(a.grad.value, b.grad.value)
    assert not np.shares_memory(a.grad.value, v)
    (a * 3.0).sum().backward()
    np.testing.assert_array_equal(a.grad.value, [4.0, 2.0])
    np.testing.assert_array_equal(b.grad.value, v)
    np.testing.assert_array_equal(v, [1.0, -1.0])


def test_fan_out_over_levels() -> None:
    a = leaf(1.0, 2.0)
    b = a + 1.0
    c = b + 1.5
    d = a + b
    e = d + c
    for t in (b, c, d, e):
        t.retain_grad()
    v = np.array([1.0, 10.0])
    e.backward(v)
    for t, times in ((a, 3), (b, 2), (c, 1), (d, 1), (e, 1)):
        np.testing.assert_array_equal(t.grad.value, times * v)
    arrays = [t.grad.value for t in (a, b, c, d, e)] + [v]
    for i, first in enumerate(arrays):
        for second in arrays[:i]:
            assert not np.shares_memory(first, second)


def test_gradients_are_writable_arrays_of_the_leafs_dtype() -> None:
    for dtype in (np.float16, np.float32, np.float64):
        x = tg.tensor(np.ones((2, 3)), requires_grad=True, dtype=dtype)
        x.sum().backward()  # a broadcast view inside
        assert isinstance(x.grad, Tensor)
        assert x.grad.value.flags.writeable
        assert x.grad.dtype == dtype
        assert not x.grad.requires_grad


def test_gradient_without_axes_is_an_array() -> None:
    x, y = leaf(), leaf(1.0, 2.0, 3.0)
    (x * y).sum().backward()
    assert type(x.grad.value) is np.ndarray
    assert x.grad.value.shape == ()
    x.grad.data += 1.0
    assert x.grad.item() == 7.0


def test_zero_grad_leaves_a_kept_gradient_alone() -> None:
    x = leaf(1.0, 2.0)
    (x * x).sum().backward()
    kept = x.grad.value
    x.zero_grad()
    assert x.grad is None
    (x * 5.0).sum().backward()
    np.testing.assert_array_equal(kept, [2.0, 4.0])


def test_tensor_does_not_alias_the_array_it_was_made_of() -> None:
    values = np.ones(3)
    x = tg.tensor(values, requires_grad=True)
    values[0] = 9.0
    with tg.no_grad():
        x.data += 1.0
    np.testing.assert_array_equal(x.value, [2.0, 2.0, 2.0])
    np.testing.assert_array_equal(values, [9.0, 1.0, 1.0])


# ---- accumulation


def test_k_small_batches_equal_one_large() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((12, 3)), leaf(*rng.standard_normal(3))
    for part in np.split(x, 4):
        tg.tanh(tg.from_numpy(part) @ w).sum().backward()
    small = w.grad.value.copy()
    w.zero_grad()
    tg.tanh(tg.from_numpy(x) @ w).sum().backward()
    np.testing.assert_allclose(small, w.grad.value, rtol=1e-14)


def test_gradient_of_a_sum_of_losses_is_the_sum_of_gradients() -> None:
    x = leaf(0.3, -0.7)
    first, second = tg.exp(x).sum(), tg.tanh(x).sum()
    separate = tg.grad(first, x, retain_graph=True).value + tg.grad(second, x).value
    x2 = leaf(0.3, -0.7)
    (tg.exp(x2).sum() + tg.tanh(x2).sum()).backward()
    np.testing.assert_allclose(x2.grad.value, separate, rtol=1e-15)


def test_sixty_doublings_take_no_time() -> None:
    """A walk over paths instead of nodes would take 2^60 steps."""
    x = leaf(1.0)
    y = x
    for _ in range(60):
        y = y + y
    start = time.perf_counter()
    y.sum().backward()
    assert time.perf_counter() - start < 0.1
    assert x.grad.item() == 2.0**60


def test_one_tensor_in_every_place() -> None:
    x = leaf(1.5, -2.0)
    for function, slope in [
        (lambda x: x * x, 2 * x.value),
        (lambda x: x - x, 0 * x.value),
        (lambda x: tg.where(np.array([True, False]), x, x), np.ones(2)),
        (lambda x: tg.concatenate([x, x]), np.full(2, 2.0)),
        (lambda x: x @ x, 2 * x.value),
    ]:
        np.testing.assert_array_equal(tg.grad(function(x).sum(), x).value, slope)


def test_unused_leaves_and_outputs() -> None:
    used, unused = leaf(1.0), leaf(1.0)
    y = used * 2.0
    side = used * 3.0 + unused
    y.sum().backward()
    assert unused.grad is None
    assert used.grad.item() == 2.0
    del side


def test_operations_without_gradient_do_not_stop_the_others() -> None:
    x = leaf(1.0, 3.0)
    mask = x > 2.0
    assert not mask.requires_grad
    (x * mask).sum().backward()
    np.testing.assert_array_equal(x.grad.value, [0.0, 1.0])


# ---- twice


def test_second_backward_is_refused_by_name() -> None:
    x = leaf(1.0, 2.0)
    y = tg.exp(x).sum()
    y.backward()
    with pytest.raises(
        RuntimeError, match=r"backward through sum a second time.*retain_graph=True"
    ):
        y.backward()
    np.testing.assert_allclose(x.grad.value, np.exp([1.0, 2.0]))


def test_freed_inner_graph_is_refused_too() -> None:
    x = leaf(1.0)
    inner = tg.exp(x)
    (inner * 2.0).sum().backward()
    for attempt in (
        lambda: (inner * 3.0).sum().backward(),
        lambda: tg.grad((inner * 3.0).sum(), x),
    ):
        with pytest.raises(RuntimeError, match="backward through exp a second time"):
            attempt()
    assert x.grad.item() == pytest.approx(2 * np.e)
    # What does not lead through the freed part is still there.
    assert tg.grad((inner * 3.0).sum(), inner).item() == 3.0


def test_retained_graph_doubles_exactly() -> None:
    x = leaf(0.3, 0.4)
    y = (tg.exp(x) * tg.tanh(x)).sum()
    y.backward(retain_graph=True)
    once = x.grad.value.copy()
    y.backward(retain_graph=True)
    np.testing.assert_array_equal(x.grad.value, 2 * once)
    y.backward()
    np.testing.assert_array_equal(x.grad.value, 3 * once)
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()


def test_intermediate_gradients_do_not_pile_up() -> None:
    x = leaf(0.3)
    y = tg.exp(x)
    z = (y * y).sum()
    z.backward(retain_graph=True)
    with pytest.warns(UserWarning, match=r"call \.retain_grad\(\) before backward"):
        assert y.grad is None
    np.testing.assert_array_equal(tg.grad(z, y).value, 2 * y.value)


def test_a_gradient_is_assigned_if_it_is_one() -> None:
    x = leaf(1.0, 2.0)
    x.grad = np.array([3.0, 4.0])
    (x * x).sum().backward()
    np.testing.assert_array_equal(x.grad.value, [5.0, 8.0])
    with pytest.raises(ValueError, match=r"\.grad must have the shape of its tensor, \(2,\); rec"):
        x.grad = tg.ones(3)
    for wrong in ("x", [1.0, 2.0], np.array([1, 2]), tg.tensor([True, False])):
        with pytest.raises(TypeError, match=r"\.grad must be a tensor or an array of floats"):
            x.grad = wrong
    np.testing.assert_array_equal(x.grad.value, [5.0, 8.0])
    x.grad = None
    with pytest.raises(ValueError, match="backward: inputs is empty"):
        (x * x).sum().backward(inputs=[])


@pytest.mark.filterwarnings("error")
def test_the_gradient_of_a_leaf_is_read_without_a_warning() -> None:
    x = leaf(1.0, 2.0)
    y = x * x
    y.retain_grad()
    assert x.grad is y.grad is (y * 2.0).detach().grad is None


# ---- all or nothing


def test_exception_in_the_middle_changes_no_gradient() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (x * w).sum().backward()
    before = [x.grad.value.tobytes(), w.grad.value.tobytes()]

    def fails(g: Any, y: Any, x: Any) -> Any:
        raise ArithmeticError("planted")

    with operation(lambda x: x * 1.0, fails) as broken:
        y = (broken(x) + w).sum()
        with pytest.raises(ArithmeticError, match="planted") as caught:
            y.backward()
    assert "in the gradient of <lambda> for its input 0" in caught.value.__notes__
    assert [x.grad.value.tobytes(), w.grad.value.tobytes()] == before
    assert tg.is_grad_enabled()


def test_gradient_that_cannot_be_added_changes_no_other() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    w.value, w.grad = np.ones((3, 1)), tg.ones(3, 1)
    w.data = np.array([3.0, 4.0])
    x.grad = tg.tensor([10.0, 10.0], dtype=np.float64)
    for order in ((x, w), (w, x)):
        with pytest.raises(RuntimeError, match=r"\.grad of shape \(3, 1\)"):
            (order[0] * order[1]).sum().backward()
        np.testing.assert_array_equal(x.grad.value, [10.0, 10.0])


def test_memory_error_at_every_operation_leaves_gradients_alone() -> None:
    """Whichever vjp of a net fails, nothing is half done and the next step works."""
    calls = [0, 0]

    def counted(g: Any, y: Any, x: Any) -> Any:
        calls[0] += 1
        if calls[0] == calls[1]:
            raise MemoryError
        return g * 2.0

    with operation(lambda x: x * 2.0, counted) as double:
        x, w = leaf(1.0, 2.0), leaf(5.0, 6.0)
        (x * w).sum().backward()
        before = x.grad.value.tobytes() + w.grad.value.tobytes()
        for fail_at in range(1, 6):
            calls[:] = [0, fail_at]
            y = x
            for _ in range(5):
                y = double(y) * w
            with pytest.raises(MemoryError):
                y.sum().backward()
            assert x.grad.value.tobytes() + w.grad.value.tobytes() == before
        calls[:] = [0, 0]
        double(x).sum().backward()
        assert x.grad.value[0] == 7.0


# ---- refusals, each with what to do


def test_backward_of_several_elements_needs_a_gradient() -> None:
    x = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match=r"\(2,\) needs the gradient.*\.sum\(\).*gradient="):
        (x * 2.0).backward()
    (x[:1] * 2.0).backward()  # one element, whatever its axes
    np.testing.assert_array_equal(x.grad.value, [2.0, 0.0])


@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (), (3,)])
def test_gradient_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    x = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match=r"gradient has shape .*, the tensor \(2,\)"):
        (x * 2.0).backward(np.ones(shape))
    assert x.grad is None


def test_nothing_recorded_is_said() -> None:
    with pytest.raises(
        RuntimeError, match=r"does not depend on any tensor with requires_grad=True"
    ):
        tg.tensor(1.0).backward()
    x = leaf(1.0)
    with tg.no_grad():
        y = x * 2.0
    with pytest.raises(RuntimeError, match="computed under no_grad"):
        y.backward()
    with pytest.raises(RuntimeError, match=r"^argmax has no gradient"):
        tg.argmax(x).backward()


def test_input_without_a_rule_is_named() -> None:
    with operation(lambda a, b: a * b, lambda g, y, a, b: g * b, None) as half:
        a, b = leaf(1.0), leaf(2.0)
        with pytest.raises(
            RuntimeError, match=r"no gradient with respect to its input 1 \(b\); detach that input"
        ):
            half(a, b).sum().backward()
        half(a, b.detach()).sum().backward()
    assert a.grad.item() == 2.0


def test_vjp_of_a_wrong_shape_is_named() -> None:
    with (
        operation(lambda x: x * 1.0, lambda g, y, x: np.ones((5, 4))) as wrong,
        pytest.raises(
            RuntimeError, match=r"the vjp of input 0 returned shape \(5, 4\).*input's shape \(3,\)"
        ),
    ):
        wrong(leaf(1.0, 2.0, 3.0)).sum().backward()
    with (
        operation(lambda x: x * 1.0, lambda g, y, x: np.ones(())) as wrong,
        pytest.raises(RuntimeError, match=r"returned shape \(\)"),
    ):
        wrong(leaf(1.0, 2.0, 3.0)).sum().backward()


def test_integer_tensors_have_no_gradient() -> None:
    for data in ([1, 2], [True, False], np.arange(3, dtype=np.uint8)):
        with pytest.raises(TypeError, match=r"only floating-point tensors.*\.float\(\)"):
            tg.tensor(data, requires_grad=True)
    x = leaf(1.0, 2.0)
    assert not x.long().requires_grad
    with pytest.raises(RuntimeError, match="nothing to differentiate"):
        x.long().sum().backward()


# ---- only what was asked for


def test_gradients_nobody_asked_for_are_not_computed() -> None:
    """The gradient of the data batch is the largest product of a net; it must not be computed."""
    calls: list[str] = []

    def rule(name: str, value: Any) -> Any:
        def vjp(g: Any, y: Any, a: Any, b: Any) -> Any:
            calls.append(name)
            return value(g, a, b)

        return vjp

    left = rule("a", lambda g, a, b: g * b)
    right = rule("b", lambda g, a, b: g * a)
    with operation(lambda a, b: a * b, left, right) as product:
        batch, weight = tg.tensor([1.0, 2.0]), leaf(3.0, 4.0)
        hidden = product(batch, weight)
        product(hidden, np.array([1.0, 2.0])).sum().backward()
        assert calls == ["a", "b"]
        calls.clear()
        other = leaf(1.0, 1.0)
        both = product(other, weight)
        tg.grad(product(both, weight).sum(), other)
        assert calls == ["a", "a"]
        calls.clear()
        product(product(other, weight), weight).sum().backward(inputs=[other])
        assert calls == ["a", "a"]
        assert weight.grad is not None
        assert other.grad.value.tolist() == [9.0, 16.0]


def test_every_node_is_visited_once() -> None:
    calls = [0]

    def vjp(g: Any, y: Any, x: Any) -> Any:
        calls[0] += 1
        return g * 2.0

    with operation(lambda x: x * 2.0, vjp) as double:
        x = leaf(1.0)
        y = double(x)
        (y + y * y + tg.exp(y)).sum().backward()
    assert calls[0] == 1


def test_backward_inputs_reach_intermediate_results_too() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3.0
    (y * y).sum().backward(inputs=[y])
    assert x.grad is None
    np.testing.assert_array_equal(y.grad.value, 2 * y.value)


# ---- create_graph


def test_backward_with_create_graph_gives_recorded_gradients() -> None:
    x = leaf(2.0)
    (x**3).sum().backward(create_graph=True)
    assert x.grad.requires_grad
    slope = x.grad
    x.grad = None  # else the leaf and its gradient's graph would hold each other
    assert tg.grad(slope.sum(), x).item() == 12.0


def test_recorded_gradients_accumulate_recorded() -> None:
    x = leaf(2.0)
    (x**3).sum().backward(create_graph=True)
    (x**2).sum().backward()
    total = x.grad
    x.grad = None
    np.testing.assert_allclose(total.value, 12.0 + 4.0)
    np.testing.assert_allclose(tg.grad(total.sum(), x).value, 12.0)


def test_third_and_fourth_order() -> None:
    x = leaf(0.7)
    y = tg.tanh(x).sum()
    for _ in range(3):
        y = tg.grad(y, x, create_graph=True).sum()
    t = np.tanh(0.7)
    s = 1 - t * t
    np.testing.assert_allclose(y.item(), s * (6 * t * t - 2), rtol=1e-13)
    np.testing.assert_allclose(tg.grad(y, x).item(), 8 * t * s * (2 - 3 * t * t), rtol=1e-13)
