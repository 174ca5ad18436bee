"""Tensors, shapes, dtypes and devices print as PyTorch's do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

torch = pytest.importorskip("torch")

_RNG = np.random.default_rng(0)
_MANY = _RNG.standard_normal((3, 20)).astype(np.float32)

ARRAYS: dict[str, Any] = {
    "empty": np.zeros(0, np.float32),
    "empty of two axes": np.zeros((0, 3), np.float32),
    "empty integers": np.zeros(0, np.int64),
    "empty float64 of three axes": np.zeros((2, 0, 3)),
    "scalar": np.float32(1.5),
    "whole scalar": np.float32(3),
    "integer scalar": np.int64(-7),
    "bool scalar": np.bool_(True),
    "tiny scalar": np.float32(1e-5),
    "large scalar": np.float32(1e9),
    "nan scalar": np.float32(np.nan),
    "inf scalar": np.float32(-np.inf),
    "halves": np.array([0.5, 1.5], np.float32),
    "whole": np.array([1, -20, 300], np.float32),
    "whole and large": np.array([1, 2000, 300000], np.float32),
    "whole and very large": np.array([1, 2e9], np.float32),
    "zeros": np.zeros(3, np.float32),
    "negative zero": np.array([-0.0, 1.0], np.float32),
    "negative zero and halves": np.array([-0.0, 1.5], np.float32),
    "mixed signs": np.array([-1.25, 10.5], np.float32),
    "mixed magnitudes": np.array([1e-3, 1.0, 999.5], np.float32),
    "far apart": np.array([1e-3, 1.0, 5000.5], np.float32),
    "small": np.array([1e-5, 2e-5], np.float32),
    "large": np.array([1.5e8, 2.5e8], np.float32),
    "nan": np.array([np.nan, 1.5], np.float32),
    "nan and whole": np.array([np.nan, 1.0], np.float32),
    "inf": np.array([np.inf, -np.inf, 2.0], np.float32),
    "inf alone": np.array([np.inf, -np.inf], np.float32),
    "inf and halves": np.array([np.inf, 0.5, 100.25], np.float32),
    "rounded up": np.array([0.99999, 9.99999], np.float32),
    "float64": np.array([1.5, 2.0]),
    "float64 whole": np.array([1.0, 2.0]),
    "float64 far apart": np.array([1e-10, 1.0]),
    "float16": np.array([1.5, 2.0], np.float16),
    "integers": np.array([1, -10, 100]),
    "int32": np.array([1, 2], np.int32),
    "uint8": np.array([0, 255], np.uint8),
    "int8": np.array([-128, 127], np.int8),
    "int16": np.array([[1, 2], [30, 4]], np.int16),
    "bools": np.array([True, False]),
    "bool matrix": np.array([[True, True], [False, True]]),
    "matrix": np.arange(6, dtype=np.float32).reshape(2, 3),
    "matrix of halves": np.arange(6, dtype=np.float32).reshape(2, 3) / 2,
    "column": np.arange(3.0)[:, None],
    "wide matrix": _MANY,
    "long vector": _MANY.ravel(),
    "long integers": np.arange(100),
    "three axes": np.arange(12, dtype=np.float32).reshape(2, 2, 3),
    "four axes": np.arange(16, dtype=np.float32).reshape(2, 2, 2, 2),
    "one block": np.ones((1, 1, 2, 2), np.float32),
    "1000 elements": np.arange(1000),
    "1001 elements": np.arange(1001),
    "many floats": np.linspace(0, 1, 2000, dtype=np.float32),
    "large matrix": np.arange(10000, dtype=np.float32).reshape(100, 100),
    "large and narrow": np.arange(3000, dtype=np.float32).reshape(1000, 3),
    "large and flat": np.arange(3000, dtype=np.float32).reshape(3, 1000),
    "large of three axes": np.arange(8000).reshape(20, 20, 20),
    "images": _RNG.random((2, 1, 28, 28)).astype(np.float32),
    "six rows of many": _RNG.random((6, 300)).astype(np.float32),
    "an outlier in the middle": np.r_[np.ones(600), 1e12, np.ones(600)].astype(np.float32),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "precision": {"precision": 2},
    "threshold": {"threshold": 5},
    "edgeitems": {"threshold": 10, "edgeitems": 1},
    "linewidth": {"linewidth": 40},
    "wide": {"linewidth": 200},
    "full": {"profile": "full"},
    "short": {"profile": "short"},
    "scientific": {"sci_mode": True},
    "never scientific": {"sci_mode": False},
}


@pytest.fixture(params=OPTIONS)
def options(request: pytest.FixtureRequest) -> Iterator[None]:
    chosen = OPTIONS[request.param]
    tg.set_printoptions(**chosen)
    torch.set_printoptions(**chosen)
    yield
    tg.set_printoptions(profile="default")
    torch.set_printoptions(profile="default")


@pytest.mark.parametrize("name", ARRAYS)
def test_a_tensor_prints_as_in_pytorch(name: str, options: None) -> None:
    array = np.asarray(ARRAYS[name])
    assert repr(tg.tensor(array)) == repr(torch.tensor(array))
    if array.dtype.kind == "f" and array.size < 100:
        ours = tg.tensor(array, requires_grad=True)
        theirs = torch.tensor(array, requires_grad=True)
        assert repr(ours) == repr(theirs)
        assert repr(ours + 1) == repr(theirs + 1)
        assert repr(tg.nn.Parameter(array)) == repr(torch.nn.Parameter(torch.tensor(array)))


#: Expressions of a matrix x that requires a gradient.
RECORDED = [
    "x + 1", "x - 1", "x * x", "x / 2", "x ** 2", "-x", "x.exp()", "x.log()", "x.sqrt()",
    "x.sum()", "x.sum(0)", "x.mean()", "x.mean(1)", "x.max()", "x.min()", "x.relu()", "x.tanh()",
    "x.sigmoid()", "x.abs()", "x @ x", "x[0] @ x[0]", "x.clone()", "x.softmax(1)",
    "x.log_softmax(1)", "x.unsqueeze(0)", "x.sin()", "x.cos()", "x.pow(3)", "x.clamp(0, 1)",
    "x.prod()",
]  # fmt: skip


@pytest.mark.parametrize("expression", RECORDED)
def test_a_recorded_tensor_names_its_operation(expression: str) -> None:
    array = np.array([[0.5, 1.5], [2.5, 3.25]], np.float32)
    ours = eval(expression, {"x": tg.tensor(array, requires_grad=True)})
    assert repr(ours) == repr(eval(expression, {"x": torch.tensor(array, requires_grad=True)}))


#: What has one name in both, and prints the same.
PRINTED = [
    "torch.float32", "torch.float", "torch.float64", "torch.int64", "torch.long", "torch.bool",
    "torch.uint8", "torch.int32", "torch.half", "torch.zeros(2, 3).shape", "torch.zeros(2).size()",
    "torch.zeros(2, 3).size(1)", "torch.zeros(()).shape", "torch.Size([2, 3])[1:]",
    "torch.Size([2]) + (3,)", "(3,) + torch.Size([2])", "torch.Size([2, 3]) * 2",
    "torch.Size([2, 3]).numel()", "torch.device('cpu')", "torch.device('cpu', 0)",
    "torch.device('cpu:1')", "str(torch.device('cpu'))", "torch.device('cpu').type",
    "torch.device('cpu').index", "torch.zeros(2).dtype", "torch.zeros(2).device",
    "torch.float32.is_floating_point", "torch.uint8.is_signed", "torch.int64.itemsize",
    "f'{torch.tensor(1.5)}'", "f'{torch.tensor(1.23456):.2f}'", "'%.3f' % torch.tensor(0.5)",
    "f'{torch.tensor(3)}'", "f'{torch.tensor([1.5, 2.0])}'", "str(torch.tensor(1.5))",
    "[torch.tensor(1.5), torch.tensor([2])]", "{'a': torch.tensor(1.5)}", "str(torch.float32)",
    "f'{torch.float32} {torch.zeros(2).shape}'", "torch.get_default_dtype()",
]  # fmt: skip


@pytest.mark.parametrize("expression", PRINTED)
def test_other_things_print_as_in_pytorch(expression: str) -> None:
    assert str(eval(expression, {"torch": tg})) == str(eval(expression, {"torch": torch}))
