"""The code keeps to the rules of `rules.py`, and each rule finds what is planted for it."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.lint import rules
from tests.lint.rules import ROOT, Source

SOURCES = rules.package_sources()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_file_keeps_the_rules(source: Source) -> None:
    objections = [str(objection) for rule in rules.RULES for objection in rule(source)]
    assert not objections, "\n".join(objections)


def test_imports_have_no_cycle() -> None:
    found = rules.cycles(rules.import_graph(SOURCES))
    assert not found, "\n".join(" -> ".join(cycle) for cycle in found)


def test_required_packages_are_in_the_extra_they_name() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for source in SOURCES:
        for package, extra, line in rules.required_packages(source):
            where = f"{source.name}:{line}: require({package!r}, extra={extra!r})"
            assert extra in extras, f"{where}: pyproject.toml has no such extra"
            names = {re.split(r"[<>=!~;\[ ]", wanted)[0] for wanted in extras[extra]}
            assert {"PIL": "pillow"}.get(package, package) in names, (
                f"{where}: the extra installs {sorted(names)}"
            )


def test_the_package_is_what_is_read() -> None:
    assert {"tinygrad_edu", "tinygrad_edu.engine.node"} <= {source.name for source in SOURCES}


# ---- the rules can fail

PLANTED = [
    ("floors", "engine.node", "from tinygrad_edu.ops import exp", "floor 1) from floor 0"),
    ("floors", "nn.linear", "from tinygrad_edu.optim import SGD", "tinygrad_edu.optim.SGD"),
    ("floors", "optim.sgd", "import tinygrad_edu.nn.module", "tinygrad_edu.nn.module"),
    ("floors", "viz.graph", "def f():\n    from ..nn import Module", "tinygrad_edu.nn.Module"),
    ("floors", "nn.linear", "from tinygrad_edu import Tensor", "floor 4.5"),
    ("floors", "train.trainer", "import tinygrad_edu", "floor 4.5"),
    ("floors", "data.toy", "from tinygrad_edu.nn import Linear", "nn.Linear"),
    ("floors", "novelty", "", "has no floor"),
    ("engine_stands_alone", "engine.node", "import scipy", "scipy"),
    (
        "engine_stands_alone",
        "engine.node",
        "from tinygrad_edu._optional import require",
        "_optional",
    ),
    ("optional_packages_through_require", "viz.plots", "import matplotlib", "by statement"),
    ("optional_packages_through_require", "viz.plots", "def f():\n    import tqdm", "by statement"),
    (
        "optional_packages_through_require",
        "viz.plots",
        "def f():\n    importlib.import_module('tqdm')",
        "hides an import",
    ),
    (
        "optional_packages_through_require",
        "viz.plots",
        "tqdm = require('tqdm', extra='data')",
        "when the file is imported",
    ),
    (
        "optional_packages_through_require",
        "viz.plots",
        "def f(name):\n    require(name, extra='data')",
        "literal",
    ),
    ("forbidden_modules", "data.cifar", "import pickle", "runs code"),
    ("forbidden_modules", "data.cifar", "def f():\n    from marshal import loads", "runs code"),
    ("forbidden_modules", "nn.dropout", "import random", "tinygrad_edu.random"),
    ("forbidden_calls", "cli", "eval('1')", "eval()"),
    ("forbidden_calls", "cli", "exec('1')", "exec()"),
    ("forbidden_calls", "cli", "os.system('ls')", "os.system()"),
    ("forbidden_calls", "cli", "subprocess.run('ls', shell=True)", "shell=True"),
    ("forbidden_calls", "cli", "np.load(path, allow_pickle=True)", "allow_pickle=True"),
    ("forbidden_calls", "data.cifar", "tarfile.open(p).extractall()", "extractall()"),
    ("forbidden_calls", "data.cifar", "archive.extract(member)", "extract()"),
    ("forbidden_calls", "tensor", "hasattr(x, 'data')", "hasattr()"),
    ("no_assert_statement", "tensor", "def f(x):\n    assert x", "assert statement"),
    ("no_global_randomness", "nn.init", "np.random.randn(3)", "np.random.randn"),
    ("no_global_randomness", "nn.init", "np.random.seed(0)", "np.random.seed"),
    ("no_global_randomness", "nn.init", "np.random.default_rng()", "np.random.default_rng"),
    ("no_global_randomness", "nn.init", "from numpy.random import rand", "numpy.random.rand"),
    ("short_enough", "tensor", "\n" * 401, "401 lines"),
    ("functions_are_short", "nn.linear", "def f():\n" + "    x = 1\n" * 55, "56 lines of code"),
    ("says_what_it_gives", "nn.linear", "class Linear:\n    pass", "no __all__"),
    ("nothing_left_open", "tensor", "x = 1  # TODO later", "left open"),
    ("nothing_left_open", "tensor", "x = 1  # type: ignore", "type: ignore"),
    ("nothing_left_open", "tensor", "x = 1  # type: ignore[misc]", "type: ignore"),
    ("nothing_left_open", "tensor", "x = 1  # noqa", "noqa"),
    ("nothing_left_open", "tensor", "x = 1  # noqa: E501", "noqa"),
]


@pytest.mark.parametrize(("rule", "module", "text", "told"), PLANTED)
def test_rule_finds_what_is_planted(rule: str, module: str, text: str, told: str) -> None:
    source = Source(f"{rules.PACKAGE}.{module}", text)
    objections = [objection.what for objection in getattr(rules, rule)(source)]
    assert len(objections) == 1
    assert told in objections[0]


def test_every_rule_has_something_planted() -> None:
    assert {rule.__name__ for rule in rules.RULES} == {planted[0] for planted in PLANTED}


ALLOWED = """
from __future__ import annotations
import math
from typing import TYPE_CHECKING
import numpy as np
from numpy.typing import NDArray
from tinygrad_edu import ops
from tinygrad_edu._optional import require
from tinygrad_edu.nn.module import Module
from .init import kaiming_uniform_
from ..tensor import Tensor
if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot", "save"]

def plot(model: Module, generator: np.random.Generator) -> Figure:
    pyplot = require("matplotlib.pyplot", extra="viz", what="plot()")
    re.compile("x")
    np.load("digits.npz", allow_pickle=False)
    return pyplot.figure()  # type: ignore[no-any-return]  # matplotlib is optional, so untyped here

def save() -> None:
    x = 1  # noqa: E501 - the line is a citation
"""


def test_rules_let_good_code_pass() -> None:
    source = Source(f"{rules.PACKAGE}.nn.linear", ALLOWED)
    assert [str(objection) for rule in rules.RULES for objection in rule(source)] == []
    assert [found[:2] for found in rules.required_packages(source)] == [("matplotlib", "viz")]


def test_docstrings_comments_and_blank_lines_are_no_code() -> None:
    text = '"""Doc\nstring."""\n\n# why\ndef f():\n    """One."""\n    return """a\nb"""\n'
    assert rules.code_lines(Source("tinygrad_edu.nn.linear", text)) == {5, 7, 8}


def test_cycles_are_found_and_named() -> None:
    one = Source("tinygrad_edu.nn.one", "from tinygrad_edu.nn.two import f")
    two = Source("tinygrad_edu.nn.two", "def f():\n    from tinygrad_edu.nn import three")
    three = Source("tinygrad_edu.nn.three", "from tinygrad_edu.nn import one")
    four = Source("tinygrad_edu.nn.four", "from tinygrad_edu.nn import one")
    found = rules.cycles(rules.import_graph([one, two, three, four]))
    assert [{name.rpartition(".")[2] for name in cycle} for cycle in found] == [
        {"one", "two", "three"}
    ]
    typing_only = Source(
        "tinygrad_edu.nn.three",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tinygrad_edu.nn import one",
    )
    assert rules.cycles(rules.import_graph([one, two, typing_only])) == []
