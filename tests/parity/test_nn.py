"""Every layer and loss against PyTorch in float64: values, both orders, training, saved weights."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.nn.specs import SPECS, ModuleSpec
from tinygrad_edu import nn, no_grad, tensor
from tinygrad_edu.engine import Node
from tinygrad_edu.testing.laws.case import gradients_of, inner_product, recorded
from tinygrad_edu.testing.laws.verdict import demand_close

torch = pytest.importorskip("torch")

# PyTorch warns of its own reduction="mean" of KLDivLoss, and of BCELoss's weights.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")

COMPARED = [spec for spec in SPECS if spec.torch]
STATEFUL = [
    spec
    for spec in COMPARED
    if isinstance(spec.torch, str) and not spec.random and spec.build().state_dict()
]
each = pytest.mark.parametrize("spec", COMPARED, ids=lambda spec: spec.id)


def _theirs(value: Any) -> Any:
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


def _twin(spec: ModuleSpec, ours: nn.Module) -> Any:
    """PyTorch's module of the same class, settings and weights, in float64."""
    kwargs = {key: _theirs(value) for key, value in spec.kwargs.items()}
    twin = getattr(torch.nn, spec.torch)(*map(_theirs, spec.args), **kwargs).double()
    state = {name: torch.tensor(np.asarray(a)) for name, a in ours.state_dict().items()}
    twin.load_state_dict(state)
    return twin


def _leaves(spec: ModuleSpec, inputs: list[Any]) -> tuple[list[Any], list[int]]:
    """Where inputs are drawn, and so have a gradient."""
    wrt = [k for k, shape in enumerate(spec.x) if isinstance(shape, tuple)]
    return inputs, wrt


def _compare(spec: ModuleSpec, ours: nn.Module, twin: Any, inputs: list[Any]) -> None:
    """Values, gradients, and the gradient of a random combination of gradients."""
    rng = np.random.default_rng(len(spec.id))
    _, wrt = _leaves(spec, inputs)
    xs: list[Any] = [recorded(a) if k in wrt else tensor(a) for k, a in enumerate(inputs)]
    ts = [torch.tensor(a) for a in inputs]
    for k in wrt:
        ts[k].requires_grad_()
    y = ours(*xs)
    if isinstance(twin, torch.nn.Module):
        y_twin = twin(*ts)
        weights = list(twin.parameters())
    else:
        y_twin, weights = twin(torch, ours, *ts), []
    demand_close(y.value, y_twin.detach().numpy(), 1e-12, "the output")
    parameters = dict(zip(ours.parameters(), weights, strict=False))
    leaves = [xs[k] for k in wrt] + list(parameters)
    leaves_twin = [ts[k] for k in wrt] + list(parameters.values())
    if not leaves:
        return
    g = rng.standard_normal(y.shape)
    first = gradients_of(y, leaves, tensor(g), create_graph=True)
    first_twin = torch.autograd.grad(
        y_twin,
        leaves_twin,
        torch.tensor(g),
        create_graph=True,
        allow_unused=True,
        materialize_grads=True,
    )
    mixture = [rng.standard_normal(leaf.shape) for leaf in leaves]
    for k, (a, b) in enumerate(zip(first, first_twin, strict=True)):
        demand_close(a.value, b.numpy(force=True), 1e-12, f"the gradient of leaf {k}")
    total = inner_product(first, mixture)
    total_twin = sum((b * torch.tensor(m)).sum() for b, m in zip(first_twin, mixture, strict=True))
    if not total.requires_grad or not total_twin.requires_grad:
        return
    second = gradients_of(total, leaves, None)
    try:
        second_twin = torch.autograd.grad(
            total_twin, leaves_twin, allow_unused=True, materialize_grads=True
        )
    except RuntimeError as error:  # ours is checked against differences all the same
        if "is not implemented" not in str(error):
            raise
        return
    for k, (a, b) in enumerate(zip(second, second_twin, strict=True)):
        demand_close(a.value, b.numpy(force=True), 1e-12, f"the second-order gradient of leaf {k}")


@each
def test_like_pytorch(spec: ModuleSpec) -> None:
    ours = spec.build().double()
    if spec.random:
        ours.eval()
    inputs = spec.inputs()
    if spec.name == "LazyLinear":
        ours(*inputs)  # now it knows its shape
    if callable(spec.torch):
        _compare(spec, ours, spec.torch, inputs)
        return
    twin = _twin(spec, ours)
    twin.train(ours.training)
    _compare(spec, ours, twin, inputs)


@pytest.mark.parametrize(
    "spec",
    [spec for spec in STATEFUL if any(True for _ in spec.build().buffers())],
    ids=lambda spec: spec.id,
)
def test_running_statistics_over_training_and_evaluation(spec: ModuleSpec) -> None:
    """20 batches of training, then 3 of evaluation, state included."""
    ours = spec.build().double()
    twin = _twin(spec, ours)
    for batch in range(23):
        if batch == 20:
            ours.eval()
            twin.eval()
        inputs = [a * (1 + batch) + batch if a.dtype.kind == "f" else a for a in spec.inputs(batch)]
        _compare(spec, ours, twin, inputs) if not issubclass(type(ours), nn.Loss) else None
        for name, value in twin.state_dict().items():
            if name == "num_batches_tracked" and spec.name.startswith("Instance"):
                continue  # PyTorch never counts there
            demand_close(
                np.asarray(ours.state_dict()[name]), value.numpy(), 1e-12, f"{name}, batch {batch}"
            )


@pytest.mark.parametrize("spec", STATEFUL, ids=lambda spec: spec.id)
def test_weights_travel_through_safetensors(spec: ModuleSpec, tmp_path: Path) -> None:
    """Saved here and loaded there, saved there and loaded here: equal outputs in float32."""
    save_here = pytest.importorskip("safetensors.numpy").save_file
    load_here = pytest.importorskip("safetensors.numpy").load_file
    safe = pytest.importorskip("safetensors.torch")
    ours, inputs = spec.build().float(), spec.inputs()
    narrow = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in inputs]
    xs = [tensor(a) for a in narrow]
    if spec.name == "LazyLinear":
        ours(*xs)
    save_here(
        {name: t.numpy() for name, t in ours.state_dict().items()}, tmp_path / "ours.safetensors"
    )
    kwargs = {key: _float32(_theirs(value)) for key, value in spec.kwargs.items()}
    twin = getattr(torch.nn, spec.torch)(*map(_theirs, spec.args), **kwargs).float()
    twin.load_state_dict(safe.load_file(tmp_path / "ours.safetensors"))
    ours.eval()
    twin.eval()
    with no_grad():
        expected = twin(*(torch.tensor(a) for a in narrow)).detach().numpy()
        demand_close(ours(*xs).value, expected, 1e-6, "the output after ours → theirs")
        with torch.no_grad():
            for parameter in twin.parameters():
                parameter.mul_(0.5).add_(0.1)
        safe.save_file(twin.state_dict(), tmp_path / "theirs.safetensors")
        copy.deepcopy(ours).load_state_dict(twin.state_dict())  # PyTorch's tensors, too
        ours.load_state_dict(load_here(tmp_path / "theirs.safetensors"))
        expected = twin(*(torch.tensor(a) for a in narrow)).detach().numpy()
        demand_close(ours(*xs).value, expected, 1e-6, "the output after theirs → ours")


def _float32(value: Any) -> Any:
    return value.float() if isinstance(value, torch.Tensor) else value


def test_same_names_as_pytorch() -> None:
    """A textbook net has PyTorch's state, name by name and shape by shape."""

    def build(nn: Any) -> Any:
        return nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.25),
            nn.Linear(4 * 4 * 4, 10),
        )

    ours, theirs = build(nn), build(torch.nn)
    shapes = {name: tuple(a.shape) for name, a in ours.state_dict().items()}
    assert shapes == {name: tuple(a.shape) for name, a in theirs.state_dict().items()}
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    assert [n for n, _ in ours.named_modules()] == [n for n, _ in theirs.named_modules()]
    assert [n for n, _ in ours.named_buffers()] == [n for n, _ in theirs.named_buffers()]


def test_second_order_is_compared_somewhere() -> None:
    """The comparison above leaves out orders where PyTorch has none: not for these."""
    for name in ("Linear", "BatchNorm1d", "GELU", "CrossEntropyLoss", "LayerNorm"):
        spec = next(s for s in COMPARED if s.name == name)
        ours = spec.build().double()
        xs = [recorded(a) if a.dtype.kind == "f" else tensor(a) for a in spec.inputs()]
        y = ours(*xs)
        slope = gradients_of(y, [xs[0]], recorded(np.ones(y.shape)), create_graph=True)[0]
        assert isinstance(slope, Node)
        assert slope.requires_grad
