"""LBFGS, step by step with PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

CONFIGS: list[dict[str, Any]] = [
    {},
    {"lr": 0.3, "max_iter": 5},
    {"max_iter": 1},
    {"history_size": 2, "max_iter": 7},
    {"max_eval": 4},
    {"line_search_fn": "strong_wolfe"},
    {"line_search_fn": "strong_wolfe", "history_size": 3, "lr": 2.0},
    {"line_search_fn": "strong_wolfe", "max_iter": 3, "max_eval": 30},
    {"line_search_fn": "strong_wolfe", "lr": 0.01},
    {"tolerance_grad": 1e-2, "line_search_fn": "strong_wolfe"},
    {"tolerance_change": 1e-3, "lr": 0.1},
]


def _losses(rng: np.random.Generator) -> dict[str, Any]:
    """The same formulas in either library; ``m`` is the library."""
    matrix = rng.normal(size=(8, 5))
    hessian = matrix.T @ matrix / 8 + 0.1 * np.eye(5)
    goal = rng.uniform(-0.5, 0.5, size=(8,))

    def quadratic(w: Any, b: Any, m: Any) -> Any:
        return ((w @ m(hessian)) * w).sum() / 2 + 0.1 * w.sum() * b.sum() + (b**2).sum() - w.sum()

    def logistic(w: Any, b: Any, m: Any) -> Any:
        z = m(matrix) @ w + b.sum()
        return ((z * z + 1) ** 0.5 - m(goal) * z).mean() + 0.01 * (w * w).sum() + (b * b).sum()

    def valley(w: Any, b: Any, m: Any) -> Any:
        bend = ((1 - w[:-1]) ** 2 + 10 * (w[1:] - w[:-1] ** 2) ** 2).sum()
        return bend + ((b - w[:3]) ** 2).sum()

    return {"quadratic": quadratic, "logistic": logistic, "valley": valley}


@pytest.mark.parametrize("kind", ["quadratic", "logistic", "valley"])
@pytest.mark.parametrize("config", CONFIGS, ids=str)
@pytest.mark.parametrize("calls_backward", [True, False])
def test_lbfgs(config: Any, kind: str, calls_backward: bool, rng: np.random.Generator) -> None:
    f = _losses(rng)[kind]
    start = [0.5 * rng.normal(size=5), 0.5 * rng.normal(size=3)]
    ours = [tg.tensor(x, requires_grad=True) for x in start]
    theirs = [torch.tensor(x, requires_grad=True) for x in start]
    optimizer = tg.optim.LBFGS(ours, **config)
    reference = torch.optim.LBFGS(theirs, **config)
    counts = [0, 0]

    def our_closure() -> Any:
        counts[0] += 1
        optimizer.zero_grad()
        loss = f(*ours, tg.tensor)
        if calls_backward:
            loss.backward()
        return loss

    def their_closure() -> Any:
        counts[1] += 1
        reference.zero_grad()
        loss = f(*theirs, torch.tensor)
        loss.backward()
        return loss

    # Curvature pairs amplify rounding from step to step.
    for tolerance in (1e-10, 1e-8, 1e-6):
        a, b = optimizer.step(our_closure).item(), reference.step(their_closure).item()
        assert a == pytest.approx(b, rel=tolerance, abs=1e-12)
        if np.linalg.norm(np.concatenate([p.grad.numpy().ravel() for p in theirs])) < 1e-4:
            break  # from here on, rounding decides
        assert counts[0] == counts[1]
        for p, q in zip(ours, theirs, strict=True):
            distance = np.linalg.norm(p.value - q.detach().numpy())
            assert distance <= tolerance * np.linalg.norm(q.detach().numpy())
