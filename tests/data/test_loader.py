"""DataLoader: every example once, in an order that depends on the generator alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.data import DataLoader, Dataset, TensorDataset, default_collate
from tinygrad_edu.random import get_state, set_state


def numbers(n: int) -> TensorDataset:
    return TensorDataset(np.arange(n, dtype=np.float32).reshape(n, 1), np.arange(n))


@given(
    n=st.integers(1, 40),
    batch_size=st.integers(1, 45),
    shuffle=st.booleans(),
    drop_last=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_batches_make_up_the_epoch(n, batch_size, shuffle, drop_last, seed) -> None:
    if drop_last and batch_size > n:
        with pytest.raises(ValueError, match="leaves no batch"):
            DataLoader(numbers(n), batch_size, shuffle, drop_last, seed)
        return
    loader = DataLoader(numbers(n), batch_size, shuffle, drop_last, generator=seed)
    order = np.random.default_rng(seed)
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader)
        expected = order.permutation(n) if shuffle else np.arange(n)
        expected = expected[: n - n % batch_size] if drop_last else expected
        assert np.concatenate([y for _, y in batches]).tolist() == expected.tolist()
        assert all(len(y) == batch_size for _, y in batches[:-1])
        for x, y in batches:
            assert x.dtype == np.float32
            assert x[:, 0].tolist() == y.tolist()


def test_shuffles_with_the_default_generator() -> None:
    loader = DataLoader(numbers(50), 7, shuffle=True)
    tg.manual_seed(5)
    first = [y.tolist() for _, y in loader]
    tg.manual_seed(5)
    assert [y.tolist() for _, y in loader] == first
    assert [y.tolist() for _, y in loader] != first


def test_the_order_is_settled_when_the_epoch_begins() -> None:
    """So generator state at the start of an epoch, and a position, are enough to resume."""
    loader = DataLoader(numbers(20), 4, shuffle=True, generator=1)
    start = get_state(loader.generator)
    epoch = iter(loader)
    after = get_state(loader.generator)
    assert after != start
    batches = [y.tolist() for _, y in epoch]
    assert get_state(loader.generator) == after
    set_state(start, loader.generator)
    assert [y.tolist() for _, y in loader] == batches


def test_without_shuffling_nothing_is_drawn() -> None:
    before = get_state()
    list(DataLoader(numbers(9), 2))
    assert get_state() == before


def test_batches_are_copies() -> None:
    dataset = numbers(6)
    for x, y in DataLoader(dataset, 3):
        x += 100
        y += 100
    assert dataset.arrays[1].tolist() == list(range(6))
    assert dataset.arrays[0].max() == 5


def test_one_index_per_batch() -> None:
    class Counting(TensorDataset):
        reads = 0

        def __getitem__(self, index):
            self.reads += 1
            return super().__getitem__(index)

    dataset = Counting(np.arange(100))
    list(DataLoader(dataset, 32, shuffle=True))
    assert dataset.reads == 4


def test_two_iterations_do_not_disturb_each_other() -> None:
    loader = DataLoader(numbers(10), 3)
    pairs = [(a[1].tolist(), b[1].tolist()) for a, b in zip(loader, loader, strict=True)]
    assert all(a == b for a, b in pairs)


def test_transform_is_for_the_inputs() -> None:
    loader = DataLoader(numbers(4), 2, transform=lambda x: -x)
    assert [(x.tolist(), y.tolist()) for x, y in loader] == [
        ([[0], [-1]], [0, 1]),
        ([[-2], [-3]], [2, 3]),
    ]
    assert [x.tolist() for x in DataLoader(np.arange(3), 2, transform=lambda x: -x)] == [
        [0, -1],
        [-2],
    ]


class Single(Dataset):
    """Serves one example at a time, as many PyTorch datasets do."""

    rows = (([1.0, 2.0], 0), ([3.0, 4.0], 1), ([5.0, 6.0], 2))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index):
        x, y = self.rows[index]
        return np.array(x, dtype=np.float32), y


def test_datasets_of_single_examples_need_a_collate_fn() -> None:
    with pytest.raises(TypeError) as caught:
        next(iter(DataLoader(Single(), 2)))
    assert "Single must accept an array of indices" in caught.value.__notes__[0]
    x, y = next(iter(DataLoader(Single(), 2, collate_fn=default_collate)))
    assert x.tolist() == [[1, 2], [3, 4]]
    assert x.dtype == np.float32
    assert y.tolist() == [0, 1]


def test_a_batch_of_the_wrong_length_is_noticed() -> None:
    class First(Single):
        def __getitem__(self, index):
            return super().__getitem__(0)

    with pytest.raises(TypeError, match=r"one row for each.*2 indices gave int of shape \(\)"):
        next(iter(DataLoader(TensorDatasetLike(), 2)))
    with pytest.raises(TypeError, match=r"3 indices gave ndarray of shape \(2,\)"):
        next(iter(DataLoader(First(), 3)))


def test_a_list_of_arrays_is_no_batch() -> None:
    class Listed(Single):
        def __getitem__(self, index):
            return [np.zeros((len(index), 2)), np.zeros(len(index))]

    with pytest.raises(TypeError, match=r"or a tuple of them, .* gave list of shape \(\)"):
        next(iter(DataLoader(Listed(), 3)))


class TensorDatasetLike(Dataset):
    def __len__(self) -> int:
        return 4

    def __getitem__(self, index):
        return 1


def test_refuses() -> None:
    with pytest.raises(ValueError, match="the dataset is empty: TensorDataset"):
        DataLoader(TensorDataset(np.zeros((0, 3))))
    with pytest.raises(ValueError, match=r"DataLoader: batch_size must be an integer >= 1, .* 0"):
        DataLoader(numbers(3), 0)
    for size in (2.5, None, "x", True):
        with pytest.raises(TypeError, match="DataLoader: batch_size must be an integer >= 1, rec"):
            DataLoader(numbers(3), size)
    for name in ("shuffle", "drop_last"):
        for flag in ("no", 1, None):
            with pytest.raises(TypeError, match=f"DataLoader: {name} must be True or False, .*"):
                DataLoader(numbers(3), **{name: flag})
    for name in ("collate_fn", "transform"):
        with pytest.raises(TypeError, match=f"DataLoader: {name} must be a function or None, .*5"):
            DataLoader(numbers(3), **{name: 5})
    for dataset in (None, -1, "x", b"x", {"x": 1}, {1, 2}, iter([1])):
        with pytest.raises(TypeError, match="DataLoader: dataset must have a length and examples"):
            DataLoader(dataset)
    for dataset in ([1, 2], (np.zeros(3), np.zeros(3)), range(3)):
        with pytest.raises(TypeError, match=r"must accept an array.*pass TensorDataset\(x, y\)"):
            DataLoader(dataset)
        assert len(DataLoader(dataset, collate_fn=default_collate)) == len(dataset)
    with pytest.raises(ValueError, match="batch_size=4 is more than the 3 examples"):
        DataLoader(numbers(3), 4, drop_last=True)
    with pytest.raises(TypeError, match="generator must be"):
        DataLoader(numbers(3), generator="seed")


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ({"num_workers": 2}, "batches are read by this process"),
        ({"worker_init_fn": print}, "batches are read by this process"),
        ({"pin_memory": True}, "arrays stay where they are; leave it out"),
        ({"sampler": [2, 1, 0]}, r"use shuffle=True, or Subset\(dataset, indices\)"),
        ({"batch_sampler": [[2, 1]]}, "use batch_size, shuffle and drop_last"),
        ({"bach_size": 0}, "it is no argument"),
    ],
)
def test_arguments_of_pytorchs_loader(option, advice) -> None:
    (name,) = option
    with pytest.raises(TypeError, match=f"^DataLoader: {name}=.* is not possible: {advice}"):
        DataLoader(numbers(3), **option)
    if name != "bach_size":
        DataLoader(numbers(3), **{name: None})
    DataLoader(numbers(3), num_workers=0, pin_memory=False)


def test_repr() -> None:
    assert repr(DataLoader(numbers(3), 2, drop_last=True)) == (
        "DataLoader(TensorDataset((3, 1) float32, (3,) int64), batch_size=2, shuffle=False, "
        "drop_last=True)"
    )


def test_default_collate() -> None:
    assert default_collate([1, 2]).tolist() == [1, 2]
    nested = default_collate([(1, (2, [3, 4])), (5, (6, [7, 8]))])
    assert nested[0].tolist() == [1, 5]
    assert nested[1][1].tolist() == [[3, 4], [7, 8]]
    with pytest.raises(ValueError, match=r"different shapes: \[\(2,\), \(3,\)\]"):
        default_collate([np.zeros(2), np.zeros(3)])
    with pytest.raises(ValueError, match="different numbers of fields"):
        default_collate([(1, 2), (1,)])


def test_default_collate_of_dicts() -> None:
    batch = default_collate([{"x": [1.0, 2.0], "y": (1, 2)}, {"y": (3, 4), "x": [3.0, 4.0]}])
    assert batch["x"].tolist() == [[1, 2], [3, 4]]
    assert [part.tolist() for part in batch["y"]] == [[1, 3], [2, 4]]
    tensors = default_collate([tg.tensor([1.0, 2.0], requires_grad=True), np.zeros(2)])
    assert type(tensors) is np.ndarray
    assert tensors.tolist() == [[1, 2], [0, 0]]


@pytest.mark.parametrize(
    ("examples", "error", "message"),
    [
        ([None, None], TypeError, "an example holds NoneType"),
        ([1, None], TypeError, "an example holds NoneType"),
        ([{"x": None}], TypeError, "an example holds NoneType"),
        ([object()], TypeError, "an example holds object"),
        ([[1, [2, 3]]], TypeError, "an example holds list"),
        ([], ValueError, "there are no examples"),
        (None, TypeError, "examples must be a list, received NoneType"),
        ("ab", TypeError, "examples must be a list, received str"),
        ({1: 2}, TypeError, "examples must be a list, received dict"),
        ([{"x": 1}, {"y": 1}], ValueError, "the examples have different keys"),
        ([{"x": 1}, 1], ValueError, "the examples have different keys"),
        ([(1, 2), 1], ValueError, "the examples have different numbers of fields"),
    ],
)
def test_default_collate_refuses(examples, error, message) -> None:
    with pytest.raises(error, match=f"^default_collate: {message}"):
        default_collate(examples)
