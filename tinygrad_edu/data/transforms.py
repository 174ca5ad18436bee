"""Transforms of whole batches of images or labels.

A transform is a callable from array to array. All of these work on a batch (its first axis counts
the examples) and return a new array; those that draw take ``generator=``, an integer seeding one
that lives as long as the transform.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, DTypeLike

from tinygrad_edu._checks import check_count, check_number, is_array
from tinygrad_edu.data.arguments import as_array, check_array
from tinygrad_edu.data.dataset import Array
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "Compose", "Flatten", "Normalize", "OneHot", "RandomCrop", "RandomHorizontalFlip", "ToFloat",
]  # fmt: skip

Transform: TypeAlias = Callable[[Array], Array]


class Compose:
    """Transforms one after the other.

    Examples
    --------
    >>> both = tg.data.Compose([tg.data.ToFloat(), tg.data.Flatten()])
    >>> both(np.full((5, 1, 2, 3), 255, dtype=np.uint8)).shape
    (5, 6)
    """

    def __init__(self, transforms: Sequence[Transform]) -> None:
        if not isinstance(transforms, Sequence) or not all(map(callable, transforms)):
            raise TypeError(
                f"Compose: transforms must be a list of functions, received {transforms!r}"
            )
        self.transforms = list(transforms)

    def __call__(self, x: Array) -> Array:
        """Apply the transforms in their order."""
        for transform in self.transforms:
            x = transform(x)
        return x

    def __repr__(self) -> str:
        return f"Compose({self.transforms!r})"


class ToFloat:
    """Integer pixels to float32 between 0 and 1: ``x / high``.

    Parameters
    ----------
    high : int, default=255
        The value of a white pixel (16 in the digits).

    Raises
    ------
    TypeError
        If the pixels are floats already: dividing twice would make a black image without a word.

    Examples
    --------
    >>> tg.data.ToFloat()(np.array([[0, 51, 255]], dtype=np.uint8))
    array([[0. , 0.2, 1. ]], dtype=float32)
    """

    def __init__(self, high: float = 255) -> None:
        self.high = check_number("ToFloat", "high", high, "(0, inf)")

    def __call__(self, x: Array) -> Array:
        """Return ``x / high``, computed in float32."""
        x = check_array("ToFloat", x)
        if x.dtype.kind not in "iu":
            raise TypeError(
                f"ToFloat turns integers into floats, received {x.dtype}; was it applied twice?"
            )
        scaled = x.astype(np.float32)
        scaled /= self.high
        return scaled

    def __repr__(self) -> str:
        return f"ToFloat(high={self.high})"


class Normalize:
    """Zero mean and unit deviation per channel: ``(x - mean) / std``.

    Parameters
    ----------
    mean, std : float or sequence of C floats
        One for all, or one for each index of axis 1 of ``x``, shape (N, C, ...).

    Raises
    ------
    ValueError
        If a std is not positive, or the number of channels differs from that of ``x``.
    TypeError
        If ``x`` holds integers, where the difference would wrap around.

    Examples
    --------
    >>> tg.data.Normalize(0.5, 0.25)(np.array([[0.0, 0.5, 1.0]], dtype=np.float32))
    array([[-2.,  0.,  2.]], dtype=float32)
    """

    def __init__(self, mean: float | Sequence[float], std: float | Sequence[float]) -> None:
        for name, value in {"mean": mean, "std": std}.items():
            array = as_array(value)
            if array.ndim > 1 or not array.size or array.dtype.kind not in "iuf":
                raise TypeError(
                    f"Normalize: {name} must be a number, or one for each channel, "
                    f"received {value!r}"
                )
        self.mean = mean
        self.std = std
        if not np.isfinite(np.asarray(mean)).all():
            raise ValueError(f"Normalize: mean must be finite, received {mean}")
        if not (np.isfinite(np.asarray(std)) & (np.asarray(std) > 0)).all():
            raise ValueError(f"Normalize: std must be positive and finite, received {std}")

    def __call__(self, x: Array) -> Array:
        """Return ``(x - mean) / std``, in the dtype of ``x``."""
        x = check_array("Normalize", x)
        if x.dtype.kind != "f":
            raise TypeError(f"Normalize needs floats, received {x.dtype}; put ToFloat() before it")
        normalized: Array = x - self._per_channel(self.mean, x)
        normalized /= self._per_channel(self.std, x)
        return normalized

    def _per_channel(self, value: ArrayLike, x: Array) -> Array:
        array = np.asarray(value, dtype=x.dtype)
        if array.size == 1:
            return array.reshape(())
        if x.ndim < 2 or array.shape != x.shape[1:2]:
            raise ValueError(
                f"Normalize: {array.size} channels do not fit x of shape {x.shape}; "
                "axis 1 holds the channels"
            )
        return array.reshape(-1, *[1] * (x.ndim - 2))

    def __repr__(self) -> str:
        return f"Normalize(mean={self.mean}, std={self.std})"


class Flatten:
    """Each example as one row: (N, ...) to (N, D).

    Examples
    --------
    >>> tg.data.Flatten()(np.zeros((5, 3, 2, 4))).shape
    (5, 24)
    """

    def __call__(self, x: Array) -> Array:
        """Return each example as one row."""
        x = check_array("Flatten", x)
        return x.reshape(len(x), -1) if x.size else x.reshape(len(x), int(np.prod(x.shape[1:])))

    def __repr__(self) -> str:
        return "Flatten()"


class RandomCrop:
    """A window at a random place of each image, after padding it with zeros on all sides.

    ``RandomCrop(32, padding=4)`` shifts CIFAR's images by up to four pixels. Axes: (N, C, H, W).

    Raises
    ------
    ValueError
        If ``x`` has not four axes, or the padded image is smaller than the window.

    Examples
    --------
    >>> crop = tg.data.RandomCrop(28, padding=2, generator=0)
    >>> crop(np.ones((5, 1, 28, 28), dtype=np.uint8)).shape
    (5, 1, 28, 28)
    """

    def __init__(
        self, size: int | tuple[int, int], padding: int = 0, generator: GeneratorLike = None
    ) -> None:
        sides = size if isinstance(size, tuple | list) and len(size) == 2 else (size, size)
        height, width = (check_count("RandomCrop", "size", side) for side in sides)
        self.size = height, width
        self.padding = check_count("RandomCrop", "padding", padding, at_least=0)
        self.generator = (
            None if generator is None else get_generator(generator, type(self).__name__)
        )

    def __call__(self, x: Array) -> Array:
        """Pad the images and cut each of them at a random place."""
        x = _check_images("RandomCrop", x)
        pad = (self.padding, self.padding)
        padded = np.pad(x, ((0, 0), (0, 0), pad, pad))
        room = np.subtract(padded.shape[2:], self.size)
        if room.min() < 0:
            raise ValueError(
                f"RandomCrop: images of {x.shape[2:]} padded by {self.padding} are smaller "
                f"than {self.size}"
            )
        draw = get_generator(self.generator)
        top, left = (draw.integers(0, free, size=len(x), endpoint=True) for free in room)
        windows = sliding_window_view(padded, self.size, axis=(2, 3))
        return windows[np.arange(len(x)), :, top, left]

    def __repr__(self) -> str:
        return f"RandomCrop(size={self.size}, padding={self.padding})"


class RandomHorizontalFlip:
    """Each image mirrored left to right with probability ``p``. Axes: (N, C, H, W).

    Examples
    --------
    >>> flip = tg.data.RandomHorizontalFlip(p=1.0)
    >>> flip(np.arange(3).reshape(1, 1, 1, 3))
    array([[[[2, 1, 0]]]])
    """

    def __init__(self, p: float = 0.5, generator: GeneratorLike = None) -> None:
        self.p = check_number("RandomHorizontalFlip", "p", p, "[0, 1]")
        self.generator = (
            None if generator is None else get_generator(generator, type(self).__name__)
        )

    def __call__(self, x: Array) -> Array:
        """Mirror each image with probability ``p``."""
        x = _check_images("RandomHorizontalFlip", x)
        mirrored = get_generator(self.generator).random(len(x)) < self.p
        out = x.copy()
        out[mirrored] = out[mirrored, ..., ::-1]
        return out

    def __repr__(self) -> str:
        return f"RandomHorizontalFlip(p={self.p})"


class OneHot:
    """Class indices (N,) to rows (N, num_classes) with a one at the class, for losses on vectors.

    Raises
    ------
    TypeError
        If the labels are not integers.
    ValueError
        If a label is outside 0 to ``num_classes - 1``.

    Examples
    --------
    >>> tg.data.OneHot(3)(np.array([2, 0]))
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """

    def __init__(self, num_classes: int, dtype: DTypeLike = np.float32) -> None:
        self.num_classes = check_count("OneHot", "num_classes", num_classes)
        try:
            self.dtype: np.dtype[Any] = np.dtype("V" if dtype is None or is_array(dtype) else dtype)
        except (TypeError, ValueError):  # NumPy raises either
            self.dtype = np.dtype("V")
        if self.dtype.kind not in "biufc":
            raise TypeError(f"OneHot: dtype must be a dtype of numbers, received {dtype!r}")

    def __call__(self, y: Array) -> Array:
        """Return one row for each class index."""
        y = check_array("OneHot", y)
        if y.dtype.kind not in "iu":
            raise TypeError(f"OneHot: labels must be integers, received {y.dtype}")
        outside = (y < 0) | (y >= self.num_classes)
        if outside.any():
            raise ValueError(
                f"OneHot: labels must be 0 to {self.num_classes - 1}, received {y[outside].flat[0]}"
            )
        return np.eye(self.num_classes, dtype=self.dtype)[y]

    def __repr__(self) -> str:
        return f"OneHot({self.num_classes})"


def _check_images(who: str, x: Array) -> Array:
    x = check_array(who, x)
    if x.ndim != 4:
        raise ValueError(f"{who}: images must have the axes (N, C, H, W), received shape {x.shape}")
    return x
