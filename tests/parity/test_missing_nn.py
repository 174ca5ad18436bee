"""Every name of ``torch.nn``, ``optim``, ``autograd`` and ``func`` is here, or says why not."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import pytest

import tinygrad_edu.torch
from tinygrad_edu.compat.missing_nn import MISSING, UNSUPPORTED

torch = pytest.importorskip("torch")

SPACES = [
    "nn", "nn.functional", "nn.init", "nn.parameter", "nn.utils", "nn.utils.rnn",
    "nn.utils.parametrize", "nn.utils.parametrizations", "nn.utils.prune", "optim",
    "optim.lr_scheduler", "optim.swa_utils", "autograd", "autograd.functional", "func",
]  # fmt: skip


def _names(space: str) -> list[str]:
    """The public names that are PyTorch's own."""
    module = import_module(f"torch.{space}")

    def own(value: Any) -> bool:
        home = getattr(value, "__module__", None) or "torch"
        return not inspect.ismodule(value) and home.startswith("torch")

    return [n for n in dir(module) if not n.startswith("_") and own(getattr(module, n))]


@pytest.mark.parametrize("space", SPACES)
def test_here_or_explained(space: str) -> None:
    module: Any = tinygrad_edu.torch
    for part in space.split("."):
        module = getattr(module, part)
    lacking = [n for n in _names(space) if getattr(module, n, None) is None]
    assert [name for name in lacking if f"{space}.{name}" not in MISSING] == []


def test_the_table_holds_only_what_is_missing() -> None:
    for path in MISSING:
        space, _, name = path.rpartition(".")
        if path.removeprefix("nn.") in UNSUPPORTED:
            continue  # a class for isinstance
        module: Any = tinygrad_edu.torch
        for part in space.split("."):
            module = getattr(module, part)
        assert getattr(module, name, None) is None, path
