"""``nn.utils`` against PyTorch: norms of weights, pruning, parametrizations, vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu.torch as ours

torch = pytest.importorskip("torch")
pytest.importorskip("torch.nn.utils.prune")

pytestmark = pytest.mark.filterwarnings("ignore")


def _fill(t: Any, module: Any) -> Any:
    """Equal parameters in both, all different in size."""
    for k, p in enumerate(module.parameters()):
        count = int(np.prod(tuple(p.shape)))
        values = np.sin(np.arange(count) * 1.7 + k).reshape(tuple(p.shape))
        p.data = t.tensor(values.tolist(), dtype=t.float64)
    return module.double()


def _linear(t: Any) -> Any:
    return _fill(t, t.nn.Linear(5, 4))


def _conv(t: Any) -> Any:
    return _fill(t, t.nn.Conv2d(2, 4, 3))


def _ones(t: Any, *shape: int) -> Any:
    return t.ones(*shape, dtype=t.float64)


def _state(module: Any) -> dict[str, Any]:
    return {name: value.detach().numpy() for name, value in module.state_dict().items()}


def _gradients(module: Any, x: Any) -> list[Any]:
    (module(x) ** 2).sum().backward()
    return [(name, p.grad.numpy()) for name, p in module.named_parameters()]


def _weight_norm(t: Any, dim: Any = 0) -> Any:
    layer = t.nn.utils.weight_norm(_linear(t), dim=dim)
    gradients = _gradients(layer, _ones(t, 2, 5))
    t.nn.utils.remove_weight_norm(layer)
    return gradients, _state(layer)


def _spectral_norm(t: Any, build: Callable[[Any], Any], x: tuple[int, ...]) -> Any:
    layer = t.nn.utils.spectral_norm(build(t), n_power_iterations=2)
    for name, buffer in layer.named_buffers():
        values = np.cos(np.arange(buffer.shape[0]) + len(name))
        values /= np.linalg.norm(values)
        buffer.copy_(t.tensor(values.tolist(), dtype=t.float64))
    gradients = _gradients(layer, _ones(t, *x))
    layer.eval()
    return gradients, layer(_ones(t, *x)).detach().numpy(), _state(layer)


def _pruned(t: Any, *steps: Callable[[Any, Any], Any]) -> Any:
    layer, prune = _linear(t), t.nn.utils.prune
    for step in steps:
        step(prune, layer)
    output = layer(_ones(t, 1, 5)).detach().numpy()
    gradients = _gradients(layer, _ones(t, 2, 5))
    state, is_pruned = _state(layer), prune.is_pruned(layer)
    prune.remove(layer, "weight")
    return output, gradients, state, is_pruned, _state(layer), prune.is_pruned(layer)


def _globally(t: Any) -> Any:
    net, prune = t.nn.Sequential(_linear(t), t.nn.ReLU(), _fill(t, t.nn.Linear(4, 3))), None
    prune = t.nn.utils.prune
    pairs = [(net[0], "weight"), (net[2], "weight")]
    for amount in (0.4, 0.3):
        prune.global_unstructured(pairs, pruning_method=prune.L1Unstructured, amount=amount)
    return _state(net), net(_ones(t, 1, 5)).detach().numpy()


def _own_method(t: Any) -> Any:
    class EveryOther(t.nn.utils.prune.BasePruningMethod):  # type: ignore[misc,name-defined]  # of either library
        PRUNING_TYPE = "unstructured"

        def compute_mask(self, tensor: Any, default_mask: Any) -> Any:
            mask = default_mask.clone()
            mask.view(-1)[::2] = 0
            return mask

    layer = _linear(t)
    EveryOther.apply(layer, "bias")
    return _state(layer)


def _parametrized(t: Any) -> Any:
    class Exp(t.nn.Module):  # type: ignore[misc,name-defined]  # of either library
        def forward(self, x: Any) -> Any:
            return x.exp()

        def right_inverse(self, x: Any) -> Any:
            return x.log()

    parametrize = t.nn.utils.parametrize
    layer = _linear(t)
    layer.weight.data = layer.weight.data.abs() + 0.1
    parametrize.register_parametrization(layer, "weight", Exp())
    seen = parametrize.is_parametrized(layer), parametrize.is_parametrized(layer, "bias")
    gradients = _gradients(layer, _ones(t, 2, 5))
    layer.weight = layer.weight.detach() * 2
    state, shown = _state(layer), repr(layer)
    parametrize.remove_parametrizations(layer, "weight")
    return seen, gradients, state, shown, _state(layer), repr(layer)


def _vectors(t: Any) -> Any:
    layer = _linear(t)
    vector = t.nn.utils.parameters_to_vector(layer.parameters())
    t.nn.utils.vector_to_parameters(vector * 2, layer.parameters())
    return vector.detach().numpy(), _state(layer)


def _clipped(t: Any) -> Any:
    layer = _linear(t)
    (layer(_ones(t, 2, 5)) ** 2).sum().backward()
    total = t.nn.utils.clip_grad_norm_(layer.parameters(), 0.5, foreach=False)
    t.nn.utils.clip_grad_value_(layer.parameters(), 0.1, foreach=None)
    return total.numpy(), [p.grad.numpy() for p in layer.parameters()]


CASES: dict[str, Callable[[Any], Any]] = {
    "weight_norm": _weight_norm,
    "weight_norm of all": lambda t: _weight_norm(t, None),
    "spectral_norm": lambda t: _spectral_norm(t, _linear, (2, 5)),
    "spectral_norm of images": lambda t: _spectral_norm(t, _conv, (1, 2, 4, 4)),
    "l1_unstructured": lambda t: _pruned(t, lambda p, m: p.l1_unstructured(m, "weight", 0.3)),
    "twice": lambda t: _pruned(
        t,
        lambda p, m: p.l1_unstructured(m, "weight", 3),
        lambda p, m: p.l1_unstructured(m, "weight", amount=0.5),
    ),
    "ln_structured": lambda t: _pruned(
        t,
        lambda p, m: p.ln_structured(m, "weight", amount=0.5, n=2, dim=0),
        lambda p, m: p.ln_structured(m, "weight", amount=1, n=1, dim=1),
    ),
    "custom_from_mask": lambda t: _pruned(
        t, lambda p, m: p.custom_from_mask(m, "weight", _eye(m.weight))
    ),
    "identity": lambda t: _pruned(t, lambda p, m: p.identity(m, "weight")),
    "global": _globally,
    "own method": _own_method,
    "parametrize": _parametrized,
    "vectors": _vectors,
    "clipping": _clipped,
}


def _eye(weight: Any) -> Any:
    return (weight.detach() * 0 + 1).triu()


def _equal(a: Any, b: Any) -> None:
    if isinstance(a, dict):
        assert set(a) == set(b)
        for name in a:
            _equal(a[name], b[name])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for one, other in zip(a, b, strict=True):
            _equal(one, other)
    elif isinstance(a, np.ndarray):
        np.testing.assert_allclose(a, b, 1e-10, 1e-12)
    else:
        assert a == b


@pytest.mark.parametrize("name", CASES)
def test_like_pytorch(name: str) -> None:
    _equal(CASES[name](ours), CASES[name](torch))
