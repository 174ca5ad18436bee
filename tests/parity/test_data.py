"""Datasets cut and batch as PyTorch's do."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tinygrad_edu import data  # noqa: E402 - after the check that torch is there


@pytest.mark.parametrize("n", [1, 2, 9, 10, 103, 60_000])
@pytest.mark.parametrize(
    "fractions", [[1.0], [0.5, 0.5], [0.7, 0.2, 0.1], [0.29, 0.71], [0.33, 0.33, 0.34], [0.1] * 10]
)
@pytest.mark.filterwarnings("ignore:Length of split:UserWarning")  # PyTorch's, of an empty part
def test_fractions_become_the_same_lengths(n: int, fractions: list[float]) -> None:
    ours = data.random_split(data.TensorDataset(np.arange(n)), fractions, generator=0)
    theirs = torch.utils.data.random_split(range(n), fractions)
    assert [len(part) for part in ours] == [len(part) for part in theirs]


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("batch_size", [1, 3, 4, 12])
def test_batches_in_order_are_the_same(batch_size: int, drop_last: bool) -> None:
    x, y = np.arange(24.0, dtype=np.float32).reshape(12, 2), np.arange(12)
    ours = data.DataLoader(data.TensorDataset(x, y), batch_size, drop_last=drop_last)
    tensors = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y))
    theirs = torch.utils.data.DataLoader(tensors, batch_size, drop_last=drop_last)
    assert len(ours) == len(theirs)
    for our, their in zip(ours, theirs, strict=True):
        for array, tensor in zip(our, their, strict=True):
            assert np.array_equal(array, tensor.numpy())
            assert array.dtype == tensor.numpy().dtype
