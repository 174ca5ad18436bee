"""Transforms made of transforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_function, check_list, check_number
from tinygrad_edu.tensor import rand, randperm
from tinygrad_edu.torchvision.transforms._transform import Transform

__all__ = ["Compose", "Lambda", "RandomApply", "RandomChoice", "RandomOrder"]


class Compose:
    """Transforms one after the other.

    >>> double = Compose([Lambda(lambda x: x + 1), Lambda(lambda x: x * 2)])
    >>> double(3)
    8
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, img: Any) -> Any:
        """Apply the transforms in their order."""
        for transform in self.transforms:
            img = transform(img)
        return img

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_lines(self.transforms)}\n)"


def _lines(transforms: Sequence[Any]) -> str:
    return "".join(f"\n    {transform}" for transform in transforms)


class Lambda:
    """A function of a user's as a transform."""

    def __init__(self, lambd: Callable[[Any], Any]) -> None:
        self.lambd = check_function("Lambda", "lambd", lambd)

    def __call__(self, img: Any) -> Any:
        """Call the function."""
        return self.lambd(img)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class RandomApply(Transform):
    """All transforms, with probability ``p``, or none of them."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]], p: float = 0.5) -> None:
        super().__init__()
        self.transforms = check_list("RandomApply", "transforms", transforms, "transforms")
        self.p = check_number("RandomApply", "p", p, "[0, 1]")

    def forward(self, img: Any) -> Any:
        """Apply them, or return the image as it is."""
        if self.p < rand(1).item():
            return img
        for transform in self.transforms:
            img = transform(img)
        return img

    def __repr__(self) -> str:
        return f"RandomApply(\n    p={self.p}{_lines(self.transforms)}\n)"


class RandomChoice(Transform):
    """One of the transforms, drawn with the probabilities ``p``."""

    def __init__(
        self, transforms: Sequence[Callable[[Any], Any]], p: Sequence[float] | None = None
    ) -> None:
        super().__init__()
        self.transforms = check_list("RandomChoice", "transforms", transforms, "transforms")
        count = len(self.transforms)
        self.p = p if p is None else check_list("RandomChoice", "p", p, "numbers")
        if not count or (self.p is not None and len(self.p) != count):
            raise ValueError(f"RandomChoice: {count} transforms need as many p, received {p!r}")

    def forward(self, img: Any) -> Any:
        """Apply one of them."""
        weights = self.p or [1.0] * len(self.transforms)
        place = rand(1).item() * sum(weights)
        chosen = int(np.searchsorted(np.cumsum(weights), place, side="right"))
        return self.transforms[min(chosen, len(weights) - 1)](img)

    def __repr__(self) -> str:
        return f"RandomChoice({_lines(self.transforms)}\n)(p={self.p})"


class RandomOrder(Transform):
    """All transforms, in a random order."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        super().__init__()
        self.transforms = check_list("RandomOrder", "transforms", transforms, "transforms")

    def forward(self, img: Any) -> Any:
        """Apply them in an order that is drawn."""
        for k in randperm(len(self.transforms)).tolist():
            img = self.transforms[k](img)
        return img

    def __repr__(self) -> str:
        return f"RandomOrder({_lines(self.transforms)}\n)"
