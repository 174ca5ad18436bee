"""No test of the data may reach beyond this machine, or use the files of whoever runs it."""

from __future__ import annotations

from pathlib import Path

import pooch
import pytest


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYGRAD_EDU_DATA", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "*")
    pooch.get_logger().setLevel("WARNING")
