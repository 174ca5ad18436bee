"""The same transforms as in `transforms`, which also take an image with its label.

``transform(image, label)``, or a tuple, a list or a dict of them, transforms the image and hands
on the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tinygrad_edu.tensor import Tensor
from tinygrad_edu.torchvision import transforms as _v1
from tinygrad_edu.torchvision._images import is_pil
from tinygrad_edu.torchvision._missing import no_name as _no_name
from tinygrad_edu.torchvision.transforms import functional as functional
from tinygrad_edu.torchvision.transforms._transform import Transform as _Transform
from tinygrad_edu.torchvision.transforms.functional import InterpolationMode as InterpolationMode


class _Joint:
    """A call with an image and what belongs to it."""

    def __call__(self, *inputs: Any) -> Any:
        """Transform the image among the inputs."""
        call = super().__call__  # type: ignore[misc]  # the transform beside it has one
        sample = inputs[0] if len(inputs) == 1 else inputs
        if not isinstance(sample, tuple | list | Mapping):
            return call(sample)
        keys = list(sample) if isinstance(sample, Mapping) else list(range(len(sample)))
        images = [key for key in keys if is_pil(sample[key])]
        images = images or [key for key in keys if isinstance(sample[key], Tensor)][:1]
        if len(images) > 1:
            raise TypeError(
                f"{type(self).__name__}: one image at a time, received {len(images)}; transform "
                "several alike with functional"
            )
        made = {key: call(sample[key]) if key in images else sample[key] for key in keys}
        return made if isinstance(sample, Mapping) else type(sample)(made.values())


class ToImage(_Joint, _Transform):
    """An image of Pillow, or an array (H, W[, C]), as a tensor (C, H, W) with its numbers."""

    def forward(self, inpt: Any) -> Any:
        """Convert it."""
        return functional.to_image(inpt) if is_pil(inpt) or isinstance(inpt, np.ndarray) else inpt


class ToDtype(_Joint, _Transform):
    """A tensor in another dtype; with ``scale`` in its range too."""

    def __init__(self, dtype: Any, scale: bool = False) -> None:
        super().__init__()
        self.dtype, self.scale = dtype, scale

    def forward(self, inpt: Any) -> Any:
        """Convert it."""
        return functional.to_dtype(inpt, self.dtype, self.scale)


class ToPureTensor(_Joint, _Transform):
    """The tensor itself: images are tensors here."""

    def forward(self, inpt: Any) -> Any:
        """Return it."""
        return inpt


class Identity(ToPureTensor):
    """The image itself."""


def _joined(name: str) -> type:
    base = getattr(_v1, name)
    return type(
        name, (_Joint, base), {"__module__": __name__, "__doc__": base.__doc__.partition("\n\n")[0]}
    )


__all__ = ["Identity", "InterpolationMode", "ToDtype", "ToImage", "ToPureTensor", "functional"]
for _name in _v1.__all__:
    if isinstance(getattr(_v1, _name, None), type) and _name not in __all__:
        globals()[_name] = _joined(_name)
        __all__ += [_name]


def __getattr__(name: str) -> Any:
    raise _no_name(__name__, name)
