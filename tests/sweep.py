"""Calls with one senseless argument: the error says whose it is, which and what came, or it fits.

A sweep gives each argument of a right call each of the values in `WRONG`, and those of
`WRONG_TENSORS` where a tensor belongs. `verdict` judges what comes back; what is accepted must be
of the kind that the argument has.
"""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu._checked import shown

#: What a beginner might pass, by a label for messages.
WRONG: dict[str, Any] = {
    "None": None,
    "-1": -1,
    "0": 0,
    "NaN": math.nan,
    "'x'": "x",
    "1.5": 1.5,
    "10**9": 10**9,
    "True": True,
    "an object": object(),
    "an empty list": [],
    "a list of text": ["x"],
    "a tensor": tg.tensor([[1.5, 2.0], [0.5, 1.0], [2.5, 3.0]]),
}
#: What a beginner might pass for a tensor.
WRONG_TENSORS: dict[str, Any] = {
    "None": None,
    "'x'": "x",
    "an object": object(),
    "an array of text": np.array(["a", "b"]),
    "an array of objects": np.array([None, object()]),
    "a ragged list": [[1.0, 2.0], [3.0]],
    "a dict": {"a": 1.0},
    "a wrong shape": np.ones((7, 11, 13)),
}
ERRORS = (TypeError, ValueError, IndexError)
#: The values that fit each kind of argument, by the words of annotations.
FITS: dict[str, frozenset[str]] = {
    "bool": frozenset({"True"}),
    "int": frozenset({"-1", "0", "10**9"}),
    "float": frozenset({"-1", "0", "1.5", "10**9", "NaN"}),
    "str": frozenset(),
    "None": frozenset({"None"}),
    "Sequence": frozenset({"an empty list"}),
    "Iterable": frozenset({"an empty list"}),
    "tuple": frozenset({"an empty list"}),
    "list": frozenset({"an empty list"}),
    "Tensor": frozenset({"a tensor"}),
    "texts": frozenset({"a list of text"}),
    "GeneratorLike": frozenset({"None", "0", "10**9"}),
}


# How errors name arguments in words: the index, a condition, the class names.
_WORDS = ("indices", "conditions", "class names", "dtype", "nothing to d", "has a graph")


@dataclass
class Call:
    """A call that is right, and can be changed in one argument."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __post_init__(self) -> None:
        self.signature = inspect.signature(self.function)
        self.bound = self.signature.bind(*self.args, **self.kwargs).arguments

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The parameters to be judged: those with a name, and ``*arrays`` that are given."""
        every = self.signature.parameters.values()
        variable = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
        return [
            p for p in every if p.kind not in variable or isinstance(self.bound.get(p.name), tuple)
        ]

    def made(self, name: str, value: Any, prepare: Callable[[Any], Any] = lambda a: a) -> Any:
        """Call with ``value`` for the argument ``name``; arguments stay positional or not."""
        given = {key: prepare(each) for key, each in self.bound.items()} | {name: value}
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for p in self.parameters:
            if p.name not in given:
                continue
            if p.kind == p.VAR_POSITIONAL:
                args += given[p.name]
            elif len(args) < len(self.args) and p.kind != p.KEYWORD_ONLY and not kwargs:
                args.append(given[p.name])
            else:
                kwargs[p.name] = given[p.name]
        for p in self.signature.parameters.values():
            if p.kind == p.VAR_KEYWORD:
                kwargs |= given.get(p.name, {})
        return self.function(*args, **kwargs)


def verdict(
    call: Callable[[], Any],
    owners: str | tuple[str, ...],
    about: Iterable[str],
    others: tuple[type[Exception], ...] = (),
) -> str:
    """Say "accepted", or what is wrong with the error of a call; nothing is wrong with a clear one.

    A clear error is of one of our kinds, names an owner, and holds a word of ``about``: the name of
    an argument, or what came. ``others`` are errors that say something else.
    """
    owners = (owners,) if isinstance(owners, str) else owners
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            call()
        except ERRORS as error:
            text = "\n".join([str(error), *getattr(error, "__notes__", [])])
            if not any(owner in text for owner in owners):
                return f"does not say whose it is: {type(error).__name__}: {text}"
            if not any(word in text for word in about):
                return f"does not say what came: {type(error).__name__}: {text}"
            return ""
        except others:
            return ""
        except Exception as error:
            return f"bare {type(error).__name__}: {error}"
    return "accepted"


def said_of(value: Any) -> tuple[str, ...]:
    """How an error may tell a value: as it is, or its shape."""
    try:
        return (repr(value), shown(value), str(np.shape(value)), f" {type(value).__name__} ")
    except ValueError:  # a ragged list
        return (repr(value),)


def fitting(annotation: str) -> frozenset[str]:
    """The labels of `WRONG` that an annotation allows."""
    return frozenset().union(*(fits for word, fits in FITS.items() if word in annotation))


def problems(
    call: Call,
    owners: str | tuple[str, ...],
    parameter: inspect.Parameter,
    allowed: frozenset[str],
    skipped: frozenset[str] = frozenset(),
    values: dict[str, Any] = WRONG,
    prepare: Callable[[Any], Any] = lambda a: a,
    others: tuple[type[Exception], ...] = (),
) -> list[str]:
    """What is wrong with each senseless value of an argument, or nothing."""
    found = []
    names = [p.name for p in call.parameters]
    several = parameter.kind == parameter.VAR_POSITIONAL
    for label, value in values.items():
        if label in skipped:
            continue
        given = (value, *map(prepare, call.bound[parameter.name][1:])) if several else value
        about = (*said_of(value), *names, *_WORDS, *(name.rstrip("s") for name in names))
        said = verdict(lambda: call.made(parameter.name, given, prepare), owners, about, others)  # noqa: B023
        if said and not (said == "accepted" and label in allowed):
            found.append(f"{parameter.name} = {label}: {said}")
    return found
