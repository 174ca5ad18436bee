"""Datasets read by integer, slice and array, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.data.helpers import tiny_mnist
from tinygrad_edu.data import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from tinygrad_edu.data.dataset import takes_arrays


@pytest.fixture
def arrays(rng) -> tuple[np.ndarray, np.ndarray]:
    return rng.standard_normal((11, 3, 2)).astype(np.float32), rng.integers(0, 5, 11)


INDICES = [
    0,
    -1,
    np.int64(4),
    np.array(4),
    slice(None),
    slice(2, 9, 3),
    slice(None, None, -2),
    slice(5, 5),
    [3, 3, 0],
    [],
    np.array([10, 0, -11, -1, 4], dtype=np.int32),
    np.array([1, 2], dtype=np.uint8),
    np.arange(11) % 3 == 1,
]


def check(dataset: Dataset, rows: list[np.ndarray]) -> None:
    """A dataset gives, as tensors, what plain arrays give; an array of indices gives copies."""
    assert len(dataset) == len(rows[0])
    for index in INDICES:
        got = dataset[index]
        assert isinstance(got, tuple)
        for column, row in zip(got, rows, strict=True):
            expected = row[index if not isinstance(index, list) else np.array(index, dtype=int)]
            assert isinstance(column, tg.Tensor)
            assert np.array_equal(column.value, expected)
            assert column.value.dtype == row.dtype
            if isinstance(index, np.ndarray) and index.ndim:
                assert not np.shares_memory(column.value, row)


def test_tensor_dataset(arrays) -> None:
    check(TensorDataset(*arrays), list(arrays))
    assert repr(TensorDataset(*arrays)) == "TensorDataset((11, 3, 2) float32, (11,) int64)"


def test_subset(arrays) -> None:
    chosen = np.array([4, 0, 0, -1, 7, 2, 3, 9, 1, 8, 5])
    dataset = Subset(TensorDataset(*arrays), chosen)
    check(dataset, [array[chosen] for array in arrays])
    check(Subset(dataset, list(range(11))), [array[chosen] for array in arrays])
    assert repr(dataset) == "Subset(11 of TensorDataset((11, 3, 2) float32, (11,) int64))"


def test_concat_dataset(arrays) -> None:
    cuts = [slice(0, 3), slice(3, 3), slice(3, 4), slice(4, 11)]
    parts = [TensorDataset(*(array[cut] for array in arrays)) for cut in cuts]
    check(ConcatDataset(parts), list(arrays))
    first, second = parts[0] + parts[1], parts[2] + parts[3]
    assert isinstance(first, ConcatDataset)
    check(first + second, list(arrays))
    assert repr(first) == f"ConcatDataset([{parts[0]!r}, {parts[1]!r}])"


def test_concat_of_datasets_that_give_bare_arrays(arrays) -> None:
    class Bare(Dataset):
        takes_arrays = True

        def __len__(self) -> int:
            return 11

        def __getitem__(self, index):
            return arrays[1][index]

    dataset = ConcatDataset([Bare(), Bare()])
    assert dataset[[13, 2]].tolist() == arrays[1][[2, 2]].tolist()
    assert dataset[12] == arrays[1][1]


def test_images_are_a_dataset_too(tmp_path, rng) -> None:
    tiny = tiny_mnist(rng)
    for name, content in tiny.files.items():
        (tmp_path / name).write_bytes(content)
    dataset = tiny.kind(tmp_path)
    x, y = dataset[[5, 1]]
    assert np.array_equal(x.value[:, 0], tiny.images[True][[5, 1]])
    assert y.tolist() == tiny.labels[True][[5, 1]].tolist()
    x, y = dataset[-1]
    assert x.shape == (1, 28, 28)
    assert y == tiny.labels[True][-1]
    assert len(list(dataset)) == 7
    assert repr(dataset) == "TinyMNIST(train=True, 7 images)"


@pytest.mark.parametrize("index", [11, -12, [0, 11], [-12], np.array([3, 400])])
def test_out_of_range(arrays, index) -> None:
    whole = TensorDataset(*arrays)
    for dataset in (whole, Subset(whole, range(11)), ConcatDataset([whole])):
        with pytest.raises(IndexError):
            dataset[index]


@pytest.mark.parametrize(
    "index",
    [1.0, "a", None, (1, 2), [0.5], np.zeros((2, 2), int), np.ones(3, bool), np.array(1.5), ...],
    ids=repr,
)
def test_refuses_other_indices(arrays, index) -> None:
    for dataset in (TensorDataset(*arrays), Subset(TensorDataset(*arrays), [1])):
        with pytest.raises(IndexError, match="an integer, a slice or a 1-D array of integers"):
            dataset[index]


def test_examples_share_memory_as_in_pytorch() -> None:
    dataset = TensorDataset(tg.zeros(3, 2))
    dataset[1][0].fill_(7.0)
    dataset[2:][0].fill_(8.0)
    assert dataset.tensors[0].tolist() == [[0, 0], [7, 7], [8, 8]]
    x = tg.ones(3, requires_grad=True)
    assert TensorDataset(x)[1][0].requires_grad


class Squares(Dataset):
    """Serves one example at a time."""

    def __init__(self, n: int = 5) -> None:
        self.n = n

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index):
        assert type(index) is int
        if not 0 <= index < self.n:
            raise IndexError(index)
        return float(index), index**2


def test_datasets_of_single_examples_combine() -> None:
    both = Squares() + Squares(3)
    assert [y for _, y in both] == [0, 1, 4, 9, 16, 0, 1, 4]
    assert both.cumulative_sizes == [5, 8]
    for indices in (
        [6, 1],
        range(6, 0, -5),
        np.array([6, 1]),
        tg.tensor([6, 1]),
        list(tg.tensor([6, 1])),
    ):
        part = Subset(both, indices)
        assert [part[k] for k in range(2)] == [(1.0, 1), (1.0, 1)]
        assert not takes_arrays(part)
    with pytest.raises(IndexError, match="one example by one integer"):
        both[[0, 1]]
    first, second = random_split(Squares(), [0.6, 0.4], generator=0)
    assert type(first.indices) is list
    assert sorted(first.indices + second.indices) == [0, 1, 2, 3, 4]


def test_a_subset_reads_its_list_as_it_is_now() -> None:
    part = Subset(TensorDataset(np.arange(9)), [1, 2])
    part.indices.append(8)
    assert part[:][0].tolist() == part[np.arange(3)][0].tolist() == [1, 2, 8]


def test_stack_dataset() -> None:
    pairs = StackDataset(Squares(), [5, 6, 7, 8, 9])
    assert len(pairs) == 5
    assert pairs[2] == ((2.0, 4), 7)
    assert StackDataset(a=[1, 2], b=[3, 4])[1] == {"a": 2, "b": 4}
    for args, kwargs in (((), {}), (([1],), {"b": [1]}), (([1], [1, 2]), {})):
        with pytest.raises(ValueError, match="StackDataset"):
            StackDataset(*args, **kwargs)


class Count(IterableDataset):
    def __iter__(self):
        return iter(range(3))


def test_chain_dataset() -> None:
    assert list(Count() + Count()) == [0, 1, 2] * 2
    with pytest.raises(TypeError, match="ChainDataset: datasets must be IterableDatasets"):
        ChainDataset([Count(), [1, 2]])
    with pytest.raises(TypeError, match="ChainDataset: datasets must be a list"):
        ChainDataset(5)
    with pytest.raises(TypeError, match="ConcatDataset: dataset must have a length"):
        ConcatDataset([Count()])


def test_what_a_base_class_lacks() -> None:
    with pytest.raises(NotImplementedError, match="Dataset defines no __getitem__"):
        Dataset()[0]
    with pytest.raises(NotImplementedError, match="IterableDataset defines no __iter__"):
        iter(IterableDataset())

    class Typed(Dataset[int]):
        pass

    assert not takes_arrays(Typed())


def test_iteration_ends(arrays) -> None:
    assert [int(y) for _, y in TensorDataset(*arrays)] == arrays[1].tolist()


def test_tensor_dataset_takes_tensors_and_lists() -> None:
    class HasValue:
        value = np.arange(3)

        def __array__(self, dtype=None, copy=None):
            raise TypeError("would drop the gradient")

    class HasArray:
        value = "something else"

        def __array__(self, dtype=None, copy=None):
            return np.arange(3.0)

    assert [array.tolist() for array in TensorDataset(HasValue(), HasArray(), [4, 5, 6])[:]] == [
        [0, 1, 2],
        [0.0, 1.0, 2.0],
        [4, 5, 6],
    ]


def test_tensor_dataset_refuses() -> None:
    with pytest.raises(ValueError, match="at least one tensor"):
        TensorDataset()
    with pytest.raises(ValueError, match=r"first dimension, received \(3, 2\), \(4,\)"):
        TensorDataset(np.zeros((3, 2)), np.zeros(4))
    with pytest.raises(TypeError, match=r"argument 1 must be .* received float of shape"):
        TensorDataset(np.zeros(3), 1.0)
    for wrong in (np.array([None, 1]), None, [[1, 2], [3]], ["a"]):
        with pytest.raises(TypeError, match=r"argument 0 must be .* dtype (object|<U1)"):
            TensorDataset(wrong)


def test_subset_and_concat_refuse() -> None:
    dataset = TensorDataset(np.arange(3))
    with pytest.raises(IndexError, match="index 3 is out of range for a dataset of 3"):
        Subset(dataset, [0, 3])
    with pytest.raises(IndexError, match="index -4 is out of range"):
        Subset(dataset, [-4])
    with pytest.raises(ValueError, match="at least one dataset"):
        ConcatDataset([])
    for indices in (None, 1, "x", [1.5], [[0]], ["a"], [None]):
        with pytest.raises(TypeError, match="Subset: indices must be a list of integers, received"):
            Subset(dataset, indices)
    assert len(Subset(dataset, [])) == 0
    for wrong in (None, 5, "x", {"a": 1}):
        for make in (
            lambda wrong: Subset(wrong, [0]),
            lambda wrong: ConcatDataset([dataset, wrong]),
            lambda wrong: random_split(wrong, [1]),
            lambda wrong: dataset + wrong,
        ):
            with pytest.raises(TypeError, match="dataset must have a length and examples by index"):
                make(wrong)
    with pytest.raises(TypeError, match="ConcatDataset: datasets must be a list, received 5"):
        ConcatDataset(5)
    for other in (np.zeros((2, 2), int), np.zeros(2)):
        both = ConcatDataset([dataset, TensorDataset(other)])
        with pytest.raises(ValueError, match="serve different rows"):
            both[[0, 4]]


# ---- random_split


@pytest.mark.parametrize(
    ("lengths", "counts"),
    [
        ([7, 3, 0], [7, 3, 0]),
        ([0.5, 0.5], [5, 5]),
        ([0.55, 0.45], [6, 4]),
        ([0.25, 0.25, 0.25, 0.25], [3, 3, 2, 2]),
        ([0.26, 0.37, 0.37], [3, 4, 3]),
        ([1.0], [10]),
        ([0.0, 1.0], [0, 10]),
        ((np.int64(4), 6), [4, 6]),
    ],
)
def test_random_split_covers_all_once(lengths, counts) -> None:
    dataset = TensorDataset(np.arange(10))
    parts = random_split(dataset, lengths, generator=3)
    assert [len(part) for part in parts] == counts
    together = np.concatenate([part[:][0] for part in parts])
    assert sorted(together) == list(range(10))
    assert together.tolist() == np.random.default_rng(3).permutation(10).tolist()


def test_random_split_is_pytorchs_rule_for_remainders() -> None:
    dataset = TensorDataset(np.arange(103))
    counts = [len(part) for part in random_split(dataset, [0.3, 0.3, 0.2, 0.2])]
    assert counts == [31, 31, 21, 20]


@pytest.mark.parametrize(
    "lengths", [[], [5, 6], [1], [11, -1], [0.5, 0.4], [0.5, 0.6], [np.nan], [10.0, 0.0]]
)
def test_random_split_refuses(lengths) -> None:
    with pytest.raises(ValueError, match=r"^random_split: lengths(\[0\])? must"):
        random_split(TensorDataset(np.arange(10)), lengths)


@pytest.mark.parametrize("lengths", [None, 5, "x", ["x"], [None, 10], [True, 9]])
def test_random_split_needs_numbers(lengths) -> None:
    with pytest.raises(TypeError, match=r"^random_split: lengths(\[0\])? must be a"):
        random_split(TensorDataset(np.arange(10)), lengths)
