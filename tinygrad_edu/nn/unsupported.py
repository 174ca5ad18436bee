"""Layers of PyTorch that are not here: classes for ``isinstance``, which nothing is made of.

Code that initialises or counts layers asks for many kinds; such a question has the answer no.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

from tinygrad_edu.compat.missing_nn import UNSUPPORTED
from tinygrad_edu.nn.module import Module

__all__ = ["unsupported"]


@cache
def unsupported(name: str) -> type[Module]:
    """The class of a layer that is not here.

    >>> unsupported("Conv3d")(1, 2, 3)
    Traceback (most recent call last):
    NotImplementedError: nn.Conv3d is not here: there are no layers of three spatial axes
    """
    reason = UNSUPPORTED[name]

    def refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"nn.{name} is not here: {reason}")

    members = {"__init__": refuse, "__doc__": f"Not here: {reason}.", "__module__": __name__}
    return type(name, (Module,), members)
