"""Damaged files of every kind: the documented error, or the original, and never much memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# `make fuzz` takes 40,000; a sample of them is enough to notice a reader that has lost its way.
COUNT = int(os.environ.get("TINYGRAD_EDU_FILES", "1500"))
SEED = int(os.environ.get("TINYGRAD_EDU_FILES_SEED", "0"))
ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="it has no limit of memory and no alarm")
def test_damaged_files_give_the_documented_error_or_the_original() -> None:
    """In a process of its own, whose memory is limited."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.files.mutate", str(COUNT), str(SEED)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    for name, found in report["outcomes"].items():
        print(f"{name:<40}{report['seconds'][name]:>6} s  {found}")
    assert report["wrong"] == []
    assert sum(sum(found.values()) for found in report["outcomes"].values()) == COUNT
    for name, found in report["outcomes"].items():
        assert found.get("refused", 0) + found.get("warned", 0) > 0, name
