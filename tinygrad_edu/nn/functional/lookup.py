"""Tables and forms of several inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import value_of
from tinygrad_edu.ops.classification import check_labels

__all__ = ["bilinear", "embedding", "one_hot"]


def bilinear(x1: Any, x2: Any, weight: Any, bias: Any = None) -> Any:
    """One bilinear form for each output.  y_k = x₁ᵀ A_k x₂ + b_k.

    x1 (..., i), x2 (..., j), weight (k, i, j), bias (k,) or None; y (..., k).
    """
    k, i, j = weight.shape
    columns = ops.reshape(ops.transpose(weight, axes=(1, 0, 2)), shape=(i, k * j))
    forms = ops.reshape(ops.matmul(x1, columns), shape=(*x1.shape[:-1], k, j))
    y = ops.sum(forms * ops.expand_dims(x2, axis=-2), axis=-1)
    return y if bias is None else y + bias


def embedding(input: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """Rows of a table by their numbers.  y = weight[input].

    Rows read as ``padding_idx`` receive no gradient.

    Raises
    ------
    TypeError
        If ``input`` does not hold integers.
    IndexError
        For a number outside [0, rows).
    """
    ids = np.asarray(value_of(input))
    rows = weight.shape[0]
    if ids.dtype.kind not in "iu":
        raise TypeError(f"embedding: row numbers must be integers, got dtype {ids.dtype}")
    if ids.size and (ids.min() < 0 or ids.max() >= rows):
        wrong = (ids < 0) | (ids >= rows)
        at = tuple(int(n) for n in np.argwhere(wrong)[0])
        raise IndexError(f"embedding: row {ids[at]} at index {at}; expected 0 to {rows - 1}")
    y = ops.getitem(weight, index=ids)
    if padding_idx is None:
        return y
    table = value_of(weight)
    return ops.where(np.expand_dims(ids == padding_idx, -1), table[padding_idx].copy(), y)


def one_hot(target: Any, num_classes: int = -1, dtype: Any = np.int64) -> Any:
    """A row for each label, 1 at the label and 0 elsewhere; as many columns as labels by default.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.one_hot(np.array([2, 0]))
    tensor([[0, 0, 1],
            [1, 0, 0]])
    """
    from tinygrad_edu.tensor import from_numpy

    labels = np.asarray(value_of(target))
    if num_classes == -1:
        if not labels.size:
            raise ValueError("one_hot: say num_classes, there are no labels to count")
        num_classes = int(labels.max()) + 1
    check_labels(labels, num_classes)
    rows = (np.expand_dims(labels, -1) == np.arange(num_classes)).astype(dtype)
    return from_numpy(rows)
