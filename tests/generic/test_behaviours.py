"""Deliberate differences from PyTorch are what the page says, and the page is up to date."""

from __future__ import annotations

import pytest

import tinygrad_edu as tg
from scripts import make_torch_differences_page as maker
from tests.specs.behaviours import BEHAVIOURS, Behaviour, outcome


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda b: b.what)
def test_what_we_do(behaviour: Behaviour) -> None:
    assert outcome(behaviour.ours, tg) == behaviour.ours_gives
    assert behaviour.ours_gives != behaviour.theirs_gives


def test_page_is_up_to_date() -> None:
    assert maker.PAGE.read_text(encoding="utf-8") == maker.page(), (
        "out of date: run python scripts/make_torch_differences_page.py"
    )


def test_page_holds_every_difference() -> None:
    text = maker.page()
    for behaviour in BEHAVIOURS:
        assert behaviour.what in text
    for point in maker.SPECIAL_POINTS:
        assert point.point.replace("|", "\\|") in text
        assert point.why or not point.differs, f"{point.point} differs and says not why"
