"""Each of PyTorch's optimizers, step by step: given gradients, and gradients of where it went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.optim.cases import MATRICES_ONLY, TORCH, case_id, cases

torch = pytest.importorskip("torch")

STEPS = 1000
# Normwise, of what PyTorch has.
TOLERANCE = 1e-12
CASES = cases(TORCH)


@pytest.fixture(autouse=True)
def _float64() -> Iterator[None]:
    """PyTorch keeps some numbers of its state in the default dtype."""
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.fixture(autouse=True)
def _muon_in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyTorch orthogonalises in bfloat16; the same algorithm in float64 is what we compare with."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda self: self.clone())


def _pair(name: str, config: dict[str, Any], rng: np.random.Generator) -> Any:
    """The same parameters in two groups, one with a larger rate, for either library."""
    shapes = [(3, 4), (5, 2)] if name in MATRICES_ONLY else [(3, 4), (5,), (2, 3, 2), ()]
    start = [rng.normal(size=shape) for shape in shapes]
    ours = [tg.tensor(w, requires_grad=True) for w in start]
    theirs = [torch.tensor(w, requires_grad=True) for w in start]
    optimizers = []
    for params, library in ((ours, tg.optim), (theirs, torch.optim)):
        cls = getattr(library, name)
        rate = 2 * config.get("lr", cls([params[0]]).defaults["lr"])
        groups = [{"params": params[:1]}, {"params": params[1:], "lr": rate}]
        optimizers.append(cls(groups, **config))
    return ours, theirs, *optimizers


def _distance(ours: list[Any], theirs: list[Any]) -> float:
    a = np.concatenate([p.value.ravel() for p in ours])
    b = np.concatenate([p.detach().numpy().ravel() for p in theirs])
    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_given_gradients(case: Any, rng: np.random.Generator) -> None:
    """A thousand steps, each parameter without a gradient now and then, or with one of zeros."""
    ours, theirs, optimizer, reference = _pair(*case, rng)
    for t in range(STEPS):
        for k, (p, q) in enumerate(zip(ours, theirs, strict=True)):
            if (t + k) % 7 == 3:
                p.grad = q.grad = None
                continue
            g = rng.normal(size=p.shape) * ((t + k) % 11 != 5)
            p.grad, q.grad = tg.from_numpy(g), torch.tensor(g)
        optimizer.step()
        reference.step()
        if t in (0, 1, 9):
            assert _distance(ours, theirs) <= TOLERANCE
    assert _distance(ours, theirs) <= TOLERANCE


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_feedback(case: Any, rng: np.random.Generator) -> None:
    """A thousand steps on Σ a (w − c sin t)²: the target moves, so the gradient stays large."""
    ours, theirs, optimizer, reference = _pair(*case, rng)
    sign = -1 if optimizer.defaults["maximize"] else 1
    # Muon brings small singular values up by a factor of hundreds, rounding errors with them, and a
    # steep objective feeds those back until they are all there is: chaos, in either library.
    flat = 1e-4 if case[0] in MATRICES_ONLY else 1.0
    curvature = [flat * rng.uniform(0.5, 2, size=p.shape) for p in ours]
    # No target near 0: there an adaptive step overshoots, back and forth, and rounding errors grow.
    target = [rng.choice([-1, 1], p.shape) * rng.uniform(2, 4, p.shape) / flat for p in ours]
    for t in range(STEPS):
        for p, q, a, c in zip(ours, theirs, curvature, target, strict=True):
            goal = c * np.sin(0.3 * t)
            p.grad = tg.tensor(sign * a * (p.value - goal))
            q.grad = torch.tensor(sign * a * (q.detach().numpy() - goal))
        optimizer.step()
        reference.step()
    assert _distance(ours, theirs) <= TOLERANCE


def test_every_optimizer_of_torch_is_compared() -> None:
    known = {
        name
        for name, value in vars(torch.optim).items()
        if isinstance(value, type)
        and issubclass(value, torch.optim.Optimizer)
        and value is not torch.optim.Optimizer
    }
    # LBFGS has a file of its own; SparseAdam needs sparse gradients, which we do not have.
    assert known - {"LBFGS", "SparseAdam"} == set(TORCH)
    assert all(len(configs) >= 8 for configs in TORCH.values())
