"""Reading bytes that nobody vouches for: gzipped or raw, never more of them than asked for.

The standard library's archive and hash modules are imported where they are used, because the import
time of the package is held to a budget.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from tinygrad_edu.data.errors import DataFormatError

__all__ = ["BoundedReader", "open_content", "read_at_most", "sha256", "sha256_of_file"]

CHUNK = 1 << 20


@contextmanager
def open_content(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for its content, gzipped or raw."""
    with path.open("rb") as file:
        yield unzipped(file)


def unzipped(file: IO[bytes]) -> IO[bytes]:
    """See through gzip if the file starts with gzip's two magic bytes."""
    import gzip

    is_gzip = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast(IO[bytes], gzip.GzipFile(fileobj=file)) if is_gzip else file


def read_at_most(stream: IO[bytes], size: int, path: Path) -> bytearray:
    """Read up to ``size`` bytes.

    It goes in pieces, so a file that announces more than it has costs no memory.

    Raises
    ------
    DataFormatError
        If the compressed stream is damaged or ends too early.
    """
    content = bytearray()
    try:
        while len(content) < size:
            chunk = stream.read(min(CHUNK, size - len(content)))
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
    """A stream that refuses to give more than ``limit`` bytes, against archives that never end."""

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
                "the archive is too large",
                expected=f"at most {self._limit} bytes",
                got="more",
            )
        return bytes(content)


def _damaged(path: Path, offset: int, error: Exception) -> DataFormatError:
    return DataFormatError(
        path, f"the compressed data are damaged or incomplete ({error})", offset=offset
    )
