"""Functions that watch, or change, what goes into and comes out of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._restored import restored
from tinygrad_edu.engine import RemovableHandle
from tinygrad_edu.tensor import Tensor

__all__ = ["Hook", "Hooks", "watched"]

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

    def discard(self, hook: Hook) -> None:
        """Take every entry of ``hook`` away from the forward hooks."""
        for entries in (self.forward_pre, self.forward):
            entries[:] = [entry for entry in entries if entry[0] is not hook]

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
        crossing = None
        if self.backward or self.backward_pre:
            crossing = _Crossing(module, list(self.backward_pre), list(self.backward))
            args = crossing.entered(args)
        output = module.forward(*args, **kwargs)
        for hook, with_kwargs in list(self.forward):
            if with_kwargs:
                changed = hook(module, args, kwargs, output)
            else:
                changed = hook(module, args, output)
            if changed is not None:
                output = changed
        return output if crossing is None else crossing.left(output)


@contextmanager
def watched(modules: Iterable[Any], *, after: Hook, before: Hook | None = None) -> Iterator[None]:
    """Inside the block, call ``before`` and ``after`` before and after the forward of modules."""
    modules = list(modules)

    def remove() -> None:
        for module in modules:
            if module._hooks is not None:
                module._hooks.discard(before)
                module._hooks.discard(after)

    with restored(remove):
        for module in modules:
            if before is not None:
                module.register_forward_pre_hook(before)
            module.register_forward_hook(after)
        yield


class _Crossing:
    """One call of a module with backward hooks: what entered, what left, and their gradients."""

    def __init__(self, module: Any, before: list[Any], after: list[Any]) -> None:
        self.module, self.before, self.after = module, before, after
        # The gradients of the output, between their arrival and that of the input's gradients.
        self.outgoing: tuple[Any, ...] | None = None

    def entered(self, args: tuple[Any, ...]) -> Any:
        """The inputs on their way in, with the hooks of this call on them."""
        self.entry = _Gate(args)
        return self.entry.passed(args, self.at_input if self.after else None)

    def left(self, output: Any) -> Any:
        """The output on its way out, with the hooks of this call on it."""
        self.exit = _Gate(output)
        if not any(isinstance(leaf, Tensor) for leaf in _leaves(output)):
            raise TypeError(
                f"backward hooks need a module whose output is a tensor, or a tuple, list or dict "
                f"with tensors; {type(self.module).__name__} returned a {type(output).__name__}"
            )
        return self.exit.passed(output, self.at_output)

    def at_output(self, grad: Any) -> Any:
        """The gradient arrives at the output: the hooks before may replace it."""
        grads = self.exit.split(grad)
        for hook, _ in self.before:
            grads = self._replaced(grads, hook(self.module, grads))
        if any(self.entry.parts):
            self.outgoing = grads
        else:
            for hook, _ in self.after:
                hook(self.module, (None,) * len(self.entry.parts), grads)
        return self.exit.joined(grads)

    def at_input(self, grad: Any) -> Any:
        """The gradient arrives at the inputs: the hooks after see both, and may replace it.

        In a derivative of a derivative, a gradient may come here without having passed the output.
        It is none of this module's, and the hooks are not called.
        """
        if self.outgoing is None:
            return grad
        grads, outgoing, self.outgoing = self.entry.split(grad), self.outgoing, None
        for hook, _ in self.after:
            grads = self._replaced(grads, hook(self.module, grads, outgoing))
        return self.entry.joined(grads)

    def _replaced(self, grads: tuple[Any, ...], changed: Any) -> tuple[Any, ...]:
        if changed is None:
            return grads
        new = tuple(changed) if isinstance(changed, (tuple, list)) else (changed,)
        if [g is None for g in new] != [g is None for g in grads]:
            shapes = [None if g is None else g.shape for g in grads]
            raise RuntimeError(
                f"a backward hook of {type(self.module).__name__} returned {len(new)} gradients, "
                f"{sum(g is None for g in new)} of them None; expected those of shapes {shapes}"
            )
        return new


class _Gate:
    """Tensors that enter or leave a module together, through one node: it has all their gradients.

    The node is a view of the tensor, or where there are several all of their elements in a row. A
    gate holds shapes alone: a node leads to its hooks, and through them it must not hold itself.
    """

    def __init__(self, value: Any) -> None:
        #: For each leaf its shape, size and dtype, or None if it is not recorded.
        self.parts = [
            (leaf.shape, leaf.size, leaf.dtype) if _is_recorded(leaf) else None
            for leaf in _leaves(value)
        ]

    def passed(self, value: Any, hook: Hook | None) -> Any:
        """The same value, of tensors that come out of the node, which has the hook."""
        leaves = list(_leaves(value))
        recorded = [leaf for leaf in leaves if _is_recorded(leaf)]
        if not recorded:
            return value
        first = ops.reshape(recorded[0], shape=recorded[0].shape)
        node = first if len(recorded) == 1 else self.joined((first, *recorded[1:]))
        if hook is not None:
            node.register_hook(hook)
        out = self.split(node)
        pairs = zip(leaves, out, strict=True)
        return _rebuilt(value, (old if new is None else new for old, new in pairs))

    def split(self, row: Any) -> tuple[Any, ...]:
        """The part of each leaf, None for those without."""
        if sum(part is not None for part in self.parts) == 1:
            return tuple(row if part else None for part in self.parts)
        found: list[Any] = []
        start = 0
        for part in self.parts:
            if part is None:
                found.append(None)
                continue
            shape, size, dtype = part
            piece = ops.reshape(row[start : start + size], shape=shape)
            found.append(piece if piece.dtype == dtype else piece.astype(dtype))
            start += size
        return tuple(found)

    def joined(self, parts: tuple[Any, ...]) -> Any:
        """What `split` takes apart."""
        known = [part for part in parts if part is not None]
        if len(known) == 1:
            return known[0]
        return ops.concatenate([ops.reshape(part, shape=(-1,)) for part in known], axis=0)


def _is_recorded(leaf: Any) -> bool:
    return isinstance(leaf, Tensor) and leaf.requires_grad


def _leaves(value: Any) -> Iterator[Any]:
    """What lists, tuples and dicts hold, in order."""
    if isinstance(value, (tuple, list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def _rebuilt(value: Any, leaves: Iterator[Any]) -> Any:
    """The same lists, tuples and dicts around other leaves."""
    if isinstance(value, dict):
        return type(value)({key: _rebuilt(part, leaves) for key, part in value.items()})
    if isinstance(value, (tuple, list)):
        parts = [_rebuilt(part, leaves) for part in value]
        # A named tuple takes its parts one by one.
        named = getattr(value, "_fields", None) is not None
        return type(value)(*parts) if named else type(value)(parts)
    return next(leaves)
