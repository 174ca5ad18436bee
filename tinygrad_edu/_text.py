"""Text for people: names that steer no terminal, and lines that never cost a result."""

from __future__ import annotations

import errno
from typing import TextIO

__all__ = ["print_line", "visible"]

# What is written instead where a stream's encoding lacks a character of ours.
_PLAIN = str.maketrans(
    {"×": "x", "·": "*", "–": "-", "—": "-", "−": "-", "…": "...", "λ": "lambda"}
)


def visible(text: str, lines: bool = False) -> str:
    r"""Return ``text`` with control characters written out; with ``lines``, not the ends of lines.

    >>> print(visible("a\x1b[31m\n"))
    a\x1b[31m\n
    """
    kept = "\n" if lines else ""
    return "".join(
        c if c.isprintable() or c in kept else c.encode("unicode_escape").decode() for c in text
    )


def print_line(text: str, stream: TextIO | None) -> Exception | None:
    """Print lines to a stream, and return what prevented it (a full disk, a closed pipe), or None.

    Nothing is raised, because the result of a training is worth more than its report. Control
    characters are written out, and so are characters that the stream's encoding lacks.
    """
    if stream is None:  # as Python has it when the stream is closed from the start
        return OSError(errno.EBADF, "it is closed")
    text, encoding = visible(text, lines=True), stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        plain = text.translate(_PLAIN).encode(encoding, "backslashreplace")
        text = plain.decode(encoding)
    try:
        stream.write(text + "\n")
        stream.flush()  # into a pipe too, a line is seen when it is there
    except (OSError, ValueError) as error:  # ValueError: closed by the program itself
        return error
    return None
