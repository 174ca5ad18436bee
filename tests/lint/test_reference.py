"""Every public name is documented on exactly one page, and every documented name exists."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import pytest

import tinygrad_edu as tg
from scripts import make_reference_page as maker
from tinygrad_edu.engine import PRIMITIVES

# Folders of the package that Python sets as attributes once something imports them.
NOT_SHOWN = {
    "cli": "the command line",
    "compat": "what PyTorch's names, devices and `Function` are made of",
    "samples": "the sample inputs of the tests",
    "torch": "the namespace of scripts that are written for PyTorch",
    "torchvision": "what such scripts import beside it",
}


REFERENCE = maker.reference()


@cache
def documented(path: str) -> dict[str, list[str]]:
    """The names of a namespace that some page documents, and these pages."""
    pages = defaultdict(list)
    for page, paths in maker.TABLE_PAGES.items():
        if path in paths:
            for name in maker.names_in_tables((maker.DOCS / f"{page}.md").read_text("utf-8")):
                pages[name].append(page)
    pattern = rf"^## {re.escape(path)}\n(.*?)(?=^## |\Z)"
    section = re.search(pattern, REFERENCE, re.DOTALL | re.MULTILINE)
    assert section, f"docs/reference.md has no section {path}"
    for name in re.findall(r"^\| `(\w+)` \|", section[1], re.MULTILINE):
        pages[name].append("reference")
    if path in ("tg", "tg.linalg"):
        operations = (maker.DOCS / "operations.md").read_text("utf-8")
        for name in re.findall(r"^### (\w+)$", operations, re.MULTILINE):
            if path == "tg" or name in dir(tg.linalg):
                pages[name].append("operations")
    return pages


def advice(path: str, name: str) -> str:
    """What to do about a name that stands on no page."""
    page = maker.page_of(path, name)
    if page in maker.NET_PAGES:
        row = next((cls for cls in dir(tg.nn) if maker.pair(cls) == (cls, name)), name)
        return (
            f"add the row '| `{row}` | | |' to a table of docs/{page}.md and run {maker.COMMAND}, "
            "which fills it in"
        )
    if page == "data":
        return "add a row with its name and what it holds to a table of docs/data.md"
    script = {
        "operations": "python scripts/make_operations_page.py",
        "optimizers": "python scripts/make_optimizer_pages.py",
        "schedulers": "python scripts/make_optimizer_pages.py",
    }.get(page, maker.COMMAND)
    return f"docs/{page}.md is out of date: run {script}"


@pytest.mark.parametrize("path", maker.NAMESPACES)
def test_every_public_name_is_on_one_page(path: str) -> None:
    pages = documented(path)
    names = set(maker.public_names(path))
    missing = [f"{path}.{n} is on no page: {advice(path, n)}" for n in sorted(names - set(pages))]
    assert not missing, "\n".join(missing)
    twice = {name: pages[name] for name in sorted(names) if len(pages[name]) > 1}
    assert not twice, f"a name belongs on one page, these are on several: {twice}"


@pytest.mark.parametrize("path", maker.NAMESPACES)
def test_every_documented_name_exists(path: str) -> None:
    shared = next((paths for paths in maker.TABLE_PAGES.values() if path in paths), (path,))
    known = {name for each in shared for name in dir(maker.namespace(each))}
    helpers = (
        {f"{name}{end}" for name in PRIMITIVES for end in ("", "_")} if path == "tg" else set()
    )
    for name, pages in documented(path).items():
        assert name in known | helpers, (
            f"docs/{pages[0]}.md documents `{name}`, which {' and '.join(shared)} do not have: "
            "remove the row, or export the name"
        )


@pytest.mark.parametrize("name", ["reference", *maker.NET_PAGES])
def test_page_is_up_to_date(name: str) -> None:
    assert maker.page(name) == (maker.DOCS / f"{name}.md").read_text("utf-8"), (
        f"docs/{name}.md is out of date: run {maker.COMMAND}"
    )


def test_every_set_of_images_is_in_the_table() -> None:
    page = (maker.DOCS / "data.md").read_text("utf-8")
    rows = [row[0] for head, _, rows in maker.tables(page) if head[0] == "name" for row in rows]
    absent = [name for name in tg.data.DATASETS if f"`{name}`" not in rows]
    assert not absent, f"add a row with the facts of {absent} to the first table of docs/data.md"


def test_values_are_explained() -> None:
    """What has no docstring is explained in the script."""
    for path in maker.NAMESPACES:
        for name in maker.public_names(path):
            value = getattr(maker.namespace(path), name)
            plain = isinstance(value, (str, dict, list, tuple))
            assert not plain or name in maker.CONSTANTS, (
                f"say in CONSTANTS of scripts/make_reference_page.py what {path}.{name} is"
            )


# ---- attributes that dir() does not show


@pytest.mark.parametrize("path", ["tg", "tg.linalg", "tg.nn.functional", "tg.cuda"])
def test_nothing_is_reachable_that_dir_does_not_show(path: str) -> None:
    module = maker.namespace(path)
    # pytest puts names with an @ into modules that hold doctests.
    public = {name for name in vars(module) if name.isidentifier() and not name.startswith("_")}
    hidden = public - set(dir(module))
    allowed = set(NOT_SHOWN) if path == "tg" else set()
    assert hidden <= allowed, (
        f"{path} has {sorted(hidden - allowed)}: leave helpers out of __all__ of their file, and "
        "give a module that it imports a name with an underscore"
    )


# ---- the rules see what they should


def test_names_are_read_from_tables() -> None:
    page = (
        "| class | function | what |\n|---|---|---|\n| `A(x)`, `B` | `a` | `no` \\| `no` |\n\n"
        "| argument | class |\n|:---|---|\n| `n` | `C` |\n\n| other |\n|---|\n| `D` |\n"
    )
    assert maker.names_in_tables(page) == ["A", "B", "a", "C"]


def test_rows_are_filled_in() -> None:
    head = "| class | function | what it does |\n|---|---|---|\n"
    text = maker.filled(f"{head}| `MSELoss` | | |\n| | `one_hot` | old |\n")
    assert text.startswith(f"{head}| `MSELoss` | `mse_loss` | Squared error.")
    assert "|  | `one_hot` | A row for each label" in text
    with pytest.raises(SystemExit, match="NoSuchLoss"):
        maker.filled(f"{head}| `NoSuchLoss` | | |\n")


def test_advice_names_page_and_command() -> None:
    assert "docs/losses.md and run python scripts/make_reference_page.py" in advice(
        "tg.nn", "MSELoss"
    )
    assert "docs/convolution.md" in advice("tg.nn.functional", "conv2d")
    assert "docs/layers.md" in advice("tg.nn", "Linear")
    assert "make_operations_page" in advice("tg", "exp")
    assert "make_optimizer_pages" in advice("tg.optim", "SGD")
    assert "docs/schedulers.md" in advice("tg.optim.lr_scheduler", "StepLR")
    assert "table of docs/data.md" in advice("tg.data", "make_xor")
    assert "docs/reference.md" in advice("tg.train", "Trainer")
