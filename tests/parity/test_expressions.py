"""Expressions of PyTorch give the same here: values, dtypes, shapes and gradients."""

from __future__ import annotations

import ast
import warnings
from typing import Any

import numpy as np
import pytest
import tinygrad_edu.torch.nn.functional

import tinygrad_edu
import tinygrad_edu.torch
from tests.parity.expressions import EXPRESSIONS, operands
from tests.specs.expressions import DIFFERENT
from tinygrad_edu.compat.missing import MISSING

torch = pytest.importorskip("torch")

LINES = [
    line.strip() for text in EXPRESSIONS.values() for line in text.splitlines() if line.strip()
]


def evaluate(code: str, library: Any) -> tuple[Any, dict[str, Any]]:
    """The value of an expression, and the operands it was written with."""
    names = operands(library)
    space = {**names, "torch": library, "F": library.nn.functional, "nn": library.nn}
    body = ast.parse(code).body
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for statement in body[:-1]:
            exec(compile(ast.Module([statement], []), code, "exec"), space)
        return eval(compile(ast.Expression(body[-1].value), code, "eval"), space), names


def plain(value: Any) -> Any:
    """A result as the tests compare it: a tensor as its dtype, shape and values."""
    if isinstance(value, (bool, str, type(None))):
        return value
    if isinstance(value, (int, float)):
        return type(value).__name__, pytest.approx(value, nan_ok=True, rel=1e-5, abs=1e-6)
    if isinstance(value, (tuple, list)) and type(value).__name__ != "Size":
        return [plain(part) for part in value]
    if type(value).__name__ == "Size":
        return "Size", tuple(value)
    if "dtype" in type(value).__name__.lower() or isinstance(value, np.dtype):
        return str(value).removeprefix("torch.")
    array = value.detach().cpu().numpy()
    return f"{array.dtype}{array.shape}", array


def gradients(value: Any, names: dict[str, Any]) -> dict[str, Any]:
    """The gradients of all operands for a random gradient of each result."""
    rng, total = np.random.default_rng(3), None
    for part in value if isinstance(value, (tuple, list)) else [value]:
        if getattr(part, "requires_grad", False):
            weights = rng.normal(size=tuple(part.shape)).astype(str(part.dtype).split(".")[-1])
            term = part.mul(_like(part, weights)).sum()
            total = term if total is None else total + term.to(total.dtype)
    if total is None:
        return {}
    total.backward()
    return {
        name: x.grad.detach().numpy()
        for name, x in names.items()
        if x.requires_grad and x.grad is not None
    }


def _like(part: Any, weights: Any) -> Any:
    library = torch if isinstance(part, torch.Tensor) else tinygrad_edu.torch
    return library.from_numpy(np.asarray(weights))


def difference(code: str) -> str:
    """What differs between the libraries, or nothing."""
    theirs, their_names = evaluate(code, torch)
    try:
        ours, our_names = evaluate(code, tinygrad_edu.torch)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    found = _compared(plain(theirs), plain(ours))
    if found:
        return found
    expected = gradients(theirs, their_names)
    try:
        given = gradients(ours, our_names)
    except Exception as error:
        return f"backward: {type(error).__name__}: {error}"
    for name in expected.keys() | given.keys():
        left, right = (part.get(name, np.float32(0)) for part in (expected, given))
        if not np.allclose(left, right, rtol=2e-4, atol=2e-5, equal_nan=True):
            return f"gradient of {name}: {left} there, {right} here"
    return ""


def _compared(theirs: Any, ours: Any) -> str:
    if isinstance(theirs, list):
        if not isinstance(ours, list) or len(theirs) != len(ours):
            return f"{theirs} there, {ours} here"
        return next(filter(None, map(_compared, theirs, ours)), "")
    if isinstance(theirs, tuple) and isinstance(theirs[1], np.ndarray):
        if not isinstance(ours, tuple) or theirs[0] != ours[0]:
            return f"{theirs[0]} there, {ours[0] if isinstance(ours, tuple) else ours} here"
        near = np.allclose(theirs[1], ours[1], rtol=2e-5, atol=2e-6, equal_nan=True)
        return "" if near else f"{theirs[1]} there, {ours[1]} here"
    return "" if theirs == ours else f"{theirs} there, {ours} here"


@pytest.mark.parametrize("code", LINES)
def test_expression_is_the_same(code: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the sum of the infinite results of some is NaN
        found = difference(code)
    if code in DIFFERENT:
        assert found, "it is the same now: remove it from the table of differences"
    else:
        assert not found, found


def test_the_table_is_wide() -> None:
    assert len(LINES) == len(set(LINES))
    assert len(LINES) - len(DIFFERENT) >= 470
    assert set(DIFFERENT) <= set(LINES)


# ---- every name of PyTorch is here, or said to be missing


def _missing(theirs: Any, ours: Any, prefix: str) -> list[str]:
    names = [name for name in dir(theirs) if not name.startswith("_")]
    return [n for n in names if not hasattr(ours, n) and f"{prefix}{n}" not in MISSING]


@pytest.mark.parametrize("space", ["", "linalg", "special"])
def test_every_name_is_here_or_said_to_be_missing(space: str) -> None:
    ours, theirs = tinygrad_edu.torch, torch
    if space:
        ours, theirs = getattr(ours, space), getattr(theirs, space)
    assert not _missing(theirs, ours, f"{space}." if space else "")


def test_every_method_is_here_or_said_to_be_missing() -> None:
    assert not _missing(torch.Tensor, tinygrad_edu.Tensor, "Tensor.")
