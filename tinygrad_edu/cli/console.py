"""The output of the command line: results to stdout, errors as one line and a hint to stderr."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn, TextIO

from tinygrad_edu._text import print_line

__all__ = [
    "Parser",
    "UnheardError",
    "UsageError",
    "Voice",
    "complain",
    "explain",
    "number",
    "plain_warnings",
]

DEBUG_HINT = "--debug shows where it happened"


class UsageError(Exception):
    """What was asked for cannot be done: a mistake of the caller, with a hint how to mend it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line and a hint."""

    def error(self, message: str) -> NoReturn:
        """Print the error and leave with status 2."""
        print_error(message, f"{self.prog} --help lists what there is")
        raise SystemExit(2)

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse's own says nothing where help or version cannot be printed.
        failure = print_line(message.rstrip("\n"), file)
        if failure:
            raise UnheardError(failure)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        # As argparse's own check, but the message suggests the nearest choice.
        if action.choices is None or value in action.choices:
            return
        known = list(action.choices)
        near = difflib.get_close_matches(str(value), known, n=1)
        guess = f" (did you mean {near[0]}?)" if near else ""
        raise argparse.ArgumentError(
            action, f"there is no {value!r}{guess}; choose from {', '.join(known)}"
        )


def print_error(message: str, hint: str = "") -> None:
    """Print an error, and below it how to go on."""
    complain(f"error: {message}")
    if hint:
        complain(f"hint: {hint}")


def complain(text: str) -> None:
    """Print to stderr, if that is possible."""
    if print_line(text, sys.stderr):
        _discard(sys.stderr)


class Voice:
    """Prints to stdout. Where that fails, a command that saves its result goes on all the same.

    Parameters
    ----------
    goes_on : bool
        Whether to go on; otherwise the first line that cannot be printed raises `UnheardError`.
    """

    def __init__(self, goes_on: bool = False) -> None:
        self.goes_on = goes_on
        self.failure: Exception | None = None

    def say(self, text: str) -> None:
        """Print lines at once."""
        self.failure = self.failure or print_line(text, sys.stdout)
        if self.failure and not self.goes_on:
            raise UnheardError(self.failure)

    def status(self, status: int) -> int:
        """Return the exit status, 1 if something could not be printed; say why at the end."""
        if not self.failure:
            return status
        if not isinstance(self.failure, BrokenPipeError):  # as in `tinygrad-edu doctor | head -1`
            reason = getattr(self.failure, "strerror", None) or self.failure
            print_error(f"the output could not be written: {reason}")
        _discard(sys.stdout)
        return status or 1


class UnheardError(Exception):
    """A line of a command that only prints could not be printed; its cause is the argument."""


def _discard(stream: TextIO | None) -> None:
    """Send what a stream still holds nowhere, so that its last flush does not fail."""
    if stream is not None:
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def number(
    kind: type[int] | type[float], low: float, high: float = float("inf"), strict: bool = False
) -> Callable[[str], Any]:
    """Return an argument type: a number from ``low`` (itself not, if strict) to below ``high``."""
    sign = ">" if strict else ">="
    limits = f"{sign} {low:g}" + ("" if high == float("inf") else f" and < {high:g}")
    noun = "a whole number" if kind is int else "a number"

    def check(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = float("nan")
        if (value > low if strict else value >= low) and value < high:
            return value
        raise argparse.ArgumentTypeError(f"must be {noun} {limits}, received {text!r}")

    return check


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Print warnings as one line, without file, line and source."""

    def show(message: Any, category: Any, *rest: Any, **options: Any) -> None:
        complain(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.filterwarnings("always", category=UserWarning)  # what this package has to say
        warnings.showwarning = show
        yield


def explain(error: Exception, debug: bool) -> int:
    """Print an error for people, with the traceback only if asked for; return the exit status."""
    if debug:
        complain("".join(traceback.format_exception(error)).rstrip("\n"))
        return 2 if isinstance(error, UsageError) else 1
    if isinstance(error, UsageError):
        print_error(str(error), error.hint)
        return 2
    message = " ".join(str(error).split()) or type(error).__name__
    for note in getattr(error, "__notes__", ()):
        message += f" ({note})"
    known = isinstance(error, ValueError | TypeError | OSError | ImportError | ArithmeticError)
    print_error(message if known else f"{type(error).__name__}: {message}", DEBUG_HINT)
    return 1
