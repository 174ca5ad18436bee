"""PyTorch's names and spellings, where they differ from NumPy's."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


@pytest.mark.parametrize("name", ["max", "min", "median", "sort"])
def test_the_spelling_decides_between_pairs_and_values(name: str) -> None:
    x = tg.tensor([[1.0, 3.0, 2.0], [6.0, 4.0, 5.0]], requires_grad=True)
    function, method = getattr(tg, name), getattr(x, name)
    for pair in (function(x, 1), function(x, dim=1), method(1), method(dim=1)):
        values, indices = pair
        assert pair.values is values
        assert pair.indices is indices
        np.testing.assert_array_equal(values.value, getattr(np, name)(x.value, axis=1))
    for values in (function(x, axis=1), method(axis=1), getattr(np, name)(x, 1)):
        np.testing.assert_array_equal(values.value, getattr(np, name)(x.value, axis=1))
    with pytest.raises(TypeError, match=rf"{name}: .* is NumPy's and .* PyTorch's spelling"):
        function(x, dim=1, axis=1)


USES: list[Any] = [
    lambda p: p + 1, lambda p: 2.0 * p, lambda p: p * 2, lambda p: -p, lambda p: p == 1,
    lambda p: p > 1, lambda p: np.sum(p), lambda p: bool(p), lambda p: np.asarray(p),
    lambda p: tg.tensor([1.0, 2.0]) - p, lambda p: tg.exp(p),
]  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_a_pair_is_no_tensor(use: Any) -> None:
    """``x.max(1) * 2`` was the tuple twice."""
    with pytest.raises(TypeError, match=r"write \.values or \.indices"):
        use(tg.tensor([[1.0, 3.0], [5.0, 4.0]]).max(1))


def test_a_pair_says_which_part() -> None:
    pair = tg.tensor([1.0, 3.0]).max(0)
    with pytest.raises(AttributeError, match=r"there is no \.sum here: .* write \.values"):
        pair.sum()
    assert repr(pair).startswith("torch.return_types.max(\nvalues=tensor(3.),\nindices=")
    assert copy.deepcopy(pair).values.item() == 3.0


def test_larger_of_two_tensors() -> None:
    a, b = leaf(1.0, 4.0), leaf(2.0, 3.0)
    assert tg.max(a, b).tolist() == a.max(b).tolist() == tg.maximum(a, b).tolist() == [2.0, 4.0]
    assert a.amax(0).item() == 4.0
    assert tg.amin(a, dim=0).item() == 1.0


def test_split_by_size_or_into_parts() -> None:
    """Two parts in NumPy, parts of two in PyTorch."""
    x = tg.arange(6)
    for parts in (x.split(2), tg.split(x, 2), tg.split(x, split_size=2), x.split([2, 2, 2])):
        assert [len(part) for part in parts] == [2, 2, 2]
    assert [len(part) for part in tg.split(x, split_size=4, dim=0)] == [4, 2]
    for parts in (np.split(x, 2), tg.split(x, 2, axis=0), tg.split(x, indices_or_sections=2)):
        assert [len(part) for part in parts] == [3, 3]


def test_moments_by_n_or_less_one() -> None:
    x = leaf(1.0, 2.0, 4.0)
    for y in (x.var(), tg.var(x), x.var(0), x.var(dim=0), x.var(unbiased=True), x.var(True)):
        assert y.item() == pytest.approx(7.0 / 3.0)
    for y in (x.var(axis=0), np.var(x), x.var(False), x.var(correction=0), x.var(ddof=0)):
        assert y.item() == pytest.approx(14.0 / 9.0)
    with pytest.raises(TypeError, match="give unbiased or correction"):
        x.std(unbiased=True, correction=1)


def test_names_of_dtypes() -> None:
    assert tg.zeros(2).dtype == tg.float32 == tg.float
    assert tg.tensor([1.0], dtype=tg.float64).dtype is tg.double
    assert tg.tensor([1, 2]).dtype is tg.long
    assert (tg.tensor([1, 2]) > 1).dtype is tg.bool
    assert tg.tensor([1, 2]).to(tg.float16).dtype is tg.half


def test_devices() -> None:
    device = tg.device("cuda" if tg.cuda.is_available() else "cpu")
    x = leaf(1.0, 2.0)
    assert x.to(device) is x
    assert x.to(device=device, dtype=tg.float32).dtype is tg.float32
    assert x.to(tg.zeros(1)).dtype is x.type_as(tg.zeros(1)).dtype is tg.float32
    assert x.to("cpu", copy=True) is not x
    assert (x.device, x.cpu() is x, tg.cuda.device_count()) == ("cpu", True, 0)
    with pytest.raises(ValueError, match="there is no device 'cuda:0'"):
        x.to("cuda:0")
    with pytest.raises(TypeError, match="unexpected arguments memory"):
        x.to("cpu", memory=1)


def test_size_is_a_number_and_a_method() -> None:
    x = tg.zeros(2, 3, 4)
    assert (x.size, x.size(0), x.size(-1), x.size()) == (24, 2, 4, (2, 3, 4))
    assert x.view(x.size(0), -1).shape == (2, 12)
    assert np.zeros(x.size).shape == (24,)
    assert tg.tensor(1.0).size() == ()


def test_other_names_are_the_same_operations() -> None:
    x = leaf(1.0, -2.0)
    assert tg.cat([x, tg.abs(x)]).tolist() == [1.0, -2.0, 1.0, 2.0]
    assert tg.unsqueeze(x, 1).t().shape == (1, 2)
    assert x.t() is not x
    with pytest.raises(ValueError, match="takes a matrix"):
        tg.zeros(2, 3, 4).t()
    assert (tg.numel(x), tg.is_tensor(x), tg.is_tensor(x.value), x.nelement()) == (
        2,
        True,
        False,
        2,
    )
    assert x.contiguous() is x
    assert x.is_floating_point()
    assert not tg.tensor(1).is_floating_point()
    assert x.where(x > 0, 0.0).tolist() == [1.0, 0.0]
    assert tg.zeros(6).view_as(tg.zeros(2, 3)).shape == (2, 3)
    assert x.expand_as(tg.zeros(3, 2)).shape == (3, 2)
    assert x.copy().requires_grad
    assert round(tg.tensor(1.2345), 2).item() == pytest.approx(1.23)
    with tg.inference_mode():
        assert not (x * 2.0).requires_grad


def test_nothing_else_is_exported_with_the_names() -> None:
    assert not {"np", "Node"} & set(dir(tg))
