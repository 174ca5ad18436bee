"""The README, the docs and the docstrings run as tests, each in an empty folder."""

from __future__ import annotations

import doctest
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

os.environ.setdefault("MPLBACKEND", "Agg")  # before anything imports matplotlib: no window opens


class _Scratch:
    """An empty working folder while the blocks of one document run: pages may write files."""

    def enter(self, namespace: dict[str, Any]) -> None:
        self.home = os.getcwd()
        self.folder = tempfile.TemporaryDirectory()
        os.chdir(self.folder.name)

    def leave(self, namespace: dict[str, Any]) -> None:
        os.chdir(self.home)
        self.folder.cleanup()


_scratch = _Scratch()

pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS),
        SkipParser(),
    ],
    patterns=["README.md", "CONTRIBUTING.md", "docs/*.md", "docs/**/*.md"],
    setup=_scratch.enter,
    teardown=_scratch.leave,
).pytest()


@pytest.hookimpl(optionalhook=True)  # only known where pytest-xdist is installed
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Blocks of one page build on each other, so one process runs the page; other tests go freely.

    Marking the items with `xdist_group` is no way: pytest-xdist 3.8 notes the mark where pytest 9.2
    no longer reads it.
    """
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class PagesTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file.endswith(".md") else nodeid

    return PagesTogether(config, log)


@pytest.fixture(autouse=True)
def _docstring_setting(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]
) -> Iterator[None]:
    """Docstrings may say `np` and `tg`, draw random numbers, and write files."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    import tinygrad_edu as tg
    from tinygrad_edu.random import manual_seed

    doctest_namespace.update(np=np, tg=tg)
    manual_seed(0)
    request.getfixturevalue("monkeypatch").chdir(request.getfixturevalue("tmp_path"))
    yield
