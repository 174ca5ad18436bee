"""From images to tensors and back, and changes of the dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.tensor import Tensor, from_numpy
from tinygrad_edu.torchvision._images import (
    array_of,
    check_image,
    dimensions,
    is_pil,
    pillow,
)

__all__ = [
    "convert_image_dtype", "erase", "get_dimensions", "get_image_num_channels", "get_image_size",
    "normalize", "pil_to_tensor", "to_dtype", "to_image", "to_pil_image", "to_tensor",
]  # fmt: skip

# Modes of Pillow whose pixels are no bytes.
_DTYPES = {"I": np.int32, "I;16": np.int16, "F": np.float32}
# Modes of arrays (H, W) that are no bytes, and of bytes by the number of channels.
_MODES = {"int16": "I;16", "int32": "I", "float32": "F"}
_BYTES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def to_tensor(pic: Any) -> Tensor:
    """An image as a tensor (C, H, W); bytes become float32 between 0 and 1.

    >>> to_tensor(np.array([[0, 255]], dtype=np.uint8))
    tensor([[[0., 1.]]])
    """
    if isinstance(pic, Tensor):
        raise TypeError("to_tensor: pic must be an image or an array, received a tensor")
    check_image("to_tensor", pic)
    pixels = array_of(pic)
    if is_pil(pic):
        pixels = pixels.astype(_DTYPES.get(pic.mode, np.uint8), copy=False)
        if pic.mode == "1":
            pixels = pixels * np.uint8(255)
    return from_numpy(scaled(pixels) if pixels.dtype == np.uint8 else pixels)


def scaled(pixels: Any) -> Any:
    """Bytes divided by 255, in float32."""
    floats = pixels.astype(np.float32)
    floats /= np.float32(255)
    return floats


def pil_to_tensor(pic: Any) -> Tensor:
    """An image of Pillow as a tensor (C, H, W) with its numbers as they are."""
    if not is_pil(pic):
        raise TypeError(
            f"pil_to_tensor: pic must be an image of Pillow, received {type(pic).__name__}"
        )
    return from_numpy(array_of(pic))


def to_image(pic: Any) -> Tensor:
    """An image of any kind as a tensor (C, H, W) with its numbers as they are.

    >>> to_image(np.zeros((4, 5, 3), np.uint8)).shape
    torch.Size([3, 4, 5])
    """
    check_image("to_image", pic)
    return pic if isinstance(pic, Tensor) else from_numpy(array_of(pic))


def to_pil_image(pic: Any, mode: str | None = None) -> Any:
    """A tensor (C, H, W), or an array (H, W[, C]), as an image of Pillow.

    A tensor of floats is multiplied by 255, and cut to whole bytes.
    """
    if not isinstance(pic, Tensor | np.ndarray):
        raise TypeError(
            f"to_pil_image: pic must be a tensor or an array, received {type(pic).__name__}"
        )
    if pic.ndim not in (2, 3):
        raise ValueError(f"to_pil_image: pic must have 2 or 3 axes, received {tuple(pic.shape)}")
    if isinstance(pic, Tensor):
        values = pic.value if pic.ndim == 3 else pic.value[None]
        if values.dtype.kind == "f" and mode != "F":
            values = (values * 255).astype(np.uint8)
        pixels = values.transpose(1, 2, 0)
    else:
        pixels = pic if pic.ndim == 3 else pic[:, :, None]
    channels = pixels.shape[2]
    if channels not in _BYTES:
        raise ValueError(f"to_pil_image: pic must have 1 to 4 channels, received {channels}")
    own = _BYTES[channels] if pixels.dtype == np.uint8 else None
    if channels == 1:
        own = own or _MODES.get(str(pixels.dtype))
        pixels = pixels[:, :, 0]
    if own is None:
        raise TypeError(f"to_pil_image: pixels of dtype {pixels.dtype} are no image; use uint8")
    image = pillow("to_pil_image")
    made = image.frombytes(own, pixels.shape[1::-1], np.ascontiguousarray(pixels).tobytes())
    return made if mode in (None, own) else _reread(image, made, mode)


def _reread(image: Any, made: Any, mode: str) -> Any:
    """The same bytes, read as another mode with as many of them."""
    if len(made.tobytes()) != len(image.new(mode, made.size).tobytes()):
        raise ValueError(f"to_pil_image: mode {mode!r} does not fit pixels of mode {made.mode!r}")
    return image.frombytes(mode, made.size, made.tobytes())


def convert_image_dtype(image: Tensor, dtype: Any = np.float32) -> Tensor:
    """A tensor in another dtype, with its range: 0 to 1 for floats, 0 to the largest for integers.

    >>> convert_image_dtype(from_numpy(np.array([[0, 255]], np.uint8)))
    tensor([[0., 1.]])
    """
    if not isinstance(image, Tensor):
        raise TypeError(
            f"convert_image_dtype: image must be a tensor, received {type(image).__name__}"
        )
    source, target = image.value.dtype, np.dtype(dtype)
    if source == target:
        return image
    if source.kind == "f" and target.kind == "f":
        return image.to(target)  # type: ignore[no-any-return]  # operations are untyped

    if source.kind == "f":
        if target.itemsize > 4 or (target.itemsize == 4 and source.itemsize < 8):
            raise RuntimeError(f"convert_image_dtype: {source} holds not all numbers of {target}")
        largest = np.iinfo(target).max + 1.0 - 1e-3
        return from_numpy((image.value * np.asarray(largest, source)).astype(target))
    if target.kind == "f":
        return from_numpy(image.value.astype(target) / np.asarray(np.iinfo(source).max, target))
    low, high = np.iinfo(source).max, np.iinfo(target).max
    if low > high:
        return from_numpy((image.value // ((low + 1) // (high + 1))).astype(target))
    return from_numpy(image.value.astype(target) * ((high + 1) // (low + 1)))


def to_dtype(inpt: Any, dtype: Any = np.float32, scale: bool = False) -> Any:
    """A tensor in another dtype; with ``scale`` in its range too, as `convert_image_dtype`."""
    if not isinstance(inpt, Tensor):
        return inpt
    return convert_image_dtype(inpt, dtype) if scale else inpt.to(np.dtype(dtype))


def normalize(tensor: Tensor, mean: Any, std: Any, inplace: bool = False) -> Tensor:
    """``(x - mean) / std`` for each channel of a tensor of floats (..., C, H, W).

    >>> normalize(from_numpy(np.ones((1, 1, 2), np.float32)), [0.5], [0.25])
    tensor([[[2., 2.]]])
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"normalize: tensor must be a tensor, received {type(tensor).__name__}")
    if tensor.value.dtype.kind != "f":
        raise TypeError(f"normalize: tensor must hold floats, received {tensor.value.dtype}")
    if tensor.ndim < 3:
        raise ValueError(
            f"normalize: tensor must be (..., C, H, W), received {tuple(tensor.value.shape)}"
        )
    shift, scale = (_per_channel(value, tensor) for value in (mean, std))
    if not scale.all():
        raise ValueError(f"normalize: std must not be 0, received {std}")
    if inplace:
        return tensor.sub_(shift).div_(scale)  # type: ignore[no-any-return]  # operations are untyped
    if tensor.requires_grad:
        return (tensor - shift) / scale  # type: ignore[no-any-return]  # operations are untyped
    values = tensor.value - shift
    values /= scale
    return from_numpy(values)


def _per_channel(value: Any, tensor: Tensor) -> Any:

    array = np.asarray(getattr(value, "value", value), dtype=tensor.value.dtype)
    if array.ndim > 1 or array.size not in (1, tensor.value.shape[-3]):
        raise ValueError(
            f"normalize: {array.size} numbers do not fit the channels of "
            f"{tuple(tensor.value.shape)}"
        )

    return array[:, None, None] if array.ndim == 1 else array


def erase(img: Tensor, i: int, j: int, h: int, w: int, v: Any, inplace: bool = False) -> Tensor:
    """A tensor with the values ``v`` in the box of height ``h`` and width ``w`` at (i, j)."""
    if not isinstance(img, Tensor):
        raise TypeError(f"erase: img must be a tensor, received {type(img).__name__}")
    out = img if inplace else img.clone()
    out[..., i : i + h, j : j + w] = v
    return out


def get_dimensions(img: Any) -> list[int]:
    """Channels, height and width of an image.

    >>> get_dimensions(np.zeros((4, 5, 3), np.uint8))
    [3, 4, 5]
    """
    return list(dimensions("get_dimensions", img))


def get_image_size(img: Any) -> list[int]:
    """Width and height of an image."""
    return get_dimensions(img)[:0:-1]


def get_image_num_channels(img: Any) -> int:
    """The number of channels of an image."""
    return get_dimensions(img)[0]
