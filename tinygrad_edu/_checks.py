"""Checks of the numbers that somebody passed."""

from __future__ import annotations

from typing import Any

__all__ = ["check_count", "check_number"]


def check_number(owner: str, name: str, value: Any, interval: str) -> float:
    """Return ``value`` as a Python number, or raise if it is outside of ``interval``.

    >>> check_number("Adam", "eps", 1e-8, "[0, inf)")
    1e-08
    >>> check_number("Adam", "betas[0]", 1.2, "[0, 1)")
    Traceback (most recent call last):
    ValueError: Adam: betas[0] must be in [0, 1), received 1.2
    """
    try:
        # NumPy's scalars become Python's: a float64 among them would widen a float32 net.
        number = value.item() if type(value).__module__ == "numpy" else value
        real = isinstance(number, (int, float)) and not isinstance(number, bool)
    except ValueError:  # an array of several numbers
        real = False
    if not real:
        raise TypeError(f"{owner}: {name} must be a number in {interval}, received {value!r}")
    low, high = interval[1:-1].split(",")
    above = number >= float(low) if interval[0] == "[" else number > float(low)
    below = number <= float(high) if interval[-1] == "]" else number < float(high)
    if not (above and below):  # NaN is neither
        raise ValueError(f"{owner}: {name} must be in {interval}, received {number!r}")
    return number  # type: ignore[no-any-return]  # what was given, checked to be a number


def check_count(owner: str, name: str, value: Any, at_least: int = 1) -> int:
    """Return ``value`` as an int of at least ``at_least``, or raise.

    >>> check_count("StepLR", "step_size", 0)
    Traceback (most recent call last):
    ValueError: StepLR: step_size must be an integer >= 1, received 0
    """
    try:
        whole = not isinstance(value, bool) and int(value) == value and int(value) >= at_least
    except (TypeError, ValueError, OverflowError):
        whole = False
    if not whole:
        raise ValueError(f"{owner}: {name} must be an integer >= {at_least}, received {value!r}")
    return int(value)
