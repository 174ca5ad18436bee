"""Functions that are called at moments of an optimizer's life."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tinygrad_edu._checks import check_function
from tinygrad_edu.engine import RemovableHandle

__all__ = ["StepHooks"]

Hook = Callable[..., Any]


def _counted(step: Callable[..., Any]) -> Callable[..., Any]:
    """``step``, which counts itself in ``steps`` unless it calls one that does."""

    @functools.wraps(step)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        before = self.steps
        loss = step(self, *args, **kwargs)
        if self.steps == before:
            self.steps += 1
        return loss

    return call


class StepHooks:
    """The hooks around a step, and around saving and loading; all get the optimizer first."""

    _hooks: dict[str, list[Hook]]
    steps: int

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A step that is written by hand, as PyTorch's are, is counted too: schedulers ask for it.
        if "step" in vars(cls) and getattr(cls, "direction", None) is None:
            cls.step = _counted(cls.step)  # type: ignore[attr-defined]  # it is there

    def run_hooks(self, moment: str, *args: Any) -> None:
        """Call the hooks registered for a moment of the optimizer's life, in their order."""
        for hook in tuple(self._hooks.get(moment, ())):
            hook(self, *args)

    def _register(self, moment: str, hook: Hook) -> RemovableHandle:
        check_function(f"register_{moment}_hook", "hook", hook)
        hooks = self._hooks.setdefault(moment, [])
        hooks.append(hook)
        return RemovableHandle(lambda: hooks.remove(hook) if hook in hooks else None)

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(optimizer)`` before each step; returns a handle that removes the hook."""
        return self._register("step_pre", hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(optimizer)`` after each step; returns a handle that removes the hook."""
        return self._register("step_post", hook)

    def register_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(optimizer)`` before the state is saved."""
        return self._register("state_dict_pre", hook)

    def register_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(optimizer, state_dict)``, which may add to the state that was saved."""
        return self._register("state_dict_post", hook)

    def register_load_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(optimizer, state_dict)`` before a state is checked and loaded."""
        return self._register("load_state_dict_pre", hook)

    def register_load_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(optimizer)`` after a state was loaded."""
        return self._register("load_state_dict_post", hook)
