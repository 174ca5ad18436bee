"""The scripts of tests/scripts print with PyTorch what is stored, and what they print here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts.test_run import SCRIPTS, expected, with_pytorch

pytest.importorskip("torch")


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", SCRIPTS)
def test_pytorch_prints_what_is_stored(name: str) -> None:
    """`tests/scripts/test_run.py` holds this package to the same text."""
    assert with_pytorch(name) == expected(name).read_text("utf-8")


def test_every_text_is_stored() -> None:
    assert all(isinstance(expected(name), Path) and expected(name).exists() for name in SCRIPTS)
