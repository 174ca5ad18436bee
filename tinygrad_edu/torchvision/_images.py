"""What counts as an image: one of Pillow, a tensor (..., C, H, W), or an array (H, W[, C]).

An array stands in for an image of Pillow where Pillow is not installed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._optional import require
from tinygrad_edu.tensor import Tensor, from_numpy

__all__ = [
    "array_of", "check_image", "dimensions", "image_of", "is_image", "is_pil", "of_each_kind",
    "pillow", "pillow_enhancers", "pillow_operations",
]  # fmt: skip


def pillow(what: str) -> Any:
    """Pillow's images, or an error that says what needs them."""
    return require("PIL.Image", extra="viz", what=what)


def pillow_operations(what: str) -> Any:
    """Pillow's functions of images."""
    return require("PIL.ImageOps", extra="viz", what=what)


def pillow_enhancers(what: str) -> Any:
    """Pillow's changes of brightness, contrast and colour."""
    return require("PIL.ImageEnhance", extra="viz", what=what)


def is_pil(value: Any) -> bool:
    """Whether it is an image of Pillow; without Pillow there is none."""
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(value, module.Image)


def is_image(value: Any) -> bool:
    """Whether it is an image of any kind."""
    return is_pil(value) or (isinstance(value, Tensor | np.ndarray) and value.ndim >= 2)


def dimensions(owner: str, img: Any) -> tuple[int, int, int]:
    """Channels, height and width."""
    check_image(owner, img)
    if is_pil(img):
        return len(img.getbands()), img.height, img.width
    if isinstance(img, np.ndarray):
        return (img.shape[2] if img.ndim == 3 else 1), img.shape[0], img.shape[1]
    return (int(img.shape[-3]) if img.ndim > 2 else 1), int(img.shape[-2]), int(img.shape[-1])


def check_image(owner: str, img: Any) -> Any:
    """Return what is an image, or raise."""
    if not is_image(img):
        shape = getattr(img, "shape", None)
        raise TypeError(
            f"{owner}: img must be an image of Pillow, a tensor (..., C, H, W) or an array "
            f"(H, W[, C]), received {type(img).__name__}"
            + (f" of shape {tuple(shape)}" if isinstance(shape, tuple) else "")
        )
    return img


def of_each_kind(
    owner: str, img: Any, on_tensor: Callable[[Tensor], Any], on_pil: Callable[[Any], Any]
) -> Any:
    """Apply the function for this kind of image; an array goes through a tensor and back."""
    check_image(owner, img)
    if isinstance(img, Tensor):
        return on_tensor(img)
    if is_pil(img):
        return on_pil(img)
    made = on_tensor(from_numpy(img.transpose(2, 0, 1) if img.ndim == 3 else img[None])).value
    return np.ascontiguousarray(made.transpose(1, 2, 0) if img.ndim == 3 else made[0])


def array_of(img: Any) -> NDArray[Any]:
    """The pixels of an image of Pillow, or of an array, in memory of their own: (C, H, W)."""
    array = np.array(img)
    return np.ascontiguousarray(array.transpose(2, 0, 1) if array.ndim == 3 else array[None])


def image_of(pixels: NDArray[np.uint8], what: str) -> Any:
    """An image of Pillow of uint8 pixels (H, W) or (H, W, 3); without Pillow the array itself."""
    try:
        return pillow(what).fromarray(pixels)
    except ImportError:
        return pixels
