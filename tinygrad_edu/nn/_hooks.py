"""Functions that watch, or change, what goes into and comes out of a module."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.engine import RemovableHandle
from tinygrad_edu.tensor import Tensor

__all__ = ["Hook", "Hooks"]

Hook = Callable[..., Any]


class Hooks:
    """The hooks of one module. A module without hooks has no such object, and pays nothing."""

    def __init__(self) -> None:
        self.forward_pre: list[tuple[Hook, bool]] = []
        self.forward: list[tuple[Hook, bool]] = []
        self.backward_pre: list[tuple[Hook, bool]] = []
        self.backward: list[tuple[Hook, bool]] = []

    def add(
        self, kind: str, hook: Hook, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Register ``hook`` in the list named ``kind``."""
        if not callable(hook):
            raise TypeError(f"a hook must be callable, got {type(hook).__name__}")
        entries = getattr(self, kind)
        entry = (hook, with_kwargs)
        entries.insert(0 if prepend else len(entries), entry)

        def remove() -> None:
            entries[:] = [other for other in entries if other is not entry]

        return RemovableHandle(remove)

    def run(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call ``module.forward`` between the hooks."""
        for hook, with_kwargs in list(self.forward_pre):
            if with_kwargs:
                changed = hook(module, args, kwargs)
                if changed is not None:
                    args, kwargs = changed
            else:
                changed = hook(module, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
        watched = bool(self.backward or self.backward_pre)
        if watched:
            args = tuple(_passage(arg) for arg in args)
        output = module.forward(*args, **kwargs)
        for hook, with_kwargs in list(self.forward):
            if with_kwargs:
                changed = hook(module, args, kwargs, output)
            else:
                changed = hook(module, args, output)
            if changed is not None:
                output = changed
        return self._watched(module, args, output) if watched else output

    def _watched(self, module: Any, args: tuple[Any, ...], output: Any) -> Any:
        """The output, with the backward hooks of this pass on it and on the inputs."""
        if not isinstance(output, Tensor):
            raise TypeError(
                f"backward hooks need a module with one tensor as its output, "
                f"{type(module).__name__} returned a {type(output).__name__}"
            )
        if not output.requires_grad:
            return output
        output = _passage(output)
        crossing = _Crossing(module, args, list(self.backward_pre), list(self.backward))
        output.register_hook(crossing.at_output)
        if self.backward:
            for position in list(crossing.waiting):
                args[position].register_hook(partial(crossing.at_input, position))
        return output


class _Crossing:
    """One backward pass through a module: the gradients of its output, then of its inputs."""

    def __init__(
        self, module: Any, args: tuple[Any, ...], before: list[Any], after: list[Any]
    ) -> None:
        self.module, self.before, self.after = module, before, after
        self.waiting = {position for position, arg in enumerate(args) if _is_recorded(arg)}
        self.incoming: list[Any] = [None] * len(args)
        self.outgoing: tuple[Any, ...] = ()

    def at_output(self, grad: Any) -> Any:
        """The gradient arrives at the output: the hooks before may replace it."""
        for hook, _ in self.before:
            changed = hook(self.module, (grad,))
            if changed is not None:
                grad = changed[0] if isinstance(changed, tuple) else changed
        self.outgoing = (grad,)
        if not self.waiting:
            self._call()
        return grad

    def at_input(self, position: int, grad: Any) -> Any:
        """The gradient arrives at an input; at the last one, the hooks see them all."""
        self.incoming[position] = grad
        self.waiting.discard(position)
        return grad if self.waiting else self._call()[position]

    def _call(self) -> list[Any]:
        for hook, _ in self.after:
            changed = hook(self.module, tuple(self.incoming), self.outgoing)
            if changed is None:
                continue
            if len(self.incoming) > 1:
                raise RuntimeError(
                    f"a backward hook of {type(self.module).__name__} wants to replace the "
                    "gradients of several inputs, but some of them are already on their way; "
                    "register a hook on each tensor instead"
                )
            self.incoming = list(changed if isinstance(changed, tuple) else (changed,))
        return self.incoming


def _is_recorded(arg: Any) -> bool:
    return isinstance(arg, Tensor) and arg.requires_grad


def _passage(arg: Any) -> Any:
    """A node of its own for a tensor that enters or leaves: its gradient is this module's alone."""
    return ops.reshape(arg, shape=arg.shape) if _is_recorded(arg) else arg
