"""The IDX format of MNIST and its relatives, read with every length checked.

Layout (LeCun, Cortes & Burges, 1998): two zero bytes, a byte for the element type, a byte for the
number of dimensions, the dimensions as big-endian 32-bit integers, then the elements, big-endian,
in row-major order.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import IO

import numpy as np

from tinygrad_edu._checks import check_count
from tinygrad_edu.data.arguments import check_path
from tinygrad_edu.data.dataset import Array
from tinygrad_edu.data.errors import DataFormatError
from tinygrad_edu.data.streams import open_content, read_at_most, sha256

__all__ = ["read_idx"]

_DTYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_MAX_BYTES = 1 << 30


def read_idx(path: str | Path, max_bytes: int = _MAX_BYTES) -> Array:
    """Read one IDX file, gzipped or raw, into an array of the machine's byte order.

    Parameters
    ----------
    max_bytes : int, default=2**30
        Refuse files that announce more content than this. A gzipped file may hold 16 MiB, or 100
        times its own size.

    Raises
    ------
    DataFormatError
        If the file is not exactly one IDX array.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("a.idx").write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]))
    >>> tg.data.read_idx("a.idx")
    array([[1, 2, 3],
           [4, 5, 6]], dtype=uint8)
    """
    path, max_bytes = (
        check_path("read_idx", path),
        check_count("read_idx", "max_bytes", max_bytes, 0),
    )
    with open_content(path) as stream:
        array, _ = parse_idx(stream, path, max_bytes=max_bytes)
    return array


def parse_idx(
    stream: IO[bytes],
    path: Path,
    *,
    max_bytes: int = _MAX_BYTES,
    item_shape: tuple[int, ...] | None = None,
) -> tuple[Array, str]:
    """Read one IDX array from a stream; return it and the SHA-256 of the whole content.

    Parameters
    ----------
    item_shape : tuple of int, optional
        Demand bytes of shape (n, *item_shape): (28, 28) for MNIST's images, () for its labels.
    """
    header = read_at_most(stream, 4, path)
    if len(header) < 4:
        raise DataFormatError(
            path, "truncated header", offset=len(header), expected=4, got=len(header)
        )
    code, ndim = header[2], header[3]
    if header[:2] != b"\0\0" or code not in _DTYPES or ndim == 0:
        raise DataFormatError(
            path,
            "this is no IDX file, wrong magic number",
            offset=0,
            expected="00 00, a type (08 09 0b 0c 0d 0e) and a number of dimensions",
            got=header.hex(" "),
        )
    if item_shape is not None and (code, ndim) != (0x08, 1 + len(item_shape)):
        raise DataFormatError(
            path,
            "another kind of IDX file (are images and labels swapped?)",
            offset=2,
            expected=f"bytes in {1 + len(item_shape)} dimensions",
            got=f"type {code:#04x} in {ndim} dimensions",
        )
    header += read_at_most(stream, 4 * ndim, path)
    if len(header) < 4 + 4 * ndim:
        raise DataFormatError(
            path, "truncated header", offset=len(header), expected=4 + 4 * ndim, got=len(header)
        )
    shape = tuple(int(n) for n in np.frombuffer(header, dtype=">u4", offset=4))
    if item_shape is not None and shape[1:] != item_shape:
        raise DataFormatError(
            path, "wrong size of the images", offset=8, expected=item_shape, got=shape[1:]
        )
    return _read_elements(stream, path, bytes(header), shape, np.dtype(_DTYPES[code]), max_bytes)


def _read_elements(
    stream: IO[bytes],
    path: Path,
    header: bytes,
    shape: tuple[int, ...],
    dtype: np.dtype[np.generic],
    max_bytes: int,
) -> tuple[Array, str]:
    size = math.prod(shape) * dtype.itemsize
    # Empty arrays too: NumPy multiplies the dimensions that are not 0.
    if math.prod(n or 1 for n in shape) * dtype.itemsize > max_bytes or len(shape) > 32:
        raise DataFormatError(
            path,
            f"announces an array of shape {shape}, more than is accepted",
            offset=4,
            expected=f"at most {max_bytes} bytes in 32 dimensions",
            got=f"{size} bytes in {len(shape)}",
        )
    # Ask for one byte too many: this finds files that are too long, and lets gzip check its sum.
    content = read_at_most(stream, size + 1, path, bytearray(header))
    got = len(content) - len(header)
    if got != size:
        raise DataFormatError(
            path,
            f"wrong length for an array of shape {shape}",
            offset=len(header) + min(got, size),
            expected=f"{size} bytes of elements",
            got=f"{got}" if got < size else "more",
        )
    digest = sha256(content)  # before the bytes are turned in place: a large file is held once
    array = np.frombuffer(content, dtype=dtype, offset=len(header)).reshape(shape)
    if not dtype.isnative:
        array = array.byteswap(inplace=True).view(dtype.newbyteorder("="))
    return array, digest
