"""Operations in a file of the user's, for `tinygrad-edu gradcheck my_operations.py`."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from tinygrad_edu.cli.console import UsageError
from tinygrad_edu.engine import NUMPY_FUNCTIONS, PRIMITIVES

__all__ = ["operations_of"]


@contextmanager
def operations_of(path: Path) -> Iterator[list[Any]]:
    """Run a file and yield its SPECS; afterwards the table of operations is as before.

    Raises
    ------
    UsageError
        If it cannot be run, or holds an operation without sample inputs.
    """
    primitives, functions = dict(PRIMITIVES), dict(NUMPY_FUNCTIONS)
    name = f"checked.{path.stem}"  # not the stem alone: a file may be called like a module
    try:
        module = _run(path, name)
        yield _specs(path, module)
    finally:
        sys.modules.pop(name, None)
        PRIMITIVES.clear()
        PRIMITIVES.update(primitives)
        NUMPY_FUNCTIONS.clear()
        NUMPY_FUNCTIONS.update(functions)


def _run(path: Path, name: str) -> ModuleType:
    if not path.is_file():
        raise UsageError(f"there is no file {path}", "give a file of Python, or an operation")
    found = importlib.util.spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise UsageError(f"{path} is no file of Python")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)  # as when the file is run: it may import its neighbours
    try:
        found.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        lines = [
            f.lineno
            for f in traceback.extract_tb(error.__traceback__)
            if f.filename == found.origin
        ]
        line = f", line {lines[-1]}" if lines else ""
        raise UsageError(
            f"{path}{line}: {type(error).__name__}: {error}",
            "the file must run before it is checked",
        ) from error
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
    return module


def _specs(path: Path, module: ModuleType) -> list[Any]:
    """The SPECS of the file, one for each of its operations at least."""
    from tinygrad_edu.testing.specs import OpSpec

    specs = getattr(module, "SPECS", [])
    if not isinstance(specs, list | tuple) or not all(isinstance(s, OpSpec) for s in specs):
        raise UsageError(
            f"{path}: SPECS must be a list of what spec(...) returns", _example("my_operation", 1)
        )
    own = [op for op in PRIMITIVES.values() if op.forward.__module__ == module.__name__]
    for op in own:
        if op.name not in {spec.name for spec in specs}:
            raise UsageError(
                f"{path} has no sample inputs for its operation {op.name}",
                _example(op.name, max(1, len(op.input_names))),
            )
    if not specs:
        raise UsageError(f"{path} holds no operation made by @tg.primitive", _example("cube", 1))
    for spec in specs:
        try:
            spec.function  # noqa: B018 - looked up here, so that its error comes before the table
        except LookupError as error:
            raise UsageError(
                f"{path}: {error.args[0]}", 'as in spec("mine", sample((2, 3)), call=mine)'
            ) from error
    return list(specs)


def _example(name: str, inputs: int) -> str:
    shapes = ", ".join(["(2, 3)"] * inputs)
    return (
        "add to the file: from tinygrad_edu.testing.specs import sample, spec; "
        f'SPECS = [spec("{name}", sample({shapes}))]'
    )
