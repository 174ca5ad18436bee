"""Checks of arguments and inputs that several layers share, each with one wording."""

from __future__ import annotations

import math
import operator
from typing import Any, NoReturn

import numpy as np

from tinygrad_edu.engine import value_of
from tinygrad_edu.tensor import Tensor

__all__ = ["check_choice", "check_number", "check_size", "refuse_features", "refuse_wider"]


def check_size(owner: str, name: str, value: Any, at_least: int = 1) -> int:
    """``value`` as an int, or an error if it is no integer or too small."""
    try:
        number = operator.index(value)
    except TypeError:
        number = at_least - 1
    if isinstance(value, bool) or number < at_least:
        raise ValueError(f"{owner}: {name} must be an integer >= {at_least}, received {value!r}")
    return number


def check_number(
    owner: str,
    name: str,
    value: Any,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
) -> float:
    """Return ``value`` if it is a number in [low, high], or in (low, high] with ``open_low``."""
    is_number = isinstance(value, (int, float, np.integer, np.floating))
    if not is_number or not low <= value <= high or (open_low and value == low):
        if high < math.inf:
            range_ = f" in {'(' if open_low else '['}{low:g}, {high:g}]"
        elif low > -math.inf:
            range_ = f" {'>' if open_low else '>='} {low:g}"
        else:
            range_ = ""
        raise ValueError(f"{owner}: {name} must be a number{range_}, received {value!r}")
    return value if isinstance(value, (int, float)) else value.item()  # no np.float64: it widens


def check_choice(owner: str, name: str, value: Any, choices: tuple[str, ...]) -> str:
    """Return ``value`` if it is one of ``choices``."""
    if value not in choices:
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{owner}: {name} must be one of {listed}, received {value!r}")
    return str(value)


def refuse_features(x: Any, features: int) -> NoReturn:
    """Say why an input cannot enter a layer that takes ``features`` values on the last axis."""
    shape = tuple(np.shape(value_of(x)))
    advice = ""
    if len(shape) > 2 and math.prod(shape[1:]) == features:
        advice = "; put nn.Flatten() before this layer"
    elif len(shape) == 2 and shape[0] == features:
        advice = "; is the input transposed?"
    raise ValueError(f"expected input of shape (..., {features}), got {shape}{advice}")


def refuse_wider(x: Any, weight: Tensor) -> None:
    """Raise TypeError if ``x`` is wider than the weights: the net would follow, at half speed."""
    if np.promote_types(x.dtype, weight.dtype) != weight.dtype:
        raise TypeError(
            f"the input is {x.dtype} and the weights are {weight.dtype}; convert the input, "
            f"x.astype(np.{weight.dtype}), or the model, model.to(np.{x.dtype})"
        )
