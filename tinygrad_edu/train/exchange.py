"""Weights in the safetensors format, which PyTorch reads and writes too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import numpy as np

from tinygrad_edu._optional import require
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.tensor import from_numpy

__all__ = ["ENDING", "is_safetensors", "read_safetensors", "safetensors_of"]

#: A path that ends so is written in this format.
ENDING = ".safetensors"


def is_safetensors(file: IO[bytes]) -> bool:
    """Whether a file begins as one of this format: the length of a table in JSON, and the table."""
    start = file.tell()
    head = file.read(9)
    file.seek(start)
    return head[8:] == b"{"


def safetensors_of(state: Any) -> bytes:
    """The bytes of a file that holds ``state``, a dict of names and tensors.

    Raises
    ------
    TypeError
        If it is anything else: the format knows no nests and no numbers.
    ImportError
        Without the package safetensors.
    """
    if not isinstance(state, Mapping) or not all(
        isinstance(name, str) and isinstance(value, Node | np.ndarray)
        for name, value in state.items()
    ):
        raise TypeError(
            f"save: a {ENDING} file holds one dict of names and tensors, such as "
            "model.state_dict(); for anything else choose another ending"
        )
    library = require("safetensors.numpy", extra="io", what=f"save() of a {ENDING} file")
    arrays = {name: np.ascontiguousarray(value_of(value)) for name, value in state.items()}
    return bytes(library.save(arrays))


def read_safetensors(file: IO[bytes]) -> dict[str, Any]:
    """The tensors of a file, by name.

    Raises
    ------
    ValueError
        If it is damaged, or holds numbers that NumPy has not (bfloat16).
    ImportError
        Without the package safetensors.
    """
    library = require("safetensors.numpy", extra="io", what=f"load() of a {ENDING} file")
    try:
        arrays = library.load(file.read())
    except Exception as error:  # of the package's own class, or a KeyError for bfloat16
        raise ValueError(
            f"{getattr(file, 'name', 'the file')} is a damaged safetensors file, or holds a kind "
            f"of number that NumPy has not, such as bfloat16 ({type(error).__name__}: {error}); "
            "tensor.float() converts it in PyTorch"
        ) from error
    return {name: from_numpy(array) for name, array in arrays.items()}
