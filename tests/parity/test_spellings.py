"""Every function of `compat` in PyTorch's spelling is PyTorch's, and in NumPy's it is NumPy's."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.torch_calls import CALLS, OTHERS, X
from tinygrad_edu.compat import spelled, spelled_axes

torch = pytest.importorskip("torch")


def _with_tensors(library: Any, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return library.tensor(value)
    if isinstance(value, tuple) and any(isinstance(part, np.ndarray) for part in value):
        return tuple(_with_tensors(library, part) for part in value)
    if isinstance(value, type) and issubclass(value, np.generic):
        return getattr(library, value.__name__)
    return value


# Calls of which PyTorch takes a part only: what it takes.
STRICTER: dict[str, tuple[Any, ...]] = {
    "addmv": (X[0], X, X[1]),
    "channel_shuffle": (np.arange(8.0).reshape(1, 4, 1, 2), 2),
    "flip": (X, (0,)),
    "gcd": (np.array([4, 6]), np.array([6, 9])),
    "ger": (X[0], X[1]),
    "is_nonzero": (np.array(2.0),),
    "lcm": (np.array([4, 6]), np.array([6, 9])),
    "meshgrid": (X[0], X[1]),
    "row_stack": ((X[0], X[1]),),
    "where": (X > 0.5, X, 2.0 * X),
}
# What PyTorch has as a method or in `linalg` alone, or where its own call is odd.
ELSEWHERE = {"sum_to_size", "unique_consecutive", "vector_norm"}


def _result(library: Any, name: str) -> Any:
    arguments = OTHERS[name] if name in OTHERS else (X, *CALLS[name])
    arguments = STRICTER.get(name, arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if name == "mode":  # for a list of equal ones the place is not documented
            return getattr(library, name)(library.tensor(np.array([1, 2, 2, 3])))
        return getattr(library, name)(*(_with_tensors(library, a) for a in arguments))


def _plain(value: Any) -> Any:
    if isinstance(value, (tuple, list)) and type(value).__name__ != "Size":
        return [_plain(part) for part in value]
    return np.asarray(value) if hasattr(value, "detach") else str(value)


# What tensors of float64 and singular values leave open: the signs of vectors.
UP_TO_SIGNS = {"qr", "svd"}


@pytest.mark.parametrize("name", sorted({*CALLS, *OTHERS} - ELSEWHERE))
def test_pytorchs_spelling_is_pytorchs_function(name: str) -> None:
    ours, theirs = _plain(_result(tg, name)), _plain(_result(torch, name))
    ours, theirs = (v if isinstance(v, list) else [v] for v in (ours, theirs))
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        if isinstance(b, str):
            assert a == b
            continue
        if name in UP_TO_SIGNS:
            a, b = np.abs(a), np.abs(b)
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9)


# How NumPy's function is written: with np, and with its keywords on ours.
NUMPY: dict[str, list[tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "argsort": [(lambda x: np.argsort(x, 0), lambda x: tg.argsort(x, axis=0))],
    "cross": [(np.cross, lambda x, y: tg.cross(x, y, axisa=-1))],  # type: ignore[misc]
    "flip": [(np.flip, lambda x: tg.flip(x, axis=None))],
    "gradient": [(lambda x: np.gradient(x, axis=0), lambda x: tg.gradient(x, axis=0))],
    "max": [(lambda x: np.max(x, 1), lambda x: tg.max(x, axis=1))],
    "median": [(np.median, lambda x: tg.median(x, axis=None))],
    "min": [(lambda x: np.min(x, 1), lambda x: tg.min(x, axis=1))],
    "nanmedian": [(np.nanmedian, lambda x: tg.nanmedian(x, axis=None))],
    "nanquantile": [
        (lambda x: np.nanquantile(x, 0.3, 1), lambda x: tg.nanquantile(x, 0.3, axis=1))
    ],
    "norm": [(lambda x: np.linalg.norm(x, 1), lambda x: tg.norm(x, ord=1))],
    "quantile": [(lambda x: np.quantile(x, 0.3, 1), lambda x: tg.quantile(x, 0.3, axis=1))],
    "roll": [(lambda x: np.roll(x, 1, 0), lambda x: tg.roll(x, shift=1, axis=0))],
    "rot90": [(lambda x: np.rot90(x, 1), lambda x: tg.rot90(x, axes=(0, 1)))],
    "sort": [(lambda x: np.sort(x, 0), lambda x: tg.sort(x, axis=0))],
    "split": [
        (lambda x: np.split(x, 3), lambda x: tg.split(x, 3, axis=0)),
        (lambda x: np.split(x, [1]), lambda x: tg.split(x, indices_or_sections=[1])),
    ],
    "std": [(np.std, lambda x: tg.std(x, axis=None)), (np.std, lambda x: x.std(ddof=0))],
    "svd": [(lambda x: np.linalg.svd(x)[2], lambda x: tg.linalg.svd(x)[2])],
    "tensordot": [(lambda x: np.tensordot(x, x, 1), lambda x: tg.tensordot(x, x, axes=([1], [0])))],
    "tile": [(lambda x: np.tile(x, 2), lambda x: tg.tile(x, reps=2))],
    "transpose": [(np.transpose, lambda x: tg.transpose(x, axes=None))],
    "var": [(np.var, lambda x: tg.var(x, axis=None)), (np.var, lambda x: x.var(axis=(0, 1)))],
    "vector_norm": [(np.linalg.vector_norm, lambda x: tg.vector_norm(x, axis=None))],
    "where": [(lambda x: np.where(x > 0.5, x, 0.0), lambda x: tg.where(x > 0.5, x, 0.0))],
}


@pytest.mark.parametrize("name", sorted(NUMPY))
def test_numpys_spelling_is_numpys_function(name: str) -> None:
    for with_np, with_keywords in NUMPY[name]:
        arguments = (X, X[::-1]) if name == "cross" else (X,)
        tensors = [tg.tensor(np.array(a)) for a in arguments]
        wanted = with_np(*arguments)
        for found in (with_np(*tensors), with_keywords(*tensors)):
            pairs = zip(wanted, found, strict=True) if name == "split" else [(wanted, found)]
            for a, b in pairs:
                np.testing.assert_allclose(np.asarray(b), a, rtol=1e-12)


def test_every_function_of_two_meanings_is_compared() -> None:
    arithmetic = {"add", "allclose", "bincount", "div", "divide", "equal", "log_softmax", "logit"}
    arithmetic |= {"mul", "multiply", "softmax", "sub", "subtract", "true_divide"}
    several = {"meshgrid", "permute", "qr", "squeeze", "std_mean", "var_mean"}
    assert {*spelled.__all__, *spelled_axes.__all__} <= {*NUMPY, *arithmetic, *several}
