"""Checks of arguments: one wording, and one type of error, for each kind of mistake.

A value of the wrong kind is a TypeError, a value out of its range a ValueError. Each message says
whose argument it is, what is expected, and what came.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

__all__ = [
    "check_choice", "check_count", "check_dtype", "check_flag", "check_function",
    "check_generator", "check_list", "check_number", "is_array",
]  # fmt: skip

# Intervals that are said in words.
_ALL_NUMBERS = {"(-inf, inf)": "a finite number", "[-inf, inf]": "a number"}

# What takes a tensor in the place of a number.
_LEARNT = {"negative_slope": "; F.prelu takes slopes in a tensor"}


def check_number(owner: str, name: str, value: Any, interval: str = "(-inf, inf)") -> float:
    """Return ``value`` as a Python number, or raise if it is outside of ``interval``.

    >>> check_number("Adam", "eps", 1e-8, "[0, inf)")
    1e-08
    >>> check_number("Adam", "betas[0]", 1.2, "[0, 1)")
    Traceback (most recent call last):
    ValueError: Adam: betas[0] must be in [0, 1), received 1.2
    >>> check_number("FocalLoss", "gamma", "a", "[0, inf)")
    Traceback (most recent call last):
    TypeError: FocalLoss: gamma must be a number in [0, inf), received 'a'
    >>> check_number("elu", "alpha", "a")
    Traceback (most recent call last):
    TypeError: elu: alpha must be a number, received 'a'
    """
    try:
        # NumPy's scalars become Python's: a float64 among them would widen a float32 net.
        number = value.item() if type(value).__module__ == "numpy" else value
        real = isinstance(number, (int, float)) and not isinstance(number, bool)
    except ValueError:  # an array of several numbers
        real = False
    if not real:
        place = "" if interval in _ALL_NUMBERS else f" in {interval}"
        other = _LEARNT.get(name, "") if getattr(value, "shape", None) is not None else ""
        raise TypeError(f"{owner}: {name} must be a number{place}, received {value!r}{other}")
    low, high = interval[1:-1].split(",")
    above = number >= float(low) if interval[0] == "[" else number > float(low)
    below = number <= float(high) if interval[-1] == "]" else number < float(high)
    if not (above and below):  # NaN is neither
        wanted = _ALL_NUMBERS.get(interval, f"in {interval}")
        raise ValueError(f"{owner}: {name} must be {wanted}, received {number!r}")
    return number  # type: ignore[no-any-return]  # what was given, checked to be a number


def check_count(owner: str, name: str, value: Any, at_least: int | None = 1) -> int:
    """Return ``value`` as an int of at least ``at_least``, or of any sign for None, or raise.

    >>> check_count("Linear", "in_features", 3)
    3
    >>> check_count("StepLR", "step_size", 0)
    Traceback (most recent call last):
    ValueError: StepLR: step_size must be an integer >= 1, received 0
    >>> check_count("StepLR", "step_size", 2.5)
    Traceback (most recent call last):
    TypeError: StepLR: step_size must be an integer >= 1, received 2.5
    """
    bound = "" if at_least is None else f" >= {at_least}"
    wanted = f"{owner}: {name} must be an integer{bound}, received {value!r}"
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(wanted) from None
    if isinstance(value, bool):
        raise TypeError(wanted)
    if at_least is not None and number < at_least:
        raise ValueError(wanted)
    return number


def is_array(value: Any) -> bool:
    """Whether a value is an array or a tensor; NumPy 2.0 takes one with a dtype for that dtype.

    >>> is_array(np.zeros(2)), is_array(np.float32)
    (True, False)
    """
    return getattr(type(value), "__array_ufunc__", None) is not None


def check_dtype(owner: str, name: str, value: Any) -> Any:
    """Return ``value`` if it is a dtype of numbers, or names one; or raise.

    >>> check_dtype("zeros", "dtype", "floaty")
    Traceback (most recent call last):
    TypeError: zeros: dtype must be a dtype of numbers such as np.float32, received 'floaty'
    """
    try:
        numbers = not is_array(value) and np.dtype(value).kind in "biufc"
    except (TypeError, ValueError):  # NumPy raises either
        numbers = False
    if not numbers:
        wanted = f"{owner}: {name} must be a dtype of numbers such as np.float32"
        raise TypeError(f"{wanted}, received {value!r}")
    return value


def check_choice(owner: str, name: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """Return ``value`` if it is one of ``choices``, or raise.

    >>> check_choice("MSELoss", "reduction", "avg", ("none", "mean", "sum"))
    Traceback (most recent call last):
    ValueError: MSELoss: reduction must be one of 'none', 'mean', 'sum', received 'avg'
    """
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        listed = ", ".join(repr(choice) for choice in choices)
        raise ValueError(f"{owner}: {name} must be one of {listed}, received {value!r}")
    return value


def check_flag(owner: str, name: str, value: Any) -> bool:
    """Return ``value`` if it is True or False, or raise.

    >>> check_flag("Linear", "bias", "no")
    Traceback (most recent call last):
    TypeError: Linear: bias must be True or False, received 'no'
    """
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{owner}: {name} must be True or False, received {value!r}")
    return bool(value)


def check_function(owner: str, name: str, value: Any, optional: bool = False) -> Any:
    """Return ``value`` if it can be called, or is None and ``optional``; or raise.

    >>> check_function("DataLoader", "transform", 5, optional=True)
    Traceback (most recent call last):
    TypeError: DataLoader: transform must be a function or None, received 5
    """
    if not callable(value) and not (value is None and optional):
        wanted = "a function or None" if optional else "a function"
        raise TypeError(f"{owner}: {name} must be {wanted}, received {value!r}")
    return value


def check_list(owner: str, name: str, value: Any, of: str) -> list[Any]:
    """Return the items of a list, or of what else has items in an order, or raise.

    >>> check_list("MultiStepLR", "milestones", 30, "integers")
    Traceback (most recent call last):
    TypeError: MultiStepLR: milestones must be a list of integers, received 30
    """
    try:
        if not isinstance(value, (str, bytes, dict, set, frozenset)):
            return list(value)
    except TypeError:  # it has no items
        pass
    raise TypeError(f"{owner}: {name} must be a list of {of}, received {value!r}")


def check_generator(owner: str, name: str, value: Any) -> Any:
    """Return ``value`` if random numbers can come from it: a generator, a seed or None; or raise.

    >>> check_generator("dropout", "generator", "7")
    Traceback (most recent call last):
    TypeError: dropout: generator must be an np.random.Generator, a seed >= 0 or None, received '7'
    """
    try:
        return value if value is None else check_count(owner, name, value, 0)
    except (TypeError, ValueError) as error:
        if isinstance(value, np.random.Generator):
            return value
        wanted = f"{owner}: {name} must be an np.random.Generator, a seed >= 0 or None"
        raise type(error)(f"{wanted}, received {value!r}") from None
