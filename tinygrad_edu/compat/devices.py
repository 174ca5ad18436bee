"""The devices of PyTorch's code: here everything is on the CPU."""

from __future__ import annotations

from typing import Any

from tinygrad_edu._checks import check_count

__all__ = ["CPU", "check_device", "device", "is_device"]

_OTHERS = {"cuda", "mps", "xpu", "tpu", "gpu", "meta", "hpu", "xla"}


class device:  # noqa: N801 (PyTorch's name)
    """Where a tensor is: the CPU, as there is no other device.

    It equals the string "cpu", and changes nothing as a context manager.

    Attributes
    ----------
    type : str
        "cpu".
    index : int or None

    Raises
    ------
    ValueError, TypeError
        For any other device, and for what names none.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> cpu = tg.device("cuda" if tg.cuda.is_available() else "cpu")
    >>> cpu, str(cpu), cpu.type, cpu == "cpu"
    (device(type='cpu'), 'cpu', 'cpu', True)
    """

    __slots__ = ("index", "type")

    type: str
    index: int | None

    def __init__(self, type: Any, index: int | None = None) -> None:
        if isinstance(type, device):
            self.type, self.index = type.type, type.index
            return
        name, colon, number = str(type).partition(":")
        if colon and index is None:
            index = int(number) if number.isdecimal() else -1
        if isinstance(type, int):  # the number of an accelerator
            name = "cuda"
        elif not isinstance(type, str) or not name.isalpha():
            raise TypeError(f"device: type must be a string such as 'cpu', received {type!r}")
        if name != "cpu":
            raise ValueError(f"device: there is no device {type!r} here: everything is on the CPU")
        if index is not None:
            index = check_count("device", "index", index, 0)
        self.type, self.index = name, index

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        number = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{number})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (str, device)) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __enter__(self) -> device:
        return self

    def __exit__(self, *error: object) -> None:
        pass


#: The device of every tensor.
CPU = device("cpu")


def check_device(value: Any) -> None:
    """Raise if an argument ``device=`` is neither None nor the CPU."""
    if value is not None and value is not CPU:
        device(value)


def is_device(value: Any) -> bool:
    """Whether this is a device, or the name or number of one, rather than a dtype."""
    if isinstance(value, str):
        return value.partition(":")[0] in {"cpu", *_OTHERS}
    return isinstance(value, (int, device))
