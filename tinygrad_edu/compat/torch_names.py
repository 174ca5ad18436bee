"""PyTorch's names of dtypes, operations and devices, for code that is written with them.

The operations themselves go by NumPy's names. `tinygrad_edu.float32` equals NumPy's dtype.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import check_numbers
from tinygrad_edu.compat.devices import device
from tinygrad_edu.compat.dtypes import dtype, get_default_dtype, set_default_dtype
from tinygrad_edu.compat.shapes import Size
from tinygrad_edu.engine import Node, inference_mode
from tinygrad_edu.tensor.printing import set_printoptions

# fmt: off
__all__ = [  # noqa: RUF022 (by subject)
    "float16", "half", "float32", "float", "float64", "double", "bool", "uint8",
    "uint16", "uint32", "uint64", "int8", "int16", "short", "int32", "int", "int64", "long",
    "inf", "nan", "pi",
    "abs", "bmm", "cat", "clamp", "clone", "concat", "eq", "ge", "gt", "le", "lt", "mm",
    "movedim", "mv", "ne", "neg", "pow", "unsqueeze",
    "Size", "device", "dtype", "get_default_dtype", "set_default_dtype",
    "inference_mode", "is_tensor", "numel", "set_printoptions",
]
# fmt: on

abs = ops.absolute
bmm = mm = mv = ops.matmul
cat = concat = ops.concatenate
clamp = ops.clip
clone = ops.positive
eq = ops.equal
ge = ops.greater_equal
gt = ops.greater
le = ops.less_equal
lt = ops.less
movedim = ops.moveaxis
ne = ops.not_equal
neg = ops.negative
pow = ops.power
unsqueeze = ops.expand_dims

float16 = half = dtype("float16")
float32 = float = dtype("float32")
float64 = double = dtype("float64")
uint8 = dtype("uint8")
uint16 = dtype("uint16")
uint32 = dtype("uint32")
uint64 = dtype("uint64")
int8 = dtype("int8")
int16 = short = dtype("int16")
int32 = int = dtype("int32")
int64 = long = dtype("int64")
bool = dtype("bool")

inf, nan, pi = np.inf, np.nan, np.pi


def is_tensor(x: Any) -> Any:
    """Whether ``x`` is a tensor."""
    return isinstance(x, Node)


def numel(x: Any) -> Any:
    """Number of elements."""
    return np.size(check_numbers("numel", "x", x))
