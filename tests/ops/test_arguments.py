"""Every operation, with a senseless value in each argument: its own error, or it fits."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.sweep import WRONG_TENSORS, Call, fitting, problems
from tinygrad_edu import ops
from tinygrad_edu.samples import SPECS

# Operations by name, those that have several names once.
OPERATIONS = {
    name: function
    for name, function in {
        getattr(ops, name).__name__.rstrip("_"): getattr(ops, name)
        for name in vars(ops)
        if name in dir(tg) and inspect.isfunction(getattr(ops, name))
    }.items()
    if name in SPECS
}
X = np.linspace(0.1, 0.9, 6).reshape(2, 3)
# Calls of those whose samples do not show how they are called.
RIGHT: dict[str, Call] = {
    "apply_along_axis": Call(ops.apply_along_axis, (ops.cumsum, 0, X), {}),
    "apply_over_axes": Call(ops.apply_over_axes, (ops.sum, X, [0]), {}),
    "einsum": Call(ops.einsum, ("ij,jk->ik", X, X.T), {}),
    "choose": Call(ops.choose, (np.array([0, 1, 0]), [X[0], X[1]]), {}),
    "piecewise": Call(ops.piecewise, (X, [X > 0.5], [ops.exp, 0.0]), {}),
}
# Sizes of arrays: what is right about 10**9 is that memory ends.
SIZES = frozenset({
    "N", "dilation", "indices_or_sections", "k", "kernel_size", "minlength", "n", "new_shape",
    "offset", "output_padding", "output_size", "pad_width", "padding", "repeats", "reps",
    "scale_factor", "shape", "size", "stride",
})  # fmt: skip
# What a setting without an annotation of its own may be.
ARRAY = "int | float | bool | list | Tensor"
KINDS = {
    **dict.fromkeys(("axis", "axes", "shift"), "int | None | tuple"),
    **dict.fromkeys(("axis1", "axis2", "source", "destination", "obj", "kth"), "int"),
    **dict.fromkeys(("padding", "output_padding", "pad_width", "repeats", "shape"), "int"),
    **dict.fromkeys(("append", "prepend", "to_begin", "to_end", "left", "right", "min"), ARRAY),
    **dict.fromkeys(("dx", "initial", "max", "mean", "pos_weight", "q", "rtol", "tol"), ARRAY),
    **dict.fromkeys(("value", "weights", "x"), ARRAY),
    "where": "bool",
    "dtype": "None | Tensor",  # whatever has a dtype
    **dict.fromkeys(("p", "ord", "ddof"), "float"),
    **dict.fromkeys(("reps", "new_shape"), "int | list"),
}
# Values that mean something in one operation.
MEANT: dict[tuple[str, str], set[str]] = {
    ("piecewise", "condlist"): {"a wrong shape"},
    ("getitem", "index"): {"-1", "0", "None", "True", "an empty list"},
    ("delete", "obj"): {"an empty list"},
    ("einsum", "optimize"): {"'x'", "True"},  # a word, as in NumPy
    **{
        (f"adaptive_{kind}_pool{axes}d", "output_size"): {"None"}  # as many as there are
        for kind in ("avg", "max")
        for axes in (1, 2)
    },
}


@cache
def right(name: str) -> Call:
    """A call with arrays of some elements, as the samples have it."""
    if name in RIGHT:
        return RIGHT[name]
    function = OPERATIONS[name]
    for case in SPECS[name].cases:
        arrays = [a for a in case.inputs if isinstance(a, np.ndarray)]
        if any(a.size == 0 or a.ndim == 0 for a in arrays):
            continue
        for args in (case.inputs, (list(case.inputs),)):
            try:
                function(*args, **case.params)
            except Exception:  # it is called in the other way
                continue
            return Call(function, args, case.params)
    raise LookupError(f"say in RIGHT how {name} is called")


def recorded(value: Any) -> Any:
    """Arrays as tensors that require a gradient."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(recorded, value))
    if isinstance(value, np.ndarray):
        return tg.tensor(value, requires_grad=value.dtype.kind == "f")
    return value


def is_tensor(call: Call, parameter: inspect.Parameter) -> bool:
    """Whether an argument of a call is an array, or several."""
    given = call.bound.get(parameter.name)
    several = isinstance(given, (list, tuple)) and len(given) > 0
    return isinstance(given[0] if several else given, np.ndarray)


@pytest.mark.parametrize("name", OPERATIONS)
def test_settings(name: str) -> None:
    call, found = right(name), []
    for p in call.parameters:
        if is_tensor(call, p):
            continue
        words = KINDS.get(p.name) or (
            type(p.default).__name__ if p.annotation is p.empty else str(p.annotation)
        )
        allowed = fitting(words) | MEANT.get((name, p.name), set())
        if p.default is None:
            allowed |= {"None"}
        skipped = frozenset({"10**9"} if p.name in SIZES else ())
        found += problems(call, name, p, allowed, skipped, prepare=recorded)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", OPERATIONS)
def test_arrays(name: str) -> None:
    call, found = right(name), []
    for p in call.parameters:
        if is_tensor(call, p):
            allowed = {"a wrong shape"} | ({"None"} if p.default is None else set())
            if isinstance(call.bound[p.name], list):  # of arrays of several lengths
                allowed.add("a ragged list")
            for prepare in (recorded, lambda a: a):
                found += problems(
                    call, name, p, frozenset(allowed), values=WRONG_TENSORS, prepare=prepare
                )
    assert not found, "\n".join(found)


def test_the_sweep_is_wide() -> None:
    assert len(OPERATIONS) >= 220
