"""Every public callable of `optim`, called wrongly in each argument: one clear error, or sense."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.optim import schedules
from tests.optim.cases import WRAPPERS, optimizer_classes
from tests.sweep import WRONG

optim, s = tg.optim, tg.optim.lr_scheduler


def _w() -> Any:
    w = tg.tensor(np.eye(2), requires_grad=True)
    w.grad = tg.tensor(np.ones((2, 2)))
    return w


def _sgd() -> Any:
    return optim.SGD([_w()], lr=0.1, momentum=0.9)


# How each is called rightly, beside its defaults. Arguments are made anew for each call.
RIGHT: dict[str, Callable[[], dict[str, Any]]] = {
    **{cls.__name__: lambda: {"params": [_w()]} for cls in optimizer_classes()},
    **{name: lambda: {"optimizer": _sgd()} for name in WRAPPERS},
    "GradientAccumulation": lambda: {"optimizer": _sgd(), "every": 2},
    **{
        name: lambda config=configs[0]: {"optimizer": _sgd(), **config}  # type: ignore[misc]
        for table in (schedules.TORCH, schedules.BEYOND)
        for name, configs in table.items()
    },
    "LRScheduler": lambda: {"optimizer": None},
    "ReduceLROnPlateau": lambda: {"optimizer": _sgd()},
    "SequentialLR": lambda: {
        "optimizer": _sgd(),
        "schedulers": [s.StepLR(None, 2), s.ExponentialLR(None, 0.5)],
        "milestones": [3],
    },
    "ChainedScheduler": lambda: {"schedulers": [s.StepLR(None, 2)], "optimizer": _sgd()},
    "Optimizer": lambda: {"params": [_w()], "defaults": {"lr": 0.1}},
    "AveragedModel": lambda: {"model": tg.nn.Linear(2, 2)},
    "get_swa_avg_fn": dict,
    "get_ema_avg_fn": dict,
    "get_ema_multi_avg_fn": dict,
    "get_swa_multi_avg_fn": dict,
    "update_bn": lambda: {"loader": [np.ones((2, 2))], "model": tg.nn.BatchNorm1d(2)},
    "minimize": lambda: {
        "f": lambda x: (x * x).sum(),
        "x0": [1.0],
        "stop": optim.GradientSmall(1.0),
    },
    **{
        name: lambda: {"parameters": [_w()]}
        for name in ("adaptive_grad_clip_", "centralize_grad_", "max_norm_", "non_negative_")
    },
    "add_grad_noise_": lambda: {"parameters": [_w()], "t": 1},
    "clip_grad_norm_": lambda: {"parameters": [_w()], "max_norm": 1.0},
    "clip_grad_norm_per_layer_": lambda: {"parameters": [_w()], "max_norm": 1.0},
    "clip_grad_value_": lambda: {"parameters": [_w()], "clip_value": 1.0},
    **dict.fromkeys(("GradientSmall", "NoImprovement", "ParametersSettled"), dict),
}
# Records that are returned, and bases: nobody calls them.
NOT_CALLED = {"Result", "Stopping"}

# Where a part that is given the argument says what is wrong.
OWNERS = {("update_bn", "loader"): "BatchNorm1d"}
# What is right in one place, and wrong in the others of its kind.
SENSIBLE = {
    ("LRScheduler", "entry"): ("'x'",),  # without an optimizer, an entry of any name
    ("minimize", "x0"): ("-1", "0", "1.5", "10**9", "True", "a tensor"),
}


def _callables() -> Iterator[tuple[str, Any]]:
    for space in (optim, s):
        for name in space.__all__:
            value = getattr(space, name)
            if callable(value) and name not in NOT_CALLED:
                yield name, value


ARGUMENTS = [
    (name, parameter)
    for name, value in _callables()
    for parameter, each in inspect.signature(value).parameters.items()
    if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
]


def _sensible(kind: str, value: Any) -> bool:
    """Whether an argument that is annotated as ``kind`` may have this value."""
    if value is None:
        return "None" in kind or kind in ("GeneratorLike", "Any")
    if isinstance(value, bool):
        return "bool" in kind
    if isinstance(value, (int, float)):
        if kind == "GeneratorLike" or "int" in kind:
            return isinstance(value, int)
        return "float" in kind or "PerGroup" in kind
    if isinstance(value, list):
        return value == [] and any(word in kind for word in ("Sequence", "Iterable", "Parameters"))
    return isinstance(value, tg.Tensor) and ("Tensor" in kind or kind == "Parameters")


@pytest.mark.parametrize(("name", "parameter"), ARGUMENTS)
def test_a_wrong_argument_is_named(name: str, parameter: str) -> None:
    """The error says whose argument it is, which, and what came; nothing senseless is taken."""
    function = dict(_callables())[name]
    kind = str(inspect.signature(function).parameters[parameter].annotation)
    problems = []
    for label, value in WRONG.items():
        arguments = {**RIGHT[name](), parameter: value}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                function(**arguments)
        except (TypeError, ValueError) as error:
            owner = OWNERS.get((name, parameter))
            said = "\n".join([str(error), *getattr(error, "__notes__", [])])
            if not said.startswith(f"{name}: ") and not (owner and owner in said):
                problems.append(f"{label}: {type(error).__name__}: {said}")
        except Exception as error:
            problems.append(f"{label}: {type(error).__name__}: {error}")
        else:
            allowed = SENSIBLE.get((name, parameter), ())
            if label not in allowed and not _sensible(kind, value):
                problems.append(f"{label} is accepted as {kind}")
    assert not problems, "\n".join(problems)


def test_every_callable_is_called_rightly() -> None:
    for name, function in _callables():
        function(**RIGHT[name]())
