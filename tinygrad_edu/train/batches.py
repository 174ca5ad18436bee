"""What a batch may be: a pair for training, rows for a prediction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tinygrad_edu.engine import Array, Node, value_of
from tinygrad_edu.tensor import Tensor, as_tensor

__all__ = ["check_batches", "inputs_and_targets", "is_rows", "is_tuple_of_numbers", "rows_of"]


def check_batches(owner: str, name: str, value: Any) -> Any:
    """Return ``value`` if it can be read batch by batch, or raise.

    >>> check_batches("fit", "train", None)
    Traceback (most recent call last):
    TypeError: fit: train must be an iterable of (inputs, targets), received NoneType
    """
    if not isinstance(value, Iterable):
        raise TypeError(
            f"{owner}: {name} must be an iterable of (inputs, targets), "
            f"received {type(value).__name__}"
        )
    return value


def inputs_and_targets(batch: Any) -> tuple[Tensor, Tensor]:
    """Both parts of a batch as tensors.

    Raises
    ------
    TypeError
        If it is no pair.
    """
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        is_sequence = isinstance(batch, tuple | list | dict | np.ndarray | Node)
        what = f"{type(batch).__name__}" + (f" of {len(batch)}" if is_sequence else "")
        raise TypeError(
            f"a batch must be a pair (inputs, targets), received a {what}; for arrays x and y pass "
            "DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)"
        )
    return as_tensor(batch[0]), as_tensor(batch[1])


def is_rows(value: Any) -> bool:
    """Tell whether this is an array, or a list of rows, and not one of arrays of rows.

    >>> is_rows([[1.0, 2.0], [3.0, 4.0]]), is_rows([np.zeros(2), np.zeros(2)])
    (True, True)
    >>> is_rows([np.zeros((5, 2)), np.zeros((3, 2))]), is_rows([(np.zeros(2), 1)])
    (False, False)
    """
    if isinstance(value, Node | np.ndarray):
        return True
    return isinstance(value, list) and all(
        np.ndim(value_of(row)) <= 1 if isinstance(row, Node | np.ndarray) else _is_literal(row)
        for row in value
    )


def rows_of(value: Any) -> Array:
    """An array, or a list of rows, as one array.

    Raises
    ------
    TypeError
        If it is nothing of this kind, or the rows differ in length.
    """
    try:
        if isinstance(value, list) and any(isinstance(row, Node | np.ndarray) for row in value):
            value = np.stack([value_of(row) for row in value])
        rows = as_tensor(value).value
    except (TypeError, ValueError):
        rows = np.zeros(())
    if rows.ndim == 0:
        raise TypeError(
            "predict: a batch must be an array of numbers, or a list of rows of one length, "
            f"received {type(value).__name__}"
        )
    return rows


def is_tuple_of_numbers(value: Any) -> bool:
    """Whether this is a row that was written as a tuple."""
    return isinstance(value, tuple) and all(isinstance(each, (int, float)) for each in value)


def _is_literal(value: Any) -> bool:
    """Whether it is a number, or lists of numbers as deep as you like."""
    if isinstance(value, list):
        return all(map(_is_literal, value))
    return not isinstance(value, tuple | Node | np.ndarray)
