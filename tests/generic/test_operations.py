"""Every operation of the package keeps every law and has its values from other code."""

from __future__ import annotations

import inspect
import zlib

import numpy as np
import pytest

from scripts.make_operations_page import HELPERS
from tinygrad_edu import ops
from tinygrad_edu.engine import PRIMITIVES
from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing.laws.operations import LAWS
from tinygrad_edu.testing.laws.verdict import demand_close
from tinygrad_edu.testing.specs import OpSpec

OUR_PRIMITIVES = [
    name for name, op in PRIMITIVES.items() if op.forward.__module__.startswith("tinygrad_edu.")
]

each_spec = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


@pytest.mark.parametrize("law", LAWS)
@each_spec
def test_law(spec: OpSpec, law: str) -> None:
    if law in spec.exempt:
        pytest.skip(spec.exempt[law])
    rng = np.random.default_rng(zlib.crc32(f"{spec.name}{law}".encode()))
    for chosen, case in zip(spec.samples, spec.cases, strict=True):
        try:
            LAWS[law](case, rng)
        except Exception as error:
            error.add_note(f"in {spec.name}, {chosen.inputs}, {chosen.params}")
            raise


@each_spec
def test_values_are_those_of_other_code(spec: OpSpec) -> None:
    for chosen, case in zip(spec.samples, spec.cases, strict=True):
        expected = np.asarray(spec.reference(*case.inputs, **case.params))
        what = f"{spec.name}, {chosen.inputs}, {chosen.params}"
        got = case.value(case.xs)
        assert (got.dtype.kind == "f") == (expected.dtype.kind == "f") or not got.size, what
        demand_close(got, expected, 1e-13, what)


@pytest.mark.parametrize("name", [n for n, spec in SPECS.items() if n in PRIMITIVES])
def test_numbers_of_python_are_arrays_without_axes(name: str) -> None:
    spec = SPECS[name]
    if spec.call is not None or PRIMITIVES[name].variadic:
        pytest.skip("takes no single arrays")
    calls = [c for c in spec.cases if c.inputs and all(np.shape(a) == () for a in c.inputs)]
    for case in calls:
        if not all(isinstance(a, np.ndarray) and a.dtype == np.float64 for a in case.inputs):
            continue
        expected = spec.function(*case.inputs, **case.params)
        got = spec.function(*[float(a) for a in case.inputs], **case.params)
        np.testing.assert_allclose(got, expected, rtol=1e-14)


# ---- the table is complete, and its samples can tell right from wrong


def test_every_operation_has_a_spec() -> None:
    missing = set(OUR_PRIMITIVES) - set(SPECS)
    assert not missing, f"add an OpSpec for {sorted(missing)} in tinygrad_edu/samples"


def test_every_composite_has_a_spec() -> None:
    functions = {
        value.__name__.rstrip("_")  # an alias needs no spec of its own
        for name, value in vars(ops).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    missing = functions - set(SPECS) - HELPERS
    assert not missing, f"add an OpSpec for {sorted(missing)} in tinygrad_edu/samples"


@each_spec
def test_sizes_are_pairwise_distinct(spec: OpSpec) -> None:
    for chosen in spec.samples:
        for shape in chosen.shapes:
            if spec.square:
                shape = (*shape[:-2], *sorted(set(shape[-2:])))
            sizes = [n for n in shape if n > 1]
            assert len(set(sizes)) == len(sizes), f"{shape} could hide a transposed gradient"


@each_spec
def test_samples_cover_the_corners(spec: OpSpec) -> None:
    """Some axis of size 0, or none at all, or 1; and at least three samples."""
    shapes = [shape for chosen in spec.samples for shape in chosen.shapes]
    assert len(spec.samples) >= 3
    assert any(0 in shape or shape == () or 1 in shape for shape in shapes)


@each_spec
def test_exemptions_have_reasons(spec: OpSpec) -> None:
    for name, reason in spec.exempt.items():
        assert name in LAWS
        assert len(reason) > 10
