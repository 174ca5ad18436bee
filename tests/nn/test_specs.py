"""Every module of the package keeps every law, whatever its settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nn.specs import ELSEWHERE, SPECS, ModuleSpec
from tinygrad_edu import nn, no_grad, tensor
from tinygrad_edu.testing import check_module

each_spec = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)


def _modules() -> dict[str, type[nn.Module]]:
    return {
        name: value
        for name, value in vars(nn).items()
        if isinstance(value, type) and issubclass(value, nn.Module)
    }


def test_every_module_has_a_spec() -> None:
    missing = _modules().keys() - {spec.name for spec in SPECS} - ELSEWHERE
    assert not missing, f"add a spec for {sorted(missing)} in tests/nn/specs.py"
    assert _modules().keys() >= ELSEWHERE


class _WithConstants(nn.Module):
    """Feeds fixed floats, such as targets, that must not be moved to measure a slope."""

    def __init__(self, inner: nn.Module, inputs: list[Any], drawn: list[bool]) -> None:
        self.inner, self.drawn = inner, drawn
        self.constants = [nn.Buffer(a, persistent=False) for a in inputs]

    def forward(self, *xs: Any) -> Any:
        given = iter(xs)
        pairs = zip(self.drawn, self.constants, strict=True)
        return self.inner(*(next(given) if drawn else constant for drawn, constant in pairs))


@each_spec
def test_laws(spec: ModuleSpec) -> None:
    inputs = spec.inputs()
    module, drawn = spec.build(), [isinstance(shape, tuple) for shape in spec.x]
    fixed = [a for a, moves in zip(inputs, drawn, strict=True) if not moves]
    if any(a.dtype.kind == "f" for a in fixed):
        module = _WithConstants(module, inputs, drawn)
        inputs = [a for a, moves in zip(inputs, drawn, strict=True) if moves]
    check_module(module, *inputs, exempt=spec.exempt, independent=spec.independent)


@each_spec
def test_empty_batch(spec: ModuleSpec) -> None:
    """No samples in, no samples out; a mean over nothing is refused, a sum is 0."""
    loss = issubclass(_modules()[spec.name], nn.Loss)
    inputs = spec.inputs()
    if (not spec.independent and not loss) or any(a.ndim == 0 for a in inputs):
        pytest.skip("its first axis is no batch")
    module = spec.build().eval()
    empty = [tensor(a[:0].astype(np.float32) if a.dtype.kind == "f" else a[:0]) for a in inputs]
    reduction = module.reduction if loss else "none"
    with no_grad():
        if reduction in ("mean", "batchmean"):
            with pytest.raises(ValueError, match="batch"):
                module(*empty)
            return
        y = module(*empty)
    if reduction == "sum":
        assert y.item() == 0
    else:
        assert y.shape[0] == 0
