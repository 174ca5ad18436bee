"""Rules beyond PyTorch against plain implementations of their papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.optim.cases import BEYOND, case_id, cases
from tests.optim.references import REFERENCES

STEPS = 200
# The plain implementations apply the decay of these themselves; to the others it is an L2 penalty.
OWN_DECAY = {"SGDW", "Lion", "Adan", "LARS", "LAMB", "NovoGrad", "ScheduleFreeAdamW"} | {
    "Prodigy",
    "SOAP",
}


@pytest.mark.parametrize("case", cases(BEYOND), ids=case_id)
def test_follows_its_paper(case: Any, rng: np.random.Generator) -> None:
    """Two hundred steps, the rate cut to a tenth on the way, to 1e-12 of the norm of the weights.

    The gradients are those of a moving target, taken where the plain implementation is: some of
    these rules are chaotic, and two roundings fed back would part.
    """
    name, config = case
    ws = [rng.normal(size=shape) for shape in [(4, 3), (5,), (2, 6)]]
    params = [tg.tensor(w, requires_grad=True) for w in ws]
    optimizer = getattr(tg.optim, name)(params, **config)
    hyper = {k: v for k, v in optimizer.param_groups[0].items() if k not in ("params", "training")}
    sign = -1.0 if hyper.pop("maximize") else 1.0
    decay = hyper["weight_decay"] if name in OWN_DECAY else hyper.pop("weight_decay")
    curvature = [rng.uniform(0.5, 2, size=w.shape) for w in ws]
    target = [rng.normal(size=w.shape) for w in ws]
    memory: dict[Any, Any] = {}
    for t in range(1, STEPS + 1):
        if t == STEPS // 2:  # a schedule may cut the rate
            hyper["lr"] = optimizer.param_groups[0]["lr"] = hyper["lr"] / 10
        raw = [a * (w - c * np.sin(0.3 * t)) for w, a, c in zip(ws, curvature, target, strict=True)]
        for p, g in zip(params, raw, strict=True):
            p.grad = tg.tensor(sign * g)
        optimizer.step()
        gs = raw
        if name not in OWN_DECAY:
            gs = [g + decay * w for g, w in zip(raw, ws, strict=True)]
        if name == "DoG":
            hyper["raw"] = raw
        ws = REFERENCES[name](ws, gs, memory, t, **hyper)
        if t in (1, 2, 10, STEPS):
            ours = np.concatenate([p.value.ravel() for p in params])
            theirs = np.concatenate([w.ravel() for w in ws])
            distance = np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)
            # Roots of nearly singular matrices magnify the rounding, which differs between LAPACKs.
            bound = 1e-11 if name == "Shampoo" and t == STEPS else 1e-12
            assert distance <= bound, f"step {t}"
