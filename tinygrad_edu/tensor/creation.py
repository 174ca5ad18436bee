"""Tensors made of nothing: constants and ranges.

Names and defaults are PyTorch's: floats have the default dtype, integers are int64 unless ``dtype``
says otherwise. Sizes are numbers or one tuple, by position or as ``size=``. All take ``device``,
``requires_grad`` and ``out`` too (see `creates`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers
from tinygrad_edu._checks import check_number
from tinygrad_edu.compat.dtypes import get_default_dtype
from tinygrad_edu.engine import implements
from tinygrad_edu.tensor.conversion import constant
from tinygrad_edu.tensor.making import creates, form_of, real_dtype, sizes_of
from tinygrad_edu.tensor.tensor import Tensor
from tinygrad_edu.tensor.values import as_tensor, made_of

__all__ = [
    "arange", "empty", "empty_like", "eye", "full", "full_like", "linspace", "logspace",
    "one_hot", "ones", "ones_like", "scalar_tensor", "zeros",
    "zeros_like",
]  # fmt: skip


# ---- constants


@creates
def zeros(*sizes: Any, size: Any = None, dtype: Any = None) -> Tensor:
    """A tensor of zeros.

    >>> zeros(2, 3).shape
    torch.Size([2, 3])
    """
    return made_of(np.zeros(sizes_of(sizes, size), real_dtype(dtype)))


@creates
def ones(*sizes: Any, size: Any = None, dtype: Any = None) -> Tensor:
    """A tensor of ones.

    >>> ones(2)
    tensor([1., 1.])
    """
    return made_of(np.ones(sizes_of(sizes, size), real_dtype(dtype)))


@creates
def full(size: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """A tensor with the same value everywhere; a Python float has the default dtype.

    >>> full((2,), 7.0), full((2,), 7)
    (tensor([7., 7.]), tensor([7, 7]))
    """
    check_numbers("full", "fill_value", fill_value)
    value = as_tensor(constant("full", "fill_value", fill_value), dtype).value
    return made_of(np.full(sizes_of((size,)), value, value.dtype))


@creates
def empty(*sizes: Any, size: Any = None, dtype: Any = None) -> Tensor:
    """A tensor whose values are whatever is in memory, to be overwritten.

    >>> empty(2, 3).shape
    torch.Size([2, 3])
    """
    return made_of(np.empty(sizes_of(sizes, size), real_dtype(dtype)))


@implements(np.zeros_like)
@creates
def zeros_like(input: Any, dtype: Any = None) -> Tensor:
    """Zeros in the shape and dtype of ``input``.

    >>> zeros_like(ones(2, dtype=np.float64)).dtype
    torch.float64
    """
    shape, dtype = form_of(input, dtype)
    return zeros(shape, dtype=dtype)


@implements(np.ones_like)
@creates
def ones_like(input: Any, dtype: Any = None) -> Tensor:
    """Ones in the shape and dtype of ``input``.

    >>> ones_like(zeros(2))
    tensor([1., 1.])
    """
    shape, dtype = form_of(input, dtype)
    return ones(shape, dtype=dtype)


@implements(np.full_like)
@creates
def full_like(input: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """One value everywhere, in the shape and dtype of ``input``.

    >>> full_like(zeros(2), 3)
    tensor([3., 3.])
    """
    shape, dtype = form_of(input, dtype)
    return full(shape, fill_value, dtype)


@implements(np.empty_like)
@creates
def empty_like(input: Any, dtype: Any = None) -> Tensor:
    """A tensor to be overwritten, in the shape and dtype of ``input``.

    >>> empty_like(zeros(2)).shape
    torch.Size([2])
    """
    shape, dtype = form_of(input, dtype)
    return empty(shape, dtype=dtype)


@creates
def eye(n: int, m: int | None = None, dtype: Any = None) -> Tensor:
    """Ones on the diagonal of an (n, m) matrix, zeros elsewhere; m is n by default.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return made_of(np.eye(n, m, dtype=real_dtype(dtype)))


# ---- ranges


@creates
def arange(
    *bounds: float, start: Any = 0, end: Any = None, step: Any = 1, dtype: Any = None
) -> Tensor:
    """Numbers from ``start`` (0) to before ``end`` in steps of ``step`` (1); integers stay int64.

    ``arange(end)``, ``arange(start, end)`` and ``arange(start, end, step)`` are the same by
    position.

    >>> arange(3), arange(1.0, 2.0, 0.5), arange(1, end=3)
    (tensor([0, 1, 2]), tensor([1.0000, 1.5000]), tensor([1, 2]))
    """
    if not 1 <= len(bounds) + (end is not None) <= 3:
        raise TypeError(f"arange takes end, or start, end and maybe step, received {len(bounds)}")
    if len(bounds) == 1 and end is None:
        end = bounds[0]
    else:
        given = dict(zip(("start", "end", "step"), bounds, strict=False))
        start, end = given.get("start", start), given.get("end", end)
        step = given.get("step", step)
    limits = [
        check_number("arange", "bounds", constant("arange", "x", b)) for b in (start, end, step)
    ]
    if limits[2] == 0:
        raise ValueError("arange: step must not be 0")
    if dtype is None and any(isinstance(b, float) for b in limits):
        dtype = get_default_dtype()
    return made_of(np.arange(*limits), dtype)


@creates
def linspace(start: Any, end: Any, steps: int, dtype: Any = None) -> Tensor:
    """``steps`` numbers evenly apart, from ``start`` to ``end``, both included.

    >>> linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    start, end = constant("linspace", "start", start), constant("linspace", "end", end)
    return made_of(np.linspace(start, end, steps), real_dtype(dtype))


@creates
def logspace(start: Any, end: Any, steps: int, base: Any = 10.0, dtype: Any = None) -> Tensor:
    """``steps`` numbers evenly apart on a logarithmic scale, from base^start to base^end.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    start, end = constant("logspace", "start", start), constant("logspace", "end", end)
    base = constant("logspace", "base", base)
    return made_of(np.logspace(start, end, steps, base=base), real_dtype(dtype))


@creates
def one_hot(labels: Any, num_classes: int | None = None, dtype: Any = np.int64) -> Tensor:
    """Rows that are 0 but for a 1 at their label: (..., num_classes); int64 as in PyTorch.

    Without ``num_classes``, or with -1, the largest label is the last class.

    >>> one_hot([2, 0])
    tensor([[0, 0, 1],
            [1, 0, 0]])
    """
    index = as_tensor(labels).value
    if index.dtype.kind not in "iu":
        raise TypeError(f"one_hot: labels must be integers, received dtype {index.dtype.name}")
    largest = int(index.max(initial=-1))
    n = largest + 1 if num_classes in (None, -1) else num_classes
    if largest >= n or int(index.min(initial=0)) < 0:
        wrong = largest if largest >= n else int(index.min())
        raise IndexError(f"one_hot: label {wrong} is not in 0 to {n - 1}")
    return made_of(index[..., None] == np.arange(n), dtype)


@creates
def scalar_tensor(s: Any, dtype: Any = None) -> Tensor:
    """A tensor without axes of one number, in the default dtype.

    >>> scalar_tensor(2)
    tensor(2.)
    """
    return made_of(np.array(check_number("scalar_tensor", "s", s), real_dtype(dtype)))
