"""Changes in place: what is changed, what is refused, and what keeps its shape."""

from __future__ import annotations

import gc
import inspect
import weakref
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


def test_augmented_assignment_keeps_the_shape() -> None:
    h = leaf(1.0, 2.0) * 2.0
    with pytest.raises(ValueError, match=r"add_: the result has shape \(3, 2\)"):
        h += tg.ones(3, 2)


def test_augmented_assignment_keeps_the_dtype() -> None:
    h = tg.tensor([1.0, 2.0], requires_grad=True) * 2.0
    h += np.ones(2)
    assert h.dtype == np.float32
    assert h.requires_grad


def test_step_by_hand_on_the_data() -> None:
    w = leaf(1.0, 2.0)
    memory = w.value
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    w.data -= 0.1 * w.grad
    assert type(w.value) is np.ndarray
    assert w.value is memory
    np.testing.assert_allclose(w.value, [0.8, 1.6])
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


def test_filling_in_place() -> None:
    x = tg.zeros(10_000)
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


def test_repeated_elements_are_not_written_to() -> None:
    """And what failed is not taken for a change."""
    x = leaf(1.0, 2.0)
    wide = tg.broadcast_to(x, shape=(3, 2))
    y = (wide * wide).sum()
    with tg.no_grad(), pytest.raises(ValueError, match=r"add_: the memory .* is read-only"):
        wide.add_(1.0)
    y.backward()
    assert x.grad is not None


def test_a_step_by_hand_on_data() -> None:
    w = leaf(1.0, 2.0)
    (w * w).sum().backward()
    w.data = w.data - 0.5 * w.grad
    assert w.value.tolist() == [0.0, 0.0]
    assert w.requires_grad
    assert w.is_leaf
    w.grad.data.zero_()
    assert w.grad.value.tolist() == [0.0, 0.0]


def test_scalar_assigned_as_data_becomes_an_array_again() -> None:
    """NumPy's arithmetic without axes gives scalars, which nothing can be written into."""
    b = tg.tensor(2.0, requires_grad=True)
    optimizer = tg.optim.SGD([b], lr=0.5)
    for _ in range(2):
        b.data = b.value - 0.5 * np.float32(b.item())
        (b * b).backward()
    assert type(b.value) is np.ndarray
    optimizer.step()
    with tg.no_grad():
        b -= 1.0


# ---- recorded: the tensor becomes the result, its former value stays in the graph


def test_earlier_uses_keep_the_former_value() -> None:
    w = leaf(1.0, 2.0, 3.0)
    x = w * 2.0
    before = (x * x).sum()
    x.mul_(w)  # 2 w w
    (before + x.sum()).backward()
    np.testing.assert_array_equal(w.grad.value, 8.0 * w.value + 4.0 * w.value)


def test_a_result_that_its_operation_reads_again_may_be_changed() -> None:
    w = leaf(0.5, -0.5)
    h = tg.tanh(w)
    alias = h.detach()  # so that the memory is overwritten
    h += w
    h.sum().backward()
    np.testing.assert_array_equal(alias.value, h.value)
    np.testing.assert_allclose(w.grad.value, 2.0 - np.tanh(w.value) ** 2)


def test_elements_of_a_constant_become_recorded() -> None:
    w = leaf(1.0, 2.0, 3.0)
    x = tg.zeros(3, 3, dtype=np.float64)
    x[0] = w
    x[1] += 2.0 * w
    x[:, 2].mul_(2.0)
    row = x[0]
    assert x.requires_grad
    ((x * x).sum() + row.sum()).backward()
    np.testing.assert_array_equal(w.grad.value, [11.0, 21.0, 122.0])


def test_a_change_of_a_view_is_one_of_its_base() -> None:
    w = leaf(1.0, 2.0)
    x = w * 1.0
    view = x.view(2, 1)[1]
    view.mul_(5.0)
    np.testing.assert_array_equal(x.value, [1.0, 10.0])
    (x.sum() + view.sum()).backward()
    np.testing.assert_array_equal(w.grad.value, [1.0, 10.0])


@pytest.mark.parametrize("recorded", [True, False])
def test_a_view_from_before_the_change_is_taken_again(recorded: bool) -> None:
    w = leaf(1.0, 2.0)
    x = w * 1.0 if recorded else tg.zeros(2, dtype=np.float64)
    view = x[:1]
    other, copy = view.view(1, 1), x.clone()[:1]
    older = 3.0 * view  # does not read it again
    x.add_(w)
    assert view.value[0] == other.value[0, 0] == x.value[0]
    (view * w[:1] + other + older + copy).sum().backward()
    # With x = (1 or 0) w before: (x + w) w + (x + w) + 3 x + x
    np.testing.assert_array_equal(w.grad.value, [10.0, 0.0] if recorded else [3.0, 0.0])


def test_views_under_no_grad_and_of_freed_graphs_are_refused() -> None:
    w = leaf(1.0, 2.0)
    x = w * 1.0
    with tg.no_grad():
        view = x[:1]
    with pytest.raises(RuntimeError, match="a view that was taken under no_grad"):
        view.add_(w[:1])
    view = x[:1]
    view.sum().backward()
    with pytest.raises(RuntimeError, match="whose graph backward has freed"):
        view.add_(1.0)


def test_an_older_use_after_the_change_was_freed() -> None:
    w = leaf(1.0, 2.0)
    x = tg.zeros(2, dtype=np.float64)
    alias = x.detach()
    old = (w * x).sum()
    x.add_(w)
    x.sum().backward()
    old.backward()
    np.testing.assert_array_equal(w.grad.value, [1.0, 1.0])
    assert alias.value[1] == 2.0


def test_an_older_use_whose_value_is_lost_is_refused() -> None:
    w = leaf(1.0, 2.0)
    x = tg.zeros(2, dtype=np.float64)
    old = (w * x).sum()
    x.add_(w)
    x.detach_()
    with pytest.raises(RuntimeError, match="its former value is not known any more"):
        old.backward()


def test_memory_of_others_is_written_into() -> None:
    memory = bytearray(16)
    w, x = leaf(1.0, 2.0), tg.from_numpy(np.frombuffer(memory))
    x.add_(w)
    assert np.frombuffer(memory).tolist() == [1.0, 2.0]
    (x * x).sum().backward()
    np.testing.assert_array_equal(w.grad.value, [2.0, 4.0])


def test_modes_are_statements_blocks_and_decorators() -> None:
    tg.set_grad_enabled(False)
    assert not tg.is_grad_enabled()
    tg.set_grad_enabled(True)

    @tg.set_grad_enabled(False)
    def off() -> bool:
        return tg.is_grad_enabled()

    @tg.inference_mode
    def inference() -> bool:
        return tg.is_grad_enabled()

    assert (off(), inference(), tg.is_grad_enabled()) == (False, False, True)
    with tg.inference_mode(False):
        assert tg.is_grad_enabled()
    with tg.autograd.set_detect_anomaly(True), pytest.raises(FloatingPointError):
        tg.log(leaf(-1.0))


def test_a_failed_change_changes_nothing() -> None:
    w = leaf(1.0, 2.0)
    x = w * 1.0
    with pytest.raises(ValueError, match=r"add_: the result has shape \(3, 2\)"):
        x.add_(tg.ones(3, 2))
    with pytest.raises(TypeError, match="dtype float64, which a tensor of dtype int64"):
        tg.tensor([1, 2]).mul_(w)
    with pytest.raises(ValueError, match="read-only"):
        tg.broadcast_to(w * 1.0, shape=(2, 2)).mul_(w)
    x.sum().backward()
    np.testing.assert_array_equal(w.grad.value, [1.0, 1.0])


def test_hooks_stay_with_the_value_they_were_registered_on_and_kept_gradients_move() -> None:
    w, seen = leaf(3.0), []
    x = w * 2.0
    x.retain_grad()
    x.register_hook(lambda g: seen.append(g.item()))
    x.mul_(5.0)
    x.register_hook(lambda g: seen.append(g.item()))
    (7.0 * x).sum().backward()
    assert seen == [7.0, 35.0]
    assert x.grad.item() == 7.0
    assert w.grad.item() == 70.0


def test_second_order_through_a_change() -> None:
    w = leaf(2.0)
    x = w * 1.0
    x.mul_(w)
    x.mul_(w)
    (first,) = tg.grad(x.sum(), [w], create_graph=True)
    (second,) = tg.grad(first.sum(), [w])
    assert (first.item(), second.item()) == (12.0, 12.0)


def test_a_long_sum_in_place_is_freed_without_recursion_and_at_once() -> None:
    w = leaf(1.0)
    total = tg.zeros((1,), dtype=np.float64)
    for _ in range(50_000):
        total += w
    (first,) = tg.grad(total.sum(), [w])
    assert first.item() == 50_000.0
    gone = weakref.ref(total)
    gc.disable()
    try:
        del total
        assert gone() is None
    finally:
        gc.enable()


FORMS = [
    name
    for name, method in inspect.getmembers(tg.Tensor, inspect.isfunction)
    if hasattr(method, "form_of")
]
_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "index_add_": (0, np.array([1, 0]), np.ones((2, 3))),
    "masked_fill_": (np.eye(2, 3) > 0, 2.0),
    "scatter_": (1, np.array([[0], [2]]), np.full((2, 1), 9.0)),
    "scatter_add_": (1, np.array([[0], [2]]), np.full((2, 1), 9.0)),
    "lerp_": (np.ones((2, 3)), 0.25),
    "addcmul_": (np.ones((2, 3)), np.ones((2, 3))),
    "addcdiv_": (np.ones((2, 3)), np.ones((2, 3))),
    "cumsum_": (1,),
    "cumprod_": (1,),
    "addbmm_": (np.ones((2, 2, 4)), np.ones((2, 4, 3))),
    "addmm_": (np.ones((2, 4)), np.ones((4, 3))),
    "addmv_": (np.ones((2, 3)), np.ones(3)),
    "addr_": (np.ones(2), np.ones(3)),
    "baddbmm_": (np.ones((2, 2, 4)), np.ones((2, 4, 3))),
    "index_copy_": (0, np.array([1]), np.full((1, 3), 9.0)),
    "index_fill_": (1, np.array([0, 2]), 9.0),
    "index_put_": ((np.array([0, 1]), np.array([2, 0])), np.array([8.0, 9.0])),
    "index_reduce_": (0, np.array([1, 0]), np.ones((2, 3)), "amax"),
    "ldexp_": (np.array([[1, 2, 3], [0, 1, 2]]),),
    "masked_scatter_": (np.eye(2, 3) > 0, np.array([8.0, 9.0])),
    "mvlgamma_": (1,),
    "polygamma_": (1,),
    "put_": (np.array([0, 4]), np.array([8.0, 9.0])),
    "renorm_": (2, 0, 0.5),
    "scatter_reduce_": (1, np.array([[0], [2]]), np.full((2, 1), 9.0), "sum"),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_form_in_place_gives_what_the_method_gives(name: str) -> None:
    """Recorded and not, with the gradient of the method where it has one."""
    start = np.array([[0.2, 0.4, 0.7], [0.3, 0.6, 0.9]])
    start = start + 1.0 if name in ("acosh_", "arccosh_") else start
    bits = name.startswith("bitwise") or name in ("gcd_", "lcm_")
    start = np.array([[1, 2, 3], [4, 5, 6]]) if bits else start
    start = start[:, 0] if name == "addmv_" else start
    start = np.stack([start, start + 1]) if name == "baddbmm_" else start
    plain = tg.tensor(start)
    method = getattr(tg.Tensor, getattr(tg.Tensor, name).form_of)
    args = _ARGUMENTS.get(name, ())
    try:
        wanted = method(plain, *args)
    except TypeError:
        args = (plain.clone(),)
        wanted = method(plain, *args)
    changed = plain.clone()
    if not np.can_cast(wanted.value.dtype, start.dtype, "same_kind"):
        pytest.skip("its result has another kind of number")
    assert getattr(changed, name)(*args) is changed
    np.testing.assert_array_equal(changed.value, wanted.value.astype(start.dtype))
    if bits:
        return
    gradients = []
    for form in (method, getattr(tg.Tensor, name)):
        w = tg.tensor(start, requires_grad=True)
        y = form(w * 1.0, *args)
        if y.requires_grad:
            gradients.append(tg.grad(y.sum(), [w])[0].value)
    assert len(gradients) in (0, 2)
    if gradients:
        np.testing.assert_array_equal(*gradients)


@pytest.mark.parametrize("recorded", [True, False])
def test_out(recorded: bool) -> None:
    """A result is written into a tensor, which other tensors see, and is recorded there."""
    w = tg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=recorded)
    for function, args in (
        (tg.exp, (w,)), (tg.matmul, (w, w)), (tg.sum, (w, 0)), (tg.stack, ([w, w],)),
        (tg.clamp, (w, 2.0)), (tg.add, (w, w)), (tg.cumsum, (w, 1)), (tg.tril, (w,)),
    ):  # fmt: skip
        wanted = function(*args)
        out = tg.zeros(wanted.shape)
        view = out[0]
        assert function(*args, out=out) is out
        np.testing.assert_array_equal(out.value, wanted.value)
        np.testing.assert_array_equal(view.value, wanted.value[0])
        assert function(*args, out=None).tolist() == wanted.tolist()
        if recorded:
            gradient = tg.grad(wanted.sum(), w).value
            np.testing.assert_array_equal(tg.grad(out.sum(), w).value, gradient)


def test_out_of_no_elements_takes_the_shape() -> None:
    out = tg.empty(0)
    tg.exp(tg.zeros(2, 3), out=out)
    assert out.tolist() == [[1.0] * 3] * 2


def test_out_is_refused_where_the_result_does_not_fit() -> None:
    x = tg.tensor([1.0, 2.0])
    with pytest.raises(ValueError, match="must have the shape"):
        tg.exp(x, out=tg.zeros(3, 2))
    with pytest.raises(TypeError, match="cannot hold"):
        tg.exp(x, out=tg.zeros(2, dtype=tg.int64))
    with pytest.raises(TypeError, match="must be a tensor"):
        tg.exp(x, out=np.zeros(2))
    with pytest.raises(ValueError, match="out needs 2 tensors"):
        tg.sort(x, out=(x,))
    with pytest.raises(ValueError, match="out needs a tensor"):
        tg.exp(x, out=(x, x))


@pytest.mark.parametrize("draw", ["cauchy_", "geometric_", "log_normal_"])
def test_drawn_in_place(draw: str) -> None:
    x = tg.zeros(10_000)
    args = (0.25,) if draw == "geometric_" else ()
    assert getattr(x, draw)(*args, generator=np.random.default_rng(0)) is x
    middle = {"cauchy_": 0.0, "geometric_": 3.0, "log_normal_": np.e}[draw]
    assert abs(np.median(x.value) - middle) < 0.35
    assert x.resize_as_(tg.zeros(2, 5)).shape == (2, 5)


def test_a_view_whose_base_has_changed_leads_back_through_the_change() -> None:
    """Backward from the view itself, without an operation in between."""
    for recorded in (True, False):
        w = tg.tensor([1.0, 2.0], requires_grad=True)
        x = w * 1.0 if recorded else tg.ones(2)
        v = x[0]
        x.mul_(w * 2.0)
        with tg.no_grad():
            (slope,) = tg.autograd.grad(v, [w], retain_graph=True)
        v.backward()
        assert w.grad.tolist() == slope.tolist() == ([4.0, 0.0] if recorded else [2.0, 0.0])
        assert v.requires_grad


@pytest.mark.parametrize("offset", [0, 1, -1, 2, -2, 9])
def test_the_diagonal_is_a_view(offset: int) -> None:
    start = np.arange(12.0).reshape(3, 4)
    x = tg.tensor(start)
    x.diagonal(offset).fill_(-1.0)
    wanted = np.where(np.eye(3, 4, offset) > 0, -1.0, start)
    np.testing.assert_array_equal(x.value, wanted)
    w = tg.tensor(start, requires_grad=True)
    y = w * 1.0
    y.diagonal(offset).mul_(3.0)
    slope = tg.grad((y * y).sum(), w).value
    np.testing.assert_allclose(slope, np.where(np.eye(3, 4, offset) > 0, 18.0, 2.0) * start)
    tg.diag(x, offset).fill_(7.0)  # a copy
    np.testing.assert_array_equal(x.value, wanted)
    with pytest.raises(ValueError, match="read-only"):
        x.t().diagonal(offset).fill_(1.0)


@pytest.mark.parametrize("turn", ["flip", "fliplr", "flipud", "rot90"])
def test_what_is_turned_is_a_copy(turn: str) -> None:
    x = tg.tensor([[1.0, 2.0], [3.0, 4.0]])
    y = getattr(tg, turn)(x, *([[0]] if turn == "flip" else []))
    y.zero_()
    assert x.tolist() == [[1.0, 2.0], [3.0, 4.0]]
