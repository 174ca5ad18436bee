"""default_collate and default_convert: what becomes of every kind of example."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.data import default_collate, default_convert

Pair = namedtuple("Pair", "x y")

# Examples, and the class, dtype and values that PyTorch 2.13 gives of them.
TENSORS = [
    ([1.0, 2.0], "float64", [1, 2]),
    ([1, 2], "int64", [1, 2]),
    ([True, False], "bool", [True, False]),
    ([np.float32(1), np.float32(2)], "float32", [1, 2]),
    ([np.float64(1), np.float64(2)], "float64", [1, 2]),
    ([np.int32(1), np.int32(3)], "int32", [1, 3]),
    ([np.bool_(True)] * 2, "bool", [True, True]),
    ([np.array(1.5, "f4")] * 2, "float32", [1.5, 1.5]),
    ([np.zeros(2, "f4"), np.ones(2, "f4")], "float32", [[0, 0], [1, 1]]),
    ([np.ones(2, "f4"), np.ones(2)], "float64", [[1, 1], [1, 1]]),
    ([tg.ones(2)] * 2, "float32", [[1, 1], [1, 1]]),
    ([1, 2.5], "float32", [1, 2.5]),
    ([1.0, 2], "float64", [1, 2]),
    ([True, 2], "int64", [1, 2]),
]


@pytest.mark.parametrize(("examples", "dtype", "values"), TENSORS)
def test_one_tensor(examples: Any, dtype: str, values: Any) -> None:
    batch = default_collate(examples)
    assert isinstance(batch, tg.Tensor)
    assert str(batch.value.dtype) == dtype
    assert batch.tolist() == values


def listed(batch: Any) -> Any:
    """Nested lists of a batch, with the tensors inside it as lists."""
    if isinstance(batch, dict):
        return {key: listed(value) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return (
            type(batch)(map(listed, batch))
            if type(batch) is not Pair
            else Pair(*map(listed, batch))
        )
    return batch.tolist() if isinstance(batch, tg.Tensor) else batch


@pytest.mark.parametrize(
    ("examples", "batch"),
    [
        (["a", "b"], ["a", "b"]),
        ([b"a", b"b"], [b"a", b"b"]),
        ([(1, 2.0), (3, 4.0)], [[1, 3], [2.0, 4.0]]),
        ([[1, 2], [3, 4]], [[1, 3], [2, 4]]),
        ([(1, "a"), (2, "b")], [[1, 2], ("a", "b")]),
        ([{"x": 1, "y": "s"}, {"y": "t", "x": 2}], {"x": [1, 2], "y": ["s", "t"]}),
        ([OrderedDict(x=(1, 2))] * 2, OrderedDict(x=[[1, 1], [2, 2]])),
        ([Pair(1, {"z": 2.0}), Pair(3, {"z": 4.0})], Pair([1, 3], {"z": [2.0, 4.0]})),
        ([(), ()], []),
        ([range(2), range(2)], [[0, 0], [1, 1]]),
        ([(1, (2, [3, 4])), (5, (6, [7, 8]))], [[1, 5], [[2, 6], [[3, 7], [4, 8]]]]),
    ],
)
def test_nested(examples: Any, batch: Any) -> None:
    made = default_collate(examples)
    assert type(made) is type(batch)
    assert listed(made) == batch


def test_gradients_are_kept() -> None:
    x = tg.ones(2, requires_grad=True)
    default_collate([x, tg.zeros(2)]).sum().backward()
    assert x.grad.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("examples", "error", "message"),
    [
        ([None, None], TypeError, "example 0 of the batch holds NoneType"),
        ([1, None], TypeError, "example 1 of the batch holds NoneType"),
        ([{"x": None}], TypeError, "example 0 of the batch holds NoneType"),
        ([object()], TypeError, "example 0 of the batch holds object"),
        ([1j], TypeError, "example 0 of the batch holds complex"),
        ([np.array(["a"])], TypeError, "example 0 of the batch holds ndarray of dtype <U1"),
        ([tg.ones(2), np.ones(2)], TypeError, "example 1 of the batch holds ndarray"),
        ([1, "a"], TypeError, "example 1 of the batch holds str"),
        ([], ValueError, "batch holds no example"),
        (None, TypeError, "batch must be a list, received NoneType"),
        ("ab", TypeError, "batch must be a list, received str"),
        ({1: 2}, TypeError, "batch must be a list, received dict"),
        ([{"x": 1}, {"y": 1}], ValueError, "the examples have different keys"),
        ([{"x": 1}, 1], ValueError, "the examples have different keys"),
        ([(1, 2), 1], ValueError, "the examples have different numbers of fields"),
        ([(1, 2), (1,)], ValueError, "the examples have different numbers of fields"),
        (
            [np.zeros(2), np.zeros(2), np.zeros(3)],
            ValueError,
            r"example 0 of the batch has shape \(2,\), example 2 has \(3,\)",
        ),
        ([tg.ones(2), tg.ones(1, 2)], ValueError, "example 0 of the batch has shape"),
    ],
)
def test_default_collate_refuses(examples: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^default_collate: {message}"):
        default_collate(examples)


def test_default_convert() -> None:
    made = default_convert({"x": (np.ones(2), 1, "s"), "y": np.float32(2), "z": None})
    assert listed(made) == {"x": [[1, 1], 1, "s"], "y": 2.0, "z": None}
    assert isinstance(made["y"], tg.Tensor)
