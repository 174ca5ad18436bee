"""Why a name of torchvision is not here, and what to use instead."""

from __future__ import annotations

__all__ = ["no_name"]

_LARGE = "is a large net with trained weights, which is not planned; write the net with nn"
# By the end of the module and by name; "" stands for all other names of the module.
_WHY = {
    ("datasets", ""): "is not planned; datasets.ImageFolder reads folders of images, and a Dataset "
    "of your own anything else",
    ("transforms", ""): "is not planned; transforms.Lambda makes a transform of a function",
    ("v2", ""): "is not planned; a function of your own may stand in Compose",
    ("functional", ""): "is not planned; Pillow's ImageOps and ImageEnhance have most changes",
    ("models", ""): _LARGE,
    ("ops", ""): "belongs to the detection of objects, which is not planned",
    ("io", ""): "is not planned; io.read_image and Pillow read images",
    ("utils", ""): "is not planned; Pillow's ImageDraw draws on images",
    ("torchvision", "ops"): "belongs to the detection of objects, which is not planned",
}


def no_name(module: str, name: str) -> AttributeError:
    """The error for a name that a module lacks.

    >>> no_name("tinygrad_edu.torchvision.models", "resnet18")  # doctest: +ELLIPSIS
    AttributeError('torchvision.models.resnet18 is a large net with trained weights, ...')
    """
    if name.startswith("__"):
        return AttributeError(f"module {module!r} has no attribute {name!r}")
    end = module.rpartition(".")[2]
    why = _WHY.get((end, name)) or _WHY.get((end, ""), "is not here, and not planned")
    return AttributeError(f"{module.removeprefix('tinygrad_edu.')}.{name} {why}", name=name)
