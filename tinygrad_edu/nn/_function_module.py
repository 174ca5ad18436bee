"""Modules made from functions: the class adds nothing but the settings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, dataclass_transform

from tinygrad_edu._checked import LISTS, arrays_of_lists
from tinygrad_edu._checks import check_choice, check_count, check_flag, check_function, check_number
from tinygrad_edu.engine.calls import ALIASES
from tinygrad_edu.nn._in_place import in_place
from tinygrad_edu.nn.module import Module

__all__ = ["FunctionModule"]

#: What a setting may be: an interval for a number, the choices, or the least count.
Range = str | tuple[Any, ...] | int


@dataclass_transform(eq_default=False)
class FunctionModule(Module):
    """A module that applies a function with the settings it was made with.

    A subclass names the function in ``of`` and lists its settings as annotated fields, in the
    order of the constructor. The other class arguments say which values a setting may have: an
    interval for a number, a tuple of choices, or the least count. A field of type bool is a flag,
    any other float a number, any other int an integer, and only an optional field may be None.

    >>> import tinygrad_edu as tg
    >>> def scaled_tanh(x, scale=1.0):
    ...     return scale * tg.tanh(x)
    >>> class ScaledTanh(FunctionModule, of=scaled_tanh, scale="(0, inf)"):
    ...     scale: float = 1.0
    >>> ScaledTanh(2.0), ScaledTanh(2.0)(tg.tensor([0.5]))
    (ScaledTanh(scale=2.0), tensor([0.9242]))
    """

    _function: ClassVar[Callable[..., Any]]
    _ranges: ClassVar[dict[str, Range]] = {}
    # Pairs of a parameter of the function and the field that holds its value.
    _passed: ClassVar[tuple[tuple[str, str], ...]] = ()
    inplace = False  # no field, unless a subclass makes it one

    def __init_subclass__(cls, of: Callable[..., Any] | None = None, **ranges: Range) -> None:
        super().__init_subclass__()
        if of is None:  # a class with a constructor of its own
            return
        dataclass(eq=False, repr=False)(cls)
        cls._function = staticmethod(of)
        cls._ranges = {**cls._ranges, **ranges}
        takes = inspect.signature(of).parameters
        named = [
            (name if name in takes else ALIASES.get(name, name), name) for name in cls._fields()
        ]
        if "_shown" not in vars(cls):
            cls._shown = ", ".join(
                f"{name}?" if name == "inplace" else f"{name}=" for name in cls._fields()
            )
        cls._passed = tuple((parameter, name) for parameter, name in named if parameter in takes)

    @classmethod
    def _fields(cls) -> dict[str, str]:
        """The settings and their types, in words."""
        return {field.name: str(field.type) for field in fields(cls)}  # type: ignore[arg-type]  # made one above

    def __post_init__(self) -> None:
        owner = type(self).__name__
        for name, kind in self._fields().items():
            allowed, value = self._ranges.get(name), getattr(self, name)
            if value is None and kind.endswith(("| None", "Any")):  # an option that was left out
                continue
            if kind == "bool":
                check_flag(owner, name, value)
            elif isinstance(allowed, tuple):
                check_choice(owner, name, value, allowed)
            elif isinstance(allowed, str) or kind.startswith("float"):
                interval = allowed if isinstance(allowed, str) else "(-inf, inf)"
                setattr(self, name, check_number(owner, name, value, interval))
            elif isinstance(allowed, int) or kind.startswith("int"):
                setattr(self, name, check_count(owner, name, value, allowed))
            elif kind.startswith("Callable"):
                check_function(owner, name, value)

    def forward(self, *inputs: Any) -> Any:
        """Apply the function to the inputs, with the settings of this module."""
        if not LISTS.isdisjoint(map(type, inputs)):
            names = list(inspect.signature(self._function).parameters)
            inputs = tuple(arrays_of_lists(type(self).__name__, names[: len(inputs)], inputs))
        settings = {parameter: getattr(self, name) for parameter, name in self._passed}
        if self.inplace:
            return in_place(self._function, *inputs, **settings)
        return self._function(*inputs, **settings)
