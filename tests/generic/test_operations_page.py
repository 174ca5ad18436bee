"""The page of operations says what the docstrings say, and leaves no operation out."""

from __future__ import annotations

import re

import numpy as np
import pytest

from scripts import make_operations_page as maker
from tinygrad_edu.engine import PRIMITIVES


@pytest.mark.skipif(not hasattr(np, "unstack"), reason="the page names what NumPy 2.1 added")
def test_page_is_up_to_date() -> None:
    assert maker.PAGE.read_text(encoding="utf-8") == maker.page(), (
        "docs/operations.md is out of date: run python scripts/make_operations_page.py"
    )


def test_every_operation_has_an_entry() -> None:
    entries = set(re.findall(r"^### (\w+)$", maker.page(), flags=re.MULTILINE))
    ours = {n for n, op in PRIMITIVES.items() if op.forward.__module__.startswith("tinygrad_edu.")}
    assert not ours - {name.rstrip("_") for name in entries}


def test_entry_tells_what_an_operation_is() -> None:
    text = maker.page()
    entry = text[text.index("### tanh") :].partition("\n### ")[0]
    assert "`tanh(x)`" in entry
    assert "x̄ = ȳ (1 - y²)" in entry
    assert "`np.tanh`" in entry
    assert "`.tanh`" in entry
    assert "No gradient." in text[text.index("### argmax") :].partition("\n### ")[0]
    assert "Made of other operations." in text[text.index("### var") :].partition("\n### ")[0]
