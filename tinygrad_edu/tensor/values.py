"""Tensors made of numbers, lists and arrays."""

from __future__ import annotations

import warnings
from typing import Any

from tinygrad_edu.compat.devices import check_device
from tinygrad_edu.compat.dtypes import dtype as dtype_class
from tinygrad_edu.engine import MODE, Array, Node
from tinygrad_edu.tensor.conversion import real_array
from tinygrad_edu.tensor.making import creates
from tinygrad_edu.tensor.tensor import Tensor, from_numpy

__all__ = ["as_tensor", "asarray", "tensor"]


def made_of(array: Array, dtype: Any = None) -> Tensor:
    """A tensor around ``array``, in ``dtype``."""
    if dtype is not None:
        array = array.astype(dtype_class(dtype).dtype, copy=False)
    return from_numpy(array)


def tensor(
    data: Any,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor from numbers, lists or an array, which is copied.

    Python floats have the default dtype, float32, and integers int64; arrays keep their dtype.

    A copy of a tensor that requires a gradient has no history. A warning says so, unless the copy
    shall require a gradient of its own.

    Parameters
    ----------
    data : array-like
    dtype : optional
    device, pin_memory : optional
        For PyTorch's code: the device is the CPU, and pinned memory changes nothing.
    requires_grad : bool
        Whether operations on it are recorded. Only floating-point tensors can.
    name : str, optional
        What pictures and error messages call it.

    Raises
    ------
    TypeError
        For complex, object or text data, and for an integer tensor with ``requires_grad``.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.tensor([[1, 2], [3, 4]]).dtype
    torch.int64
    >>> tg.tensor(0.5, requires_grad=True)
    tensor(0.5000, requires_grad=True)
    """
    if device is not None:
        check_device(device)
    made = Tensor.__new__(Tensor)
    made._start(data, dtype, requires_grad, name)
    lost = isinstance(data, Node) and data.requires_grad and not requires_grad
    if lost and MODE.get().grad:
        warnings.warn(
            "tg.tensor(x) copies the values of x without its history, so what is computed from the "
            "copy gives x no gradient; write x.clone() to keep it, or x.detach().clone()",
            UserWarning,
            stacklevel=2,
        )
    return made


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """``data`` as a tensor, without a copy where possible; a tensor is returned as it is."""
    if device is not None:
        check_device(device)
    if isinstance(data, Tensor):
        return data if dtype is None else data.astype(dtype)
    return from_numpy(real_array(data, dtype))


@creates
def asarray(obj: Any, dtype: Any = None, copy: bool | None = None) -> Tensor:
    """``obj`` as a tensor, which shares its memory unless ``copy`` is True or the dtype is another.

    >>> asarray([1.0, 2.0])
    tensor([1., 2.])
    """
    made = as_tensor(obj, dtype)
    return made.clone() if copy else made
