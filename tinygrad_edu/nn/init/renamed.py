"""Initialisers under PyTorch's old names, without the underscore: what to write instead."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["renamed"]

_OLD = (
    "constant", "dirac", "eye", "kaiming_normal", "kaiming_uniform", "normal", "orthogonal",
    "sparse", "uniform", "xavier_normal", "xavier_uniform",
)  # fmt: skip


def renamed(name: str) -> NoReturn:
    """Raise AttributeError for a name that the module lacks, with the one that is meant."""
    advice = f": write {name}_, which changes the tensor in place" if name in _OLD else ""
    raise AttributeError(f"nn.init has no {name}{advice}", name=name)
