"""The column of PyTorch in the table of special points is what PyTorch gives."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from tests.specs.special_points import SAME, SPECIAL_POINTS, SpecialPoint

torch = pytest.importorskip("torch")


def _same(got: Any, expected: Any) -> None:
    values = got.detach().numpy(force=True)
    np.testing.assert_allclose(values, np.array(expected), rtol=1e-13, atol=0)


def _or(theirs: Any, ours: Any) -> Any:
    return ours if theirs is SAME else theirs


@pytest.mark.parametrize("point", SPECIAL_POINTS, ids=lambda p: p.point)
def test_column_of_pytorch(point: SpecialPoint) -> None:
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point.inputs]
    call = point.theirs or point.call
    grads = _or(point.torch_grads, point.grads)
    if grads is None:
        with pytest.raises(RuntimeError):
            call(torch, *leaves).sum().backward()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = call(torch, *leaves)
    _same(y, _or(point.torch_value, point.value))
    options = {"allow_unused": True, "materialize_grads": True}
    second = _or(point.torch_second, point.second)
    found = torch.autograd.grad(y.sum(), leaves, create_graph=second is not None, **options)
    for got, expected in zip(found, grads, strict=True):
        if expected is not None:
            _same(got, expected)
    if second is not None:
        _same(torch.autograd.grad(found[0].sum(), leaves[0], **options)[0], second)


def test_differences_are_differences() -> None:
    """A column that is given repeats nothing of ours."""
    for point in SPECIAL_POINTS:
        for name in ("value", "grads", "second"):
            theirs, ours = getattr(point, f"torch_{name}"), getattr(point, name)
            if theirs is SAME or theirs is None:
                continue
            pairs = zip(theirs, ours, strict=True) if name == "grads" else [(theirs, ours)]
            same = [np.array_equal(np.array(a), np.array(b), equal_nan=True) for a, b in pairs]
            assert not all(same), f"{point.point}: torch_{name} repeats ours"
