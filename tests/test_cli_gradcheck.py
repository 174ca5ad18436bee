"""`tinygrad-edu gradcheck`: the table, the page, files of one's own, and how each fails."""

from __future__ import annotations

import html
import io
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tinygrad_edu.cli import gradcheck_page, main
from tinygrad_edu.engine import PRIMITIVES
from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing import report

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def broken_tanh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PRIMITIVES["tanh"], "vjps", (lambda g, y, x: -g * (1 - y * y),))


def _run(capsys: Capture, *words: str) -> tuple[int, str, str]:
    status = main(["gradcheck", *words])
    out, err = capsys.readouterr()
    return status, out, err


# ---- the table


def test_named_operations(capsys: Capture) -> None:
    status, out, err = _run(capsys, "tanh", "argmax", "abs")
    assert (status, err) == (0, "")
    assert re.search(r"^  tanh +7 +\d\.\de-1\d +1e-13 +\d\.\de-1\d +1e-09  ok$", out, re.M)
    assert re.search(r"^  argmax +6 +- +- +no gradient: gives integers$", out, re.M)
    assert re.search(r"^  absolute ", out, re.M)  # an alias has the figures of its function
    assert "error: the largest |backward - expected| over the entries" in out
    last = out.splitlines()[-1]
    assert last.startswith("3 operations, 20 samples: 2 ok, 0 FAILED, 1 without a gradient")


@pytest.mark.slow
def test_all_operations(capsys: Capture) -> None:
    status, out, err = _run(capsys, "--html", "all.html")
    assert (status, err) == (0, "")
    rows = re.findall(r"^  (\w+) +\d+ +\S+ ", out, re.M)
    assert sorted(rows) == sorted(SPECS)
    assert f"{len(SPECS)} operations" in out
    text = Path("all.html").read_text(encoding="utf-8")
    assert all(f'<span class="name">{name}</span>' in text for name in SPECS)


def test_a_broken_rule_fails(capsys: Capture, broken_tanh: None) -> None:
    status, out, _ = _run(capsys, "tanh", "exp", "--html", "page.html")
    assert status == 1
    assert re.search(r"^  tanh .* FAILED$", out, re.M)
    assert re.search(r"^  exp .* ok$", out, re.M)
    assert "FAILED tanh\norder 1, tanh((4,)): the sign is wrong everywhere\n" in out
    assert "2 operations, 14 samples: 1 ok, 1 FAILED; seed 0" in out
    page = Path("page.html").read_text(encoding="utf-8")
    assert "<title>Gradient check: 1 of 2 failed</title>" in page
    failed, table = page.index('class="failure"'), page.index("<table>")
    assert failed < page.index("the sign is wrong everywhere") < table
    assert page.count('<tr class="wrong">') == 1


def test_an_undecided_rule_is_neither_ok_nor_failed(capsys: Capture) -> None:
    """A sample at the kink: no differences agree, and the exit code says that it is not ok."""
    Path("mine.py").write_text(AT_A_KINK)
    status, out, _ = _run(capsys, "mine.py", "--html", "page.html")
    assert status == 1
    assert re.search(r"^  ramp .* undecided$", out, re.M)
    assert "undecided ramp\norder 1, ramp((2,)): undecided: input 0[0] = 0 is " in out
    assert "0 ok, 0 FAILED, 1 undecided" in out
    page = Path("page.html").read_text(encoding="utf-8")
    assert "<title>Gradient check: 1 of 1 undecided</title>" in page
    assert 'class="undecided"' in page
    assert 'class="failure"' not in page
    assert not _Page(page).open
    status, out, _ = _run(capsys, "mine.py", "--json")
    assert status == 1
    found = json.loads(out)
    assert (found["failed"], found["undecided"]) == (0, 1)
    assert found["operations"][0]["verdict"] == "undecided"


def test_quiet_and_json(capsys: Capture, broken_tanh: None) -> None:
    status, out, _ = _run(capsys, "tanh", "exp", "--quiet")
    assert status == 1
    assert out.startswith("FAILED tanh\n")
    assert "exp" not in out.replace("expected", "")
    status, out, _ = _run(capsys, "tanh", "argmax", "--json", "--seed", "3")
    assert status == 1
    found = json.loads(out)
    assert (found["failed"], found["seed"], found["html"]) == (1, 3, None)
    tanh, argmax = found["operations"]
    assert tanh["verdict"] == "FAILED"
    assert tanh["first"]["error"] > tanh["first"]["allowed"]
    assert (argmax["first"], argmax["reason"]) == (None, "no gradient: gives integers")


def test_a_rule_that_raises(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PRIMITIVES["tanh"], "vjps", (lambda g, y, x: g["a"],))
    status, out, _ = _run(capsys, "tanh", "--json", "--html", "page.html")
    assert status == 1
    assert json.loads(out)["operations"][0]["first"] == {"error": None, "allowed": 1e-13}
    assert "raises IndexError" in Path("page.html").read_text(encoding="utf-8")


def test_the_seed_decides(capsys: Capture) -> None:
    def figures(seed: str) -> Any:
        return json.loads(_run(capsys, "exp", "--seed", seed, "--json")[1])["operations"]

    assert figures("1") == figures("1") != figures("2")


def test_rows_come_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Into a pipe too: a row is there before the next operation is begun."""

    class Pipe(io.StringIO):
        seen = ""

        def flush(self) -> None:
            self.seen = self.getvalue()

    pipe, seen = Pipe(), []
    measure = report.measure

    def watched(spec: Any, seed: int) -> Any:
        seen.append(pipe.seen)
        return measure(spec, seed)

    monkeypatch.setattr(report, "measure", watched)
    monkeypatch.setattr(sys, "stdout", pipe)
    assert main(["gradcheck", "tanh", "exp"]) == 0
    assert "tanh" not in seen[0]
    assert re.search(r"^  tanh .* ok$", seen[1], re.M)


# ---- a file of one's own


AT_A_KINK = """
import numpy as np
import tinygrad_edu as tg
from tinygrad_edu.testing.specs import sample, spec

@tg.primitive(lambda g, y, x: g * (x > 0))
def ramp(x):
    return np.maximum(x, 0.0)

SPECS = [spec("ramp", sample(np.array([0.0, 1.0])), sample((3,)))]
"""

OWN = """
import numpy as np
import tinygrad_edu as tg
from tinygrad_edu.testing.specs import sample, spec

@tg.primitive(lambda g, y, x: g * RULE)
def cube(x):
    \"\"\"Cube of <x> & more.  y = x³.\"\"\"
    return x**3

SPECS = [spec("cube", sample((2, 3)), sample((4,)), sample(()), analytic=True)]
"""


def test_own_operations(capsys: Capture) -> None:
    before = dict(PRIMITIVES)
    Path("mine.py").write_text(OWN.replace("RULE", "3 * x**2"))
    status, out, err = _run(capsys, "mine.py")
    assert (status, err) == (0, "")
    assert re.search(r"^mine\n  cube +3 .* ok$", out, re.M)
    assert dict(PRIMITIVES) == before
    Path("mine.py").write_text(OWN.replace("RULE", "x**2"))
    status, out, _ = _run(capsys, "mine.py", "exp")
    assert status == 1
    assert "order 1, cube((4,)): the gradient is 0.333333 times too large everywhere" in out
    assert re.search(r"^  exp .* ok$", out, re.M)


def test_own_operation_under_a_name_of_ours(capsys: Capture) -> None:
    """An exercise: write tanh. Ours is what it was, afterwards."""
    before = PRIMITIVES["tanh"]
    Path("mine.py").write_text(OWN.replace("cube", "tanh").replace("RULE", "3 * x"))
    assert "FAILED tanh" in _run(capsys, "mine.py")[1]
    assert PRIMITIVES["tanh"] is before
    assert _run(capsys, "tanh")[0] == 0


def test_own_files_may_import_their_neighbours(capsys: Capture) -> None:
    Path("sub").mkdir()
    Path("sub/neighbour_of_mine.py").write_text("FACTOR = 3")
    text = "from neighbour_of_mine import FACTOR\n" + OWN.replace("RULE", "FACTOR * x**2")
    Path("sub/mine.py").write_text(text)
    assert _run(capsys, "sub/mine.py")[0] == 0
    assert str(Path("sub").resolve()) not in sys.path


BAD_FILES = [
    ("1 / 0\n", "bad.py, line 1: ZeroDivisionError: division by zero"),
    ("x = (\n", "bad.py: SyntaxError: "),
    ("import sys; sys.exit(3)\n", "bad.py, line 1: SystemExit: 3"),
    ("", "bad.py holds no operation made by @tg.primitive"),
    ("SPECS = 3\n", "bad.py: SPECS must be a list of what spec(...) returns"),
    (
        OWN.replace("RULE", "1") + "SPECS = []\n",
        "bad.py has no sample inputs for its operation cube",
    ),
    (
        'from tinygrad_edu.testing.specs import sample, spec\nSPECS = [spec("no", sample((2,)))]\n',
        "bad.py: no: there is no operation of that name; give call=",
    ),
]


@pytest.mark.parametrize(("text", "message"), BAD_FILES, ids=[m for _, m in BAD_FILES])
def test_bad_files(capsys: Capture, text: str, message: str) -> None:
    Path("bad.py").write_text(text)
    status, out, err = _run(capsys, "bad.py")
    assert (status, out) == (2, "")
    error, hint = err.splitlines()
    assert message in error
    assert hint.startswith("hint: ")
    assert not [name for name in sys.modules if name.startswith("checked.")]


def test_the_hint_is_the_line_to_add(capsys: Capture) -> None:
    own = OWN.replace("RULE", "3 * x**2").partition("SPECS")[0]
    Path("mine.py").write_text(own)
    hint = _run(capsys, "mine.py")[2].partition("add to the file: ")[2]
    Path("mine.py").write_text(f"{own}\n{hint}")
    assert _run(capsys, "mine.py")[0] == 0


# ---- the page


class _Page(HTMLParser):
    """The names of all tags, balanced, and whatever a page would fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.fetched += [f"{tag} {key}" for key, _ in attrs if key in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_whole_and_fetches_nothing(capsys: Capture) -> None:
    _status, out, _ = _run(capsys, "tanh", "step_through", "argmax", "--html", "page.html")
    assert f"page: {Path('page.html').resolve()}" in out
    assert os.listdir() == ["page.html"]
    text = Path("page.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert (page.open, page.fetched) == ([], [])
    assert "url(" not in text
    assert "@import" not in text
    for part in ("prefers-color-scheme: dark", "@media print", "NumPy 2", "seed 0"):
        assert part in text
    for family in ("activation", "reduction"):
        assert f'<th colspan="5">{family}</th>' in text
    assert html.escape("y = tanh x") in text


def test_everything_is_escaped(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mine.py").write_text(OWN.replace("RULE", "{}['<b>&']"))
    status, _, _ = _run(capsys, "mine.py", "--html", "page.html")
    assert status == 1
    text = Path("page.html").read_text(encoding="utf-8")
    assert "Cube of &lt;x&gt; &amp; more." in text
    assert "&lt;b&gt;&amp;" in text
    assert "<b>&" not in text
    assert not _Page(text).open


def test_the_scale_is_logarithmic() -> None:
    places = [gradcheck_page._place(error) for error in (0.0, 1e-17, 1e-9, 1.0, 5.0, float("inf"))]
    assert places == pytest.approx([0, 0, 100 * 8 / 17, 100, 100, 100])


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing/page.html", "--html: there is no folder missing"),
        ("folder", "--html: folder is a folder"),
        ("sealed/page.html", "is read-only"),
    ],
)
def test_a_bad_path_is_told_before_any_work(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, path: str, message: str
) -> None:
    Path("folder").mkdir()
    Path("sealed").mkdir()
    monkeypatch.setattr(os, "access", lambda folder, mode: "sealed" not in str(folder))
    monkeypatch.setattr(report, "measure", lambda *_: pytest.fail("it was computed"))
    status, out, err = _run(capsys, "--html", path)
    assert (status, out) == (2, "")
    error, hint = err.splitlines()
    assert message in error
    assert hint.startswith("hint: give --html a file")


def test_no_half_page_is_left(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("page.html").write_text("the page of before")

    def fail(*paths: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", fail)
    status, _, err = _run(capsys, "tanh", "--html", "page.html", "--quiet")
    assert status == 1
    assert err.startswith("error: the disk is full\n")
    assert os.listdir() == ["page.html"]
    assert Path("page.html").read_text() == "the page of before"


# ---- bad use


BAD_USE = [
    (["tahn"], "there is no operation 'tahn' (did you mean tan"),
    (["qqqqqq"], "there is no operation 'qqqqqq'\n"),
    (["tanh", "nowhere.py"], "there is no file nowhere.py"),
    (["--seed", "-1"], "argument --seed: must be a whole number >= 0, received '-1'"),
]


@pytest.mark.parametrize(("words", "message"), BAD_USE, ids=lambda value: " ".join(value)[:40])
def test_bad_use_is_one_line_and_a_hint(capsys: Capture, words: list[str], message: str) -> None:
    status, out, err = _run(capsys, *words)
    assert (status, out) == (2, "")
    assert message in err
    assert err.splitlines()[1].startswith("hint: ")


def test_specs_are_read_on_demand() -> None:
    """Not with the package, the checks, or the command line: they would get slower."""
    code = (
        "import sys, tinygrad_edu, tinygrad_edu.testing, tinygrad_edu.cli; "
        "print([name for name in sys.modules if 'tinygrad_edu.samples' in name])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
