"""Saving the state of an optimizer, and loading it in two phases: check everything, then assign."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._jobs import Settings, State
from tinygrad_edu.optim._workspace import aligned_copy

if TYPE_CHECKING:
    from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["checked_state", "make_state", "overflows", "saved_state", "slot_problems"]

_BY_POSITION = ("params", "param_names")


def saved_state(optimizer: Optimizer) -> dict[str, Any]:
    """What `Optimizer.state_dict` returns: copies, so that later steps do not change them."""
    groups, position = [], 0
    for group in optimizer.param_groups:
        entries = {key: copy.deepcopy(v) for key, v in group.items() if key != "params"}
        entries["params"] = list(range(position, position + len(group["params"])))
        position += len(group["params"])
        groups.append(entries)
    kept = [
        {key: v for key, v in state.items() if key not in optimizer.transient}
        for state in optimizer.state
    ]
    state = {k: copy.deepcopy(state) for k, state in enumerate(kept) if state}
    return {"state": state, "param_groups": groups, "steps": optimizer.steps}


def make_state(optimizer: Optimizer, w: Array, state: State, settings: Settings) -> None:
    """Enter the first state of a parameter, and slots whose entry was switched on since.

    It is entered whole, so that an interrupt leaves all of it or nothing.
    """
    if "step" not in state:
        made: State = {"step": 0, **optimizer.numbers}
        for slot in optimizer.slots_of(w, settings.group):
            made[slot] = optimizer.new_slot(slot, w, settings.group)
        state.update(made)
    for slot in settings.optional:
        if slot not in state:
            state[slot] = optimizer.new_slot(slot, w, settings.group)


def checked_state(
    optimizer: Optimizer, given: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """The states by position, the entries of the groups and the count of steps, all checked."""
    name = type(optimizer).__name__
    problems: list[str] = []
    if not isinstance(given, Mapping):
        raise TypeError(f"{name}: state_dict must be a dict, received {type(given).__name__}")
    missing = [key for key in ("state", "param_groups") if key not in given]
    if missing:
        raise ValueError(f"{name}: this is not the state of an optimizer; it lacks {missing}")
    # Positions come back as text from JSON.
    saved = {int(key): value for key, value in given["state"].items()}
    groups = given["param_groups"]
    if len(groups) != len(optimizer.param_groups):
        raise ValueError(
            f"{name}: the state has {len(groups)} parameter groups, the optimizer has "
            f"{len(optimizer.param_groups)}; nothing was loaded"
        )
    states: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for k, (group, ours) in enumerate(zip(groups, optimizer.param_groups, strict=True)):
        try:
            entries.append(_entries(optimizer, group, ours))
        except (TypeError, ValueError) as error:
            problems.append(f"group {k}: {error}")
            continue
        try:
            positions = _positions(group, ours)
        except ValueError as error:
            problems.append(f"group {k}: {error}")
            continue
        for position, param in zip(positions, ours["params"], strict=True):
            state = saved.pop(position, {})
            problems += [
                f"parameter {position}: {problem}"
                for problem in optimizer.state_problems(state, param.value, ours | entries[-1])
            ]
            dtype = param.value.dtype
            problems += [
                f"parameter {position}: {key} holds values that overflow {dtype}"
                for key in state
                if overflows(state[key], dtype)
            ]
            if not problems:
                states.append(_converted(state, dtype))
    if saved and not problems:
        problems.append(f"state of parameters {sorted(saved)}, which no group has")
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise ValueError(f"{name}: the state does not fit; nothing was loaded:{listed}")
    steps = given.get("steps", max((s.get("step", 0) for s in states), default=0))
    return states, entries, int(steps)


def slot_problems(
    optimizer: Optimizer, state: Mapping[str, Any], w: Array, group: Mapping[str, Any]
) -> list[str]:
    """What `Optimizer.state_problems` returns: slots that lack, are unknown or do not fit."""
    if not state:  # a parameter that has not been moved yet
        return []
    wanted = set(optimizer.slots_of(w, group))
    needed = {"step", *optimizer.numbers, *wanted}
    problems = [f"lacks {slot}" for slot in sorted(needed - state.keys())]
    # What an entry switched off since has left behind does no harm.
    unknown = state.keys() - needed - optimizer.optional_slots.keys()
    problems += [f"has an unknown {slot}" for slot in sorted(unknown)]
    for slot in sorted(wanted & state.keys()):
        shape, fresh = np.shape(state[slot]), optimizer.new_slot(slot, w, group).shape
        if shape != fresh:
            problems.append(f"{slot} has shape {shape}, expected {fresh}")
    return problems


def overflows(value: Any, dtype: Any) -> bool:
    """Whether a float array, or one in a list, has finite values that ``dtype`` has not.

    >>> [overflows(np.array([x]), np.float32) for x in (1e300, 1.0, np.inf)]
    [True, False, False]
    """
    if isinstance(value, list):
        return any(overflows(item, dtype) for item in value)
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return False
    with np.errstate(over="ignore"):
        return bool((np.isinf(value.astype(dtype)) & np.isfinite(value)).any())


def _entries(
    optimizer: Optimizer, group: Mapping[str, Any], ours: Mapping[str, Any]
) -> dict[str, Any]:
    entries = {key: copy.deepcopy(v) for key, v in group.items() if key not in _BY_POSITION}
    # Lists are what JSON makes of tuples.
    for key, value in entries.items():
        if isinstance(value, list) and isinstance(ours.get(key), tuple):
            entries[key] = tuple(value)
    lacking = [key for key in optimizer.defaults if key not in entries]
    if lacking:
        raise ValueError(f"lacks {', '.join(lacking)}")
    return optimizer.check_group(entries)


def _positions(group: Mapping[str, Any], ours: Mapping[str, Any]) -> list[int]:
    """The saved position of each of our parameters: by name where both have names."""
    positions = list(group["params"])
    count = len(ours["params"])
    if len(positions) != count:
        raise ValueError(f"has {len(positions)} parameters, the optimizer's group has {count}")
    if "param_names" not in group or "param_names" not in ours:
        return positions
    by_name = dict(zip(group["param_names"], positions, strict=True))
    unknown = [name for name in ours["param_names"] if name not in by_name]
    if unknown:
        raise ValueError(f"has no parameters named {', '.join(unknown)}")
    return [by_name[name] for name in ours["param_names"]]


def _converted(state: Mapping[str, Any], dtype: Any) -> dict[str, Any]:
    """A copy with the float arrays in the dtype of the parameter."""
    converted = copy.deepcopy(dict(state))
    for key, value in converted.items():
        if isinstance(value, list):  # vectors that a rule remembers
            converted[key] = [_in_dtype(item, dtype) for item in value]
        else:
            converted[key] = _in_dtype(value, dtype)
    return converted


def _in_dtype(value: Any, dtype: Any) -> Any:
    floats = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return aligned_copy(value, dtype) if floats else value
