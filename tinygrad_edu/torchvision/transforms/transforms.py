"""The classes of transforms, under the second name that torchvision has for this module."""

from typing import Any

from tinygrad_edu.torchvision import transforms

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    return getattr(transforms, name)
