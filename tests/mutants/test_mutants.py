"""Nobody can break a derivative without a red test: every mutant of every rule is noticed.

By default a sample of the mutants; TINYGRAD_EDU_MUTANTS=all plants every one (`make mutants`).
"""

from __future__ import annotations

import os
import zlib

import numpy as np
import pytest

from tests.mutants.mutators import MUTATORS, Mutant, killer, mutants_of, planted
from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing.specs import OpSpec

EVERY_ONE = os.environ.get("TINYGRAD_EDU_MUTANTS", "") == "all"
SAMPLED = 2

# An estimator is not the derivative, so differences cannot judge it; it has tests of its own.
ESTIMATORS = {"step_through", "sign_through"}
RULED = {
    name: spec
    for name, spec in SPECS.items()
    if spec.record is not None and spec.record.differentiable and name not in ESTIMATORS
}
_CHOICE = "values moved a little choose the same; ties are held by the table of special points"
# Mutants that change nothing a user could see, each with the reason.
EQUIVALENT = {
    "maximum[0] stale_values": _CHOICE,
    "maximum[1] stale_values": _CHOICE,
    "minimum[0] stale_values": _CHOICE,
    "minimum[1] stale_values": _CHOICE,
    "clip[0] stale_values": _CHOICE,
    "clip[1] stale_values": _CHOICE,
    "clip[2] stale_values": _CHOICE,
    "remainder[1] stale_values": "values moved a little have the same whole quotient",
    "eigh[0] cotangent_overwritten": "both results are cut out of one array that only it reads",
    "svd[0] cotangent_overwritten": "the results are cut out of one array that only it reads",
    "qr[0] cotangent_overwritten": "both results are cut out of one array that only it reads",
    "qr[0] one_buffer": "the input is reordered on the way in, so its gradient is copied",
    "inv[0] one_buffer": "the sample adds 3I to the input, so its gradient is copied",
    "cholesky[0] one_buffer": "the input is made symmetric on the way in, so its gradient is new",
}


def chosen(spec: OpSpec) -> list[Mutant]:
    every = list(mutants_of(spec))
    if EVERY_ONE:
        return every
    rng = np.random.default_rng(zlib.crc32(spec.name.encode()))
    return [every[k] for k in rng.permutation(len(every))[:SAMPLED]]


@pytest.mark.parametrize("spec", RULED.values(), ids=RULED)
def test_every_mutant_is_noticed(spec: OpSpec) -> None:
    survivors = []
    for mutant in chosen(spec):
        law, acted = killer(mutant)
        if law is None and acted and str(mutant) not in EQUIVALENT:
            survivors.append(str(mutant))
        if law is not None:
            assert str(mutant) not in EQUIVALENT, f"{mutant} is noticed by {law}: strike it off"
    assert not survivors


def test_estimators_are_those_without_a_first_order_check() -> None:
    assert {name for name, spec in SPECS.items() if "first_order" in spec.exempt} == ESTIMATORS


def test_mutants_are_many() -> None:
    """At least eight ways to break each rule, and at least a thousand mutants."""
    assert len(MUTATORS) >= 8
    assert sum(len(list(mutants_of(spec))) for spec in RULED.values()) > 1000


@pytest.mark.parametrize("name", ["tanh", "matmul", "sum", "getitem", "linear"])
def test_at_least_eight_kinds_change_something(name: str) -> None:
    """A mutant that changes nothing is noticed by nobody; most must not be of that sort."""
    kinds = set()
    for mutant in mutants_of(SPECS[name]):
        law, _ = killer(mutant)
        if law is not None:
            kinds.add(mutant.kind)
    assert len(kinds) >= 8


def test_table_is_restored() -> None:
    spec = SPECS["tanh"]
    before = spec.record.vjps
    mutant = next(mutants_of(spec))
    with planted(mutant):
        assert spec.record.vjps is not before
    assert spec.record.vjps is before


def test_a_right_rule_is_not_accused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MUTATORS, "nothing", lambda rule, rules, position: rule)
    for name in ("tanh", "matmul", "concatenate"):
        assert killer(Mutant(SPECS[name], 0, "nothing")) == (None, False)
