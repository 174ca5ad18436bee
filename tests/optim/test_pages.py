"""The tables of the docs are those that the classes give."""

from __future__ import annotations

import pytest

from scripts import make_optimizer_pages as maker


@pytest.mark.parametrize("name", ["optimizers.md", "schedulers.md"])
def test_page_is_up_to_date(name: str) -> None:
    assert maker.page(name) == (maker.DOCS / name).read_text(encoding="utf-8"), (
        f"docs/{name} is out of date: run python scripts/make_optimizer_pages.py"
    )


def test_every_rule_says_formula_and_source() -> None:
    for cls in maker.classes(maker.optim, maker.Optimizer):
        formula, _ = maker.first_line(cls)
        assert len(formula) > 10, cls
        assert maker.defaults(cls), cls


def test_one_row_of_the_convergence_table() -> None:
    """The whole table takes a while; the script's --check makes it."""
    text = (maker.DOCS / "second_order.md").read_text(encoding="utf-8")
    counts = [
        maker.steps_until(maker.FUNCTIONS[f], maker.CONVERGENCE["BFGS()"]) for f in maker.CLASSICS
    ]
    assert f"| `BFGS()` | {' | '.join(counts)} |" in text
