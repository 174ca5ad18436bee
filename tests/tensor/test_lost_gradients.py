"""Where a gradient would be lost: a warning, an error, or a recorded result; never silence."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.tensor import creation, sampling


def _number() -> tg.Tensor:
    return tg.tensor(0.5, requires_grad=True)


def _filled(x: Any) -> Any:
    array = np.zeros(2)
    array[0] = x
    return array


WARNED: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "int": int,
    "complex": complex,
    "math.sin": math.sin,
    "math.pow": lambda x: math.pow(x, 2),
    "math.floor": math.floor,
    "math.isnan": math.isnan,
    "array[i] = x": _filled,
    "np.float64": np.float64,
}


@pytest.mark.parametrize("use", WARNED.values(), ids=WARNED)
def test_a_python_number_of_a_recorded_tensor_is_warned_about(use: Any) -> None:
    with pytest.warns(UserWarning, match=r"tg\.sin\(x\).*not math\.sin.*x\.item\(\)") as caught:
        use(_number())
    assert [w.filename for w in caught] == [__file__]  # the user's line, not the package's
    with tg.no_grad():
        use(_number())
    use(_number().detach())


SILENT: dict[str, Callable[[Any], Any]] = {
    "item": lambda x: x.item(),
    "tolist": lambda x: x.tolist(),
    "f-string": lambda x: f"{x:.3f}",
    "percent": lambda x: "%.3f %d" % (x, x),  # noqa: UP031 (this is the case)
    "format": "{:.2f}".format,
    "repr": repr,
    "bool": bool,
}


@pytest.mark.parametrize("use", SILENT.values(), ids=SILENT)
def test_formatting_and_item_are_silent(use: Any) -> None:
    use(_number())


def test_a_place_is_warned_about_once() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            math.sin(_number())
        math.cos(_number())
    assert len(caught) == 2


@pytest.mark.parametrize("use", [np.array, np.mean, np.asarray, np.sum])
def test_a_list_of_tensors_given_to_numpy_names_what_to_write(use: Any) -> None:
    with pytest.raises(TypeError, match=r"\.item\(\).*tg\.stack\(\[a, b\]\)"):
        use([_number(), _number()])


#: Arguments that are numbers, with a call of the function that is right.
CREATION: dict[str, dict[str, Any]] = {
    "full": {"size": (2,), "fill_value": 0.5},
    "full_like": {"input": np.zeros(2), "fill_value": 0.5},
    "linspace": {"start": 0.5, "end": 1.0, "steps": 3},
    "logspace": {"start": 0.5, "end": 1.0, "steps": 3, "base": 2.0},
    "normal": {"mean": 0.5, "std": 0.5, "size": (2,)},
    "randint_like": {"input": np.zeros(2), "low": 0, "high": 5},
    "scalar_tensor": {"s": 2.0},
    "randint": {"low": 0, "high": 5, "size": (2,)},
    "eye": {"n": 2, "m": 2},
    "randperm": {"n": 2},
    "one_hot": {"labels": np.array([0, 1]), "num_classes": 2},
}
#: They read the shape and the dtype of a tensor, never its values.
_SHAPES = {
    "empty_like",
    "randint_like",
    "full_like",
    "ones_like",
    "rand_like",
    "randn_like",
    "zeros_like",
}
#: Their results jump, so that their derivative is 0 wherever there is one, as in PyTorch.
_JUMP = {"bernoulli", "multinomial", "poisson"}
_POSITIONAL = {"arange": (0.5,), "empty": (2,), "ones": (2,), "rand": (2,), "randn": (2,),
               "zeros": (2,)}  # fmt: skip


def test_every_creation_function_is_in_a_table() -> None:
    assert {*creation.__all__, *sampling.__all__} == (
        CREATION.keys() | _SHAPES | _JUMP | _POSITIONAL.keys()
    )


@pytest.mark.parametrize(
    ("name", "argument"), [(n, a) for n, given in CREATION.items() for a in given]
)
def test_no_creation_function_drops_a_gradient(name: str, argument: str) -> None:
    if argument == "input":
        return
    function, given = getattr(tg, name), CREATION[name]
    function(**given)
    tensor = tg.tensor(np.asarray(given[argument], np.float64), requires_grad=True)
    with pytest.raises(TypeError):
        function(**{**given, argument: tensor})


@pytest.mark.parametrize("name", _POSITIONAL)
def test_no_creation_function_drops_the_gradient_of_a_size(name: str) -> None:
    function = getattr(tg, name)
    assert next(iter(inspect.signature(function).parameters.values())).kind is (
        inspect.Parameter.VAR_POSITIONAL
    )
    function(*_POSITIONAL[name])
    with pytest.raises(TypeError, match="sizes must be integers" if name != "arange" else "lose"):
        function(tg.tensor(2.0, requires_grad=True))


def test_a_refusal_says_what_to_write() -> None:
    x = _number()
    with pytest.raises(TypeError, match=r"linspace .* of end; write start \+ \(end - start\) \* "):
        tg.linspace(0, x, 3)
    assert not tg.bernoulli(x).requires_grad
    with tg.no_grad():
        np.testing.assert_array_equal(tg.full((2,), x).value, [0.5, 0.5])
    np.testing.assert_array_equal(tg.linspace(0, x.detach(), 2).value, [0.0, 0.5])


@pytest.mark.parametrize("alpha", [1.0, 2.0])
def test_alpha_of_an_addition_in_place_is_a_number(alpha: float) -> None:
    with pytest.raises(TypeError, match="add_: alpha must be a number"):
        tg.zeros(2).add_(1.0, alpha=tg.tensor(alpha, requires_grad=True))


def test_a_copy_without_history_is_told() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    with pytest.warns(UserWarning, match=r"write x\.clone\(\) to keep it"):
        assert not tg.tensor(x).requires_grad
    with tg.no_grad():
        tg.tensor(x)
    tg.tensor(x.detach())
