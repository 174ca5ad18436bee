"""`check_dataset`: whether something can be read by `DataLoader` without surprises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu._checked import settings_checked
from tinygrad_edu.data.arguments import check_dataset as check_indexed
from tinygrad_edu.data.dataset import takes_arrays
from tinygrad_edu.engine import Array, value_of
from tinygrad_edu.testing.laws.verdict import conform, demand

__all__ = ["check_dataset"]


@settings_checked
def check_dataset(dataset: Any, *, exempt: Mapping[str, str] | None = None) -> list[str]:
    """Check a dataset: examples, bounds, and batches by one index where it says `takes_arrays`.

    Raises
    ------
    ConformanceError
        With every law that is broken.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.testing import check_dataset
    >>> "bounds" in check_dataset(tg.data.TensorDataset(np.eye(5), np.arange(5)))
    True
    """
    __tracebackhide__ = True
    size = len(check_indexed("check_dataset", dataset))

    def examples_are_alike() -> None:
        """Every example has as many parts, of the same shapes and dtypes."""
        kinds = {tuple((a.shape, a.dtype.str) for a in _parts(dataset[k])) for k in _some(size)}
        demand(len(kinds) <= 1, f"examples differ in shape or dtype: {sorted(map(str, kinds))}")

    def same_twice() -> None:
        """Reading an example again gives the same."""
        for k in _some(size):
            _demand_same(dataset[k], dataset[k], f"example {k} read again")

    def many_at_once() -> None:
        """An array of indices gives the stacked examples; so does a slice."""
        picked = np.array(_some(size)[::-1], dtype=np.int64)
        for index, numbers in [(picked, picked.tolist()), (slice(0, 3), range(min(3, size)))]:
            batch = _parts(dataset[index])
            rows = [_parts(dataset[int(k)]) for k in numbers]
            for part, stacked in zip(batch, zip(*rows, strict=True), strict=True):
                _demand_same(part, np.stack(stacked), f"the batch at {index}")

    def bounds() -> None:
        """Indices outside of the dataset raise IndexError; -1 is the last example."""
        arrays = [np.array([0, size])] if takes_arrays(dataset) else []
        for wrong in (size, -size - 1, *arrays):
            try:
                dataset[wrong]
            except IndexError:
                continue
            demand(False, f"index {wrong} of {size} examples was accepted")
        _demand_same(dataset[-1], dataset[size - 1], "example -1")

    laws = [examples_are_alike, same_twice, bounds]
    laws += [many_at_once] if takes_arrays(dataset) else []
    named: list[tuple[str, Callable[[], None]]] = [(law.__name__, law) for law in laws]
    return conform(type(dataset).__name__, named, exempt)


def _some(size: int) -> list[int]:
    """The first, the last and some examples between."""
    return sorted({*range(min(size, 3)), *range(max(size - 2, 0), size), size // 2} - {size})


def _parts(example: Any) -> list[Array]:
    parts = example if isinstance(example, (tuple, list)) else (example,)
    return [np.asarray(value_of(part)) for part in parts]


def _demand_same(got: Any, expected: Any, what: str) -> None:
    for a, b in zip(_parts(got), _parts(expected), strict=True):
        demand(a.shape == b.shape, f"{what} has shape {a.shape}, not {b.shape}")
        demand(a.dtype == b.dtype, f"{what} has dtype {a.dtype}, not {b.dtype}")
        demand(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), f"{what} differs")
