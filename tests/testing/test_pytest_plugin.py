"""The plugin gives its fixtures, and failures end where the test called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.testing import pytest_plugin

TESTS = """
import numpy as np
import tinygrad_edu as tg

def test_fixtures(gradcheck, gradgradcheck, generator):
    x = tg.tensor(generator.standard_normal(3), requires_grad=True)
    assert gradcheck(tg.tanh, x)
    assert gradgradcheck(tg.tanh, x)

def test_the_same_generator(generator):
    print("drew", generator.random())

def test_wrong(gradcheck):
    @tg.primitive(lambda g, y, x: 2 * g)
    def identity(x):
        return x * 1.0
    gradcheck(identity, tg.tensor(np.ones(2), requires_grad=True))
"""


def run_pytest(folder: Path) -> str:
    (folder / "test_user.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rP", "--no-header"]
    installed = "-p tinygrad_edu.testing.pytest_plugin"
    done = subprocess.run(
        [*command, *installed.split(), "test_user.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
    )
    return done.stdout + done.stderr


class Manager:
    """Stands for pytest's plugin manager, to look at what is registered."""

    def __init__(self) -> None:
        self.pluginmanager = self
        self.fixtures: object = None

    def register(self, fixtures: object, name: str) -> None:
        assert name == "tinygrad_edu fixtures"
        self.fixtures = fixtures


def test_fixtures_are_registered_and_seeded() -> None:
    manager = Manager()
    pytest_plugin.pytest_configure(manager)
    fixtures = type(manager.fixtures)
    x = tg.tensor(np.ones(3), requires_grad=True)
    for name in ("gradcheck", "gradgradcheck"):
        check = getattr(fixtures, name)._get_wrapped_function()(manager.fixtures)
        assert check(tg.tanh, x)
        assert check(tg.tanh, x, generator=3)

    class Request:
        class node:  # noqa: N801 - pytest's name
            nodeid = "tests/test_x.py::test_y"

    make = fixtures.generator._get_wrapped_function()
    assert make(manager.fixtures, Request).random() == make(manager.fixtures, Request).random()


@pytest.mark.slow
def test_fixtures_work_and_failures_are_short(tmp_path: Path) -> None:
    first, second = run_pytest(tmp_path), run_pytest(tmp_path)
    assert "2 passed" in first
    assert "1 failed" in first
    drawn = [line for line in first.splitlines() if line.startswith("drew")]
    assert drawn
    assert drawn == [line for line in second.splitlines() if line.startswith("drew")]
    assert "twice too large" in first
    assert "comparison.py" not in first
