"""What may be given to an optimizer or a scheduler: one table of ranges, and its checks."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

from tinygrad_edu._checks import check_count as check_count
from tinygrad_edu._checks import check_number as check_number

__all__ = [
    "check_count", "check_entries", "check_finite_number", "check_number",
    "explain_execution_flags",
]  # fmt: skip

# A number lies in its interval; a tuple of numbers in one interval each.
RANGES: dict[str, str | tuple[str, ...]] = {
    "lr": "[0, inf)",
    "betas": ("[0, 1)", "[0, 1)"),
    "dampening": "(-inf, inf)",
    "eps": "[0, inf)",
    "momentum": "[0, inf)",
    "weight_decay": "[0, inf)",
}

# PyTorch's choices of how to compute, not of what.
EXECUTION_FLAGS = ("foreach", "fused", "capturable", "differentiable")
_explained: set[str] = set()


def check_entries(
    owner: str, entries: Mapping[str, Any], own: Mapping[str, str | tuple[str, ...]]
) -> dict[str, Any]:
    """The entries of a group with every number checked; ``own`` are ranges beside the table's."""
    checked = dict(entries)
    for name, value in entries.items():
        interval = own.get(name, RANGES.get(name))
        if interval is None or (value is None and name not in RANGES):  # None: a rule's own choice
            continue
        if isinstance(interval, str):
            checked[name] = check_number(owner, name, value, interval)
            continue
        if not isinstance(value, (tuple, list)) or len(value) != len(interval):
            raise TypeError(f"{owner}: {name} must be {len(interval)} numbers, received {value!r}")
        checked[name] = tuple(
            item if item is None else check_number(owner, f"{name}[{k}]", item, bounds)
            for k, (item, bounds) in enumerate(zip(value, interval, strict=True))
        )
    return checked


def explain_execution_flags(owner: str, flags: Mapping[str, Any]) -> None:
    """Accept PyTorch's flags, and say once of each that was switched on that it changes nothing."""
    for name, value in flags.items():
        if value and name not in _explained:
            _explained.add(name)
            warnings.warn(
                f"{owner}: {name}=True is accepted and changes nothing; in PyTorch it chooses how "
                "a step is executed, and here there is one way",
                UserWarning,
                stacklevel=5,
            )


def check_finite_number(owner: str, name: str, value: Any) -> float:
    """Return ``value`` as a finite Python number, or raise."""
    return check_number(owner, name, value, f"({-math.inf}, {math.inf})")
