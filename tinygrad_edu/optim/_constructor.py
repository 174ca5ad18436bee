"""The constructor of a rule, made from its settings."""

from __future__ import annotations

import difflib
import inspect
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, dataclass_transform

from tinygrad_edu.optim._entries import EXECUTION_FLAGS

__all__ = ["Constructed"]

# What settings are called elsewhere, and here.
_OTHER_NAMES = {
    "alpha": ("lr",), "beta": ("betas", "momentum"), "beta1": ("betas", "momentum"),
    "beta2": ("betas", "alpha"), "beta_1": ("betas", "momentum"), "beta_2": ("betas", "alpha"),
    "decay": ("weight_decay",), "epsilon": ("eps",), "eta": ("lr",), "l2": ("weight_decay",),
    "learning_rate": ("lr",), "mu": ("momentum",), "parameters": ("params",),
    "rho": ("alpha", "betas"), "step_size": ("lr",), "wd": ("weight_decay",),
}  # fmt: skip


def _unknown(owner: str, name: str, known: tuple[str, ...]) -> str:
    """The message for a setting that there is not, with the one that is probably meant."""
    known = tuple(each for each in known if each not in EXECUTION_FLAGS)  # PyTorch's, for nothing
    others = [other for other in _OTHER_NAMES.get(name.lower(), ()) if other in known]
    meant = others or difflib.get_close_matches(name, known, n=1)
    guess = f" (did you mean {meant[0]}?)" if meant else ""
    return f"{owner}: there is no argument {name}{guess}; there are {', '.join(known)}"


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class Constructed:
    """Makes the constructor of a rule from its annotated attributes, as `dataclass` does.

    A rule that defines ``__init__``, as PyTorch's do, keeps it, and so do the rules below it.
    """

    #: Whether classes below this one get a constructor that is made.
    _made: ClassVar[bool] = False

    def __new__(cls, *args: Any, **settings: Any) -> Any:
        """Refuse settings that the constructor lacks, in words that Python's error lacks."""
        code = getattr(cls.__init__, "__code__", None)
        if settings and code is not None and not code.co_flags & inspect.CO_VARKEYWORDS:
            known = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
            for name in settings:
                if name not in known:
                    raise TypeError(_unknown(cls.__name__, name, known))
        return super().__new__(cls)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        above = next((base for base in cls.__mro__[1:] if "__init__" in vars(base)), object)
        made = "__init__" not in vars(cls) and vars(above).get("_made", False)
        dataclass(init=made, eq=False, repr=False)(cls)
        if "_made" not in vars(cls):
            cls._made = made
        for setting in fields(cls):  # type: ignore[arg-type]  # made one above
            if setting.name in vars(cls):  # the values are in the groups, not here
                delattr(cls, setting.name)
