"""The functions that only PyTorch has, or that mean something else there, called wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.torch_calls import CALLS, X

WRONG: list[Any] = ["x", object(), ["x"], {"a": 1}, np.array(["a", "b"])]


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_is_an_error_of_the_function(name: str) -> None:
    function, x = getattr(tg, name), tg.tensor(X, requires_grad=True)
    args = (x, *CALLS[name])
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


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"equal", "gradient", "meshgrid"}))
def test_out_is_written(name: str) -> None:
    function, x = getattr(tg, name), tg.tensor(X)
    wanted = function(x, *CALLS[name])
    several = isinstance(wanted, tuple)
    parts = wanted if several else (wanted,)
    out = tuple(tg.zeros_like(part) for part in parts)
    function(x, *CALLS[name], out=out if several else out[0])
    for target, part in zip(out, parts, strict=True):
        np.testing.assert_array_equal(target.value, part.value)
