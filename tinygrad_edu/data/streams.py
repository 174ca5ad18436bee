"""Reading bytes that nobody vouches for: gzipped or raw, never more of them than asked for.

The standard library's archive and hash modules are imported where they are used, because the import
time of the package is held to a budget.
"""

from __future__ import annotations

import io
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from tinygrad_edu.data.errors import DataFormatError

__all__ = [
    "CHUNK", "BoundedReader", "open_content", "open_file", "read_at_most", "sha256",
    "sha256_of_file",
]  # fmt: skip

CHUNK = 1 << 20
# How much larger than the file its content may be. Zeros shrink 1,032 times, images 10 times.
_UNPACKED = 16 << 20
_UNPACKED_TIMES = 100


def open_file(path: Path) -> IO[bytes]:
    """Open a file for reading.

    Raises
    ------
    DataFormatError
        If it is a pipe or a device, which could block, or never end.
    """
    kind = path.stat().st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):  # a folder has an error of its own
        raise DataFormatError(path, "is no regular file")
    return path.open("rb")


@contextmanager
def open_content(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for its content, gzipped or raw."""
    with open_file(path) as file:
        yield unzipped(file, path)


def unzipped(file: IO[bytes], path: Path) -> IO[bytes]:
    """See through gzip if the file starts with gzip's two magic bytes.

    A small file that unpacks to something huge is refused on the way.
    """
    import gzip

    is_gzip = file.read(2) == b"\x1f\x8b"
    size = file.seek(0, 2)
    file.seek(0)
    if not is_gzip:
        return file
    content = cast(IO[bytes], gzip.GzipFile(fileobj=file))
    limit = max(_UNPACKED, _UNPACKED_TIMES * size)
    return cast(IO[bytes], BoundedReader(content, limit, path))


def read_at_most(
    stream: IO[bytes], size: int, path: Path, content: bytearray | None = None
) -> bytearray:
    """Read up to ``size`` bytes, and add them to ``content`` if that is given.

    It goes in pieces, so a file that announces more than it has costs no memory.

    Raises
    ------
    DataFormatError
        If the compressed stream is damaged or ends too early.
    """
    content = bytearray() if content is None else content
    end = len(content) + size
    try:
        while len(content) < end:
            chunk = stream.read(min(CHUNK, end - len(content)))
            if not chunk:
                break
            content += chunk
    except (EOFError, zlib.error) as error:
        raise _damaged(path, len(content), error) from error
    except OSError as error:
        if error.errno is not None:  # the disk's trouble, not the content's
            raise
        raise _damaged(path, len(content), error) from error
    return content


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file as it lies on the disk."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256(content: bytes | bytearray) -> str:
    """Return the SHA-256 of bytes in memory."""
    import hashlib

    return hashlib.sha256(content).hexdigest()


class BoundedReader(io.RawIOBase):
    """A stream that refuses to give more than ``limit`` bytes, against files that never end."""

    def __init__(self, stream: IO[bytes], limit: int, path: Path) -> None:
        self._stream = stream
        self._left = limit
        self._limit = limit
        self._path = path

    def read(self, size: int = -1) -> bytes:
        """Read like a file; ``DataFormatError`` past the limit or when the stream is damaged."""
        wanted = self._left + 1 if size < 0 else min(size, self._left + 1)
        content = read_at_most(self._stream, wanted, self._path)
        self._left -= len(content)
        if self._left < 0:
            raise DataFormatError(
                self._path,
                "the content is too large",
                expected=f"at most {self._limit} bytes",
                got="more",
            )
        return bytes(content)


def _damaged(path: Path, offset: int, error: Exception) -> DataFormatError:
    return DataFormatError(
        path, f"the compressed data are damaged or incomplete ({error})", offset=offset
    )
