"""What PyTorch's programs ask of tensors and dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers
from tinygrad_edu._checks import check_dtype
from tinygrad_edu.compat.dtypes import dtype as dtype_class
from tinygrad_edu.compat.dtypes import get_default_dtype
from tinygrad_edu.compat.spelling import of_torch
from tinygrad_edu.engine import Node, value_of

__all__ = [
    "can_cast", "get_device", "is_complex", "is_conj", "is_floating_point",
    "is_inference", "is_neg", "is_nonzero", "is_same_size", "is_signed", "promote_types",
    "result_type",
]  # fmt: skip


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
def get_device(input: Any) -> int:
    """The number of the accelerator: -1 on the CPU."""
    return -1


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
        return dtype_class(first if first.kind == "f" else second)
    return dtype_class(np.promote_types(first, second))


def result_type(tensor1: Any, tensor2: Any) -> Any:
    """The dtype of the sum of two tensors or numbers.

    A tensor without axes, and a number, only count where they are of a higher kind: floats are
    above integers, and those above booleans.

    >>> import tinygrad_edu as tg
    >>> tg.result_type(tg.tensor([1, 2], dtype=tg.int32), 1.5)
    torch.float32
    """
    check_numbers("result_type", "tensor1", tensor1)
    check_numbers("result_type", "tensor2", tensor2)
    first, second = sorted(map(_standing, (tensor1, tensor2)), key=lambda operand: operand[0])
    if first[0] != second[0] and _category(second[1]) <= _category(first[1]):
        return dtype_class(first[1])
    return promote_types(first[1], second[1])


def _standing(x: Any) -> tuple[int, Any]:
    """Whether it has axes (0), has none (1) or is a number (2), and its dtype."""
    array = np.asarray(value_of(x))
    if isinstance(x, (Node, np.ndarray)):
        return int(array.ndim == 0), array.dtype
    return 2, get_default_dtype().dtype if array.dtype.kind == "f" else array.dtype


def _category(dtype: np.dtype[Any]) -> int:
    return "bif".index(dtype.kind.replace("u", "i"))


def can_cast(from_: Any, to: Any) -> bool:
    """Whether values of one dtype may be written into another.

    Floats are not written into integers, nor numbers into truth values.
    """
    first, second = (np.dtype(check_dtype("can_cast", "dtype", d)) for d in (from_, to))
    return _category(first) <= _category(second)
