"""The functions that only PyTorch has, or that mean something else there, called wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.torch_calls import CALLS, OTHERS, X
from tinygrad_edu.compat import functions, later
from tinygrad_edu.compat.functions.methods import METHODS
from tinygrad_edu.compat.missing import MISSING

WRONG: list[Any] = ["x", object(), ["x"], {"a": 1}, np.array(["a", "b"])]


@pytest.mark.parametrize("name", [*CALLS, *OTHERS])
def test_a_wrong_argument_is_an_error_of_the_function(name: str) -> None:
    function, x = getattr(tg, name), tg.tensor(X, requires_grad=True)
    args = OTHERS[name] if name in OTHERS else (x, *CALLS[name])
    function(*args)
    for k in range(len(args)):
        for wrong in WRONG:
            with pytest.raises((TypeError, ValueError, IndexError)) as caught:
                function(*args[:k], wrong, *args[k + 1 :])
            assert ":" in str(caught.value), (k, wrong, str(caught.value))


@pytest.mark.parametrize("name", CALLS)
def test_settings_are_not_guessed(name: str) -> None:
    with pytest.raises(TypeError):
        getattr(tg, name)(tg.tensor(X), *CALLS[name], no_such_argument=1)


NO_TENSOR = {
    "equal", "gradient", "meshgrid", "broadcast_tensors", "allclose", "is_complex", "is_conj",
    "get_device", "is_floating_point", "is_inference", "is_neg", "is_same_size", "is_signed",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(CALLS) - NO_TENSOR))
def test_out_is_written(name: str) -> None:
    function, x = getattr(tg, name), tg.tensor(X)
    wanted = function(x, *CALLS[name])
    several = isinstance(wanted, tuple)
    parts = wanted if several else (wanted,)
    out = tuple(tg.zeros_like(part) for part in parts)
    function(x, *CALLS[name], out=out if several else out[0])
    for target, part in zip(out, parts, strict=True):
        np.testing.assert_array_equal(target.value, getattr(part, "value", part))


def test_what_is_loaded_later_is_listed() -> None:
    inside = {  # they stand in a namespace, or are methods, under another name
        "linalg_diagonal", "linalg_vander", "log_ndtr", "multigammaln", "solve_triangular",
        "unfold_axis",
    }  # fmt: skip
    assert set(functions.__all__) - inside == later.FUNCTIONS
    assert set(METHODS) == later.METHODS
    refused = {name for name in MISSING if name.startswith("Tensor.")}
    assert refused == {f"Tensor.{name}" for name in later.REFUSED_METHODS}


@pytest.mark.parametrize("name", sorted(later.METHODS - {"cuda"}))
def test_a_method_is_there(name: str) -> None:
    assert hasattr(tg.Tensor, name)
    assert hasattr(tg.tensor(X), name)


@pytest.mark.parametrize("name", sorted(later.REFUSED_METHODS))
def test_a_refused_method_says_what_to_use(name: str) -> None:
    assert not hasattr(tg.Tensor, name)
    with pytest.raises(AttributeError, match=rf"a tensor has no \.{name}: ......"):
        getattr(tg.tensor(X), name)
