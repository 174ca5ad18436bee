"""Interrupt a function at each place where Ctrl-C could."""

from __future__ import annotations

import dis
import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import tinygrad_edu

PACKAGE = str(Path(tinygrad_edu.__file__).parent)


def interrupted(call: Callable[[], Any], at: int, within: str = PACKAGE) -> int:
    """Run ``call`` with KeyboardInterrupt before bytecode number ``at`` of files below ``within``.

    Returns how many ran: ``at``, or fewer where the call ended before. What is raised in a
    ``__del__`` is ignored by Python, so an interrupt there changes nothing but what it cut short.
    """
    count = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(within):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and frame.f_lasti not in _steps_of_with(frame.f_code):
            count += 1
            if count == at:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()  # that of a measurement of coverage, which must go on afterwards
    unraisable, sys.unraisablehook = sys.unraisablehook, lambda error: None
    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
        sys.unraisablehook = unraisable
    return count


@functools.cache
def _steps_of_with(code: CodeType) -> frozenset[int]:
    """The bytecodes by which Python steps into and out of a ``with``, where nothing can be guarded.

    They lie between the guards in ``__enter__`` and ``__exit__`` and those of the ``with``. Python
    looks for signals at one of them: where ``__exit__`` begins.
    """
    found: set[int] = set()
    steps = list(dis.get_instructions(code))
    names = [step.opname for step in steps]
    for k, step in enumerate(steps):
        first_of_exit = code.co_name == "__exit__" and names[k] in (
            "RESUME",
            "NOP",
            "COPY_FREE_VARS",
        )
        last_of_enter = code.co_name == "__enter__" and names[k].startswith(
            ("LOAD_CONST", "RETURN")
        )
        if first_of_exit or last_of_enter:
            found.add(step.offset)
        if names[k : k + 2] == ["PUSH_EXC_INFO", "WITH_EXCEPT_START"]:
            found.update(s.offset for s in steps[k : k + 2])
        if [s.argrepr for s in steps[k : k + 3]] == ["None"] * 3:  # __exit__(None, None, None)
            end = next(n for n in range(k, len(steps)) if names[n] == "CALL")
            start = k - (names[k - 1] == "SWAP")  # a value that is returned from inside
            found.update(s.offset for s in steps[start : end + 1])
    return frozenset(found)


def interrupted_everywhere(call: Callable[[], Any]) -> Iterator[bool]:
    """Call again and again, interrupted at one bytecode after the other; yields False at the end.

    The last call runs to its end.
    """
    at = 1
    while interrupted(call, at) == at:
        yield True
        at += 1
    yield False
