"""The dtypes of tensors: PyTorch's names on NumPy's dtypes, and equal to them."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from tinygrad_edu._checks import check_dtype, is_array
from tinygrad_edu.engine.calls import DEFAULT_FLOAT

__all__ = ["DTYPES", "dtype", "dtype_of", "get_default_dtype", "set_default_dtype"]


class dtype:  # noqa: N801 (PyTorch's name)
    """The kind of number in a tensor, such as ``tg.float32``; there is one object of each kind.

    It prints as in PyTorch, equals NumPy's dtype of the same kind and hashes like it, stands
    wherever NumPy takes a dtype, and has NumPy's attributes (``kind``, ``name``, ...) too.

    Attributes
    ----------
    is_floating_point, is_complex, is_signed : bool
    itemsize : int
        Bytes of one number.
    dtype : np.dtype
        NumPy's.

    Examples
    --------
    >>> import numpy as np, tinygrad_edu as tg
    >>> tg.float32, tg.float32 == np.float32, tg.zeros(2).dtype is tg.float32
    (torch.float32, True, True)
    >>> np.zeros(2, tg.int64).dtype, tg.float64.is_floating_point, tg.float64.itemsize
    (dtype('int64'), True, 8)
    """

    __slots__ = ("__weakref__", "dtype", "is_floating_point", "is_signed", "itemsize", "kind")

    dtype: np.dtype[Any]
    kind: str
    is_floating_point: bool
    is_signed: bool
    itemsize: int

    is_complex = False

    def __new__(cls, name: Any) -> Self:
        """The object of this kind; there is no other."""
        try:
            return DTYPES[np.dtype("V" if name is None or is_array(name) else name)]  # type: ignore[return-value]  # nobody inherits
        except (KeyError, TypeError, ValueError):
            raise TypeError(
                f"dtype: there is no dtype {name!r} for tensors; use float16, float32, float64, an "
                "integer type or bool"
            ) from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.dtype, name)

    def __repr__(self) -> str:
        return f"torch.{self.dtype.name}"

    def __eq__(self, other: object) -> bool:
        return self is other or bool(self.dtype == (other if other is not None else ()))

    def __hash__(self) -> int:
        return hash(self.dtype)

    def __reduce__(self) -> Any:
        return dtype, (self.dtype.name,)


def _made(kind: type) -> dtype:
    made = object.__new__(dtype)
    made.dtype = np.dtype(kind)
    made.kind = made.dtype.kind
    made.is_floating_point = made.kind == "f"
    made.is_signed = made.kind in "if"
    made.itemsize = made.dtype.itemsize
    return made


#: The one object for each dtype of NumPy that a tensor may have.
DTYPES = {
    np.dtype(kind): _made(kind)
    for kind in (
        np.float16, np.float32, np.float64, np.int8, np.int16, np.int32, np.int64,
        np.uint8, np.uint16, np.uint32, np.uint64, np.bool_,
    )
}  # fmt: skip


def dtype_of(array: Any) -> Any:
    """The dtype of an array; NumPy's own where no tensor can have it."""
    found = array.dtype
    return DTYPES.get(found, found)


_default = DTYPES[np.dtype(np.float32)]


def get_default_dtype() -> dtype:
    """The dtype that Python's floats become in a tensor: float32 unless it was set.

    >>> import tinygrad_edu as tg
    >>> tg.get_default_dtype()
    torch.float32
    """
    return _default


def set_default_dtype(d: Any) -> None:
    """Make Python's floats, and what is drawn or made of nothing, tensors of this dtype.

    Raises
    ------
    TypeError
        If it is not float32, float64 or float16.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.set_default_dtype(tg.float64)
    >>> tg.tensor(0.5).dtype
    torch.float64
    >>> tg.set_default_dtype(tg.float32)
    """
    global _default
    chosen = dtype(check_dtype("set_default_dtype", "d", "V" if d is None else d))
    if not chosen.is_floating_point:
        raise TypeError(f"set_default_dtype: d must be a floating-point dtype, received {d!r}")
    _default = chosen
    DEFAULT_FLOAT[0] = np.dtype(chosen)
