"""Why a name of torchvision is not here, and what to use instead."""

from __future__ import annotations

import sys

from tinygrad_edu._face import is_imported_from

__all__ = ["no_name", "why_missing"]

_ELSE = "it is not planned"
# By the module below torchvision in which the name is missing.
_WHY = {
    "datasets": f"{_ELSE}; datasets.ImageFolder reads folders of images, and a Dataset of your own "
    "reads anything else",
    "transforms": f"{_ELSE}; transforms.Lambda makes a transform of a function",
    "functional": f"{_ELSE}; Pillow's ImageOps and ImageEnhance have most changes of images",
    "models": "large nets with trained weights are not planned; write the net with nn",
    "ops": "the detection of objects is not planned",
    "io": f"{_ELSE}; io.read_image and Pillow read images",
    "utils": f"{_ELSE}; Pillow's ImageDraw draws on images",
}


def why_missing(path: str) -> str:
    """The reason for a name such as ``torchvision.models.resnet18``, in one sentence.

    >>> why_missing("torchvision.models.resnet18")
    'large nets with trained weights are not planned; write the net with nn'
    """
    for part in reversed(path.split(".")):
        if part in _WHY:
            return _WHY[part]
    return _ELSE


def no_name(module: str, name: str) -> Exception:
    """The error for a name that a module lacks: an ImportError where it was imported."""
    if name.startswith("__"):  # what Python asks of a module
        return AttributeError(f"module {module!r} has no attribute {name!r}")
    path = f"{module.removeprefix('tinygrad_edu.')}.{name}"
    message = f"{path} is not here: {why_missing(path)}"
    if is_imported_from(sys._getframe(2)):
        return ImportError(message, name=path)
    return AttributeError(message, name=name)
