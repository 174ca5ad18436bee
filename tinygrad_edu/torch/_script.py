"""Run a script that is written for PyTorch, unchanged, in this process."""

from __future__ import annotations

import linecache
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import InspectLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from tinygrad_edu._text import print_line
from tinygrad_edu.torch._answers import answered
from tinygrad_edu.torch._source import Source, read_source

__all__ = ["run_script"]

_HERE = str(Path(__file__).parent)


def run_script(path: str, args: Sequence[str] = ()) -> int:
    """Run a script or a notebook as ``python path args`` would, with PyTorch's names answered here.

    Returns
    -------
    int
        The exit code: that of the script; 1 if it raised, 2 if there is no such file.
    """
    try:
        source = read_source(Path(path))
    except (OSError, ValueError, KeyError, SyntaxError) as error:
        print_line(f"error: {path} cannot be read as a script: {error}", sys.stderr)
        return 2
    if source.left_out:
        commands = ", ".join(dict.fromkeys(source.left_out))
        print_line(f"note: left out, as commands to a notebook: {commands}", sys.stderr)
    with answered(), _as_main(path, args, source) as main:
        try:
            _Text(path, source.text).exec_module(main)
        except SystemExit as stop:
            return _status(stop)
        except KeyboardInterrupt:
            _show(sys.exc_info()[1], path)
            return 130
        except BaseException:
            _show(sys.exc_info()[1], path)
            return 1
    return 0


class _Text(InspectLoader):
    """Python's own way to run a text as a module, so that tracebacks name file and line."""

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text

    def get_source(self, fullname: str) -> str:
        """The text."""
        return self._text

    def get_code(self, fullname: str) -> Any:
        """The code, which knows the path of the script."""
        return self.source_to_code(self._text, self._path)

    def is_package(self, fullname: str) -> bool:
        """A script is no package."""
        return False


@contextmanager
def _as_main(path: str, args: Sequence[str], source: Source) -> Iterator[ModuleType]:
    """The module ``__main__`` of the script, and ``sys`` as Python sets it up for a script."""
    main = ModuleType("__main__")
    vars(main).update(__file__=path, __cached__=None, __builtins__=__builtins__)
    if source.is_notebook:
        vars(main).update(display=print)
        lines = source.text.splitlines(keepends=True)
        linecache.cache[path] = len(source.text), None, lines, path
    before = sys.argv, sys.path, sys.modules["__main__"], warnings.filters[:]
    sys.argv = [path, *args]
    sys.path = [str(Path(path).resolve().parent), *sys.path]
    sys.modules["__main__"] = main
    if source.is_notebook or not _has_display():
        os.environ.setdefault("MPLBACKEND", "Agg")
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
    try:
        yield main
    finally:
        sys.argv, sys.path, sys.modules["__main__"] = before[:3]
        warnings.filters[:] = before[3]  # type: ignore[index]  # it is a list


def _has_display() -> bool:
    """Whether a window could be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _status(stop: SystemExit) -> int:
    """The exit code of ``sys.exit``, whose text goes to stderr, as in Python."""
    if stop.code is None or isinstance(stop.code, int):
        return int(stop.code or 0)
    print_line(str(stop.code), sys.stderr)
    return 1


def _show(error: Any, path: str) -> None:
    """Print a traceback that begins in the script, and last where a name is missing."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != path:
        trace = trace.tb_next
    sys.stdout.flush()
    lines = traceback.format_exception(type(error), error, trace)
    print_line("".join(lines).rstrip("\n"), sys.stderr)
    if isinstance(error, (AttributeError, ImportError)) and " is not here: " in str(error):
        frames = [f for f in traceback.extract_tb(trace) if not f.filename.startswith(_HERE)]
        if frames:
            place = f"{frames[-1].filename}:{frames[-1].lineno}"
            print_line(f"missing: {place}: {error}", sys.stderr)
