"""Settings of PyTorch's machinery that change no result here, and names that go with them."""

from __future__ import annotations

import os
from typing import Any

from tinygrad_edu.compat.devices import device as require_device
from tinygrad_edu.compat.dtypes import set_default_dtype
from tinygrad_edu.compat.type_methods import dtype_of_type
from tinygrad_edu.engine import Node
from tinygrad_edu.func import vmap

__all__ = [
    "are_deterministic_algorithms_enabled", "channels_last", "compile", "contiguous_format",
    "get_default_device", "get_float32_matmul_precision", "get_num_interop_threads",
    "get_num_threads", "is_storage", "preserve_format", "set_default_device",
    "set_default_tensor_type", "set_deterministic_debug_mode", "set_float32_matmul_precision",
    "set_flush_denormal", "set_num_interop_threads", "set_num_threads",
    "set_warn_always", "strided", "typename", "use_deterministic_algorithms", "vmap",
]  # fmt: skip

# Layouts of memory; every operation takes any.
strided = "torch.strided"
contiguous_format, preserve_format = "torch.contiguous_format", "torch.preserve_format"
channels_last = "torch.channels_last"

_state: dict[str, Any] = {
    "threads": os.cpu_count() or 1, "interop": 1, "matmul": "highest", "deterministic": False,
}  # fmt: skip


def compile(model: Any = None, **options: Any) -> Any:
    """The function or module itself: nothing is compiled. Also a decorator with options.

    >>> compile(len) is len
    True
    """
    return model if model is not None else lambda function: function


def set_num_threads(n: int) -> None:
    """Remember a number of threads; how many NumPy uses is set by OPENBLAS_NUM_THREADS."""
    _state["threads"] = int(n)


def get_num_threads() -> int:
    """The number that `set_num_threads` was given, or the number of cores."""
    return int(_state["threads"])


def set_num_interop_threads(n: int) -> None:
    """Remember a number of threads between operations; there are none."""
    _state["interop"] = int(n)


def get_num_interop_threads() -> int:
    """The number that `set_num_interop_threads` was given, or 1."""
    return int(_state["interop"])


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Everything is deterministic here, whatever is asked for."""
    _state["deterministic"] = bool(mode)


def are_deterministic_algorithms_enabled() -> bool:
    """What `use_deterministic_algorithms` was given, or False."""
    return bool(_state["deterministic"])


def set_deterministic_debug_mode(debug_mode: Any) -> None:
    """Everything is deterministic here, whatever is asked for."""


def set_float32_matmul_precision(precision: str) -> None:
    """Remember a name of a precision; products of float32 are always in full precision."""
    _state["matmul"] = precision


def get_float32_matmul_precision() -> str:
    """The name that `set_float32_matmul_precision` was given, or 'highest'."""
    return str(_state["matmul"])


def set_flush_denormal(mode: bool) -> bool:
    """False: the smallest numbers are never rounded to zero."""
    return False


def set_warn_always(b: bool) -> None:
    """Warnings are Python's; its filters say how often they are shown."""


def set_default_device(device: Any) -> None:
    """Take the CPU, and refuse any other device."""
    if device is not None:
        require_device(device)


def get_default_device() -> Any:
    """The CPU."""
    return require_device("cpu")


def set_default_tensor_type(t: Any) -> None:
    """Set the default dtype by an old name or constructor, such as ``torch.DoubleTensor``."""
    set_default_dtype(dtype_of_type(t))


def typename(obj: Any) -> str:
    """The name of an object's type, of a tensor with its dtype.

    >>> import tinygrad_edu as tg
    >>> typename(tg.ones(2)), typename(3)
    ('torch.FloatTensor', 'int')
    """
    if isinstance(obj, Node):
        kinds = {
            "float32": "Float", "float64": "Double", "float16": "Half", "uint8": "Byte",
            "int8": "Char", "int16": "Short", "int32": "Int", "int64": "Long", "bool": "Bool",
        }  # fmt: skip
        return f"torch.{kinds[obj.value.dtype.name]}Tensor"
    kind = type(obj)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def is_storage(obj: Any) -> bool:
    """Whether this is a storage of PyTorch: there are none, memory is NumPy's."""
    return False
