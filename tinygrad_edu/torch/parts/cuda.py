"""``torch.cuda`` without a GPU: seeds are for nobody, and no memory is in use."""

from __future__ import annotations

from typing import Any

_TYPES = (
    "BoolTensor", "ByteTensor", "CharTensor", "DoubleTensor", "FloatTensor", "HalfTensor",
    "IntTensor", "LongTensor", "ShortTensor",
)  # fmt: skip

__all__ = [
    *_TYPES, "device_count", "empty_cache", "ipc_collect", "is_available", "is_bf16_supported",
    "is_initialized", "manual_seed", "manual_seed_all", "max_memory_allocated",
    "max_memory_reserved", "memory_allocated", "memory_reserved", "seed_all",
]  # fmt: skip


class _OnGpu(type):
    """The class of constructors of tensors on a GPU: nothing is one, and none can be made."""

    def __instancecheck__(cls, value: Any) -> bool:
        return False

    def __call__(cls, *data: Any) -> Any:
        raise ValueError(
            f"torch.cuda.{cls.__name__}: there is no GPU here; torch.{cls.__name__} makes the "
            "tensor on the CPU"
        )


for _name in _TYPES:
    globals()[_name] = _OnGpu(_name, (), {"__doc__": "Tensors on a GPU: there are none."})


def is_available() -> bool:
    """Whether there is a GPU: no."""
    return False


def device_count() -> int:
    """How many GPUs there are: none."""
    return 0


def is_initialized() -> bool:
    """Whether a GPU is in use: no."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Whether a GPU computes in bfloat16: there is none."""
    return False


def manual_seed(seed: int) -> None:
    """Seed the GPU: there is none; `torch.manual_seed` is what counts."""


def manual_seed_all(seed: int) -> None:
    """Seed all GPUs: there are none."""


def seed_all() -> None:
    """Seed all GPUs anew: there are none."""


def empty_cache() -> None:
    """Free what the GPU keeps: nothing."""


def ipc_collect() -> None:
    """Free what processes share on the GPU: nothing."""


def memory_allocated(device: Any = None) -> int:
    """Bytes in use on the GPU: none."""
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated
