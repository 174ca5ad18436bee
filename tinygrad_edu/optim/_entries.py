"""What may be given to an optimizer or a scheduler: one table of ranges, and its checks."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from tinygrad_edu._checks import check_count as check_count
from tinygrad_edu._checks import check_flag as check_flag
from tinygrad_edu._checks import check_number as check_number

__all__ = [
    "EXECUTION_FLAGS", "check_count", "check_entries", "check_flag", "check_groups",
    "check_number", "explain_flags",
]  # fmt: skip

_OR_NONE, _COUNT = "None or ", "int "

# A number lies in its interval, or is a count; a tuple of numbers in one interval each.
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
        allowed = own.get(name, RANGES.get(name))
        if allowed is None:
            continue
        if isinstance(allowed, str):
            checked[name] = _check_number(owner, name, value, allowed)
            continue
        if not isinstance(value, (tuple, list)) or len(value) != len(allowed):
            raise TypeError(f"{owner}: {name} must be {len(allowed)} numbers, received {value!r}")
        checked[name] = tuple(
            _check_number(owner, f"{name}[{k}]", item, bounds)
            for k, (item, bounds) in enumerate(zip(value, allowed, strict=True))
        )
    return checked


def _check_number(owner: str, name: str, value: Any, allowed: str) -> Any:
    """``value``, if it is in the interval, a count, or None, as ``allowed`` says.

    >>> _check_number("LBFGS", "max_eval", None, "None or int [1, inf)")
    >>> _check_number("LBFGS", "max_eval", 1.5, "None or int [1, inf)")
    Traceback (most recent call last):
    TypeError: LBFGS: max_eval must be an integer >= 1, received 1.5
    """
    if allowed.startswith(_OR_NONE):
        if value is None:
            return None
        allowed = allowed.removeprefix(_OR_NONE)
    if allowed.startswith(_COUNT):
        allowed = allowed.removeprefix(_COUNT)
        value = check_count(owner, name, value, int(allowed[1:].split(",")[0]))
    return check_number(owner, name, value, allowed)


def check_groups(optimizer: Any) -> None:
    """Raise if the groups hold what was assigned to them since, and a constructor would refuse."""
    while (inside := getattr(optimizer, "optimizer", None)) is not None:
        optimizer = inside  # the groups of a wrapper are those of the one inside
    for group in optimizer.param_groups:
        entries = {key: value for key, value in group.items() if not key.startswith("param")}
        with suppress(KeyError, TypeError, ValueError):
            entries["lr"] = float(entries["lr"])  # a tensor of one number is a learning rate too
        optimizer.check_group(entries)


def explain_flags(owner: str, flags: Mapping[str, Any]) -> None:
    """Accept PyTorch's flags, and say once of each that was switched on that it changes nothing."""
    for name, value in flags.items():
        if value is not None and check_flag(owner, name, value) and name not in _explained:
            _explained.add(name)
            warnings.warn(
                f"{owner}: {name}=True is accepted and changes nothing; in PyTorch it chooses how "
                "a step is executed, and here there is one way",
                UserWarning,
                stacklevel=5,
            )
