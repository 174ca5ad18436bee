"""Every public callable of nn, nn.functional and nn.init, with a senseless value in each argument.

What is refused is refused in our words: whose argument it is, which, and what came. What is taken
is of the kind that the signature says.
"""

from __future__ import annotations

import inspect
import math
import warnings
from typing import Any

import numpy as np
import pytest

from tests.nn.specs import SPECS, ModuleSpec
from tinygrad_edu import nn

SENSELESS = [None, -1, 0, math.nan, "x", 1.5, 10**9, True, [1], (0, -1), np.zeros((2, 3, 5))]
ERRORS = (TypeError, ValueError, IndexError)
# Sizes of arrays: what is right about 10**9 is that memory ends.
SIZES = ("features", "channels", "num_", "_dim", "_size", "normalized_shape", "pieces", "stride")

FIRST: dict[str, ModuleSpec] = {}
for _spec in SPECS:
    FIRST.setdefault(_spec.name, _spec)


def _right_kind(value: Any, annotation: str) -> bool:
    """Whether a value is of the kind that an annotation names, in words."""
    kinds = [kind.strip() for kind in annotation.split("|")]
    if "Any" in kinds or (value is None and "None" in kinds):
        return True
    if isinstance(value, bool):
        return "bool" in kinds
    numbers = ("int", "float") if isinstance(value, int) else ("float",)
    if isinstance(value, (int, float)):
        return any(kind in numbers for kind in kinds)
    if isinstance(value, (list, tuple)):
        return any(kind.startswith(("tuple", "Sequence")) for kind in kinds)
    return isinstance(value, str) and "str" in kinds


def _settings(function: Any) -> list[inspect.Parameter]:
    """The arguments that are no tensors: those with another annotation than Any, or a default."""
    return [
        p
        for p in inspect.signature(function).parameters.values()
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        and p.name not in ("self", "dtype", "generator", "device")
    ]


def _complaint(call: Any, owner: str, names: list[str]) -> str:
    """What is wrong with the error of a call, or "accepted", or nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except ERRORS as error:
            text = str(error)
            if owner not in text or not any(name in text for name in names):
                return f"{type(error).__name__}: {text}"
        except Exception as error:
            return f"bare {type(error).__name__}: {error}"
        else:
            return "accepted"
    return ""


@pytest.mark.parametrize("name", FIRST)
def test_constructors(name: str) -> None:
    spec, cls = FIRST[name], getattr(nn, name)
    parameters = _settings(cls.__init__)
    names = [p.name for p in parameters]
    usual = {**dict(zip(names, spec.args, strict=False)), **spec.kwargs}
    for parameter in parameters:
        for value in SENSELESS:
            if type(value) is int and value == 10**9 and any(part in parameter.name for part in SIZES):
                continue
            found = _complaint(lambda: cls(**{**usual, parameter.name: value}), name, names)  # noqa: B023
            right = _right_kind(value, str(parameter.annotation)) or parameter.default is value
            assert not found or (found == "accepted" and right), (parameter.name, value, found)


def test_flags_are_flags() -> None:
    """There are many, and each refuses what Python would take for true."""
    flags = [
        (name, p.name)
        for name in FIRST
        for p in _settings(getattr(nn, name).__init__)
        if str(p.annotation) == "bool"
    ]
    assert len(flags) >= 50
    with pytest.raises(TypeError, match="Linear: bias must be True or False, received 'False'"):
        nn.Linear(3, 2, bias="False")  # type: ignore[arg-type]
