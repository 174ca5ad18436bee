"""PyTorch's names of dtypes, operations and devices, for code that is written with them.

The operations themselves go by NumPy's names, and the dtypes are NumPy's: `tinygrad_edu.float32` is
``np.dtype("float32")``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import check_numbers
from tinygrad_edu.compat.devices import device
from tinygrad_edu.engine import Node, no_grad

# fmt: off
__all__ = [  # noqa: RUF022 (by subject)
    "float16", "half", "float32", "float", "float64", "double", "bool", "uint8",
    "int8", "int16", "short", "int32", "int", "int64", "long", "inf", "nan", "pi",
    "abs", "bmm", "cat", "clamp", "clone", "concat", "eq", "ge", "gt", "le", "lt", "mm",
    "movedim", "mv", "ne", "neg", "pow", "unsqueeze",
    "device", "inference_mode", "is_tensor", "numel",
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

float16 = half = np.dtype(np.float16)
float32 = float = np.dtype(np.float32)
float64 = double = np.dtype(np.float64)
uint8 = np.dtype(np.uint8)
int8 = np.dtype(np.int8)
int16 = short = np.dtype(np.int16)
int32 = int = np.dtype(np.int32)
int64 = long = np.dtype(np.int64)
bool = np.dtype(np.bool_)

inference_mode = no_grad
inf, nan, pi = np.inf, np.nan, np.pi


def is_tensor(x: Any) -> Any:
    """Whether ``x`` is a tensor."""
    return isinstance(x, Node)


def numel(x: Any) -> Any:
    """Number of elements."""
    return np.size(check_numbers("numel", "x", x))
