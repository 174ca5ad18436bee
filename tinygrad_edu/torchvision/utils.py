"""Grids of images, and files of them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.data.collate import default_collate
from tinygrad_edu.tensor import Tensor, from_numpy
from tinygrad_edu.torchvision._images import pillow
from tinygrad_edu.torchvision._missing import no_name as _no_name

__all__ = ["make_grid", "save_image"]


def make_grid(
    tensor: Any,
    nrow: int = 8,
    padding: int = 2,
    normalize: bool = False,
    value_range: tuple[float, float] | None = None,
    scale_each: bool = False,
    pad_value: float = 0.0,
) -> Tensor:
    """Images (N, C, H, W), or a list of them, side by side in one image of three channels.

    Parameters
    ----------
    nrow : int, default=8
        Images in a row.
    padding : int, default=2
        Pixels of ``pad_value`` around each.
    normalize : bool, default=False
        Bring values to 0 ... 1: from ``value_range``, or from the smallest and largest of all
        images, or with ``scale_each`` of each image.

    Examples
    --------
    >>> make_grid(from_numpy(np.zeros((10, 1, 28, 28), np.float32)), nrow=5).shape
    torch.Size([3, 62, 152])
    """
    x = _images(tensor)
    check_count("make_grid", "nrow", nrow)
    check_count("make_grid", "padding", padding, 0)
    if normalize:
        groups = list(x) if scale_each else [x]
        x = np.stack([_normalized(group, value_range) for group in groups]).reshape(x.shape)
    count, channels, height, width = x.shape
    if count == 1:
        return from_numpy(x[0].copy())
    columns = min(nrow, count)
    rows = -(-count // columns)
    height, width = height + padding, width + padding
    grid = np.full((channels, height * rows + padding, width * columns + padding), pad_value)
    grid = grid.astype(x.dtype)
    for k, image in enumerate(x):
        top, left = k // columns * height + padding, k % columns * width + padding
        grid[:, top : top + height - padding, left : left + width - padding] = image
    return from_numpy(grid)


def _images(tensor: Any) -> NDArray[Any]:
    """One image or several, as an array of three channels or more, (N, C, H, W)."""
    if isinstance(tensor, list | tuple) and tensor and all(isinstance(t, Tensor) for t in tensor):
        tensor = default_collate(list(tensor))
    if not isinstance(tensor, Tensor) or not 2 <= tensor.ndim <= 4:
        shape = getattr(tensor, "shape", None)
        raise TypeError(
            "make_grid: tensor must be a tensor (N, C, H, W), (C, H, W) or (H, W), or a list of "
            f"tensors, received {type(tensor).__name__}"
            + (f" of shape {tuple(shape)}" if shape else "")
        )
    x = tensor.value
    x = x[None] if x.ndim == 2 else x
    x = x[None] if x.ndim == 3 else x
    return np.repeat(x, 3, axis=1) if x.shape[1] == 1 else x


def _normalized(x: NDArray[Any], value_range: tuple[float, float] | None) -> NDArray[Any]:
    low, high = value_range if value_range is not None else (float(x.min()), float(x.max()))
    check_number("make_grid", "value_range", low)
    cut = np.clip(x, low, high).astype(x.dtype)
    made = (cut - x.dtype.type(low)) / x.dtype.type(max(high - low, 1e-5))
    return np.asarray(made, dtype=x.dtype)


def save_image(
    tensor: Any, fp: str | Path | IO[bytes], format: str | None = None, **grid: Any
) -> None:
    """Write images, with values between 0 and 1, as one file; ``grid`` goes to `make_grid`.

    PNG needs nothing; other formats need Pillow.
    """
    pixels = make_grid(tensor, **grid).value
    pixels = np.clip(pixels * 255 + 0.5, 0, 255).astype(np.uint8).transpose(1, 2, 0)
    name = str(fp) if isinstance(fp, str | Path) else ""
    if (format or name.rpartition(".")[2]).lower() != "png":
        pillow("save_image").fromarray(np.ascontiguousarray(pixels)).save(fp, format=format)
    elif isinstance(fp, str | Path):
        Path(fp).write_bytes(_png(pixels))
    else:
        fp.write(_png(pixels))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels (H, W, 1 to 4) as a PNG file (RFC 2083): header, compressed rows, end."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    height, width, channels = pixels.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    rows = np.pad(pixels.reshape(height, -1), ((0, 0), (1, 0)))  # a 0 says: this row is unfiltered
    content = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows.tobytes())))
    return b"".join((b"\x89PNG\r\n\x1a\n", *content, chunk(b"IEND", b"")))


def __getattr__(name: str) -> Any:
    raise _no_name(__name__, name)
