"""Every public callable of nn, nn.functional and nn.init, with a senseless value in each argument.

What is refused is refused in our words: whose argument it is, which, and what came. What is taken
is of the kind that the signature says.
"""

from __future__ import annotations

import inspect
import math
import pickle
import warnings
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.nn.specs import SPECS, ModuleSpec
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn import init

HUGE = 10**9
SENSELESS = [None, -1, 0, math.nan, "x", 1.5, HUGE, True, [1], (0, -1), np.zeros((2, 3, 5))]
ERRORS = (TypeError, ValueError, IndexError)
# Sizes of arrays: what is right about 10**9 is that memory ends.
SIZES = ("features", "channels", "num_", "_dim", "_size", "normalized_shape", "pieces", "stride")

FIRST: dict[str, ModuleSpec] = {}
for _spec in SPECS:
    FIRST.setdefault(_spec.name, _spec)


def _right_kind(value: Any, annotation: str) -> bool:
    """Whether a value is of the kind that an annotation names, in words."""
    kinds = [kind.strip() for kind in annotation.split("|")]
    if "Any" in kinds or (value is None and "None" in kinds):
        return True
    if isinstance(value, bool):
        return "bool" in kinds
    numbers = ("int", "float") if isinstance(value, int) else ("float",)
    if isinstance(value, (int, float)):
        return any(kind in numbers for kind in kinds)
    if isinstance(value, (list, tuple)):
        return any(kind.startswith(("tuple", "Sequence")) for kind in kinds)
    return isinstance(value, str) and "str" in kinds


def _settings(function: Any) -> list[inspect.Parameter]:
    """The arguments that are no tensors: those with another annotation than Any, or a default."""
    return [
        p
        for p in inspect.signature(function).parameters.values()
        if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        and p.name not in ("self", "dtype", "generator", "device")
    ]


def _complaint(call: Any, owner: str, names: list[str]) -> str:
    """What is wrong with the error of a call, or "accepted", or nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except ERRORS as error:
            text = str(error)
            if owner not in text or not any(name in text for name in names):
                return f"{type(error).__name__}: {text}"
        except Exception as error:
            return f"bare {type(error).__name__}: {error}"
        else:
            return "accepted"
    return ""


@pytest.mark.parametrize("name", FIRST)
def test_constructors(name: str) -> None:
    spec, cls = FIRST[name], getattr(nn, name)
    parameters = _settings(cls.__init__)
    names = [p.name for p in parameters]
    usual = {**dict(zip(names, spec.args, strict=False)), **spec.kwargs}
    for parameter in parameters:
        for value in SENSELESS:
            if value is HUGE and any(part in parameter.name for part in SIZES):
                continue
            found = _complaint(lambda: cls(**{**usual, parameter.name: value}), name, names)  # noqa: B023
            right = _right_kind(value, str(parameter.annotation)) or parameter.default is value
            assert not found or (found == "accepted" and right), (parameter.name, value, found)


def test_flags_are_flags() -> None:
    """There are many, and each refuses what Python would take for true."""
    flags = [
        (name, p.name)
        for name in FIRST
        for p in _settings(getattr(nn, name).__init__)
        if str(p.annotation) == "bool"
    ]
    assert len(flags) >= 50
    with pytest.raises(TypeError, match="Linear: bias must be True or False, received 'False'"):
        nn.Linear(3, 2, bias="False")  # type: ignore[arg-type]


# ---- functions


def _x(*shape: int) -> Any:
    return tg.tensor(np.linspace(0.1, 0.9, math.prod(shape)).reshape(shape))


IMAGE, SEQUENCE, MATRIX, LABELS = _x(2, 4, 6, 6), _x(2, 4, 6), _x(4, 3), np.array([0, 2, 1, 0])


def _of_modules() -> dict[str, dict[str, Any]]:
    """The functions that modules apply, called as the modules of the records call them."""
    calls = {}
    for name, spec in FIRST.items():
        function = getattr(getattr(nn, name), "_function", None)
        if function is not None and hasattr(F, function.__name__):
            module = spec.build()
            settings = {key: getattr(module, field) for key, field in module._passed}
            taken = inspect.signature(getattr(F, function.__name__)).parameters
            settings = {key: value for key, value in settings.items() if key in taken}
            inputs = zip(taken, spec.inputs(), strict=False)
            calls[function.__name__] = {**dict(inputs), **settings}
    return calls


CALLS: dict[str, dict[str, Any]] = {
    **_of_modules(),
    "adaptive_avg_pool2d": {"input": IMAGE, "output_size": 3},
    "adaptive_max_pool1d": {"input": SEQUENCE, "output_size": 3},
    "alpha_dropout": {"x": MATRIX},
    "avg_pool1d": {"input": SEQUENCE, "kernel_size": 2},
    "avg_pool2d": {"input": IMAGE, "kernel_size": 2},
    "batch_norm": {"x": MATRIX, "training": True},
    "bilinear": {"x1": _x(4, 2), "x2": _x(4, 3), "weight": _x(5, 2, 3)},
    "cosine_similarity": {"x1": MATRIX, "x2": MATRIX},
    "dropout": {"x": MATRIX},
    "dropout2d": {"x": IMAGE},
    "embedding": {"input": LABELS, "weight": MATRIX},
    "group_norm": {"x": SEQUENCE, "num_groups": 2},
    "instance_norm": {"x": SEQUENCE},
    "layer_norm": {"x": MATRIX, "normalized_shape": 3},
    "max_pool1d": {"input": SEQUENCE, "kernel_size": 2},
    "max_pool2d": {"input": IMAGE, "kernel_size": 2},
    "normalize": {"input": MATRIX},
    "one_hot": {"target": LABELS},
    "pairwise_distance": {"x1": MATRIX, "x2": MATRIX},
    "rms_norm": {"x": MATRIX, "normalized_shape": 3},
}
INITS: dict[str, dict[str, Any]] = {
    name: {"tensor": nn.Parameter(np.ones((3, 3, 2)) if name == "dirac_" else np.ones((4, 3)))}
    for name in vars(init)["__all__"]
    if name.endswith("_") and name != "lsuv_"
}
INITS["constant_"]["val"] = 2.0
INITS["sparse_"]["sparsity"] = 0.5


@pytest.mark.parametrize("name", CALLS)
def test_functions(name: str) -> None:
    _sweep(getattr(F, name), name, CALLS[name])


@pytest.mark.parametrize("name", INITS)
def test_initialisers(name: str) -> None:
    _sweep(getattr(init, name), name, INITS[name])


def _sweep(function: Any, name: str, usual: dict[str, Any]) -> None:
    """Refused by name, or taken as what the signature says; an operation takes any numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        function(**usual)  # the usual call is right
    for parameter in _settings(function):
        for value in SENSELESS:
            if value is HUGE and parameter.annotation != "float":
                continue
            found = _complaint(lambda: function(**{**usual, parameter.name: value}), name, [""])  # noqa: B023
            untold = parameter.annotation is parameter.empty
            right = untold or _right_kind(value, str(parameter.annotation))
            right = right or parameter.default is value
            assert not found or (found == "accepted" and right), (parameter.name, value, found)


def test_the_sweep_is_wide() -> None:
    assert len(FIRST) >= 130
    assert len(CALLS) >= 90
    assert len(INITS) >= 14


def test_wrong_tensors_are_told() -> None:
    for call, message in (
        (lambda: F.relu(None), "relu: x must be a tensor or an array, received None"),
        (lambda: F.mse_loss("x", MATRIX), "mse_loss: input must be a tensor"),
        (lambda: F.layer_norm(MATRIX, None), "layer_norm: normalized_shape must be"),
        (lambda: tg.exp(None), "exp: x must be a tensor or an array, received None"),
        (lambda: F.dropout(MATRIX, training="no"), "dropout: training must be True or False"),
    ):
        with pytest.raises(TypeError, match=message):
            call()


@pytest.mark.parametrize("name", sorted(FIRST.keys() - {"Lambda"}))
@pytest.mark.parametrize("value", [None, "x", 1.5])
def test_modules_refuse_what_is_no_tensor(name: str, value: Any) -> None:
    spec = FIRST[name]
    module, inputs = spec.build(), spec.inputs()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for position in range(len(inputs)):
            given = [*inputs[:position], value, *inputs[position + 1 :]]
            told = _complaint(lambda: module(*given), "", [""])  # noqa: B023
            assert told in ("", "accepted")  # an error of one of our kinds
            if not told:
                with pytest.raises(ERRORS, match=r"(?s)^((?!NoneType| object ).)*$"):
                    module(*given)


def test_functions_can_be_pickled() -> None:
    for name in ("relu", "cross_entropy", "avg_pool2d", "sparsemax"):
        function = getattr(F, name)
        assert pickle.loads(pickle.dumps(function)) is function
    assert pickle.loads(pickle.dumps(init.normal_)) is init.normal_
    module = nn.FenchelYoungLoss(F.sparsemax_conjugate)
    assert pickle.loads(pickle.dumps(module)).max_function is F.sparsemax_conjugate
