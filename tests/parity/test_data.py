"""Datasets cut and batch as PyTorch's do."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import tinygrad_edu as tg  # noqa: E402 - after the check that torch is there
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
            assert np.array_equal(array.numpy(), tensor.numpy())
            assert array.numpy().dtype == tensor.numpy().dtype


def plain(batch: Any) -> Any:
    """A batch with its tensors as (dtype, values), whichever library made them."""
    if isinstance(batch, dict):
        return {key: plain(value) for key, value in batch.items()}
    if isinstance(batch, list | tuple):
        return type(batch)(map(plain, batch))
    if isinstance(batch, torch.Tensor | tg.Tensor):
        return str(batch.detach().numpy().dtype), batch.tolist()
    return batch


def outcome(call: Any) -> Any:
    try:
        return plain(call())
    except (IndexError, KeyError, RuntimeError, TypeError, ValueError):
        return "refused"


EXAMPLES = [
    [1.0, 2.0], [1, 2], [True, False], [1, 2.5], [1.0, 2], [True, 2], [1, "a"], ["a", "b"],
    [np.float32(1)] * 2, [np.float64(1)] * 2, [np.int32(1)] * 2, [np.uint8(3)] * 2,
    [np.zeros(2, "f4")] * 2, [np.zeros(2, "f4"), np.zeros(2)], [np.array(1.5)] * 2,
    [(1, 2.0), (3, 4.0)], [[1, 2], [3, 4]], [(1,), (1, 2)], [{"x": 1, "y": "s"}] * 2, [None], [],
    [{"x": 1}, {"y": 2}], [1j], [{1}], [range(2)] * 2, [()] * 2, [np.array(["a"])],
    [np.zeros(2), np.zeros(3)], [(1, (2, [3, {"a": 4.0}]))] * 2,
]  # fmt: skip


@pytest.mark.parametrize("examples", EXAMPLES, ids=str)
def test_collated_as_pytorch_does(examples: Any) -> None:
    theirs = torch.utils.data
    assert outcome(lambda: data.default_collate(examples)) == outcome(
        lambda: theirs.default_collate(examples)
    )
    for each in examples:
        assert outcome(lambda e=each: data.default_convert(e)) == outcome(
            lambda e=each: theirs.default_convert(e)
        )


OPTIONS = [
    {"batch_size": 3}, {"batch_size": 3, "drop_last": True}, {"batch_size": None}, {},
    {"sampler": [4, 0, 1], "batch_size": 2}, {"batch_sampler": [[1, 2], [4]]},
    {"sampler": [4, 0], "shuffle": True}, {"batch_sampler": [[1]], "batch_size": 2},
    {"batch_sampler": [[1]], "drop_last": True}, {"batch_size": None, "drop_last": True},
    {"num_workers": -1}, {"prefetch_factor": 2}, {"persistent_workers": True}, {"timeout": -1},
    {"collate_fn": len, "batch_size": 4}, {"pin_memory": False, "num_workers": 0},
    {"batch_size": 2, "batch_sampler": None, "sampler": range(4, -1, -2)},
    {"multiprocessing_context": "fork"},
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("iterable", [False, True])
def test_options_of_loaders(options: Any, iterable: bool) -> None:
    def batches(library: Any) -> Any:
        class Map(library.Dataset):
            def __len__(self) -> int:
                return 5

            def __getitem__(self, k: int) -> Any:
                return {"x": np.full(2, k, "f4"), "y": (k, float(k))}

        class Stream(library.IterableDataset):
            def __iter__(self) -> Any:
                return (Map()[k] for k in range(5))

            def __len__(self) -> int:
                return 5

        loader = library.DataLoader(Stream() if iterable else Map(), **options)
        return [len(loader), loader.batch_size, *loader]

    assert outcome(lambda: batches(data)) == outcome(lambda: batches(torch.utils.data))


def test_the_order_of_arguments_is_pytorchs() -> None:
    ours = list(inspect.signature(data.DataLoader).parameters.values())
    theirs = list(inspect.signature(torch.utils.data.DataLoader).parameters.values())
    assert [(p.name, p.kind) for p in ours[:-1]] == [(p.name, p.kind) for p in theirs]
    for name in data.__all__:
        if isinstance(getattr(torch.utils.data, name, None), type) and "Sampler" in name:
            ours, theirs = (getattr(m, name) for m in (data, torch.utils.data))
            assert (
                list(inspect.signature(ours).parameters)
                == list(inspect.signature(theirs).parameters)
                or name == "Sampler"
            )
