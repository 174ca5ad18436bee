"""PyTorch's further ways to switch modes: by a statement, and under other names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tinygrad_edu._checks import check_flag
from tinygrad_edu.engine.modes import MODE, Mode, ModeContext

__all__ = ["inference_mode", "set_detect_anomaly", "set_grad_enabled"]

F = TypeVar("F", bound=Callable[..., Any])


class inference_mode(ModeContext):  # noqa: N801 (PyTorch's name)
    """`no_grad` under PyTorch's newer name; with ``mode=False``, record as outside."""

    def __new__(cls, mode: bool = True) -> Any:
        """Make a block, or decorate a function."""
        if callable(mode):
            return cls(True)(mode)
        check_flag("inference_mode", "mode", mode)
        return super().__new__(cls)

    def __init__(self, mode: bool = True) -> None:
        super().__init__(grad=False if mode else None)


class _Switch(ModeContext):
    """Switches when it is called, for good; used as a block or a decorator, only inside."""

    def __init__(self, grad: bool | None = None, anomaly: bool | None = None) -> None:
        super().__init__(grad, anomaly)
        self._caller: Mode | None = MODE.get()
        super().__enter__()

    def __enter__(self) -> None:
        self._undo()
        super().__enter__()

    def __call__(self, function: F) -> F:
        """Decorate ``function``."""
        self._undo()
        return super().__call__(function)

    def _undo(self) -> None:
        """Take back what the call switched, once."""
        if self._caller is not None:
            self._caller = None
            super().__exit__(None, None, None)


class set_grad_enabled(_Switch):  # noqa: N801 (PyTorch's name)
    """Record if ``mode`` is true: from here on or, as a block or a decorator, inside alone.

    >>> import tinygrad_edu as tg
    >>> with tg.set_grad_enabled(False):
    ...     tg.is_grad_enabled()
    False
    >>> tg.is_grad_enabled()
    True
    """

    def __init__(self, mode: bool) -> None:
        super().__init__(grad=check_flag("set_grad_enabled", "mode", mode))


class set_detect_anomaly(_Switch):  # noqa: N801 (PyTorch's name)
    """`detect_anomaly` if ``mode`` is true: from here on or, as a block, inside alone."""

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        check_flag("set_detect_anomaly", "check_nan", check_nan)
        super().__init__(anomaly=check_flag("set_detect_anomaly", "mode", mode))
