"""Products with Jacobians and Hessians against PyTorch's, on nets and on awkward functions."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import autograd

torch = pytest.importorskip("torch")
functional = torch.autograd.functional

SIZES = (10, 25, 20, 10)


def _net(parameters: Any, x: Any, labels: Any, module: Any, linear: Any, loss: Any) -> Any:
    pairs = list(zip(parameters[::2], parameters[1::2], strict=True))
    for k, (weight, bias) in enumerate(pairs):
        x = linear(x, weight, bias)
        x = module.tanh(x) if k < len(pairs) - 1 else x
    return loss(x, labels)


@pytest.fixture
def problem(rng: np.random.Generator) -> Any:
    parameters = []
    for n, m in pairwise(SIZES):
        parameters += [rng.uniform(-1, 1, (m, n)) / n**0.5, rng.uniform(-1, 1, m) / n**0.5]
    x, labels = rng.standard_normal((32, SIZES[0])), rng.integers(0, SIZES[-1], 32)
    inputs, targets = torch.tensor(x), torch.tensor(labels)

    def ours(*parameters: Any) -> Any:
        return _net(parameters, tg.tensor(x), tg.tensor(labels), tg, tg.linear, tg.cross_entropy)

    def theirs(*parameters: Any) -> Any:
        net = torch.nn.functional
        return _net(parameters, inputs, targets, torch, net.linear, net.cross_entropy)

    return ours, theirs, tuple(parameters), tuple(torch.tensor(p) for p in parameters)


def _close(ours: Any, theirs: Any, rtol: float) -> None:
    if isinstance(ours, tuple):
        for a, b in zip(ours, theirs, strict=True):
            _close(a, b, rtol)
        return
    expected = theirs.numpy()
    assert ours.shape == expected.shape
    np.testing.assert_allclose(ours, expected, rtol=0, atol=rtol * max(1.0, abs(expected).max()))


@pytest.mark.slow
def test_hessian_of_a_net_with_a_thousand_parameters(problem: Any) -> None:
    ours, theirs, arrays, tensors = problem
    assert sum(p.size for p in arrays) == 1005
    expected = functional.hessian(theirs, tensors, vectorize=True)
    found = autograd.hessian(ours, arrays)
    for row, expected_row in zip(found, expected, strict=True):
        for block, expected_block in zip(row, expected_row, strict=True):
            np.testing.assert_allclose(block, expected_block.numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("product", ["hvp", "vhp", "vjp", "jvp"])
def test_products_of_a_net(product: str, problem: Any, rng: np.random.Generator) -> None:
    ours, theirs, arrays, tensors = problem
    v: Any = tuple(rng.standard_normal(p.shape) for p in arrays)
    v = rng.standard_normal(()) if product == "vjp" else v
    theirs_v: Any = torch.tensor(v) if product == "vjp" else tuple(torch.tensor(p) for p in v)
    expected = getattr(functional, product)(theirs, tensors, theirs_v)
    found = getattr(autograd, product)(ours, arrays, v)
    _close(found[0], expected[0], 1e-13)
    _close(found[1], expected[1], 1e-12)


FUNCTIONS: dict[str, Any] = {
    "prod": lambda m, x: m.prod(x),
    "cumprod and max": lambda m, x: m.cumprod(x, 0).max() * x.sum(),
    "det": lambda m, x: (m.linalg.det if m is torch else tg.det)(x.reshape(2, 2)) * x.sum(),
    "sort": lambda m, x: (x.sort()[0] * m.arange(4.0, dtype=x.dtype)).prod(),
    "norm": lambda m, x: x.norm() ** 3,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_hessians_of_awkward_functions(name: str) -> None:
    x = np.array([0.5, 0.0, -1.5, 2.0])  # a zero, so that nothing may divide by x
    f = FUNCTIONS[name]
    expected = functional.hessian(lambda x: f(torch, x), torch.tensor(x))
    _close(autograd.hessian(lambda x: f(tg, x), x), expected, 1e-12)


@pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])
def test_jacobians(strategy: str, rng: np.random.Generator) -> None:
    a, b = rng.standard_normal((2, 3)), rng.standard_normal(3)

    def f(m: Any, a: Any, b: Any) -> Any:
        return m.sin(a * b).sum(1), (m.exp(b) if m is torch else tg.exp(b)) * 2.0

    expected = functional.jacobian(lambda a, b: f(torch, a, b), (torch.tensor(a), torch.tensor(b)))
    found = autograd.jacobian(lambda a, b: f(tg, a, b), (a, b), strategy=strategy)
    _close(found, expected, 1e-13)


def test_functions_written_for_pytorch_run_here(rng: np.random.Generator) -> None:
    """The same class body, with either library's Function as the base."""

    def make(base: Any) -> Any:
        class Scaled(base):  # type: ignore[misc]  # a base that is chosen at run time
            @staticmethod
            def forward(ctx: Any, x: Any, w: Any, p: int) -> Any:
                y = x * w
                ctx.save_for_backward(x, w, y)
                ctx.p = p
                return y**p

            @staticmethod
            def backward(ctx: Any, g: Any) -> Any:
                x, w, _ = ctx.saved_tensors
                slope = g * ctx.p * (x * w) ** (ctx.p - 1)
                return slope * w, slope * x, None

        return Scaled

    x, w, g = (rng.standard_normal(3) for _ in range(3))
    theirs = [torch.tensor(a, requires_grad=True) for a in (x, w)]
    expected = torch.autograd.grad(
        make(torch.autograd.Function).apply(*theirs, 3), theirs, torch.tensor(g)
    )
    ours = [tg.tensor(a, requires_grad=True) for a in (x, w)]
    found = tg.grad(make(autograd.Function).apply(*ours, 3), ours, g)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a.value, b.numpy(), rtol=1e-13)
