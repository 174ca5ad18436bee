"""The gradient penalty of a critic against PyTorch's double backward."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tinygrad_edu import nn
from tinygrad_edu.testing.laws.verdict import demand_close

torch = pytest.importorskip("torch")


def _critic(library: Any, activation: str) -> Any:
    settings = {"generator": 0} if library is nn else {}
    return library.Sequential(
        library.Linear(3, 5, **settings),
        getattr(library, activation)(),
        library.Linear(5, 4, **settings),
        library.LayerNorm(4),
        getattr(library, activation)(),
        library.Linear(4, 1, **settings),
    ).double()


@pytest.mark.parametrize("activation", ["Tanh", "Softplus", "LeakyReLU", "GELU"])
@pytest.mark.parametrize("target_norm", [1.0, 0.0])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_gradient_penalty(
    activation: str, target_norm: float, reduction: str, rng: np.random.Generator
) -> None:
    """Its value, and the gradients of all weights, as a training step of WGAN-GP needs them."""
    ours, theirs = _critic(nn, activation), _critic(torch.nn, activation)
    theirs.load_state_dict({k: torch.tensor(np.asarray(a)) for k, a in ours.state_dict().items()})
    x = rng.normal(size=(6, 3))
    penalty = nn.functional.gradient_penalty(ours, x, target_norm, reduction)

    points = torch.tensor(x, requires_grad=True)
    slopes = torch.autograd.grad(theirs(points).sum(), points, create_graph=True)[0]
    expected = (slopes.norm(dim=1) - target_norm) ** 2
    expected = {"mean": expected.mean, "sum": expected.sum, "none": lambda: expected}[reduction]()

    demand_close(penalty.value, expected.detach().numpy(), 1e-12, "the penalty")
    g = rng.normal(size=penalty.shape)
    (penalty * g).sum().backward()
    (expected * torch.tensor(g)).sum().backward()
    for (name, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        # A bias may move the critic and not its slope: no gradient, or one of zeros.
        got = np.zeros(a.shape) if a.grad is None else a.grad.value
        wanted = np.zeros(a.shape) if b.grad is None else b.grad.numpy()
        demand_close(got, wanted, 1e-12, f"the gradient of {name}")
    assert all(layer.weight.grad.value.any() for layer in (ours[0], ours[2], ours[5]))
