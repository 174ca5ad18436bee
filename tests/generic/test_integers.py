"""An operation of integers gives what it gives of the same numbers as floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing.laws.case import Case
from tinygrad_edu.testing.specs import OpSpec

KEPT = "the result has the dtype of x, and what comes from elsewhere is rounded to it"
OTHERWISE = {
    "nanprod": KEPT,
    "nansum": KEPT,
    "cross_entropy": "integers are numbers of classes, floats are probabilities",
    "numpy_pad": KEPT,
    "pad": KEPT,
    "piecewise": KEPT,
    "scatter": KEPT,
    "interpolate_bilinear": "refuses integers, as PyTorch does",
    "power": "NumPy refuses negative powers of integers",
}


def _of_dtype(case: Case, dtype: Any) -> Any:
    inputs = list(case.inputs)
    for k in case.wrt:
        inputs[k] = tg.tensor((np.round(2.0 * inputs[k]) + 0.0).astype(dtype))
    return case.function(*inputs, **case.params)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_integers_give_what_floats_give(spec: OpSpec) -> None:
    if spec.name in OTHERWISE:
        pytest.skip(OTHERWISE[spec.name])
    for case in spec.cases:
        try:
            expected = _of_dtype(case, np.float64)
        except (ValueError, TypeError):
            continue  # no such numbers
        got = _of_dtype(case, np.int64)
        assert got.shape == expected.shape
        # Elementwise functions give PyTorch's default dtype, float32.
        rtol, atol = (4e-7, 1e-7) if got.dtype == np.float32 else (1e-9, 1e-12)
        np.testing.assert_allclose(
            np.asarray(got, float), np.asarray(expected, float), rtol=rtol, atol=atol
        )


def test_exceptions_are_operations() -> None:
    assert OTHERWISE.keys() <= SPECS.keys()
