"""Functions that watch the gradient of one tensor."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable
from typing import Any

from tinygrad_edu._checks import check_function
from tinygrad_edu.engine import Node, RemovableHandle

__all__ = [
    "is_kept", "register", "register_post_accumulate_grad_hook", "retain", "warn_if_not_kept",
]  # fmt: skip

Hook = Callable[[Any], Any]


def register(tensor: Node, hook: Hook, *, accumulated: bool = False) -> RemovableHandle:
    """Add a hook behind the others; those of `retain` stay last."""
    check_function("register_hook", "hook", hook)
    entry = _Accumulated(hook) if accumulated else _Once(hook)
    others, kept = _split(tensor)
    tensor.hooks = [*others, entry, *kept]
    place = weakref.ref(tensor)  # a closure often holds tensor and handle: no cycle

    def remove() -> None:
        if (owner := place()) is not None:
            owner.hooks = [h for h in owner.hooks or () if h is not entry] or None

    return RemovableHandle(remove)


class _Once:
    """One registration of a hook: a function that is registered twice can be removed once."""

    __slots__ = ("hook",)

    def __init__(self, hook: Hook) -> None:
        self.hook = hook

    def __call__(self, grad: Any) -> Any:
        return self.hook(grad)


class _Accumulated:
    """A hook that the engine calls once the gradient has been added to ``.grad``."""

    __slots__ = ("accumulated",)

    def __init__(self, hook: Hook) -> None:
        self.accumulated = hook

    def __call__(self, grad: Any) -> None:
        """Do nothing: this hook waits for the accumulated gradient."""


class _Retained:
    """The hook of `Tensor.retain_grad`: it puts the gradient where a leaf would have it."""

    def __init__(self, tensor: Node) -> None:
        self.tensor = weakref.ref(tensor)  # a hook that held its tensor would be a cycle

    def __call__(self, grad: Any) -> None:
        tensor = self.tensor()
        if tensor is None:
            return
        grad = grad if grad.requires_grad else grad.clone()
        tensor.gradient = grad if tensor.gradient is None else tensor.gradient + grad


def warn_if_not_kept(tensor: Node) -> None:
    """Warn that a computed tensor has no ``.grad``: nobody asked that it be kept."""
    if tensor.requires_grad and not _split(tensor)[1]:
        warnings.warn(
            "the .grad of a tensor that was computed is None, since backward keeps the gradients "
            "of leaves only; call .retain_grad() before backward, or use tg.grad(loss, tensor). "
            "After w = w - lr * w.grad, w is such a tensor: write w -= lr * w.grad inside "
            "`with tg.no_grad():`",
            UserWarning,
            stacklevel=3,
        )


def retain(tensor: Node) -> None:
    """Keep the gradient of ``tensor``: once, and after the hooks that may replace it."""
    others, kept = _split(tensor)
    tensor.hooks = [*others, *(kept or [_Retained(tensor)])]


def register_post_accumulate_grad_hook(tensor: Node, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Call ``hook(tensor)`` each time backward has added to ``.grad`` of this leaf.

    The hooks run without recording, when all leaves have their gradients; what they return is
    ignored. ``.remove()`` of the handle that is returned removes the hook. `tinygrad_edu.grad`
    adds to no ``.grad`` and calls none of them.

    Raises
    ------
    RuntimeError
        If the tensor is no leaf, or requires no gradient.

    Examples
    --------
    A step as soon as the gradient is there, which need not be kept then:

    >>> import tinygrad_edu as tg
    >>> def step(w):
    ...     w -= 0.1 * w.grad
    ...     w.grad = None
    >>> w = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> handle = w.register_post_accumulate_grad_hook(step)
    >>> (w * w).sum().backward()
    >>> w, w.grad
    (tensor([0.8, 1.6], requires_grad=True), None)
    """
    if not tensor.requires_grad:
        raise RuntimeError("a hook needs a tensor that requires a gradient")
    if not tensor.is_leaf:
        raise RuntimeError(
            "register_post_accumulate_grad_hook needs a leaf: backward adds to .grad of leaves "
            f"only, and this tensor was made by {tensor.op.name if tensor.op else '?'}; its "
            "gradient passes through register_hook"
        )
    return register(tensor, hook, accumulated=True)


def is_kept(hook: Hook) -> bool:
    """Whether a hook stays with a tensor that is changed in place: that of `retain`."""
    return isinstance(hook, _Retained)


def _split(tensor: Node) -> tuple[list[Hook], list[_Retained]]:
    hooks = tensor.hooks or []
    kept = [h for h in hooks if isinstance(h, _Retained)]
    return [h for h in hooks if not isinstance(h, _Retained)], kept
