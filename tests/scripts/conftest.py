"""The files of this folder are scripts for PyTorch; only the test is collected."""

from pathlib import Path

_OWN = {"conftest.py", "test_run.py", "test_namespace.py"}
collect_ignore = [p.name for p in Path(__file__).parent.glob("*.py") if p.name not in _OWN]
