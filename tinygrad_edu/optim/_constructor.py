"""The constructor of a rule, made from its settings."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, dataclass_transform

__all__ = ["Constructed"]


@dataclass_transform(eq_default=False, field_specifiers=(field,))
class Constructed:
    """Makes the constructor of a rule from its annotated attributes, as `dataclass` does.

    A rule that defines ``__init__``, as PyTorch's do, keeps it, and so do the rules below it.
    """

    #: Whether classes below this one get a constructor that is made.
    _made: ClassVar[bool] = False

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
