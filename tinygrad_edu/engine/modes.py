"""Gradient mode and anomaly mode, isolated by thread and by asyncio task."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from tinygrad_edu._checks import check_flag, check_function

__all__ = [
    "MODE", "Mode", "ModeContext", "detect_anomaly", "enable_grad", "is_grad_enabled", "no_grad",
]  # fmt: skip

F = TypeVar("F", bound=Callable[..., Any])


class Mode(NamedTuple):
    """The two switches of the engine; one object, so that one read per operation is enough."""

    grad: bool = True
    anomaly: bool = False


MODE: ContextVar[Mode] = ContextVar("tinygrad_edu_mode", default=Mode())  # noqa: B039 (immutable)


class ModeContext:
    """A ``with`` block, or a decorator, under which the switches that are not None differ."""

    def __init__(self, grad: bool | None = None, anomaly: bool | None = None) -> None:
        self._grad = grad
        self._anomaly = anomaly
        self._before: list[Mode] = []

    def __enter__(self) -> None:
        before = MODE.get()
        grad, anomaly = before
        mode = Mode(
            grad if self._grad is None else self._grad,
            anomaly if self._anomaly is None else self._anomaly,
        )
        # An interrupt in here would leave the block unentered: then the mode must be as before.
        try:
            self._before.append(before)
            MODE.set(mode)
            return None
        except BaseException:
            MODE.set(before)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Twice, so that an interrupt of the first leaves the second.
        try:
            MODE.set(self._before[-1])
        finally:
            MODE.set(self._before.pop())

    def __call__(self, function: F) -> F:
        """Decorate ``function``; a generator function runs each of its steps under the mode."""
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def steps(*args: Any, **kwargs: Any) -> Any:
                generator = function(*args, **kwargs)
                resume, value = generator.send, None
                while True:
                    # The mode must not leak to the caller while the generator is suspended.
                    try:
                        with ModeContext(self._grad, self._anomaly):
                            item = resume(value)
                    except StopIteration as stop:
                        return stop.value
                    try:
                        resume, value = generator.send, (yield item)
                    except GeneratorExit:
                        with ModeContext(self._grad, self._anomaly):
                            generator.close()
                        raise
                    except BaseException as error:  # thrown in by the caller: hand it on
                        resume, value = generator.throw, error

            return steps  # type: ignore[return-value]  # same signature, by functools.wraps

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def task(*args: Any, **kwargs: Any) -> Any:
                with ModeContext(self._grad, self._anomaly):
                    return await function(*args, **kwargs)

            return task  # type: ignore[return-value]  # same signature, by functools.wraps

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with ModeContext(self._grad, self._anomaly):
                return function(*args, **kwargs)

        return call  # type: ignore[return-value]  # same signature, by functools.wraps


class _Decorator(ModeContext):
    """A block that is a decorator too, with or without parentheses."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """Make a block, or decorate ``function``."""
        check_function(cls.__name__, "function", function, optional=True)
        return super().__new__(cls) if function is None else cls()(function)


class no_grad(_Decorator):  # noqa: N801 (PyTorch's name)
    """Record nothing inside: results need no gradient and hold no graph.

    >>> import tinygrad_edu as tg
    >>> x = tg.tensor(2.0, requires_grad=True)
    >>> with tg.no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False

    Also a decorator, with or without parentheses.
    """

    def __init__(self) -> None:
        super().__init__(grad=False)


class enable_grad(_Decorator):  # noqa: N801 (PyTorch's name)
    """Record again inside a `no_grad` block; also a decorator."""

    def __init__(self) -> None:
        super().__init__(grad=True)


class detect_anomaly(ModeContext):  # noqa: N801 (PyTorch's name)
    """Stop at the first NaN or infinity, and name the operation and the line that made it.

    Both passes are checked, so mistakes are found where they arise. Arrays that backward reads are
    summed up and compared, so a write into their memory by NumPy is an error too. Each operation
    costs one more look at its inputs and its result; use it to debug.

    >>> import tinygrad_edu as tg
    >>> with tg.detect_anomaly():
    ...     tg.log(tg.tensor([1.0, 0.0]))
    Traceback (most recent call last):
        ...
    FloatingPointError: log: first non-finite value of the result is -inf at index (1,) ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        check_flag("detect_anomaly", "check_nan", check_nan)
        super().__init__(anomaly=True)


def is_grad_enabled() -> bool:
    """Whether operations on tensors that need a gradient are recorded now."""
    return MODE.get().grad
