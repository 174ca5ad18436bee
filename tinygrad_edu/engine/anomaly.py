"""What anomaly mode looks for: NaN and infinities where they arise, and arrays that were changed.

Under `detect_anomaly` every result carries a `Trace`: the user's line that made it, and checksums
of all that its vjps will read. The framework's own changes in place are always noticed (see
`changes`); a checksum also catches what NumPy does to an array behind the framework's back.
"""

from __future__ import annotations

import linecache
import os
import sys
import zlib
from types import FrameType
from typing import Any

import numpy as np

from tinygrad_edu.engine.changes import values_read
from tinygrad_edu.engine.node import Array, Node, value_of

__all__ = ["Trace", "check_finite", "read_only", "watch"]

_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep


class Trace:
    """Where a node was made, and what its vjps will read."""

    __slots__ = ("line", "sums")

    def __init__(self, node: Node) -> None:
        self.line = user_line()
        self.sums = _checksums(node) if node.requires_grad else []

    def __str__(self) -> str:
        return self.line or "an unknown line"

    def before_vjps(self, node: Node, g: Any) -> Any:
        """The gradient as the vjps of ``node`` may have it; raise if what they read has changed."""
        self.verify(node, node.op.name if node.op else "?")
        return g if isinstance(g, Node) else read_only(g)

    def check_gradient(self, part: Any, operation: str, position: int) -> None:
        """Raise FloatingPointError if the gradient of an input is not finite."""
        check_finite(value_of(part), operation, f"the gradient of input {position}", self)

    def verify(self, node: Node, operation: str) -> None:
        """Raise RuntimeError if anything the vjps of ``node`` read is not what it was."""
        for (what, before), (_, now) in zip(self.sums, _checksums(node), strict=True):
            if before != now:
                raise RuntimeError(
                    f"{operation}: {what} was changed after the forward pass, by NumPy or other "
                    "code that writes into its memory, so the gradient would be wrong; "
                    f"the operation was called at {self}"
                )


def watch(node: Node, operation: str, args: tuple[Any, ...]) -> None:
    """Give a new result its trace; raise FloatingPointError if it is not finite."""
    node.watcher = Trace(node)
    check_finite(node.value, operation, "the result", node.watcher, args)


def _checksums(node: Node) -> list[tuple[str, int]]:
    sums = []
    for what, value in values_read(node):
        array = value_of(value)
        if isinstance(array, np.ndarray):
            plain = np.ascontiguousarray(array).reshape(-1)
            sums.append((what, zlib.crc32(plain.view(np.uint8).data)))
    return sums


def check_finite(
    array: Array, operation: str, what: str, trace: Any, sources: tuple[Any, ...] = ()
) -> None:
    """Raise FloatingPointError at the first NaN or infinity; ``trace`` says where it was made.

    ``sources`` are what it was computed from: the message says which of them was not finite before.
    """
    finite = np.isfinite(array)
    if finite.all():
        return
    at = tuple(int(i) for i in np.argwhere(~finite)[0])
    count = int(finite.size - np.count_nonzero(finite))
    earlier = ""
    for k, source in enumerate(sources):
        values = value_of(source)
        if isinstance(values, np.ndarray) and not np.isfinite(values).all():
            earlier = f"; input {k} was not finite already"
            break
    raise FloatingPointError(
        f"{operation}: first non-finite value of {what} is {array[at]} at index {at} "
        f"({count} of {finite.size} values are not finite){earlier}; made at {trace}"
    )


def read_only(g: Array) -> Array:
    """A view of a gradient that a vjp cannot write into: it may not be the vjp's own."""
    view = g.view()
    view.flags.writeable = False
    return view


def user_line() -> str | None:
    """The innermost line outside this package, as ``file:number: text``."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    if frame is None:
        return None
    name, number = frame.f_code.co_filename, frame.f_lineno
    return f"{name}:{number}: {linecache.getline(name, number).strip()}"
