"""Changes of an image that depend on its own values: contrast, histogram, sharpness."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_number
from tinygrad_edu.tensor import Tensor
from tinygrad_edu.torchvision._images import of_each_kind, pillow_enhancers, pillow_operations
from tinygrad_edu.torchvision.transforms.functional.colour import (
    blended,
    bound,
    plain,
    same_kind,
)

__all__ = ["adjust_sharpness", "autocontrast", "equalize"]


def adjust_sharpness(img: Any, sharpness_factor: float) -> Any:
    """The differences to the smoothed image times ``sharpness_factor``; 0 smooths, 2 sharpens."""
    check_number("adjust_sharpness", "sharpness_factor", sharpness_factor, "[0, inf)")

    def on_tensor(x: Tensor) -> Tensor:
        values = plain("adjust_sharpness", x)
        if min(values.shape[-2:]) <= 2:
            return x
        return same_kind(x, blended(values, _smoothed(values), sharpness_factor))

    return of_each_kind(
        "adjust_sharpness",
        img,
        on_tensor,
        lambda pic: pillow_enhancers("adjust_sharpness").Sharpness(pic).enhance(sharpness_factor),
    )


def _smoothed(values: NDArray[Any]) -> NDArray[Any]:
    """Each value 5/13 and its neighbours 1/13 each; the border stays."""
    floats = values if values.dtype.kind == "f" else values.astype(np.float32)
    height, width = floats.shape[-2:]
    total: Any = 4 * floats[..., 1:-1, 1:-1]
    for i in range(3):
        for j in range(3):
            total = total + floats[..., i : height - 2 + i, j : width - 2 + j]
    inner = total / floats.dtype.type(13)
    made = values.copy()
    made[..., 1:-1, 1:-1] = np.rint(inner) if values.dtype.kind in "iu" else inner
    return made


def autocontrast(img: Any) -> Any:
    """Each channel stretched so that its smallest value is 0 and its largest the largest there is.

    >>> from tinygrad_edu.tensor import tensor
    >>> autocontrast(tensor([[[0.25, 0.5, 0.75]]]))
    tensor([[[0.0000, 0.5000, 1.0000]]])
    """

    def on_tensor(x: Tensor) -> Tensor:
        values = plain("autocontrast", x)
        floats = values if values.dtype.kind == "f" else values.astype(np.float32)
        low = floats.min(axis=(-2, -1), keepdims=True)
        spread = floats.max(axis=(-2, -1), keepdims=True) - low
        flat = spread == 0
        scale = np.where(
            flat, 1, floats.dtype.type(bound(values.dtype)) / np.where(flat, 1, spread)
        )
        made = (floats - np.where(flat, 0, low)) * scale
        return same_kind(x, np.clip(made, 0, bound(values.dtype)))

    return of_each_kind(
        "autocontrast",
        img,
        on_tensor,
        lambda pic: pillow_operations("autocontrast").autocontrast(pic),
    )


def equalize(img: Any) -> Any:
    """Bytes replaced so that all values are about equally frequent in each channel."""

    def on_tensor(x: Tensor) -> Tensor:
        values = plain("equalize", x)
        if values.dtype != np.uint8:
            raise TypeError(f"equalize: a tensor must hold bytes, received {values.dtype}")
        channels = values.reshape(-1, *values.shape[-2:])
        return same_kind(x, np.stack(list(map(_equalized, channels))).reshape(values.shape))

    return of_each_kind(
        "equalize", img, on_tensor, lambda pic: pillow_operations("equalize").equalize(pic)
    )


def _equalized(channel: NDArray[np.uint8]) -> NDArray[np.uint8]:
    counts = np.bincount(channel.ravel(), minlength=256)
    step = (counts.sum() - counts[counts > 0][-1]) // 255
    if step == 0:
        return channel
    table = np.concatenate([[0], (np.cumsum(counts)[:-1] + step // 2) // step])
    return np.asarray(np.clip(table, 0, 255), dtype=np.uint8)[channel]
