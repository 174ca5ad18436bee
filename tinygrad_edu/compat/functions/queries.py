"""What PyTorch's programs ask of tensors and dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers
from tinygrad_edu._checks import check_dtype
from tinygrad_edu.compat.spelling import of_torch
from tinygrad_edu.engine import Node, value_of

__all__ = [
    "can_cast", "is_complex", "is_conj", "is_floating_point", "is_inference", "is_neg",
    "is_nonzero", "is_same_size", "is_signed", "promote_types", "result_type",
]  # fmt: skip


def _as_dtype(dtype: Any) -> Any:
    """A NumPy dtype as ``x.dtype`` has it."""
    empty: Any = Node.wrap(np.empty(0, dtype))
    return empty.dtype


@of_torch
def is_floating_point(input: Any) -> bool:
    """Whether the elements are floats, which alone can require a gradient."""
    return bool(value_of(input).dtype.kind == "f")


@of_torch
def is_complex(input: Any) -> bool:
    """Whether the elements are complex numbers: they never are."""
    return bool(value_of(input).dtype.kind == "c")


@of_torch
def is_signed(input: Any) -> bool:
    """Whether the dtype has negative numbers."""
    return bool(value_of(input).dtype.kind in "fi")


@of_torch
def is_conj(input: Any) -> bool:
    """Whether it is a conjugated view: it never is."""
    return False


@of_torch
def is_neg(input: Any) -> bool:
    """Whether it is a negated view: it never is."""
    return False


@of_torch
def is_inference(input: Any) -> bool:
    """Whether it was made in inference mode, which is `no_grad` here: no tensor is marked so."""
    return False


@of_torch
def is_nonzero(input: Any) -> bool:
    """Whether a single number differs from 0."""
    if np.size(value_of(input)) != 1:
        raise ValueError(
            f"is_nonzero: takes one number, received shape {np.shape(value_of(input))}"
        )
    return bool(np.any(value_of(input)))


@of_torch
def is_same_size(input: Any, other: Any) -> bool:
    """Whether two tensors have the same shape."""
    return bool(
        np.shape(value_of(input))
        == np.shape(value_of(check_numbers("is_same_size", "other", other)))
    )


def promote_types(type1: Any, type2: Any) -> Any:
    """The dtype of what is computed from two tensors of these dtypes.

    >>> import tinygrad_edu as tg
    >>> tg.promote_types(tg.int64, tg.float32) == tg.float32
    True
    """
    first, second = (
        np.dtype(check_dtype("promote_types", name, dtype))
        for name, dtype in (("type1", type1), ("type2", type2))
    )
    if (first.kind == "f") != (second.kind == "f"):
        return _as_dtype(first if first.kind == "f" else second)
    return _as_dtype(np.promote_types(first, second))


def result_type(tensor1: Any, tensor2: Any) -> Any:
    """The dtype of the sum of two tensors or numbers."""
    parts = [x if isinstance(x, Node) else Node.wrap(np.asarray(x)) for x in (tensor1, tensor2)]
    if isinstance(tensor1, Node) == isinstance(tensor2, Node):
        return promote_types(parts[0].value.dtype, parts[1].value.dtype)
    return (tensor1 + tensor2).dtype


def can_cast(from_: Any, to: Any) -> bool:
    """Whether values of one dtype may be written into another.

    Floats are not written into integers, nor numbers into truth values.
    """
    order = "biuf"
    first, second = (np.dtype(check_dtype("can_cast", "dtype", d)).kind for d in (from_, to))
    return order.index(first.replace("u", "i")) <= order.index(second.replace("u", "i"))
