"""``torch.amp``: mixed precision is for GPUs; here it is always switched off."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

__all__ = ["GradScaler", "autocast", "is_autocast_enabled"]


class autocast:  # noqa: N801 (PyTorch's name)
    """A block, or a decorator, under which everything is computed in its own dtype.

    For an accelerator it is off, as in PyTorch where there is none. On the CPU PyTorch would
    compute in bfloat16, which NumPy does not have.

    Raises
    ------
    ValueError
        If it is switched on for the CPU.

    Examples
    --------
    >>> with autocast("cuda"):
    ...     pass
    """

    def __init__(
        self,
        device_type: str = "cuda",
        dtype: Any = None,
        enabled: bool = True,
        cache_enabled: bool | None = None,
    ) -> None:
        if enabled is True and str(device_type).startswith("cpu"):
            raise ValueError(
                "autocast: there is no bfloat16 here; enabled=False leaves every dtype as it is"
            )

    def __enter__(self) -> autocast:
        """Change nothing."""
        return self

    def __exit__(self, *error: object) -> None:
        """Change nothing."""

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, unchanged."""

        @functools.wraps(function)
        def plain(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return plain


def is_autocast_enabled(device_type: str = "cuda") -> bool:
    """Whether operations choose a dtype by themselves: no."""
    return False


class GradScaler:
    """A scaler of the loss that is switched off: it scales by 1, and `step` steps.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> scaler = GradScaler("cuda")
    >>> scaler.scale(tg.tensor(2.0)), scaler.is_enabled()
    (tensor(2.), False)
    """

    def __init__(self, device: str = "cuda", *settings: Any, **options: Any) -> None:
        return None

    def is_enabled(self) -> bool:
        """Whether losses are scaled: no."""
        return False

    def get_scale(self) -> float:
        """The factor: 1."""
        return 1.0

    def scale(self, outputs: Any) -> Any:
        """The loss, or the losses, as they are."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Leave the gradients as they are."""

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """Make a step of the optimizer."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: Any = None) -> None:
        """Leave the factor as it is."""

    def state_dict(self) -> dict[str, Any]:
        """No state, as in PyTorch where it is off."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """There is no state to take."""
