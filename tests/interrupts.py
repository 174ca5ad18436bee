"""Interrupt a function at each place where Ctrl-C could."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tinygrad_edu

PACKAGE = str(Path(tinygrad_edu.__file__).parent)


def interrupted(call: Callable[[], Any], at: int, within: str = PACKAGE) -> int:
    """Run ``call`` with KeyboardInterrupt before bytecode number ``at`` of files below ``within``.

    Returns how many ran: ``at``, or fewer where the call ended before.
    """
    count = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(within):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            count += 1
            if count == at:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()  # that of a measurement of coverage, which must go on afterwards
    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return count


def interrupted_everywhere(call: Callable[[], Any]) -> Iterator[bool]:
    """Call again and again, interrupted at one bytecode after the other; yields False at the end.

    The last call runs to its end.
    """
    at = 1
    while interrupted(call, at) == at:
        yield True
        at += 1
    yield False
