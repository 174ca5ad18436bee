"""Constructors and reprs of layers and losses as PyTorch's scripts and readers know them."""

from __future__ import annotations

import inspect
from itertools import takewhile
from typing import Any

import numpy as np
import pytest

from tests.nn.specs import SPECS, ModuleSpec
from tinygrad_edu import nn
from tinygrad_edu.compat.missing_nn import UNSUPPORTED

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore")

NAMED = [spec for spec in SPECS if isinstance(spec.torch, str) and spec.torch]

# PyTorch's old keywords of losses, which any loss takes: what follows them is given by keyword.
_OLD = {"size_average", "reduce"}
# Constructors that lack some of PyTorch's arguments.
_LACKING = {"Hardtanh": {"min_value", "max_value"}}  # old names of min_val and max_val
# The distance is a function here, and a module that computes it there.
_OTHER_REPR = {"TripletMarginWithDistanceLoss"}


def _theirs(value: Any) -> Any:
    return torch.tensor(value) if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("spec", NAMED, ids=lambda spec: spec.id)
def test_repr(spec: ModuleSpec) -> None:
    kwargs = {key: _theirs(value) for key, value in spec.kwargs.items()}
    twin = getattr(torch.nn, spec.torch)(*map(_theirs, spec.args), **kwargs)
    if spec.name not in _OTHER_REPR:
        assert repr(spec.build()) == repr(twin)


def _classes() -> list[str]:
    return [
        name
        for name in dir(torch.nn)
        if inspect.isclass(getattr(torch.nn, name))
        and issubclass(getattr(torch.nn, name), torch.nn.Module)
        and inspect.isclass(getattr(nn, name, None))
        and name not in ("Module", "RNNBase", "Sequential", *UNSUPPORTED)
    ]


@pytest.mark.parametrize("name", _classes())
def test_constructors_take_pytorchs_arguments_in_its_order(name: str) -> None:
    """A keyword of PyTorch is one here, and what may be given by position has that place."""
    theirs = inspect.signature(getattr(torch.nn, name)).parameters.values()
    ours = inspect.signature(getattr(nn, name)).parameters
    named = [p for p in theirs if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    named = [p for p in named if not p.name.startswith("_")]
    missing = {p.name for p in named if p.name not in ours}
    assert missing - _OLD == _LACKING.get(name, set())
    place = {
        key: k
        for k, key in enumerate(ours)
        if ours[key].kind == inspect.Parameter.POSITIONAL_OR_KEYWORD
    }
    for k, parameter in enumerate(takewhile(lambda p: p.name not in _OLD, named)):
        if parameter.kind == parameter.POSITIONAL_OR_KEYWORD and parameter.name in place:
            assert place[parameter.name] == k, parameter.name


def test_lists_count_equal_members() -> None:
    def build(nn: Any) -> Any:
        return nn.Sequential(
            nn.ModuleList([*(nn.Linear(2, 2) for _ in range(3)), nn.ReLU()]),
            nn.ModuleList(nn.Sequential(nn.Linear(1, 1), nn.ReLU()) for _ in range(2)),
            nn.ModuleDict({"a": nn.ModuleList(), "b": nn.Identity()}),
        )

    assert repr(build(nn)) == repr(build(torch.nn))
