"""Reading `.npz` files that nobody vouches for, with no more memory than the file is worth.

Only what `numpy.savez` writes of plain arrays is read: format 1.0, little-endian numbers, booleans
and strings. The header of each array is matched against the one form NumPy gives it, so nothing in
the file is evaluated.
"""

from __future__ import annotations

import math
import re
import struct
from typing import IO, TYPE_CHECKING

import numpy as np

from tinygrad_edu.data.dataset import Array
from tinygrad_edu.data.streams import CHUNK

if TYPE_CHECKING:
    import zipfile

__all__ = ["is_plain", "read_npz"]

_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    rb"\{'descr': '([<|][a-zA-Z]\d{1,9})', 'fortran_order': (True|False), "
    rb"'shape': \(([\d, ]{0,500})\), \} *\n"
)
_ITEM_SIZES = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8), "c": (8, 16)}


def read_npz(file: IO[bytes], unpacked: int = 0) -> dict[str, Array]:
    """Read every array of an ``.npz`` file.

    Parameters
    ----------
    unpacked : int
        How many bytes compressed arrays may hold together. `numpy.savez` compresses nothing.

    Raises
    ------
    ValueError
        Or what `zipfile` raises for a damaged file: its errors are of many kinds.
    """
    import zipfile

    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len({member.filename for member in members}) < len(members):
            raise ValueError("an entry is there twice")
        _check_places(file, members, archive.start_dir)
        stored = {m.filename: m.file_size for m in members if m.file_size == m.compress_size}
        if sum(m.file_size for m in members if m.filename not in stored) > unpacked:
            raise ValueError("it announces more content than it has")
        return {
            member.filename.removesuffix(".npy"): _read_member(archive, member)
            for member in members
        }


def is_plain(dtype: np.dtype[np.generic]) -> bool:
    """Tell whether arrays of this dtype are read: numbers up to 64 bits, booleans and strings."""
    return dtype.itemsize in _ITEM_SIZES.get(dtype.kind, ()) or dtype.kind in "SU"


def _check_places(file: IO[bytes], members: list[zipfile.ZipInfo], directory: int) -> None:
    """See that the members follow one another from the start of the file to its directory.

    The directory has no checksum: a wrong byte in it can hide a member, or let several name one
    place, so that a file of 1 MB would hold thousands of 1 MB.
    """
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset != end:
            break
        file.seek(end + 26)
        name, extra = struct.unpack("<HH", file.read(4))
        end += 30 + name + extra + member.compress_size
    if end != directory:
        raise ValueError("its entries do not fill it")


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    if not member.filename.endswith(".npy"):
        raise ValueError(f"its entry {member.filename!r} is no array")
    with archive.open(member) as stream:
        start = stream.read(len(_MAGIC) + 2)
        header = stream.read(int.from_bytes(start[len(_MAGIC) :], "little"))
        found = _HEADER.fullmatch(header)
        dtype = np.dtype(found[1].decode()) if found else np.dtype(object)
        if found is None or not start.startswith(_MAGIC) or not is_plain(dtype):
            raise ValueError(f"{member.filename!r} holds another kind of array, {header[:80]!r}")
        shape = tuple(int(n) for n in found[3].replace(b",", b" ").split())
        size = member.file_size - len(start) - len(header)
        if not dtype.itemsize or math.prod(shape) * dtype.itemsize != size:
            raise ValueError(f"{member.filename!r} holds {size} bytes for an array of {shape}")
        flat = np.empty(math.prod(shape), dtype)
        content = flat.view(np.uint8)
        done = 0
        while chunk := stream.read(CHUNK):  # to the end, where zipfile checks the sum
            content[done : done + len(chunk)] = np.frombuffer(chunk, np.uint8)
            done += len(chunk)
        if done < size:
            raise ValueError(f"{member.filename!r} ends too early")
    native = flat.astype(dtype.newbyteorder("="), copy=False)
    return native.reshape(shape, order="F" if found[2] == b"True" else "C")
