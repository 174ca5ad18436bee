"""tg.grad: which gradients it gives, and that it leaves everything else alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf(*values: float, name: str | None = None) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True, name=name)


def test_one_input_gives_one_tensor_several_a_tuple() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    single = tg.grad((x * w).sum(), x)
    assert isinstance(single, tg.Tensor)
    several = tg.grad((x * w).sum(), [x, w])
    assert isinstance(several, tuple)
    np.testing.assert_array_equal(several[1].value, x.value)
    assert x.grad is None
    assert w.grad is None


def test_several_outputs_add_up() -> None:
    x = leaf(1.0, 2.0)
    got = tg.grad([x * 2.0, (x * x).sum()], x, [np.array([1.0, 10.0]), None])
    np.testing.assert_array_equal(got.value, [2.0 + 2.0, 20.0 + 4.0])


def test_one_output_given_twice_counts_twice() -> None:
    x = leaf(1.0, 2.0)
    y = (x * x).sum()
    np.testing.assert_array_equal(tg.grad([y, y], x).value, 4 * x.value)


def test_an_output_that_leads_to_another() -> None:
    x = leaf(3.0)
    y = x * x
    z = y * y
    np.testing.assert_allclose(tg.grad([z, y], x).value, 4 * 27.0 + 6.0)


def test_gradient_for_an_output_itself() -> None:
    x = leaf(3.0)
    np.testing.assert_array_equal(tg.grad(x, x).value, [1.0])
    y = x * 2.0
    np.testing.assert_array_equal(tg.grad(y, [y, x], np.array([5.0]))[0].value, [5.0])


def test_intermediate_inputs() -> None:
    x = leaf(1.0, 2.0)
    y = tg.exp(x)
    got = tg.grad((y * y).sum(), [y, x])
    np.testing.assert_allclose(got[0].value, 2 * y.value)
    np.testing.assert_allclose(got[1].value, 2 * y.value**2)


def test_same_input_twice() -> None:
    x = leaf(1.0, 2.0)
    a, b = tg.grad((x * x).sum(), [x, x])
    np.testing.assert_array_equal(a.value, b.value)


def test_unused_inputs() -> None:
    x, other = leaf(1.0, np.inf), leaf(np.inf, 1.0, name="bias")
    y = (x[:1] * 2.0).sum()
    with pytest.raises(RuntimeError, match=r"input 1 \(bias\) was not used.*allow_unused=True"):
        tg.grad(y, [x, other], retain_graph=True)
    with pytest.raises(RuntimeError, match=r"input 0 of shape \(2,\) was not used"):
        tg.grad(leaf(1.0).sum(), leaf(1.0, 2.0))
    assert tg.grad(y, [x, other], allow_unused=True, retain_graph=True)[1] is None
    zeros = tg.grad(y, [x, other], materialize_grads=True)[1]
    np.testing.assert_array_equal(zeros.value, [0.0, 0.0])


def test_inputs_must_require_a_gradient() -> None:
    with pytest.raises(RuntimeError, match=r"input 0 \(data\) does not require a gradient"):
        tg.grad(leaf(1.0).sum(), tg.tensor([1.0], name="data"))


def test_outputs_and_their_gradients_are_counted() -> None:
    x = leaf(1.0)
    with pytest.raises(ValueError, match="2 outputs need 2 grad_outputs, got 1"):
        tg.grad([x * 2.0, x * 3.0], x, [None])


def test_graph_is_freed_unless_kept() -> None:
    x = leaf(2.0)
    y = tg.exp(x).sum()
    tg.grad(y, x, retain_graph=True)
    tg.grad(y, x)
    with pytest.raises(RuntimeError, match="a second time"):
        tg.grad(y, x)
    z = tg.exp(x).sum()
    tg.grad(z, x, create_graph=True)  # keeps the graph, as in PyTorch
    tg.grad(z, x, create_graph=True, retain_graph=False)
    with pytest.raises(RuntimeError, match="a second time"):
        tg.grad(z, x)


def test_freed_input_does_not_hide_one_below_it() -> None:
    w = leaf(3.0)
    b = w * w
    c = (b * b + w).sum()
    tg.grad(b.sum(), w)
    with pytest.raises(RuntimeError, match="backward through multiply a second time"):
        tg.grad(c, [b, w])  # the part of w that leads through b is gone
    assert tg.grad(c, b).item() == 18.0


def test_output_that_leads_to_no_input_stays_usable() -> None:
    x, other = leaf(2.0), leaf(1.0)
    y = tg.exp(x).sum()
    assert tg.grad(y, other, allow_unused=True) is None
    assert tg.grad([y, (other * 3.0).sum()], other).item() == 3.0
    assert tg.grad(y, x).item() == pytest.approx(np.e**2)


def test_results_belong_to_the_caller() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    v = np.array([1.0, 1.0])
    a, b = tg.grad(x + w, [x, w], v)
    assert not np.shares_memory(a.value, b.value)
    assert not np.shares_memory(a.value, v)
    a.value[0] = 7.0
    assert v[0] == 1.0


def test_recorded_cotangents_get_gradients() -> None:
    x, v = leaf(1.0, 2.0), leaf(3.0, -1.0)
    (slope,) = tg.grad(x * x, [x], v, create_graph=True)
    np.testing.assert_array_equal(tg.grad(slope.sum(), v).value, 2 * x.value)


def test_constant_gradients_under_create_graph() -> None:
    """A gradient that does not change has a recorded derivative of 0, to any order."""
    x = leaf(1.0, -2.0)
    for f in (lambda x: x * 3.0, tg.relu, tg.relu6, abs, lambda x: x.clip(-1, 1), tg.floor):
        (slope,) = tg.grad(f(x).sum(), [x], create_graph=True)
        again = tg.grad(slope.sum(), x, create_graph=True)
        assert again.tolist() == [0.0, 0.0]
        assert tg.grad(again.sum(), x).tolist() == [0.0, 0.0]


def test_materialized_zeros_are_recorded_too() -> None:
    x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
    zeros = tg.grad((x * x).sum(), w, create_graph=True, materialize_grads=True)
    assert tg.grad(zeros.sum(), w).tolist() == [0.0, 0.0]


def test_gradient_penalty_of_a_piecewise_linear_net() -> None:
    """The penalty moves the weights, and its terms of zero curvature are no error."""
    x, w = leaf(1.0, -2.0), leaf(3.0, 4.0)
    slope = tg.grad(tg.relu(x * w).sum(), x, create_graph=True)
    assert tg.grad((slope**2).sum(), w).tolist() == [6.0, 0.0]
    slope = tg.grad(tg.relu(x).sum(), x, create_graph=True)
    assert tg.grad((slope**2).sum(), x).tolist() == [0.0, 0.0]


def test_rule_that_returns_an_array_is_a_constant_at_second_order() -> None:
    """Such a rule is wrong at second order; it must not crash the engine or look recorded."""
    from tests.testing.faults import operation

    def rule(g: Any, y: Any, x: Any) -> Any:
        return np.full(2, 5.0)

    with operation(lambda x: x * 5.0, rule) as constant:
        x = leaf(1.0, 2.0)
        (slope,) = tg.grad(constant(x).sum(), [x], create_graph=True)
    assert isinstance(slope, tg.Tensor)
    assert not slope.requires_grad


def test_an_output_that_is_a_leaf_nobody_asked_for() -> None:
    x, w = tg.tensor(2.0, requires_grad=True), tg.tensor(5.0, requires_grad=True)
    ones = [tg.tensor(1.0), tg.tensor(1.0)]
    assert tg.grad([x * w, w], x, ones).item() == 5.0
    assert tg.grad([x * w, w], w, ones).item() == 3.0
    assert x.grad is None
    assert w.grad is None


def test_backward_for_one_tensor() -> None:
    """A bare tensor was taken for the list of its rows, and got no gradient."""
    w, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (w * b).sum().backward(inputs=w)
    assert w.grad.tolist() == [3.0, 4.0]
    assert b.grad is None
    with pytest.raises(RuntimeError, match="each of inputs must require a gradient"):
        (w * b).sum().backward(inputs=[w, tg.ones(2)])


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


def test_what_is_below_an_intermediate_input_stays_usable() -> None:
    """First-order MAML: a step on an intermediate result, then backward through what made it."""
    w = leaf(1.0, 2.0)
    t = w * 3.0
    (g,) = tg.grad((t**2).sum(), [t])
    (t - 0.1 * g).sum().backward()
    assert w.grad.tolist() == [3.0, 3.0]


def test_branches_that_were_not_run_stay_usable() -> None:
    w, v = leaf(1.0, 2.0), leaf(3.0, 4.0)
    a, b = tg.exp(w), tg.exp(v)
    tg.grad((a * b).sum(), w)
    assert tg.grad(b.sum(), v).tolist() == pytest.approx(np.exp([3.0, 4.0]).tolist())
    with pytest.raises(RuntimeError, match="backward through exp a second time"):
        tg.grad(a.sum(), w)


def test_backward_for_an_intermediate_and_what_is_below_it() -> None:
    """A node that is asked for and leads to another that is asked for is run, and freed."""
    w = leaf(1.0, 2.0)
    t = w * 3.0
    gt, gw = tg.grad((t**2).sum(), [t, w])
    assert (gt.tolist(), gw.tolist()) == ([6.0, 12.0], [18.0, 36.0])
    with pytest.raises(RuntimeError, match="backward through multiply a second time"):
        t.sum().backward()
