"""The names of devices in PyTorch's code: here everything is on the CPU."""

from __future__ import annotations

from typing import Any

__all__ = ["device", "is_device"]

_OTHERS = {"cuda", "mps", "xpu", "tpu", "gpu", "meta"}


def device(name: str) -> str:
    """``name``, if it is the CPU; there is no other device.

    >>> import tinygrad_edu as tg
    >>> tg.device("cuda" if tg.cuda.is_available() else "cpu")
    'cpu'
    """
    if name.partition(":")[0] != "cpu":
        raise ValueError(f"there is no device {name!r} here: everything is on the CPU")
    return name


def is_device(name: Any) -> bool:
    """Whether this is the name of some device, rather than of a dtype."""
    return isinstance(name, str) and name.partition(":")[0] in {"cpu", *_OTHERS}
