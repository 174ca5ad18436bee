"""The methods of modules, optimizers, schedules, trainers and loaders, called wrongly."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn

X = np.ones((4, 2), np.float32)
WRONG = [None, -1, math.nan, "x", 1.5, object(), [], ["x"]]
ERRORS = (TypeError, ValueError, IndexError, KeyError, RuntimeError, FloatingPointError)


def _net() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU())


def _optimizer() -> Any:
    return tg.optim.Adam(_net().parameters())


def _schedule() -> Any:
    optimizer = _optimizer()
    optimizer.step()
    return tg.optim.lr_scheduler.StepLR(optimizer, 2)


def _trainer() -> Any:
    net = _net()
    return tg.train.Trainer(net, nn.MSELoss(), tg.optim.SGD(net.parameters(), lr=0.1))


OBJECTS: dict[str, Callable[[], Any]] = {
    "Module": _net,
    "Optimizer": _optimizer,
    "LRScheduler": _schedule,
    "Trainer": _trainer,
    "DataLoader": lambda: tg.data.DataLoader(tg.data.TensorDataset(X, X), batch_size=2),
    "History": lambda: _trainer().history,
}
# What is sensible all the same, by method and argument.
SENSIBLE: dict[tuple[str, str], list[Any]] = {
    ("extend", "items"): [[]],
    ("pop", "index"): [-1],
    ("step", "closure"): [None],
    ("step", "epoch"): [None, 1.5],
    ("to", "dtype"): [None],
    ("to", "device"): [None],
    ("to_csv", "path"): ["x"],
    **{(f"named_{kind}", "prefix"): ["x"] for kind in ("buffers", "modules", "parameters")},
    ("state_dict", "prefix"): ["x"],
}
# Called by the library, or overridden by whoever writes a rule; and lookups that say what there is.
NOT_JUDGED = {"check_group", "check_parameter", "evaluate", "run_hooks"}
WITH_ATTRIBUTE_ERROR = {"get_buffer", "get_parameter", "get_submodule"}
# The words say whose it is without the argument's name.
IN_OTHER_WORDS = {"append", "extend", "fit", "evaluate", "plot"}


def _methods() -> Iterator[tuple[str, str, str]]:
    for kind, make in OBJECTS.items():
        for name, function in inspect.getmembers(type(make()), inspect.isfunction):
            if name.startswith("_") or (kind == "Optimizer" and name in NOT_JUDGED):
                continue
            parameters = [
                p
                for p in inspect.signature(function).parameters.values()
                if p.name != "self" and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
            ]
            required = sum(p.default is p.empty for p in parameters)
            for p in parameters:
                if required <= (p.default is p.empty):
                    yield kind, name, p.name


@pytest.mark.parametrize(("kind", "name", "argument"), list(_methods()))
def test_a_wrong_argument_of_a_method_is_told(
    kind: str, name: str, argument: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sensible = SENSIBLE.get((name, argument), [])
    found = []
    for value in WRONG:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                getattr(OBJECTS[kind](), name)(**{argument: value})
        except ERRORS as error:
            told = any(word in str(error) for word in (argument, name, repr(value)))
            if not told and name not in IN_OTHER_WORDS:
                found.append(f"{value!r}: {type(error).__name__}: {error}")
        except AttributeError as error:
            if name not in WITH_ATTRIBUTE_ERROR or "has no" not in str(error):
                found.append(f"{value!r}: {error}")
        else:
            if value not in sensible:
                found.append(f"{value!r} is accepted")
    assert not found, "\n".join(found)


def test_most_methods_are_judged() -> None:
    assert len(list(_methods())) >= 50
