"""The methods of Tensor that are no operations, with a senseless value in each argument."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.ops.test_arguments import OPERATIONS
from tests.sweep import Call, fitting, problems
from tests.torch_calls import CALLS as TORCH_CALLS
from tinygrad_edu.compat import later

X = np.linspace(0.1, 0.9, 6).reshape(2, 3)
# How each is called rightly, after the tensor.
RIGHT: dict[str, tuple[Any, ...]] = {
    "add_": (1.0,),
    "apply_": (abs,),
    "bernoulli_": (0.5,),
    "astype": (np.float32,),
    "backward": (X,),
    "clamp_": (0.2, 0.5),
    "cauchy_": (),
    "copy_": (X,),
    "div_": (2.0,),
    "expand": (2, 3),
    "exponential_": (2.0,),
    "expand_as": (tg.tensor(X),),
    "fill_": (1.0,),
    "fill_diagonal_": (1.0,),
    "flip": (0,),
    "geometric_": (0.5,),
    "log_normal_": (),
    "masked_fill_": (X > 0.5, 0.0),
    "mul_": (2.0,),
    "new": (2,),
    "new_empty": (2,),
    "new_full": ((2,), 1.0),
    "new_ones": (2,),
    "new_tensor": (X,),
    "new_zeros": (2,),
    "normal_": (),
    "numpy": (),
    "permute": (1, 0),
    "random_": (0, 5),
    "register_hook": (print,),
    "register_post_accumulate_grad_hook": (print,),
    "repeat": (1, 2),
    "requires_grad_": (),
    "reshape": (3, 2),
    "reshape_as": (tg.tensor(X.T),),
    "resize_": (3, 2),
    "resize_as_": (tg.tensor(X.T),),
    "roll": (1,),
    "squeeze_": (),
    "sub_": (1.0,),
    "tile": (1, 2),
    "to": (np.float32,),
    "transpose": (1, 0),
    "transpose_": (1, 0),
    "type": (np.float32,),
    "type_as": (tg.tensor(X),),
    "uniform_": (),
    "unsqueeze_": (0,),
    "view": (3, 2),
    "view_as": (tg.tensor(X.T),),
    "where": (X > 0.5, 0.0),
}
#: For PyTorch's code.
WITHOUT_EFFECT = {"memory_format", "non_blocking"}
ARRAY = "int | float | bool | list | Tensor"
NUMBER = "int | float | bool | None"
INT = "int | None | list"
KINDS: dict[str, dict[str, str]] = {
    **{name: {"other": ARRAY} for name in ("add_", "div_", "mul_", "sub_", "type_as")},
    "resize_as_": {"other": "int | float | bool | list | Tensor"},
    **{name: {"axes": INT} for name in ("flip", "permute", "transpose")},
    **{name: {"shape": "int"} for name in ("expand", "reshape", "view")},
    **{name: {"other": "Tensor"} for name in ("expand_as", "reshape_as", "view_as")},
    "astype": {"dtype": "None | Tensor"},
    "bernoulli_": {"p": "float | int | bool"},
    "clamp_": {"min": NUMBER, "max": NUMBER},
    "copy_": {"source": ARRAY},
    "fill_": {"value": "int | float | bool"},
    "masked_fill_": {"mask": "bool", "value": "int | float | bool"},
    **{f"new_{name}": {"sizes": "int | list"} for name in ("empty", "ones", "zeros")},
    "new": {"data": "int | list | Tensor | None"},
    "new_full": {"size": "int | list", "fill_value": "int | float | bool"},
    "new_tensor": {"data": ARRAY},
    "repeat": {"sizes": "int"},
    "resize_": {"sizes": "int"},
    "roll": {"shifts": INT, "axis": INT, "dims": INT},
    "tile": {"reps": "int"},
    "to": {"where": "None | bool | Tensor"},
    "where": {"condition": ARRAY, "other": ARRAY},
}
# The operation that speaks for a method of another name.
OWNERS = {
    "expand": "broadcast_to", "permute": "transpose", "repeat": "tile", "reshape_as": "view_as",
    "transpose": "swapaxes", "view": "reshape",
}  # fmt: skip
SIZES = frozenset({"reps", "shape", "size", "sizes"})  # memory ends


@pytest.mark.parametrize("name", RIGHT)
def test_a_wrong_argument_is_named(name: str) -> None:
    method, found = getattr(tg.Tensor, name), []

    def fresh() -> Any:
        x = tg.tensor(X, requires_grad=name in ("backward", "numpy", "register_hook"))
        leaf = name.endswith("_") or name.startswith("register_post")
        return x if leaf or not x.requires_grad else x * 1.0

    first = "tensor" if name == "register_post_accumulate_grad_hook" else "self"
    for p in Call(method, (fresh(), *RIGHT[name]), {}).parameters:
        if p.name == first or p.name in WITHOUT_EFFECT:
            continue
        call = Call(method, (fresh(), *RIGHT[name]), {})
        kind = KINDS.get(name, {}).get(p.name, str(p.annotation))
        allowed = fitting(kind) | ({"None"} if p.default is None else set())
        is_size = p.name in SIZES or (name, p.name) == ("new", "data")
        skipped = frozenset({"10**9"} if is_size else ())
        found += problems(
            call,
            (name, OWNERS.get(name, name)),
            p,
            frozenset(allowed),
            skipped,
            others=(RuntimeError,),
        )
    assert not found, "\n".join(found)


def test_every_method_is_judged() -> None:
    operations = {id(function) for function in OPERATIONS.values()}
    methods = {
        name
        for name, value in inspect.getmembers(tg.Tensor, inspect.isfunction)
        if not name.startswith("_")
        and id(value) not in operations
        and not hasattr(value, "form_of")  # it takes what the method takes
        and (not name.endswith("_") or value.__name__ == name)  # no second name of a method
        and (name in RIGHT or name not in {*TORCH_CALLS, *later.METHODS})
        and len(inspect.signature(value).parameters.keys() - WITHOUT_EFFECT) > 1
    }
    assert methods == set(RIGHT)
