"""Writing files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

__all__ = ["write_whole"]


def write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> Path:
    """Write a file by ``write(file)`` so that it appears whole or not at all; return its path.

    It is written under another name in the same folder, and takes the place of an older file in
    one step. A symbolic link stays, and its target is written. A new file has the permissions that
    the umask gives, an older one keeps its own.

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If the folder is missing, or is a file. It is not made.
    OSError
        If it cannot be written. An older file is left as it was.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        missing = NotADirectoryError if target.parent.exists() else FileNotFoundError
        raise missing(f"there is no folder {path.parent}, so {path.name} cannot be written there")
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if target.exists() and not target.is_file():  # a pipe, or /dev/null
        write(memory := io.BytesIO())  # archives seek, and a pipe cannot
        target.write_bytes(memory.getvalue())
        return path
    temporary = target.with_name(f".{target.name[:50]}.{os.urandom(4).hex()}.tmp")
    try:
        try:
            _write_and_rename(temporary, target, write)
        finally:
            temporary.unlink(missing_ok=True)
    except Exception as error:
        cause = error.__context__
        while cause is not None and not isinstance(cause, KeyboardInterrupt):
            cause = cause.__context__
        if cause is not None:  # zipfile fails to tidy up after an interrupt, and hides it
            raise cause from None
        if isinstance(error, OSError) and error.filename == str(temporary):
            # The error must name the file of the user, not the temporary one.
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        # An interrupt can come in the midst of the first removal.
        temporary.unlink(missing_ok=True)
    return path


def _write_and_rename(temporary: Path, target: Path, write: Callable[[IO[bytes]], object]) -> None:
    with temporary.open("xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        with contextlib.suppress(PermissionError):  # file systems that have no permissions
            temporary.chmod(target.stat().st_mode & 0o7777)
    os.replace(temporary, target)
