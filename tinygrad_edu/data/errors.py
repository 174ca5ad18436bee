"""What goes wrong with files of data: one error class, one warning class."""

from __future__ import annotations

import warnings
from pathlib import Path

from tinygrad_edu.data.arguments import check_path

__all__ = ["DataFormatError", "UnverifiedDataWarning"]


class DataFormatError(ValueError):
    """A data file is truncated, damaged, of another kind, or does not match its pair.

    Parameters
    ----------
    path : Path or str
        The file.
    problem : str
        What is wrong.
    offset : int, optional
        The byte, in the decompressed content, where it shows.
    expected, got : optional
        What should be there and what is.

    Examples
    --------
    >>> from tinygrad_edu.data import DataFormatError
    >>> print(DataFormatError("a.gz", "label out of range", offset=8, expected="0 to 9", got=77))
    a.gz: label out of range at byte 8: expected 0 to 9, got 77
    """

    def __init__(
        self,
        path: Path | str,
        problem: str,
        *,
        offset: int | None = None,
        expected: object = None,
        got: object = None,
    ) -> None:
        self.path = check_path("DataFormatError", path)
        self.problem = problem
        self.offset = offset
        self.expected = expected
        self.got = got
        where = "" if offset is None else f" at byte {offset}"
        what = "" if expected is None else f": expected {expected}, got {got}"
        super().__init__(f"{path}: {problem}{where}{what}")


class UnverifiedDataWarning(UserWarning):
    """A data file is well formed, but its checksum is not the published one."""


def warn_unverified(title: str, paths: list[Path], stacklevel: int) -> None:
    """Warn once of the files of a data set that were read although their checksum is unknown."""
    if paths:
        names = ", ".join(path.name for path in paths)
        warnings.warn(
            f"{title}: the SHA-256 of {names} in {paths[0].parent} is not the published one; read "
            "all the same, but results may differ from those of others",
            UnverifiedDataWarning,
            stacklevel=stacklevel + 1,
        )
