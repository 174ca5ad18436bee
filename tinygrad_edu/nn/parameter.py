"""The two kinds of tensor that a module owns: what is trained, and what is only remembered."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checks import check_dtype, check_flag
from tinygrad_edu.compat.devices import device as require_device
from tinygrad_edu.compat.dtypes import get_default_dtype
from tinygrad_edu.engine import Array
from tinygrad_edu.tensor import Tensor

__all__ = ["Buffer", "Parameter", "UninitializedParameter", "made_dtype"]


class Parameter(Tensor):
    """A tensor that is trained: a module finds it, an optimizer updates it in place.

    Parameters
    ----------
    data : array-like
        Copied. Must be floating-point if it requires a gradient.
    requires_grad : bool
        False freezes it.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Parameter([1.0, 2.0])
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, name: str | None = None) -> None:
        self._start(data, None, requires_grad, name)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class UninitializedParameter(Parameter):
    """A parameter whose shape nobody knows yet: empty until its layer's first call, or a load."""

    __slots__ = ()

    def __init__(self, dtype: Any = np.float32) -> None:
        check_dtype("UninitializedParameter", "dtype", dtype)
        super().__init__(np.empty(0, dtype))


class Buffer(Tensor):
    """A tensor that is remembered but not trained, such as a running mean.

    Parameters
    ----------
    data : array-like
        Copied.
    persistent : bool
        Whether ``state_dict`` contains it.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> class Counter(tg.nn.Module):
    ...     def __init__(self):
    ...         self.calls = tg.nn.Buffer(0)
    >>> dict(Counter().state_dict())
    {'calls': tensor(0)}
    """

    __slots__ = ("persistent",)

    persistent: bool

    def __init__(self, data: Any, persistent: bool = True, name: str | None = None) -> None:
        self._start(data, None, False, name)
        self.persistent = check_flag("Buffer", "persistent", persistent)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        copy = super().__deepcopy__(memo)
        copy.persistent = self.persistent  # type: ignore[attr-defined]  # it is a Buffer
        return copy

    def __reduce__(self) -> Any:
        return type(self), (self.value, self.persistent, self.name)


def made_dtype(owner: str, device: Any, dtype: Any) -> Any:
    """The dtype of the parameters that a layer makes; float32, or what is set as the default.

    >>> made_dtype("Linear", "cpu", None)
    dtype('float32')
    """
    if device is not None:
        try:
            require_device(device)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{owner}: {error}") from None
    return np.dtype(get_default_dtype() if dtype is None else check_dtype(owner, "dtype", dtype))


def parameter_of(array: Array) -> Parameter:
    """Make a parameter around ``array`` itself, which a layer has just made."""
    return Parameter._copy_of(array, True, None)  # type: ignore[return-value]  # made by its class
