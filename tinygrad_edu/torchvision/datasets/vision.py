"""VisionDataset: what sets of images share, and images in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_function
from tinygrad_edu.data import Dataset
from tinygrad_edu.data.arguments import check_path
from tinygrad_edu.data.dataset import resolve_index
from tinygrad_edu.engine import value_of
from tinygrad_edu.tensor import from_numpy
from tinygrad_edu.torchvision import transforms as T
from tinygrad_edu.torchvision._images import image_of
from tinygrad_edu.torchvision.transforms import v2
from tinygrad_edu.torchvision.transforms.functional.conversion import scaled

__all__ = ["VisionDataset"]


class VisionDataset(Dataset[Any]):
    """A set of images in a folder; ``transforms`` gets image and target, the others one of them.

    Raises
    ------
    ValueError
        If ``transforms`` is given beside ``transform`` or ``target_transform``.
    """

    def __init__(
        self,
        root: str | Path | None = None,
        transforms: Callable[[Any, Any], Any] | None = None,
        transform: Callable[[Any], Any] | None = None,
        target_transform: Callable[[Any], Any] | None = None,
    ) -> None:
        owner = type(self).__name__
        self.root = "" if root is None else str(check_path(owner, root, "root").expanduser())
        self.transform = check_function(owner, "transform", transform, True)
        self.target_transform = check_function(owner, "target_transform", target_transform, True)
        check_function(owner, "transforms", transforms, True)
        if transforms is not None and (transform is not None or target_transform is not None):
            raise ValueError(f"{owner}: transforms goes without transform and target_transform")
        self.transforms = transforms

    def transformed(self, img: Any, target: Any) -> tuple[Any, Any]:
        """Image and target after the transforms."""
        if self.transforms is not None:
            made: tuple[Any, Any] = self.transforms(img, target)
            return made
        img = img if self.transform is None else self.transform(img)
        return img, (target if self.target_transform is None else self.target_transform(target))

    def extra_repr(self) -> str:
        """What ``repr`` says beside size, folder and transforms."""
        return ""

    def __repr__(self) -> str:
        lines = [f"Dataset {type(self).__name__}", f"    Number of datapoints: {len(self)}"]  # type: ignore[arg-type]  # subclasses have a length
        if self.root:
            lines.append(f"    Root location: {self.root}")
        lines += [f"    {line}" for line in self.extra_repr().splitlines()]
        if self.transform is not None or self.target_transform is not None:
            lines.append("    StandardTransform")
        for head, made in (
            ("Transform", self.transform),
            ("Target transform", self.target_transform),
        ):
            if made is not None:
                said = str(made).splitlines()
                blank = " " * (len(head) + 2)
                lines += [f"{head}: {said[0]}", *(blank + line for line in said[1:])]
        return "\n".join(lines)


class ImagesInMemory(VisionDataset):
    """Images as bytes in ``data``, and their classes in ``targets``; both may be changed.

    The first transforms, `ToTensor` and what may follow it (`_WHOLE`), are applied to a whole batch
    at once where a loader asks for one: the same numbers, many times faster.
    """

    data: Any
    targets: Any

    @property
    def takes_arrays(self) -> bool:  # type: ignore[override]  # it depends on the transforms
        """Whether all transforms make the same of a batch as of its images one by one."""
        whole, rest = self._steps()
        return bool(whole) and not rest and self.target_transform is None

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: Any) -> tuple[Any, Any]:
        chosen = resolve_index(index, len(self))
        if not isinstance(chosen, int):
            if not self.takes_arrays:
                raise IndexError(
                    f"{type(self).__name__}: with these transforms it gives one example by one "
                    "integer"
                )
            chosen = np.arange(len(self))[chosen]
            targets = value_of(self.targets)
            picked = [targets[k] for k in chosen.tolist()]
            return self._batch(chosen), from_numpy(np.array(picked, np.int64))
        pixels = value_of(self.data[chosen])
        image = image_of(pixels, f"an image of {type(self).__name__}")
        return self.transformed(image, int(self.targets[chosen]))

    def __getitems__(self, keys: list[int]) -> list[tuple[Any, Any]]:
        whole, rest = self._steps()
        if not whole:
            return [self[key] for key in keys]
        examples = []
        for key, made in zip(keys, self._batch(np.asarray(keys, np.intp)), strict=True):
            for step in rest:
                made = step(made)
            target = int(self.targets[key])
            own = self.target_transform
            examples.append((made, target if own is None else own(target)))
        return examples

    def _steps(self) -> tuple[list[Any], list[Any]]:
        """The transforms that may be applied to a batch, and those that follow."""
        single = type(self.transform) not in (T.Compose, v2.Compose)
        steps = [self.transform] if single else list(self.transform.transforms)
        first = type(steps[0]) if steps else None
        is_bytes = value_of(self.data).dtype == np.uint8
        if self.transforms is not None or first not in _FIRST or not is_bytes:
            return [], steps
        count = next((k for k, step in enumerate(steps[1:], 1) if not _is_whole(step)), len(steps))
        return steps[:count], steps[count:]

    def _batch(self, chosen: NDArray[np.intp]) -> Any:
        """The images after the first transforms, a tensor (N, C, H, W)."""
        (first, *others), _ = self._steps()
        images = value_of(self.data)[chosen]
        images = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
        images = np.ascontiguousarray(images)
        made: Any = from_numpy(
            scaled(images) if type(first) in (T.ToTensor, v2.ToTensor) else images
        )
        for step in others:
            made = step(made)
        return made


# Transforms that make a tensor of an image, and those that treat all images of a batch alike.
_FIRST = (T.ToTensor, T.PILToTensor, v2.ToTensor, v2.PILToTensor, v2.ToImage)
_WHOLE = (T.ConvertImageDtype, T.Normalize, v2.ConvertImageDtype, v2.Normalize, v2.ToDtype)


def _is_whole(step: Any) -> bool:
    return type(step) in _WHOLE
