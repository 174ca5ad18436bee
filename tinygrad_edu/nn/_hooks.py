"""Functions that watch, or change, what goes into and comes out of a module."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu.tensor import Tensor

__all__ = ["Hook", "Hooks", "RemovableHandle"]

Hook = Callable[..., Any]


class RemovableHandle:
    """Takes a hook away again: ``handle.remove()``, or ``with handle:``."""

    def __init__(self, entries: list[Any], entry: Any) -> None:
        self._entries = entries
        self._entry = entry

    def remove(self) -> None:
        """Take the hook away; once more is harmless."""
        self._entries[:] = [entry for entry in self._entries if entry is not self._entry]

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.remove()


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
        return RemovableHandle(entries, entry)

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
        return self._watch_backward(module, args, output) if watched else output

    def _watch_backward(self, module: Any, args: tuple[Any, ...], output: Any) -> Any:
        if not isinstance(output, Tensor):
            raise TypeError(
                f"backward hooks need a module with one tensor as its output, "
                f"{type(module).__name__} returned a {type(output).__name__}"
            )
        if not output.requires_grad:
            return output
        output = _passage(output)
        backward, backward_pre = list(self.backward), list(self.backward_pre)
        inputs = [arg if _is_recorded(arg) else None for arg in args]
        waiting = {position for position, arg in enumerate(inputs) if arg is not None}
        grads: list[Any] = [None] * len(inputs)
        outgoing: list[Any] = []

        def leave(grad: Any) -> Any:
            """The gradient arrives at the module's output."""
            for hook, _ in backward_pre:
                changed = hook(module, (grad,))
                if changed is not None:
                    grad = changed[0] if isinstance(changed, tuple) else changed
            outgoing[:] = [grad]
            if not waiting:
                _call(grads)
            return grad

        def _call(grads: list[Any]) -> list[Any]:
            for hook, _ in backward:
                changed = hook(module, tuple(grads), tuple(outgoing))
                if changed is None:
                    continue
                changed = changed if isinstance(changed, tuple) else (changed,)
                if len(inputs) > 1:
                    raise RuntimeError(
                        f"a backward hook of {type(module).__name__} wants to replace the "
                        "gradients of several inputs, but some of them are already on their way; "
                        "register a hook on each tensor instead"
                    )
                grads = list(changed)
            return grads

        def enter(position: int) -> Hook:
            """The gradient arrives at one of the module's inputs."""

            def receive(grad: Any) -> Any:
                grads[position] = grad
                waiting.discard(position)
                return grad if waiting else _call(grads)[position]

            return receive

        output.register_hook(leave)
        for position, arg in enumerate(inputs):
            if arg is not None and backward:
                arg.register_hook(enter(position))
        return output


def _is_recorded(arg: Any) -> bool:
    return isinstance(arg, Tensor) and arg.requires_grad


def _passage(arg: Any) -> Any:
    """A node of its own for a tensor that enters or leaves: its gradient is this module's alone."""
    return ops.reshape(arg, shape=arg.shape) if _is_recorded(arg) else arg
