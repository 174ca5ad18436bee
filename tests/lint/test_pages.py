"""Links of the README and the docs lead somewhere, and no example there escapes the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.lint.rules import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made where Markdown is rendered."""
    headings = re.findall(r"^#+ +(.+?) *#*$", _prose(page), flags=re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in plain}


def _prose(page: Path) -> str:
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)


def broken_links(page: Path) -> list[str]:
    """The links of a page to files and headings that are not there; the web is not asked."""
    broken = []
    for link in LINK.findall(_prose(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in _anchors(target)
        ):
            broken.append(link)
    return broken


def untested_examples(page: Path) -> list[str]:
    """Sessions (`>>>`) outside of ```python fences, which nothing would run."""
    fences = re.findall(r"^```([^\n]*)\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.M)
    return [code for language, code in fences if ">>> " in code and language != "python"]


by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@by_page
def test_links_lead_somewhere(page: Path) -> None:
    assert not broken_links(page)


@by_page
def test_no_example_escapes_the_tests(page: Path) -> None:
    assert not untested_examples(page)


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# What it is: `x`, and why\n")
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[a](other.md) [b](other.md#what-it-is-x-and-why) [c](#here) [w](https://x.y/z)\n"
        "```\n[code](nowhere.md)\n```\n"
        "[d](missing.md) ![e](missing.svg) [f](other.md#missing) [g](#missing)\n"
    )
    assert broken_links(page) == ["missing.md", "missing.svg", "other.md#missing", "#missing"]


def test_untested_examples_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\n>>> 1\n```\n```\n>>> 2\n```\n```pycon\n>>> 3\n```\n")
    assert untested_examples(page) == [">>> 2\n", ">>> 3\n"]


# ---- files that a page names

PLACE = re.compile(r"`((?:tinygrad_edu|tests|docs|examples|scripts|benchmarks)/[\w./-]*)`")


def missing_places(page: Path) -> list[str]:
    """The files and folders of the repository that a page names and that are not there."""
    return [
        place for place in PLACE.findall(page.read_text("utf-8")) if not (ROOT / place).exists()
    ]


@by_page
def test_files_that_a_page_names_exist(page: Path) -> None:
    assert not missing_places(page)


def test_missing_places_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`tests/lint/rules.py` `tests/lint/` `docs/no_such_page.md` `a/b.py`\n")
    assert missing_places(page) == ["docs/no_such_page.md"]
