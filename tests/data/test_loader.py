"""DataLoader: every example once, in an order that depends on the generator alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_edu as tg
from tinygrad_edu.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    default_collate,
)
from tinygrad_edu.random import default_generator, get_state, replace_default, set_state


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
        with pytest.warns(UserWarning, match="leaves no batch"):
            loader = DataLoader(numbers(n), batch_size, shuffle, drop_last=True, generator=seed)
        assert list(loader) == []
        return
    loader = DataLoader(numbers(n), batch_size, shuffle, drop_last=drop_last, generator=seed)
    order = np.random.default_rng(seed)
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader)
        expected = order.permutation(n) if shuffle else np.arange(n)
        expected = expected[: n - n % batch_size] if drop_last else expected
        assert np.concatenate([y for _, y in batches]).tolist() == expected.tolist()
        assert all(len(y) == batch_size for _, y in batches[:-1])
        for x, y in batches:
            assert x.value.dtype == np.float32
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
    assert dataset.tensors[1].tolist() == list(range(6))
    assert dataset.tensors[0].value.max() == 5


def test_one_index_per_batch() -> None:
    class Counting(TensorDataset):
        reads = 0
        takes_arrays = True

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


def test_datasets_of_single_examples() -> None:
    for kind in (Single(), [Single()[k] for k in range(3)], Subset(Single(), [0, 1, 2])):
        x, y = next(iter(DataLoader(kind, 2)))
        assert x.tolist() == [[1, 2], [3, 4]]
        assert x.value.dtype == np.float32
        assert y.tolist() == [0, 1]


def test_a_subclass_that_reads_single_examples_is_asked_for_them() -> None:
    class Normalised(TensorDataset):
        def __getitem__(self, index):
            (x,) = super().__getitem__(index)
            return x - x.mean()

    (x,) = DataLoader(Normalised(np.arange(6.0).reshape(3, 2)), 3)
    assert x.tolist() == [[-0.5, 0.5]] * 3


def test_getitems_gives_the_examples_of_a_list() -> None:
    class Whole(Single):
        def __getitems__(self, indices):
            assert type(indices) is list
            return [self.rows[k][1] for k in indices]

    assert [batch.tolist() for batch in DataLoader(Whole(), 2)] == [[0, 1], [2]]


def test_arrays_and_tensors_are_datasets() -> None:
    for dataset in (np.arange(6.0).reshape(3, 2), tg.arange(6.0).reshape(3, 2)):
        assert [x.tolist() for x in DataLoader(dataset, 2)] == [[[0, 1], [2, 3]], [[4, 5]]]
    assert [x.tolist() for x in DataLoader(range(3), 2)] == [[0, 1], [2]]
    assert [x.tolist() for x in DataLoader({0: 5, 1: 6}, 2)] == [[5, 6]]


def test_gradients_go_through_a_loader() -> None:
    w = tg.ones(4, 2, requires_grad=True)
    for dataset in (TensorDataset(w), [(row,) for row in w], w.unbind()):
        w.grad = None
        total = sum(
            (batch[0] if isinstance(batch, list) else batch).sum()
            for batch in DataLoader(dataset, 2)
        )
        total.backward()
        assert w.grad.tolist() == [[1, 1]] * 4


class Rows(Dataset):
    takes_arrays = True

    def __init__(self, give) -> None:
        self.give = give

    def __len__(self) -> int:
        return 4

    def __getitem__(self, index):
        return self.give(index)


def test_a_batch_of_the_wrong_length_is_noticed() -> None:
    with pytest.raises(TypeError, match=r"one row for each; 2 indices gave int of shape \(\)"):
        next(iter(DataLoader(Rows(lambda index: 1), 2)))
    with pytest.raises(TypeError, match=r"3 indices gave ndarray of shape \(2,\)"):
        next(iter(DataLoader(Rows(lambda index: (np.zeros(2), index)), 3)))
    with pytest.raises(KeyError) as caught:
        next(iter(DataLoader(Rows(lambda index: {}["x"]), 3)))
    assert "Rows says takes_arrays" in caught.value.__notes__[0]
    (batch,) = DataLoader(Rows(lambda index: {"x": index * 1.0, "y": index}), 4)
    assert batch["x"].tolist() == [0, 1, 2, 3]


def test_refuses() -> None:
    with pytest.warns(UserWarning, match="the dataset is empty: TensorDataset"):
        assert list(DataLoader(TensorDataset(np.zeros((0, 3))), shuffle=True)) == []
    with pytest.raises(ValueError, match=r"DataLoader: batch_size must be an integer >= 1, .* 0"):
        DataLoader(numbers(3), 0)
    for size in (2.5, "x", True):
        with pytest.raises(TypeError, match="DataLoader: batch_size must be an integer >= 1, rec"):
            DataLoader(numbers(3), size)
    for name in ("shuffle", "drop_last", "pin_memory", "persistent_workers"):
        for flag in ("no", 1):
            with pytest.raises(TypeError, match=f"DataLoader: {name} must be True or False, .*"):
                DataLoader(numbers(3), **{name: flag})
    for name in ("collate_fn", "transform", "worker_init_fn"):
        with pytest.raises(TypeError, match=f"DataLoader: {name} must be a function or None, .*5"):
            DataLoader(numbers(3), **{name: 5})
    for dataset in (None, -1, "x", b"x", {"x": 1}, {1, 2}, iter([1])):
        with pytest.raises(TypeError, match="DataLoader: dataset must have a length and examples"):
            DataLoader(dataset)
    with pytest.raises(TypeError, match="generator must be"):
        DataLoader(numbers(3), generator="seed")
    with pytest.raises(TypeError, match="bach_size"):
        DataLoader(numbers(3), bach_size=3)
    with pytest.raises(TypeError, match=r"SequentialSampler: data_source must have a length"):
        DataLoader(Dataset())


class Stream(IterableDataset):
    """Numbers without an index."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __iter__(self):
        return iter(range(self.n))


@pytest.mark.parametrize(
    ("dataset", "options", "message"),
    [
        (range(3), {"num_workers": -1}, "num_workers must be an integer >= 0"),
        (range(3), {"timeout": -1}, r"timeout must be in \[0, inf\)"),
        (range(3), {"timeout": 1}, "timeout needs num_workers >= 1"),
        (range(3), {"prefetch_factor": 2}, "prefetch_factor needs num_workers >= 1"),
        (range(3), {"persistent_workers": True}, "persistent_workers needs num_workers >= 1"),
        (range(3), {"multiprocessing_context": "fork"}, "multiprocessing_context needs num_w"),
        (Stream(3), {"shuffle": True}, "an IterableDataset takes no shuffle"),
        (Stream(3), {"sampler": [0]}, "an IterableDataset takes no sampler"),
        (Stream(3), {"batch_sampler": [[0]]}, "an IterableDataset takes no batch_sampler"),
        (range(3), {"sampler": [0], "shuffle": True}, "sampler gives the order, so leave out sh"),
        (range(3), {"batch_sampler": [[0]], "batch_size": 2}, "so leave out batch_size"),
        (range(3), {"batch_sampler": [[0]], "shuffle": True}, "so leave out shuffle"),
        (range(3), {"batch_sampler": [[0]], "sampler": [0]}, "so leave out sampler"),
        (range(3), {"batch_sampler": [[0]], "drop_last": True}, "so leave out drop_last"),
        (range(3), {"batch_size": None, "drop_last": True}, "drop_last needs a batch_size"),
    ],
)
def test_refuses_what_contradicts_itself(dataset, options, message) -> None:
    with pytest.raises(ValueError, match=f"^DataLoader: .*{message}"):
        DataLoader(dataset, **options)


def test_samplers() -> None:
    loader = DataLoader(numbers(5), 2, sampler=[4, 0, 1])
    assert [y.tolist() for _, y in loader] == [[4, 0], [1]]
    assert len(loader) == 2
    for batches in ([[1, 2], [4]], [np.array([1, 2]), tg.tensor([4])]):
        loader = DataLoader(numbers(5), batch_sampler=batches)
        assert [y.tolist() for _, y in loader] == [[1, 2], [4]]
        assert (loader.batch_size, len(loader)) == (None, 2)
    loader = DataLoader(numbers(5), sampler=SubsetRandomSampler([1, 3], generator=0), batch_size=4)
    assert [sorted(y.tolist()) for _, y in loader] == [[1, 3]]
    loader = DataLoader(numbers(3), 2, shuffle=True)
    assert type(loader.sampler) is RandomSampler
    assert type(loader.batch_sampler) is BatchSampler
    assert loader.collate_fn is default_collate
    for name in ("batch_size", "sampler", "dataset"):
        with pytest.raises(ValueError, match=f"DataLoader: {name} cannot be changed"):
            setattr(loader, name, 3)


def test_without_batches() -> None:
    loader = DataLoader([(np.ones(2), 3), (np.zeros(2), 4)], batch_size=None)
    assert [(x.tolist(), y) for x, y in loader] == [([1, 1], 3), ([0, 0], 4)]
    assert len(loader) == 2
    assert list(DataLoader(Stream(3), batch_size=None)) == [0, 1, 2]


@pytest.mark.parametrize("workers", [0, 2])
def test_iterable_datasets(workers) -> None:
    loader = DataLoader(Stream(5), 2, num_workers=workers)
    assert [batch.tolist() for batch in loader] == [[0, 1], [2, 3], [4]]
    loader = DataLoader(Stream(5), 2, drop_last=True, num_workers=workers)
    assert [batch.tolist() for batch in loader] == [[0, 1], [2, 3]]
    with pytest.raises(TypeError, match="Stream has no __len__"):
        len(loader)


# ---- reading ahead


@pytest.fixture
def threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


class Slow(Single):
    """Draws, and fails at one example."""

    def __init__(self, bad: int | None = None) -> None:
        self.bad = bad

    def __len__(self) -> int:
        return 20

    def __getitem__(self, index):
        if index == self.bad:
            raise KeyError("example 7 is broken")
        return index, tg.rand(1)


def epoch(**options: Any) -> list[Any]:
    tg.manual_seed(3)
    found = []
    for index, drawn in DataLoader(Slow(), 3, shuffle=True, **options):
        tg.rand(5)  # a net draws meanwhile
        found.append([index.tolist(), drawn.tolist()])
    return found


def test_workers_keep_the_order_and_can_be_repeated(threads) -> None:
    first = epoch(num_workers=2)
    assert first == epoch(num_workers=2, prefetch_factor=1, timeout=60) == epoch(num_workers=2)
    assert first != epoch(num_workers=1)
    assert [index for index, _ in first] == [index for index, _ in epoch()]
    assert first != epoch()


def test_no_thread_is_left_behind(threads) -> None:
    batches = iter(DataLoader(Slow(), 1, num_workers=3))
    assert next(batches)[0].tolist() == [0]
    del batches
    for _ in DataLoader(Slow(), 1, num_workers=3):
        break


def test_errors_come_out_in_their_place(threads) -> None:
    batches = iter(DataLoader(Slow(bad=7), 1, num_workers=4))
    assert [next(batches)[0].item() for _ in range(7)] == list(range(7))
    with pytest.raises(KeyError, match="example 7 is broken"):
        next(batches)


def test_timeout(threads) -> None:
    event = threading.Event()

    class Stuck(Slow):
        def __getitem__(self, index):
            event.wait(0.3)
            return index

    with pytest.raises(RuntimeError, match=r"no batch came within timeout=0.01 seconds"):
        list(DataLoader(Stuck(), num_workers=1, timeout=0.01))


def test_repr() -> None:
    assert repr(DataLoader(numbers(3), 2, drop_last=True)) == (
        "DataLoader(TensorDataset((3, 1) float32, (3,) int64), batch_size=2, shuffle=False, "
        "drop_last=True)"
    )


def test_pytorchs_namespace_gives_all_names_by_star() -> None:
    names: dict[str, Any] = {}
    exec("from tinygrad_edu.torch.utils.data import *", names)
    assert names["DataLoader"] is DataLoader
    assert names["SubsetRandomSampler"] is SubsetRandomSampler


# By the number of workers: the order, what the examples drew, and what is drawn next.
STREAM: dict[int, Any] = {
    0: ([[1, 4], [3, 0], [2]], [0.4716, 0.0601, 0.7719, 0.7437, 0.5944], 0.8879),
    1: ([[1, 4], [3, 0], [2]], [0.2876, 0.6863, 0.602, 0.6949, 0.936], 0.4716),
    2: ([[1, 4], [3, 0], [2]], [0.2876, 0.6863, 0.747, 0.829, 0.602], 0.4716),
}
PERSISTENT = [
    ([[1, 4], [3, 0], [2]], [0.2876, 0.6863, 0.747, 0.829, 0.602]),
    ([[2, 4], [0, 3], [1]], [0.6949, 0.936, 0.6825, 0.6939, 0.747]),
]
ORDERS = [[3, 1, 2, 0], [3, 1, 0, 2]]


def test_pytorchs_stream_orders_and_draws_as_pytorch_does() -> None:
    """The numbers are those of PyTorch 2.13 with one, two and no worker processes."""
    import tinygrad_edu.torch as torch

    class Drawn(Dataset):
        def __len__(self) -> int:
            return 5

        def __getitem__(self, k):
            return k, torch.rand(1)

    saved = default_generator()
    try:
        for workers, expected in STREAM.items():
            torch.manual_seed(3)
            batches = list(DataLoader(Drawn(), 2, shuffle=True, num_workers=workers))
            assert [k.tolist() for k, _ in batches] == expected[0]
            drawn = np.concatenate([r.numpy().ravel() for _, r in batches])
            assert np.allclose(drawn, expected[1], rtol=0, atol=1e-4)
            assert torch.rand(1).item() == pytest.approx(expected[2], abs=1e-4)
        torch.manual_seed(3)
        loader = DataLoader(Drawn(), 2, True, num_workers=2, persistent_workers=True)
        for order, numbers in PERSISTENT:
            batches = list(loader)
            assert [k.tolist() for k, _ in batches] == order
            drawn = np.concatenate([r.numpy().ravel() for _, r in batches])
            assert np.allclose(drawn, numbers, rtol=0, atol=1e-4)
        assert torch.rand(1).item() == pytest.approx(0.7719, abs=1e-4)
        own = torch.Generator().manual_seed(5)
        loader = DataLoader(range(4), 4, shuffle=True, generator=own)
        assert [batch.tolist() for _ in range(2) for batch in loader] == ORDERS
    finally:
        replace_default(saved)
