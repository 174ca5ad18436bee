"""The limits of dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checks import check_dtype
from tinygrad_edu.compat.dtypes import dtype as dtype_class
from tinygrad_edu.compat.dtypes import get_default_dtype

__all__ = ["finfo", "iinfo"]


class finfo:  # noqa: N801 (PyTorch's name)
    """The limits of floating-point numbers of a dtype, by default of the default one.

    Attributes
    ----------
    bits : int
    eps, max, min, smallest_normal, tiny, resolution : float
        ``eps`` is the distance from 1 to the next number, ``tiny`` the smallest normal one.
    dtype : str

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.finfo(tg.float32).bits, tg.finfo(tg.float64).eps
    (32, 2.220446049250313e-16)
    """

    __slots__ = ("bits", "dtype", "eps", "max", "min", "resolution", "smallest_normal", "tiny")

    def __init__(self, type: Any = None) -> None:
        kind = get_default_dtype() if type is None else _checked_dtype("finfo", "type", type)
        if not kind.is_floating_point:
            raise TypeError(f"finfo: type must be a floating-point dtype, received {kind}")
        info = np.finfo(kind.dtype)
        self.bits, self.dtype = info.bits, kind.dtype.name
        self.eps, self.max, self.min = float(info.eps), float(info.max), float(info.min)
        self.tiny = self.smallest_normal = float(info.tiny)
        self.resolution = float(str(info.resolution))

    def __repr__(self) -> str:
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        values = ", ".join(f"{name}={getattr(self, name):g}" for name in names)
        return f"finfo({values}, dtype={self.dtype})"


class iinfo:  # noqa: N801 (PyTorch's name)
    """The limits of integers of a dtype.

    Attributes
    ----------
    bits, max, min : int
    dtype : str

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.iinfo(tg.int8)
    iinfo(min=-128, max=127, dtype=int8)
    """

    __slots__ = ("bits", "dtype", "max", "min")

    def __init__(self, type: Any) -> None:
        kind = _checked_dtype("iinfo", "type", type)
        if kind.kind not in "iu":
            raise TypeError(f"iinfo: type must be a dtype of integers, received {kind}")
        info = np.iinfo(kind.dtype)
        self.bits, self.dtype = info.bits, kind.dtype.name
        self.max, self.min = int(info.max), int(info.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"


def _checked_dtype(owner: str, name: str, value: Any) -> dtype_class:
    return dtype_class(check_dtype(owner, name, "V" if value is None else value))
