"""The folder of a run: reserved while the run lasts, and filled at its end, in one go."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tinygrad_edu.cli.console import UsageError

__all__ = ["MODEL_FILE", "RESULT_FILE", "publish", "run_folder"]

MODEL_FILE = "model.npz"
RESULT_FILE = "result.json"
_FILES = (
    *(MODEL_FILE, RESULT_FILE, "history.csv"),
    *("curve.png", "confusion.png", "graph.svg", "graph.txt"),
)
_WORK = ".unfinished"  # while it is there, the folder belongs to a run
_PROCESS = "process"
_ANOTHER = "choose another --out"


@contextmanager
def run_folder(
    chosen: str | None, name: str, may_replace: Callable[[Path], bool] = lambda folder: False
) -> Iterator[Path]:
    """Reserve the chosen folder, or ``runs/NAME``, ``runs/NAME-2``, ...; yield it.

    Raises
    ------
    UsageError
        If the chosen folder cannot be made, belongs to another run that is going on, or holds files
        that the run would write over, unless ``may_replace`` says of it that it may.
    """
    folder, number = Path(chosen or f"runs/{name}"), 1
    while True:
        problem = _reserve(folder, may_replace)
        if problem is None:
            break
        if chosen is not None:
            raise problem
        number += 1
        folder = Path(f"runs/{name}-{number}")
    try:
        yield folder
    finally:
        shutil.rmtree(folder / _WORK, ignore_errors=True)


def publish(folder: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` make the files of a run, and then put them in their places, the model last.

    Until all are written, those of an earlier run stay as they are. A folder with a model is thus
    one with all that belongs to it.
    """
    work = folder / _WORK
    write(work)
    names = sorted(set(os.listdir(work)) - {_PROCESS}, key=lambda name: name == MODEL_FILE)
    (folder / MODEL_FILE).unlink(missing_ok=True)
    for name in names:
        os.replace(work / name, folder / name)


def _reserve(folder: Path, may_replace: Callable[[Path], bool]) -> UsageError | None:
    """Reserve a folder; return why it is not free, or raise if no folder can be made there."""
    work = folder / _WORK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if _is_over(work):
            shutil.rmtree(work)
        work.mkdir()
    except FileExistsError:
        if not work.is_dir():
            raise UsageError(f"{folder} is a file, not a folder", _ANOTHER) from None
        return UsageError(
            f"{folder} belongs to a run that is going on",
            f"{_ANOTHER}; if no run is going on, delete {work}",
        )
    except OSError as error:
        raise UsageError(
            f"the folder {folder} cannot be made: {error.strerror}", _ANOTHER
        ) from error
    found = [name for name in _FILES if os.path.lexists(folder / name)]
    free = False
    try:
        (work / _PROCESS).write_text(f"{os.getpid()} {platform.node()}", encoding="utf-8")
        free = not found or may_replace(folder)
    finally:
        if not free:
            shutil.rmtree(work)
    if free:
        return None
    if MODEL_FILE in found:
        return UsageError(f"{folder} holds a run already", f"{_ANOTHER}, or delete that folder")
    return UsageError(
        f"{folder} holds {', '.join(found)}, which would be written over",
        f"{_ANOTHER}, or delete what is there",
    )


def _is_over(work: Path) -> bool:
    """Whether the run that reserved the folder was on this machine, and was ended from outside."""
    try:
        process, machine = (work / _PROCESS).read_text(encoding="utf-8").split()
        # On other systems than POSIX, os.kill ends a process.
        if machine != platform.node() or os.name != "posix" or not process.isdecimal():
            return False
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError, ValueError):
        return False
    return False
