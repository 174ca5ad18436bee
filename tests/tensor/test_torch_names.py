"""PyTorch's names and spellings, where they differ from NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


@pytest.mark.parametrize("name", ["max", "min", "median", "sort"])
def test_values_are_not_taken_for_values_and_indices(name: str) -> None:
    """``_, labels = tg.max(scores, 1)`` unpacked the rows of a batch of two."""
    x = tg.tensor([[1.0, 3.0, 2.0], [6.0, 4.0, 5.0]], requires_grad=True)
    function, method = getattr(tg, name), getattr(x, name)
    for pair in (
        lambda: function(x, 1),
        lambda: function(x, dim=1),
        lambda: method(1),
        lambda: method(dim=1, keepdim=True),
    ):
        with pytest.raises(TypeError, match=rf"{name}: .*\(values, indices\)"):
            pair()
    expected = getattr(np, name)(x.value, axis=1)
    np.testing.assert_array_equal(function(x, axis=1).value, expected)
    np.testing.assert_array_equal(getattr(np, name)(x, 1).value, expected)


def test_larger_of_two_tensors_has_its_own_name() -> None:
    with pytest.raises(TypeError, match=r"maximum\(a, b\)"):
        tg.max(leaf(1.0, 2.0), leaf(2.0, 1.0))
    assert leaf(1.0, 2.0).amax(0).item() == 2.0
    assert tg.amin(leaf(1.0, 2.0), dim=0).item() == 1.0


def test_sort_says_what_it_gives() -> None:
    x = leaf(2.0, 1.0)
    with pytest.raises(TypeError, match="works in place in NumPy"):
        x.sort()
    values, indices = x.sort(dim=0, return_indices=True)
    assert (values.tolist(), indices.tolist()) == ([1.0, 2.0], [1, 0])
    assert tg.sort(x, 0, return_indices=False).tolist() == [1.0, 2.0]


def test_split_says_what_it_cuts() -> None:
    """Two parts in NumPy, parts of two in PyTorch: six rows gave either without a word."""
    x = tg.arange(6)
    for pair in (lambda: tg.split(x, 2), lambda: tg.split(x, [2, 4]), lambda: tg.split(x, 2, 0)):
        with pytest.raises(TypeError, match=r"split_size=\.\.\., or indices_or_sections"):
            pair()
    assert [len(part) for part in x.split(2)] == [2, 2, 2]
    assert [len(part) for part in x.split([2, 4])] == [2, 4]
    assert [len(part) for part in tg.split(x, split_size=4, dim=0)] == [4, 2]
    assert [len(part) for part in np.split(x, 2)] == [3, 3]


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
