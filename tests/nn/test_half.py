"""float16 at ordinary sizes: whatever sums is computed in float32 and rounded once."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.nn.specs import SPECS, ModuleSpec
from tinygrad_edu import nn
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn import functional as F

ROWS = 70_000  # more than the largest float16, 65,504
LOSSES = [spec for spec in SPECS if issubclass(getattr(nn, spec.name), nn.Loss)]
# These compare all pairs of rows.
QUADRATIC = {"CircleLoss", "NTXentLoss", "InfoNCELoss"}


def _many(spec: ModuleSpec) -> list[Any]:
    """The inputs of a record with as many rows as a large batch has."""
    inputs = spec.inputs()
    first = inputs[0].shape[0]
    # The sum of 70,000 losses is itself more than a float16 can be.
    numbers = 450 if spec.name in QUADRATIC else ROWS
    numbers = 60 if spec.kwargs.get("reduction") == "sum" else numbers
    times = numbers // inputs[0].size + 1
    return [np.concatenate([a] * times) if np.ndim(a) and len(a) == first else a for a in inputs]


def _passes(module: Any, inputs: list[Any], dtype: Any) -> list[Any]:
    """The value, and the gradient of every input and parameter, as float64."""
    module = module.to(dtype)
    tensors = [
        tg.tensor(a, dtype=dtype, requires_grad=True) if a.dtype.kind == "f" else tg.tensor(a)
        for a in inputs
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = module(*tensors)
    assert y.dtype == dtype
    leaves = [t for t in (*tensors, *module.parameters()) if t.requires_grad]
    leaves = [t for t in leaves if t.dtype.kind == "f"]
    seed = y if y.ndim == 0 else (y * _weights(y.shape).astype(dtype)).sum()
    found = tg.autograd.grad(seed, leaves, allow_unused=True)
    values = [y, *(g for g in found if g is not None)]
    assert all(value.dtype == dtype for value in values)
    return [value.value.astype(np.float64) for value in values]


def _weights(shape: tuple[int, ...]) -> Any:
    return np.random.default_rng(1).uniform(0.5, 1.5, shape)


def _agree(module: Any, inputs: list[Any], drawn: list[bool]) -> None:
    """Compare with float64; what is no drawn input, such as probabilities, is exact there."""
    narrow = [
        a.astype(np.float16) if moves else np.asarray(a)
        for a, moves in zip(inputs, drawn, strict=True)
    ]
    right = _passes(module, narrow, np.float64)
    for got, wanted in zip(_passes(module, narrow, np.float16), right, strict=True):
        # A few roundings of 2^-11 each; below 2^-14 the steps are 2^-24 whatever the size.
        scale = np.abs(wanted).max(initial=0.0)
        np.testing.assert_allclose(got, wanted, rtol=5e-3, atol=5e-3 * scale + 2.0**-24)


@pytest.mark.parametrize("spec", LOSSES, ids=lambda spec: spec.id)
def test_losses(spec: ModuleSpec) -> None:
    _agree(spec.build(), _many(spec), [isinstance(shape, tuple) for shape in spec.x])


NORMS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "BatchNorm1d": (lambda: nn.BatchNorm1d(3), (4096, 3)),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(4), (16, 4, 28, 28)),
    "BatchNorm2d without parameters": (lambda: nn.BatchNorm2d(4, affine=False), (16, 4, 28, 28)),
    "LayerNorm": (lambda: nn.LayerNorm(1024), (3, 1024)),
    "RMSNorm": (lambda: nn.RMSNorm(1024, eps=1e-5), (3, 1024)),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), (3, 4, 2048)),
    "InstanceNorm1d": (lambda: nn.InstanceNorm1d(3, affine=True), (2, 3, 4096)),
    "InstanceNorm2d": (lambda: nn.InstanceNorm2d(3, track_running_stats=True), (2, 3, 64, 64)),
    "Linear": (lambda: nn.Linear(4, 2), (4096, 4)),
    "PReLU": (lambda: nn.PReLU(3), (4096, 3)),
    "Conv2d": (lambda: nn.Conv2d(2, 3, 3), (8, 2, 30, 30)),
    "AvgPool2d": (lambda: nn.AvgPool2d(64), (2, 2, 64, 64)),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d(3), (2, 2, 64, 64)),
    "Softmax": (lambda: nn.Softmax(1), (3, 4096)),
}


def _positive(shape: tuple[int, ...], spread: float = 10.0) -> Any:
    """Numbers around ``spread``, so that sums grow with their count."""
    return np.random.default_rng(0).uniform(0.5 * spread, 1.5 * spread, shape)


@pytest.mark.parametrize("name", NORMS)
def test_layers(name: str) -> None:
    build, shape = NORMS[name]
    tg.manual_seed(0)
    inputs = [30.0 * np.random.default_rng(1).standard_normal(shape)]
    _agree(build(), inputs, [True])


@pytest.mark.parametrize(
    "layer", [nn.BatchNorm2d(4), nn.InstanceNorm2d(4, track_running_stats=True)]
)
def test_running_statistics(layer: Any) -> None:
    rng = np.random.default_rng(0)
    x = 2.0 + rng.standard_normal((128, 4, 28, 28))
    layer.half()(tg.tensor(x, dtype=np.float16))
    assert layer.running_mean.numpy() == pytest.approx(0.2, abs=0.01)
    assert layer.running_var.numpy() == pytest.approx(1.0, abs=0.02)


REDUCTIONS: dict[str, Any] = {
    "sum": lambda x: tg.sum(x, axis=0),
    "sum of all, small": lambda x: tg.sum(x * 0.01),
    "np.sum": lambda x: np.sum(x, axis=0),
    "mean": lambda x: tg.mean(x),
    "mean of columns": lambda x: tg.mean(x, axis=0),
    "var": lambda x: tg.var(x * 10.0),
    "var of columns": lambda x: tg.var(x, axis=0, ddof=1),
    "std": lambda x: tg.std(x * 100.0, axis=0),
    "amax": lambda x: tg.amax(tg.clip(x, 8.0, 9.0), axis=0),
    "norm": lambda x: tg.norm(x),
    "norm of columns": lambda x: tg.vector_norm(x, axis=0),
    "1-norm": lambda x: tg.vector_norm(x * 0.1, axis=0, ord=1),
    "3-norm": lambda x: tg.vector_norm(x, axis=0, ord=3),
    "logsumexp": lambda x: tg.logsumexp(x, axis=0),
    "log_softmax": lambda x: tg.log_softmax(x, axis=0),
    "cumsum": lambda x: tg.cumsum(x * 0.1, axis=0),
    "trace": lambda x: tg.trace(tg.matmul(tg.transpose(x) * 0.01, x)),
    "einsum": lambda x: tg.einsum("ij->j", x),
    "median": lambda x: tg.median(x, axis=0),
    "normalize": lambda x: F.normalize(x, dim=0),
    "cosine": lambda x: F.cosine_similarity(x[:, 0], x[:, 1], dim=0),
    "distance": lambda x: F.pairwise_distance(x[:, 0], x[:, 1] + 9.0),
    "broadcast": lambda x: tg.mean(tg.broadcast_to(x[:1], (70_000, 3))),
    "repeats": lambda x: tg.sum(x[np.zeros(4096, int), 0] * 0.1),
}


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name: str) -> None:
    x = _positive((4096, 3)).astype(np.float16)
    right, half = (_first_two_orders(REDUCTIONS[name], x, d) for d in (np.float64, np.float16))
    for got, wanted in zip(half, right, strict=True):
        assert got.dtype == np.float16
        scale = np.abs(wanted.value).max()
        steps = 5e-3 * scale + 2.0**-24
        np.testing.assert_allclose(got.value.astype(float), wanted.value, rtol=5e-3, atol=steps)


def _first_two_orders(function: Any, values: Any, dtype: Any) -> list[Any]:
    """The value, its gradient, and the gradient of the gradient's first row where it has one."""
    x = tg.tensor(values, dtype=dtype, requires_grad=True)
    y = function(x)
    slope = tg.grad(y if y.ndim == 0 else tg.sum(y[..., :1]), x, create_graph=True)
    plain = tg.grad(y.sum() if y.size < 99 else y[-1, 0], x, retain_graph=True)
    found = [y, slope, plain]
    if slope.requires_grad:
        found.append(tg.grad(tg.sum(slope[:2]), x))
    return found


def test_a_gradient_of_a_large_mean_is_not_zero() -> None:
    z = tg.tensor(np.ones((128, 784)), dtype=np.float16, requires_grad=True)
    F.mse_loss(z, z.detach() * 0).backward()
    assert np.abs(z.grad.value.astype(float)).sum() == pytest.approx(2.0, rel=0.01)


def test_each_of_several_results_is_rounded() -> None:
    both = rounded_once(lambda x: (tg.sum(x), tg.mean(x)))
    x = tg.full((70_000,), 0.5, dtype=np.float16)
    assert [y.dtype for y in both(x)] == [np.float16] * 2
    assert both(x)[1].item() == 0.5


def test_float16_with_float32_is_float32() -> None:
    x, w = tg.ones(3, dtype=np.float16), tg.full((3,), 1e-3, dtype=np.float32)
    y = tg.einsum("i,i->", x, w)
    assert y.dtype == np.float32
    assert y.item() == pytest.approx(3e-3, rel=1e-6)


def test_a_border_adds_up_its_gradient_in_float32() -> None:
    """Each step of 1 beyond 2,048 would be lost."""
    x = tg.tensor(np.ones(1, np.float16), requires_grad=True)
    F.pad(x, (4095, 0), mode="replicate").sum().backward()
    assert x.grad.item() == 4096
