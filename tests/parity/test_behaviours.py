"""The column of PyTorch in the list of deliberate differences is what PyTorch does."""

from __future__ import annotations

import pytest

from tests.specs.behaviours import BEHAVIOURS, Behaviour, outcome

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda b: b.what)
def test_what_pytorch_does(behaviour: Behaviour) -> None:
    assert outcome(behaviour.theirs, torch) == behaviour.theirs_gives
