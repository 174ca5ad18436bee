"""The constructors of older code: ``torch.FloatTensor`` and its family."""

from __future__ import annotations

from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu.engine import Node

__all__ = [
    "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor", "HalfTensor",
    "IntTensor", "LongTensor", "ShortTensor",
]  # fmt: skip


class _Constructor(type):
    """The class of constructors: a tensor is an instance of that of its dtype."""

    dtype: np.dtype[Any]

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, Node) and value.value.dtype == cls.dtype

    def __call__(cls, *data: Any) -> Any:
        """The tensor of a list, an array or a tensor; zeros of a shape given by integers."""
        sizes = len(data) > 0 and all(isinstance(n, (int, np.integer)) for n in data)
        if sizes or not data:
            return tg.from_numpy(np.zeros(data or 0, cls.dtype))
        if len(data) > 1:
            raise TypeError(f"{cls.__name__}: takes one list or array, or the sizes of the axes")
        if isinstance(data[0], tuple) and isinstance(data[0], type(tg.zeros(1).shape)):
            return tg.from_numpy(np.zeros(data[0], cls.dtype))
        given = data[0].value if isinstance(data[0], Node) else data[0]
        if isinstance(given, (list, tuple)):
            given = tg.tensor(given).value
        return tg.from_numpy(np.array(given, dtype=cls.dtype))


def _constructor(name: str, dtype: str) -> Any:
    doc = f"""A tensor of {dtype} from a list, an array or sizes; ``isinstance`` asks the dtype."""
    return _Constructor(name, (), {"dtype": np.dtype(dtype), "__doc__": doc})


FloatTensor = _constructor("FloatTensor", "float32")
DoubleTensor = _constructor("DoubleTensor", "float64")
HalfTensor = _constructor("HalfTensor", "float16")
ByteTensor = _constructor("ByteTensor", "uint8")
CharTensor = _constructor("CharTensor", "int8")
ShortTensor = _constructor("ShortTensor", "int16")
IntTensor = _constructor("IntTensor", "int32")
LongTensor = _constructor("LongTensor", "int64")
BoolTensor = _constructor("BoolTensor", "bool")
