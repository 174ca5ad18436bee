"""Every operation against PyTorch in float64: values, first and second derivatives."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from tests.parity.twins import NAMES, NONE, TWINS, twin
from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing.laws.case import Case, gradients_of, inner_product, recorded
from tinygrad_edu.testing.laws.verdict import demand_close
from tinygrad_edu.testing.specs import OpSpec, Sample

torch = pytest.importorskip("torch")

COMPARED = {name: spec for name, spec in SPECS.items() if name not in NONE}


def test_the_table_of_twins_names_operations_alone() -> None:
    assert not (NAMES.keys() | TWINS.keys() | NONE.keys()) - SPECS.keys()


def _ours_as_theirs(value: Any) -> Any:
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("spec", COMPARED.values(), ids=COMPARED)
def test_like_pytorch(spec: OpSpec) -> None:
    rng = np.random.default_rng(zlib.crc32(spec.name.encode()))
    for chosen, case in zip(spec.samples, spec.cases, strict=True):
        if chosen.unlike_torch:
            continue
        try:
            _compare(spec, chosen, case, rng)
        except Exception as error:
            error.add_note(f"in {spec.name}, {chosen.inputs}, {chosen.params}")
            raise


def _compare(spec: OpSpec, chosen: Sample, case: Case, rng: np.random.Generator) -> None:
    theirs = [_ours_as_theirs(a) for a in case.inputs]
    leaves = [theirs[k].requires_grad_() for k in case.wrt]
    function = twin(torch, spec.name)
    assert function is not None
    expected = function(*theirs, **case.params)
    value = case.value(case.xs)
    demand_close(value, expected.detach().numpy(), 1e-12, "y")
    if not case.wrt:
        return
    g = case.cotangent(rng)
    weights = [rng.standard_normal(x.shape) for x in case.xs]

    tensors, start = [recorded(x) for x in case.xs], recorded(g)
    first = gradients_of(case.call(tensors), tensors, start, create_graph=True)
    total = inner_product(first, weights)
    second = gradients_of(total, [*tensors, start], None) if total.requires_grad else None

    their_start = torch.tensor(g, requires_grad=True)
    options = {"allow_unused": True, "materialize_grads": True}
    their_first = torch.autograd.grad(expected, leaves, their_start, create_graph=True, **options)
    their_total = sum(
        (a * torch.tensor(w)).sum() for a, w in zip(their_first, weights, strict=True)
    )
    for k, (a, b) in enumerate(zip(first, their_first, strict=True)):
        demand_close(a.value, b.detach().numpy(), 1e-12, f"the gradient of input {case.wrt[k]}")
    if second is None or not their_total.requires_grad:
        return
    their_second = torch.autograd.grad(their_total, [*leaves, their_start], **options)
    for a, b in zip(second, their_second, strict=True):
        demand_close(a.value, b.numpy(force=True), 1e-12, "the second-order gradient")
