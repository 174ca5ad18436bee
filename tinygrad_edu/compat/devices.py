"""The names of devices in PyTorch's code: here everything is on the CPU."""

from __future__ import annotations

from typing import Any

from tinygrad_edu._checked import settings_checked

__all__ = ["device", "is_device"]

_OTHERS = {"cuda", "mps", "xpu", "tpu", "gpu", "meta"}


@settings_checked
def device(name: str) -> str:
    """``name``, if it is the CPU; there is no other device.

    >>> import tinygrad_edu as tg
    >>> tg.device("cuda" if tg.cuda.is_available() else "cpu")
    'cpu'
    """
    if name.partition(":")[0] != "cpu":
        raise ValueError(f"device: there is no device {name!r} here: everything is on the CPU")
    return name


def is_device(name: Any) -> bool:
    """Whether this is the name of some device, rather than of a dtype."""
    return isinstance(name, str) and name.partition(":")[0] in {"cpu", *_OTHERS}
