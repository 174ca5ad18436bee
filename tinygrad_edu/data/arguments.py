"""Checks of the arguments that datasets, loaders and transforms take."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sized
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["as_array", "check_array", "check_dataset", "check_path"]


def as_array(value: Any) -> NDArray[Any]:
    """See an array in an array, a Tensor (whose `value` is one) or a list.

    What NumPy cannot see as one comes out as an array of objects, of no dimension.
    """
    inner = value if isinstance(value, np.ndarray) else getattr(value, "value", None)
    try:
        return inner if isinstance(inner, np.ndarray) else np.asarray(value)
    except ValueError:  # lists of different lengths
        return np.asarray(None)


def check_array(owner: str, value: Any) -> NDArray[Any]:
    """Return an array, or that of a Tensor, or raise.

    >>> check_array("Flatten", [1, 2])
    Traceback (most recent call last):
    TypeError: Flatten: x must be an array with at least one dimension, received list
    """
    array = value if isinstance(value, np.ndarray) else getattr(value, "value", None)
    if not isinstance(array, np.ndarray) or array.ndim == 0:
        raise TypeError(
            f"{owner}: x must be an array with at least one dimension, "
            f"received {type(value).__name__}"
        )
    return array


def check_dataset(owner: str, value: Any, sized: bool = True) -> Any:
    """Return ``value`` if it can be indexed, and has a length if it must; or raise.

    >>> check_dataset("Subset", 5)
    Traceback (most recent call last):
    TypeError: Subset: dataset must have a length and examples by index, received int
    """
    indexed = getattr(type(value), "__getitem__", None) and not isinstance(value, str | bytes)
    if isinstance(value, Mapping):  # a table of columns is no dataset, {0: ..., 1: ...} is one
        indexed = not value or 0 in value
    if not indexed or (sized and not isinstance(value, Sized)):
        raise TypeError(
            f"{owner}: dataset must have a length and examples by index, "
            f"received {type(value).__name__}"
        )
    return value


def check_path(owner: str, value: Any, name: str = "path") -> Path:
    """Return ``value`` as a path, or raise.

    >>> check_path("read_idx", None)
    Traceback (most recent call last):
    TypeError: read_idx: path must be a string or a Path, received None
    """
    if not isinstance(value, str | os.PathLike):
        raise TypeError(f"{owner}: {name} must be a string or a Path, received {value!r}")
    return Path(value)
