"""Derivatives of functions, in every form of inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import autograd


def cubic(x: Any) -> Any:
    """f(x) = Σ_i x_i³ + x_0 x_1, whose Hessian has known entries."""
    return np.sum(x**3) + x[0] * x[1]


def cubic_hessian(x: np.ndarray) -> np.ndarray:
    h = np.diag(6.0 * x)
    h[0, 1] = h[1, 0] = 1.0
    return h


class Affine:
    """Parameters with names: all that a module needs to be here."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.weight = tg.tensor(rng.standard_normal((2, 3)), requires_grad=True)
        self.bias = tg.tensor(rng.standard_normal(2), requires_grad=True)
        self.frozen = tg.tensor(rng.standard_normal(4))

    def named_parameters(self) -> Iterator[tuple[str, tg.Tensor]]:
        yield "weight", self.weight
        yield "frozen", self.frozen
        yield "bias", self.bias

    def __call__(self, x: Any) -> Any:
        return np.tanh(x @ self.weight.T + self.bias)


A = np.array([[1.0, 2.0, -1.0], [0.5, -0.3, 4.0]])


def quadratic(x: Any) -> Any:
    return np.matmul(A, x) ** 2


def quadratic_jacobian(x: np.ndarray) -> np.ndarray:
    return 2.0 * (A @ x)[:, None] * A


# ---- values


def test_vjp_and_jvp_are_products_with_the_jacobian(rng: np.random.Generator) -> None:
    x, u, v = rng.standard_normal(3), rng.standard_normal(2), rng.standard_normal(3)
    y, pulled = autograd.vjp(quadratic, x, u)
    np.testing.assert_allclose(y, (A @ x) ** 2)
    np.testing.assert_allclose(pulled, u @ quadratic_jacobian(x), rtol=1e-13)
    y, pushed = autograd.jvp(quadratic, x, v)
    np.testing.assert_allclose(y, (A @ x) ** 2)
    np.testing.assert_allclose(pushed, quadratic_jacobian(x) @ v, rtol=1e-13)


@pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])
def test_jacobian(strategy: str, rng: np.random.Generator) -> None:
    x = rng.standard_normal(3)
    found = autograd.jacobian(quadratic, x, strategy=strategy)
    np.testing.assert_allclose(found, quadratic_jacobian(x), rtol=1e-13)


@pytest.mark.parametrize("product", [autograd.hvp, autograd.vhp])
def test_hessian_products(product: Any, rng: np.random.Generator) -> None:
    x, v = rng.standard_normal(4), rng.standard_normal(4)
    value, found = product(cubic, x, v)
    np.testing.assert_allclose(value, cubic(x))
    np.testing.assert_allclose(found, cubic_hessian(x) @ v, rtol=1e-13)


def test_hessian(rng: np.random.Generator) -> None:
    x = rng.standard_normal(4)
    np.testing.assert_allclose(autograd.hessian(cubic, x), cubic_hessian(x), rtol=1e-13)


def test_ggnvp_is_j_transposed_h_j(rng: np.random.Generator) -> None:
    x, v = rng.standard_normal(3), rng.standard_normal(3)
    value, found = autograd.ggnvp(quadratic, lambda y: np.sum(np.exp(y) * y), x, v)
    y, j = (A @ x) ** 2, quadratic_jacobian(x)
    np.testing.assert_allclose(value, np.sum(np.exp(y) * y))
    h = np.diag(np.exp(y) * (y + 2.0))
    np.testing.assert_allclose(found, j.T @ h @ j @ v, rtol=1e-12)


def test_ggnvp_of_a_linear_model_is_the_hessian(rng: np.random.Generator) -> None:
    x, v = rng.standard_normal(3), rng.standard_normal(3)

    def loss(y: Any) -> Any:
        return np.sum(np.cos(y))

    expected = autograd.hvp(lambda x: loss(np.matmul(A, x)), x, v)[1]
    found = autograd.ggnvp(lambda x: np.matmul(A, x), loss, x, v)[1]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_third_order_through_create_graph(rng: np.random.Generator) -> None:
    x = tg.tensor(rng.standard_normal(3), requires_grad=True)
    h = autograd.hessian(cubic, x, create_graph=True)
    weights = rng.standard_normal((3, 3))
    third = tg.grad((h * weights).sum(), x)
    np.testing.assert_allclose(third.value, 6.0 * np.diag(weights), rtol=1e-12)
    j = autograd.jacobian(quadratic, x, create_graph=True)
    u = rng.standard_normal((2, 3))
    expected = 2.0 * np.einsum("ij,ij,ik->k", u, A, A)
    np.testing.assert_allclose(tg.grad((j * u).sum(), x).value, expected, rtol=1e-12)


@pytest.mark.parametrize("product", [autograd.hvp, autograd.vjp, autograd.jvp])
def test_products_can_be_differentiated(product: Any, rng: np.random.Generator) -> None:
    x, w = tg.tensor(rng.standard_normal(3), requires_grad=True), rng.standard_normal(3)
    function = cubic if product is autograd.hvp else (lambda x: x**3)
    _, found = product(function, x, w, create_graph=True)
    got = tg.grad((found * found).sum(), x).value
    h = 1e-6

    def squared(x: np.ndarray) -> Any:
        return float(np.sum(product(function, x, w)[1] ** 2))

    steps = np.eye(3) * h
    expected = [(squared(x.value + s) - squared(x.value - s)) / (2 * h) for s in steps]
    np.testing.assert_allclose(got, expected, rtol=1e-7, atol=1e-7 * np.abs(got).max())


# ---- forms


def test_results_have_the_form_of_the_inputs(rng: np.random.Generator) -> None:
    a, b = rng.standard_normal(2), rng.standard_normal((2, 3))

    def both(a: Any, b: Any) -> tuple[Any, Any]:
        return a * 2.0, np.sum(a) * b

    (first, second), (of_a, of_b) = autograd.vjp(both, (a, b), (np.ones(2), np.ones((2, 3))))
    assert [type(p) for p in (first, second, of_a, of_b)] == [np.ndarray] * 4
    np.testing.assert_allclose(of_a, 2.0 + b.sum())
    np.testing.assert_allclose(of_b, np.full((2, 3), a.sum()))
    j = autograd.jacobian(both, (a, b))
    shapes = [[p.shape for p in row] for row in j]
    assert shapes == [[(2, 2), (2, 2, 3)], [(2, 3, 2), (2, 3, 2, 3)]]
    assert not j[0][1].any()
    np.testing.assert_allclose(j[1][0], np.repeat(b[..., None], 2, axis=-1))
    tensors = autograd.vjp(both, (tg.tensor(a), b), (np.ones(2), np.ones((2, 3))))
    assert all(isinstance(p, tg.Tensor) and not p.requires_grad for part in tensors for p in part)


def test_hessian_of_several_inputs_has_blocks(rng: np.random.Generator) -> None:
    a, b = rng.standard_normal(2), rng.standard_normal(3)
    h = autograd.hessian(lambda a, b: np.sum(a**2) * np.sum(b), (a, b))
    np.testing.assert_allclose(h[0][0], 2.0 * np.eye(2) * b.sum(), rtol=1e-13)
    np.testing.assert_allclose(h[0][1], 2.0 * np.repeat(a[:, None], 3, axis=1), rtol=1e-13)
    np.testing.assert_allclose(h[1][0], h[0][1].T, rtol=1e-13)
    assert h[1][1].shape == (3, 3)
    assert not h[1][1].any()


def test_modules_give_blocks_by_name(rng: np.random.Generator) -> None:
    model, x = Affine(rng), rng.standard_normal((5, 3))
    before = [p.value.copy() for _, p in model.named_parameters()]

    def loss() -> Any:
        return (model(x) ** 2).sum()

    h = autograd.hessian(loss, model)
    assert list(h) == ["weight", "bias"]
    assert h["weight"]["bias"].shape == (2, 3, 2)
    np.testing.assert_allclose(
        h["weight"]["bias"].value, np.moveaxis(h["bias"]["weight"].value, 0, -1), rtol=1e-12
    )
    v = {"weight": rng.standard_normal((2, 3)), "bias": rng.standard_normal(2)}
    _, product = autograd.hvp(loss, model, v)
    flat = np.block(
        [
            [
                h[r][c].value.reshape(h[r][c].value.size // n, n)
                for c, n in (("weight", 6), ("bias", 2))
            ]
            for r in ("weight", "bias")
        ]
    )
    expected = flat @ np.concatenate([v["weight"].reshape(-1), v["bias"]])
    got = np.concatenate([product["weight"].value.reshape(-1), product["bias"].value])
    np.testing.assert_allclose(got, expected, rtol=1e-12)
    in_order = autograd.hvp(loss, model, (v["weight"], v["bias"]))[1]
    np.testing.assert_array_equal(in_order["bias"].value, product["bias"].value)
    assert set(autograd.jacobian(lambda: model(x), model)) == {"weight", "bias"}
    _, gauss_newton = autograd.ggnvp(lambda: model(x), lambda y: (y**2).sum(), model, v)
    assert gauss_newton["weight"].shape == (2, 3)
    assert all(p.grad is None for _, p in model.named_parameters())
    for old, (_, p) in zip(before, model.named_parameters(), strict=True):
        np.testing.assert_array_equal(old, p.value)


def test_value_and_grad(rng: np.random.Generator) -> None:
    a, b = rng.standard_normal(3), rng.standard_normal(3)

    def f(a: Any, b: Any, scale: float = 1.0) -> Any:
        return np.sum(a * a * b) * scale

    value, slope = autograd.value_and_grad(f, argnum=1)(a, b, scale=3.0)
    np.testing.assert_allclose(value, 3.0 * np.sum(a * a * b))
    np.testing.assert_allclose(slope, 3.0 * a * a)
    model = Affine(rng)
    x = rng.standard_normal((4, 3))
    value, slopes = autograd.value_and_grad(lambda m: (m(x) ** 2).sum())(model)
    loss = (model(x) ** 2).sum()
    loss.backward()
    np.testing.assert_array_equal(value.value, loss.value)
    np.testing.assert_array_equal(slopes["weight"].value, model.weight.grad.value)
    _, pair = autograd.value_and_grad(lambda p: np.sum(p[0] * p[1]))((a, b))
    np.testing.assert_allclose(pair[0], b)


def test_elementwise_grad_nests() -> None:
    x = np.array([-1.0, 0.3, 2.0])
    derivative: Any = np.tanh
    y = np.tanh(x)
    for expected in [1 - y**2, -2 * y * (1 - y**2), (1 - y**2) * (6 * y**2 - 2)]:
        derivative = autograd.elementwise_grad(derivative)
        np.testing.assert_allclose(derivative(x), expected, rtol=1e-13)


def test_value_and_grad_nests_inside_a_hessian_product(rng: np.random.Generator) -> None:
    x, v = rng.standard_normal(3), rng.standard_normal(3)

    def slope_times_v(x: Any) -> Any:
        return np.sum(autograd.value_and_grad(cubic)(x)[1] * v)

    np.testing.assert_allclose(autograd.vjp(slope_times_v, x)[1], cubic_hessian(x) @ v, rtol=1e-13)


def test_vmap_is_a_loop(rng: np.random.Generator) -> None:
    a, b = rng.standard_normal((4, 3)), rng.standard_normal((3, 2))
    np.testing.assert_allclose(autograd.vmap(np.matmul, (0, None))(a, b), a @ b, rtol=1e-14)
    np.testing.assert_allclose(
        autograd.vmap(np.matmul, (None, 1), out_axis=1)(a, b), a @ b, rtol=1e-14
    )
    t = tg.tensor(a, requires_grad=True)
    total, largest = autograd.vmap(lambda row: (row.sum(), tg.max(row)))(t)
    tg.grad((total * largest).sum(), t)
    np.testing.assert_allclose(total.value, a.sum(1))
    with pytest.raises(ValueError, match=r"equally many examples, not \[3, 4\]"):
        autograd.vmap(np.matmul)(a, b)


def test_functions_work_under_no_grad(rng: np.random.Generator) -> None:
    x = rng.standard_normal(3)
    with tg.no_grad():
        found = autograd.hessian(cubic, x)
    np.testing.assert_allclose(found, cubic_hessian(x), rtol=1e-13)
    assert tg.is_grad_enabled()


# ---- what is missing is zero, or an error


def test_independent_outputs_have_zero_derivatives(rng: np.random.Generator) -> None:
    x = rng.standard_normal(3)
    constant = tg.tensor([1.0, 2.0])
    assert not autograd.vjp(lambda x: constant, x, np.ones(2))[1].any()
    assert not autograd.jvp(lambda x: constant, x, np.ones(3))[1].any()
    for strategy in ("reverse-mode", "forward-mode"):
        assert not autograd.jacobian(lambda x: constant, x, strategy=strategy).any()
    assert not autograd.hessian(lambda x: np.sum(x), x).any()
    assert not autograd.hvp(lambda x: np.sum(x), x, np.ones(3))[1].any()
    assert not autograd.jacobian(lambda x, y: x * 2.0, (x, x))[1].any()


def test_strict_refuses_independence(rng: np.random.Generator) -> None:
    x = rng.standard_normal(3)
    with pytest.raises(RuntimeError, match="vjp: the result does not depend on input 1"):
        autograd.vjp(lambda x, y: x * 2.0, (x, x), np.ones(3), strict=True)
    with pytest.raises(RuntimeError, match="hessian: the result does not depend on input 0"):
        autograd.hessian(lambda x: np.sum(x), x, strict=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: autograd.vjp(lambda x: x * 2.0, x), "vjp: v may only be left out for a single"),
        (lambda x: autograd.jvp(lambda x: x * 2.0, x), "jvp: v may only be left out for a single"),
        (lambda x: autograd.vjp(lambda x: x * 2.0, x, np.ones(2)), r"has shape \(2,\), not \(3,\)"),
        (lambda x: autograd.hvp(lambda x: x * 2.0, x, x), "hvp: the result must be one number"),
        (lambda x: autograd.hessian(lambda x: (np.sum(x), np.sum(x)), x), "must be one number"),
        (lambda x: autograd.hvp(cubic, x, (x, x)), r"part 0 of v has shape \(2, 3\)"),
        (
            lambda x: autograd.hvp(lambda x, y: np.sum(x), (x, x), (x,)),
            "v needs 2 parts, received 1",
        ),
        (
            lambda x: autograd.jacobian(cubic, x, strategy="magic"),
            "strategy must be 'reverse-mode'",
        ),
        (lambda x: autograd.vjp(cubic, ()), "nothing to differentiate"),
    ],
)
def test_mistakes_are_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(np.array([1.0, 2.0, 3.0]))


def test_results_must_be_tensors() -> None:
    with pytest.raises(
        TypeError, match="must return a tensor, or a tuple of them, but its output is"
    ):
        autograd.vjp(lambda x: 3.0, np.ones(2))
    with pytest.raises(TypeError, match="only floating-point tensors can require a gradient"):
        autograd.vjp(lambda x: x, np.arange(3), np.ones(3))
    with pytest.raises(TypeError, match="no argument 1 among the 1 given"):
        autograd.value_and_grad(cubic, argnum=1)(np.ones(3))


def test_parameter_names_must_fit(rng: np.random.Generator) -> None:
    model = Affine(rng)
    with pytest.raises(ValueError, match=r"v has \['bias'\], not \['bias', 'weight'\]"):
        autograd.hvp(lambda: (model.weight * 2.0).sum(), model, {"bias": np.ones(2)})


def test_dtype_is_kept() -> None:
    for dtype in (np.float16, np.float32, np.float64):
        x = np.array([1.0, 2.0], dtype)
        assert autograd.hessian(cubic, x).dtype == dtype
        assert autograd.jvp(lambda x: x**2, x, x)[1].dtype == dtype
        assert autograd.jacobian(lambda x: x**2, x, strategy="forward-mode").dtype == dtype


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (np.std, np.ones(3)),
        (lambda x: tg.std(x, correction=1), np.ones(3)),
        (np.linalg.norm, np.zeros(3)),
        (lambda x: tg.vector_norm(x, ord=3), np.zeros(3)),
        (lambda x: tg.vector_norm(x, ord=1), np.zeros(3)),
        (lambda x: tg.vector_norm(x, ord=np.inf), np.zeros(3)),
        (lambda x: np.abs(x).sum(), np.zeros(3)),
        (lambda x: tg.relu(x).sum(), np.zeros(3)),
    ],
)
def test_both_directions_give_zero_at_a_kink(function: Any, x: Any) -> None:
    assert autograd.vjp(function, x)[1].tolist() == [0.0, 0.0, 0.0]
    assert autograd.jvp(function, x, np.array([1.0, 2.0, 3.0]))[1] == 0.0


def test_inputs_that_are_no_values_are_refused() -> None:
    with pytest.raises(TypeError, match=r"vjp: inputs must be .* received dict; give the values"):
        autograd.vjp(lambda d: d["w"] ** 2, {"w": np.ones(2)})


def test_inputs_inside_of_inputs_are_refused() -> None:
    x = tg.ones(2)
    with pytest.raises(TypeError, match=r"vjp: inputs must be a flat tuple .* input 1 is a list"):
        autograd.vjp(lambda x, y: x, (x, [x, x]))


def test_gradient_for_no_inputs_is_refused() -> None:
    y = tg.tensor(2.0, requires_grad=True) ** 2
    for grad in (tg.grad, autograd.grad):
        with pytest.raises(ValueError, match=r"no inputs .* generator that was used up"):
            grad(y, [])


def test_module_is_differentiated_inside_of_its_own_derivative() -> None:
    """A penalty on the gradient by the same parameters, which both derivatives know."""
    model = tg.nn.Linear(1, 1, bias=False).double()
    model.weight.value[:] = 0.7

    def cubic(model: Any) -> Any:
        return tg.sum(model.weight**3)

    def penalty(model: Any) -> Any:
        _, slopes = autograd.value_and_grad(cubic)(model)
        return tg.sum(slopes["weight"] ** 2)  # (3 w²)², with the slope 36 w³

    _, slopes = autograd.value_and_grad(penalty)(model)
    assert slopes["weight"].item() == pytest.approx(36 * 0.7**3, rel=1e-14)
    assert not slopes["weight"].requires_grad


def test_ggnvp_refuses_what_it_would_lose() -> None:
    def model(y: Any) -> Any:
        return y**2

    cases: list[Any] = [
        lambda x: autograd.ggnvp(lambda y: x * y, np.sum, np.ones(2), np.ones(2))[1],
        lambda x: autograd.ggnvp(model, lambda y: np.sum(x * y**2), np.ones(2), np.ones(2))[1],
        lambda x: autograd.ggnvp(model, lambda y: np.sum(y**2), np.ones(2), x)[1],
    ]
    for function in cases:
        with pytest.raises(RuntimeError, match="ggnvp: inside another derivative"):
            autograd.value_and_grad(lambda x, f=function: np.sum(f(x)))(np.ones(2))
