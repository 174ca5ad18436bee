"""Operations written as PyTorch writes them: forward, backward and a context."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.autograd import Function, once_differentiable


class Sine(Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return np.sin(x)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g * np.cos(x)


class Exponential(Function):
    """Saves its output, and uses setup_context."""

    @staticmethod
    def forward(x: Any) -> Any:
        return np.exp(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (y,) = ctx.saved_tensors
        return g * y


class SumAndProduct(Function):
    """Two inputs, a constant, two outputs of different shapes and one without a gradient."""

    calls = 0

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, scale: float) -> Any:
        ctx.save_for_backward(a, b)
        ctx.scale = scale
        larger = a > b
        ctx.mark_non_differentiable(larger)
        return (a + b).sum(), a * b * scale, larger

    @staticmethod
    def backward(ctx: Any, g_sum: Any, g_product: Any, _: Any) -> Any:
        SumAndProduct.calls += 1
        a, b = ctx.saved_tensors
        return g_sum + g_product * b * ctx.scale, g_sum + g_product * a * ctx.scale, None


def _leaf(values: Any) -> tg.Tensor:
    return tg.tensor(np.asarray(values, np.float64), requires_grad=True)


@pytest.mark.parametrize(("cls", "expected"), [(Sine, np.sin), (Exponential, np.exp)])
def test_first_to_third_order(cls: Any, expected: Any, rng: np.random.Generator) -> None:
    x, y = _leaf(rng.standard_normal(3)), None
    reference = _leaf(x.value)
    ours, theirs = cls.apply(x), expected(reference)
    np.testing.assert_array_equal(ours.value, theirs.value)
    for _ in range(3):
        weights = rng.standard_normal(3)
        ours = tg.grad(ours, x, weights, create_graph=True)
        theirs = tg.grad(theirs, reference, weights, create_graph=True)
        np.testing.assert_allclose(ours.value, theirs.value, rtol=1e-13)
    assert y is None


def test_several_inputs_and_outputs(rng: np.random.Generator) -> None:
    a, b = _leaf(rng.standard_normal((2, 3))), _leaf(rng.standard_normal((2, 3)))
    total, product, larger = SumAndProduct.apply(a, b, 3.0)
    np.testing.assert_allclose(product.value, 3.0 * a.value * b.value)
    np.testing.assert_array_equal(larger.value, a.value > b.value)
    assert total.shape == ()
    assert not larger.requires_grad
    weights = rng.standard_normal((2, 3))
    SumAndProduct.calls = 0
    (total * 2.0 + (product * weights).sum()).backward()
    np.testing.assert_allclose(a.grad.value, 2.0 + 3.0 * weights * b.value)
    np.testing.assert_allclose(b.grad.value, 2.0 + 3.0 * weights * a.value)
    assert SumAndProduct.calls == 1, "one call gives the gradients of all inputs"


def test_unused_outputs_count_as_zero(rng: np.random.Generator) -> None:
    a, b = _leaf(rng.standard_normal((2, 3))), _leaf(rng.standard_normal((2, 3)))
    weights = rng.standard_normal((2, 3))
    _, product, _ = SumAndProduct.apply(a, b, 3.0)
    found = tg.grad((product * weights).sum(), b)
    np.testing.assert_allclose(found.value, 3.0 * weights * a.value)


def test_second_order_of_several(rng: np.random.Generator) -> None:
    a, b = _leaf(rng.standard_normal(4)), _leaf(rng.standard_normal(4))
    total, product, _ = SumAndProduct.apply(a, b, 3.0)
    first = tg.grad((total * total + (product**2).sum()), a, create_graph=True)
    weights = rng.standard_normal(4)
    mixed = tg.grad((first * weights).sum(), b)
    expected = 2.0 * weights.sum() + 18.0 * 2.0 * a.value * b.value * weights
    np.testing.assert_allclose(mixed.value, expected, rtol=1e-12)


def test_twice_through_one_graph(rng: np.random.Generator) -> None:
    a, b = _leaf(rng.standard_normal(3)), _leaf(rng.standard_normal(3))
    _, product, _ = SumAndProduct.apply(a, b, 2.0)
    for _ in range(2):
        g = rng.standard_normal(3)
        got_a, got_b = tg.grad(product, [a, b], g, retain_graph=True)
        np.testing.assert_allclose(got_a.value, 2.0 * g * b.value)
        np.testing.assert_allclose(got_b.value, 2.0 * g * a.value)


def test_nothing_is_recorded_without_need(rng: np.random.Generator) -> None:
    x = tg.tensor(rng.standard_normal(3))
    assert not Sine.apply(x).requires_grad
    with tg.no_grad():
        assert not Sine.apply(_leaf([1.0])).requires_grad


def test_same_memory_in_and_out_is_not_shared() -> None:
    class Identity(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 5.0

    x = _leaf([1.0, 2.0])
    y = Identity.apply(x)
    assert not np.shares_memory(x.value, y.value)
    np.testing.assert_array_equal(tg.grad(y.sum(), x).value, [5.0, 5.0])


def test_context_knows_who_needs_a_gradient() -> None:
    seen = []

    class Watch(Function):
        @staticmethod
        def forward(ctx: Any, a: Any, b: Any, c: Any) -> Any:
            return a * b

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            seen.append(ctx.needs_input_grad)
            return g, None, None

    a, b = _leaf([1.0]), tg.tensor([2.0])
    Watch.apply(a, b, "c").backward()
    assert seen == [(True, False, False)]
    np.testing.assert_array_equal(a.grad.value, [1.0])
    assert b.grad is None


def test_none_is_zero_for_an_input_that_asks() -> None:
    class Half(Function):
        @staticmethod
        def forward(ctx: Any, a: Any, b: Any) -> Any:
            return a + b

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g, None

    a, b = _leaf([1.0, 2.0]), _leaf([3.0, 4.0])
    Half.apply(a, b).sum().backward()
    np.testing.assert_array_equal(b.grad.value, [0.0, 0.0])


def test_no_materialized_zeros_on_request() -> None:
    seen: list[Any] = []

    class Pair(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.set_materialize_grads(False)
            marked = x * 0.0
            ctx.mark_non_differentiable(marked)
            return x * 2.0, marked

        @staticmethod
        def backward(ctx: Any, g: Any, g_marked: Any) -> Any:
            seen.append(g_marked)
            return g * 2.0

    x = _leaf([1.0])
    first, second = Pair.apply(x)
    assert not second.requires_grad
    first.backward()
    assert seen == [None]


# ---- refusals


def test_a_saved_intermediate_has_no_second_order() -> None:
    class Hidden(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(np.exp(x))
            return np.exp(x) ** 2

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (e,) = ctx.saved_tensors
            return 2.0 * g * e * e

    x = _leaf([0.5])
    np.testing.assert_allclose(tg.grad(Hidden.apply(x), x).value, 2.0 * np.exp(1.0))
    with pytest.raises(RuntimeError, match="Hidden: backward uses a saved tensor of shape"):
        tg.grad(Hidden.apply(x), x, create_graph=True)


def test_an_attribute_of_the_context_has_no_second_order_either() -> None:
    class Hidden(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.e = np.exp(x)
            return ctx.e * 1.0

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * ctx.e

    x = _leaf([0.5])
    np.testing.assert_allclose(tg.grad(Hidden.apply(x), x).value, np.exp([0.5]))
    with pytest.raises(RuntimeError, match="neither an input nor an output"):
        tg.grad(Hidden.apply(x), x, create_graph=True)


def test_once_differentiable_says_so() -> None:
    class Once(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**2

        @staticmethod
        @once_differentiable
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return tg.from_numpy(2.0 * g.value * x.value)

    x = _leaf([3.0])
    np.testing.assert_array_equal(tg.grad(Once.apply(x), x).value, [6.0])
    slope = None
    with pytest.raises(RuntimeError, match="has no second derivative"):
        slope = tg.grad(Once.apply(x) ** 2, x, create_graph=True)
    assert slope is None


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda g: (g, g), "returned 2 gradients for the 1 arguments"),
        (lambda g: g.sum(), r"returned a gradient of shape \(\) for argument 0 of shape \(2,\)"),
    ],
)
def test_wrong_backward_is_named(returned: Any, message: str) -> None:
    class Wrong(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * 1.0

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return returned(g)

    with pytest.raises(RuntimeError, match=f"Wrong.backward {message}"):
        Wrong.apply(_leaf([1.0, 2.0])).sum().backward()


def test_in_place_is_refused() -> None:
    class Dirty(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.mark_dirty(x)
            return x

    with pytest.raises(RuntimeError, match="return a new tensor"):
        Dirty.apply(_leaf([1.0]))


@pytest.mark.parametrize("method", ["forward", "backward", "setup_context"])
def test_missing_methods_are_named(method: str) -> None:
    with pytest.raises(NotImplementedError, match=f"define {method} as a staticmethod"):
        getattr(Function, method)(None, None, None)


# ---- memory


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("only", [0, 1])
def test_nothing_outlives_its_last_reference(create_graph: bool, only: int) -> None:
    enabled = gc.isenabled()
    gc.disable()
    try:
        leaves = [_leaf([1.0, 2.0]), _leaf([3.0, 4.0])]
        total, product, _ = SumAndProduct.apply(*leaves, 2.0)
        first = tg.grad((product * total).sum(), leaves[only], create_graph=create_graph)
        dead = [weakref.ref(t) for t in (total, product, first, *leaves)]
        del total, product, first, leaves
        assert [ref() for ref in dead] == [None] * 5
    finally:
        if enabled:
            gc.enable()


class Powered(tg.autograd.Function):
    """``scale xⁿ``, with defaults and a context that is made apart."""

    @staticmethod
    def forward(x: Any, n: int = 3, scale: float = 2.0) -> Any:
        return scale * x**n

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        x, ctx.n, ctx.scale = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g * ctx.scale * ctx.n * x ** (ctx.n - 1), None, None, None, None


def test_setup_context_gets_the_defaults_and_names() -> None:
    x = tg.tensor(2.0, requires_grad=True)
    for y, slope in (
        (Powered.apply(x), 24.0),
        (Powered.apply(x, 2), 8.0),
        (Powered.apply(x, scale=1.0), 12.0),
    ):
        assert tg.grad(y, x).item() == slope  # with trailing Nones, too
    with pytest.raises(TypeError, match=r"Sine.apply: .* by position, received x by name"):
        Sine.apply(x=x)
