"""Scripts in the idioms of public code, written for PyTorch: each runs here and prints the same.

What PyTorch prints is in ``expected``. Write it anew, where PyTorch is installed, with
``python -m tests.scripts.test_run``.
"""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import sys
import tempfile
from pathlib import Path

import pytest

from tests.scripts.conftest import collect_ignore
from tinygrad_edu.torch._script import run_script

HERE = Path(__file__).parent
SCRIPTS = sorted(name.removesuffix(".py") for name in collect_ignore)


def expected(name: str) -> Path:
    return HERE / "expected" / f"{name}.txt"


@pytest.mark.filterwarnings("default")  # a script is no test: its warnings are its own
@pytest.mark.parametrize("name", SCRIPTS)
def test_script_prints_what_it_prints_with_pytorch(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status = run_script(str(HERE / f"{name}.py"))
    out, err = capsys.readouterr()
    assert status == 0, err
    assert out == expected(name).read_text("utf-8")


def test_there_are_forty() -> None:
    assert len(SCRIPTS) >= 40
    assert {path.stem for path in (HERE / "expected").glob("*.txt")} == set(SCRIPTS)


def with_pytorch(name: str) -> str:
    """What a script prints with PyTorch."""
    said, argv, here = io.StringIO(), sys.argv, os.getcwd()
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(said):
        try:
            os.chdir(scratch)
            sys.argv = [f"{name}.py"]
            runpy.run_path(str(HERE / f"{name}.py"), run_name="__main__")
        finally:
            os.chdir(here)
            sys.argv = argv
    return said.getvalue()


if __name__ == "__main__":
    for script in sys.argv[1:] or SCRIPTS:
        expected(script).write_text(with_pytorch(script), "utf-8")
