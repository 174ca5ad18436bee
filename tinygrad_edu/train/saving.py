"""A trained model, or any state, in one file that holds no code."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu.engine import Array, Node
from tinygrad_edu.nn import Module

__all__ = ["SavedModel", "load", "read_model", "save", "save_model"]

_STATE = "state/"
_CONFIG = "config"
_TREE = "tree"
_DAMAGE = (
    *(EOFError, KeyError, RecursionError, TypeError, ValueError),
    *(zipfile.BadZipFile, zlib.error),
)


class SavedModel(NamedTuple):
    """What a file holds: the state dict, and the configuration that was saved with it."""

    state: dict[str, Array]
    config: dict[str, Any]


def save_model(path: str | Path, model: Module, config: Mapping[str, Any] | None = None) -> Path:
    """Write weights, buffers and a configuration to one ``.npz`` file; return its path.

    The file appears whole or not at all: it is written under another name in the same folder and
    then takes the place of an older one in one step.

    Parameters
    ----------
    config : mapping, optional
        What is needed to build the model again; anything that JSON can hold.

    Raises
    ------
    TypeError
        If JSON cannot hold ``config``. Nothing is written.

    Examples
    --------
    >>> model = tg.nn.Linear(3, 2)
    >>> path = tg.train.save_model("model.npz", model, {"sizes": [3, 2]})
    >>> saved = tg.train.read_model(path)
    >>> saved.config
    {'sizes': [3, 2]}
    >>> again = tg.nn.Linear(*saved.config["sizes"])
    >>> again.load_state_dict(saved.state)
    LoadReport(missing_keys=[], unexpected_keys=[])
    >>> np.array_equal(again.weight.data, model.weight.data)
    True
    """
    entries = {_STATE + name: array for name, array in model.state_dict().items()}
    entries[_CONFIG] = np.array(json.dumps(dict(config or {})))
    return _write(Path(path), entries)


def _write(path: Path, entries: dict[str, Array]) -> Path:
    """Write arrays to a file that appears whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(
        prefix=f".{path.name}.", suffix=".tmp", dir=path.parent
    )
    try:
        with os.fdopen(descriptor, "wb") as file:
            np.savez(file, allow_pickle=False, **entries)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path


def read_model(path: str | Path) -> SavedModel:
    """Read what `save_model` wrote.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    ValueError
        If it is damaged or something else.
    """
    try:
        # Opened here, since np.load leaves a damaged file open.
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            config = json.loads(str(archive[_CONFIG]))
            state = {
                name.removeprefix(_STATE): archive[name]
                for name in archive.files
                if name.startswith(_STATE)
            }
    except _DAMAGE as error:
        raise ValueError(
            f"{path} is damaged or was not written by save_model ({type(error).__name__}: {error})"
        ) from error
    return SavedModel(state, config)


# ---- state dicts of anything


def save(obj: Any, path: str | Path) -> None:
    """Write a state dict, of a net or an optimizer say, to one ``.npz`` file, without pickle.

    The file appears whole or not at all. For a net that is to be built again from its file, with
    its configuration, there is `save_model`.

    Parameters
    ----------
    obj : dict, list, tuple, array, Tensor, number, bool, str or None
        Nested as deep as you like; keys of dicts are strings or integers. A tensor comes back as
        an array, as state dicts hold them.

    Raises
    ------
    TypeError
        If there is anything else in it; the message says where. Nothing is written.

    Examples
    --------
    >>> net = tg.nn.Linear(3, 2)
    >>> optimizer = tg.optim.Adam(net.parameters())
    >>> tg.save({"net": net.state_dict(), "optimizer": optimizer.state_dict()}, "checkpoint.npz")
    >>> saved = tg.load("checkpoint.npz")
    >>> net.load_state_dict(saved["net"])
    LoadReport(missing_keys=[], unexpected_keys=[])
    >>> optimizer.load_state_dict(saved["optimizer"])
    """
    arrays: dict[str, Array] = {}
    tree = _encoded(obj, "", arrays)
    _write(Path(path), {**arrays, _TREE: np.array(json.dumps(tree))})


def load(path: str | Path) -> Any:
    """Read what `save` wrote; nothing in the file can run code.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    ValueError
        If it is damaged or something else.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            return _decoded(json.loads(str(archive[_TREE])), archive)
    except _DAMAGE as error:
        raise ValueError(
            f"{path} is damaged or was not written by save ({type(error).__name__}: {error})"
        ) from error


def _encoded(value: Any, place: str, arrays: dict[str, Array]) -> Any:
    """What JSON can hold: containers as ``[kind, content]``, arrays by their names in the file."""
    if isinstance(value, Node):
        value = value.value
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufcSU":
        name = f"{len(arrays)}{place}"
        arrays[name] = np.asarray(value)
        return ["array" if isinstance(value, np.ndarray) else "scalar", name]
    if isinstance(value, Mapping) and all(type(key) in (str, int) for key in value):
        items = [[key, _encoded(item, f"{place}/{key}", arrays)] for key, item in value.items()]
        return ["dict", items]
    if isinstance(value, (list, tuple)):
        items = [_encoded(item, f"{place}/{k}", arrays) for k, item in enumerate(value)]
        return ["tuple" if isinstance(value, tuple) else "list", items]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(
        f"save: cannot write the {type(value).__name__} at {place or 'the top'}; a state may hold "
        "dicts with keys that are strings or integers, lists, tuples, arrays, numbers, strings "
        "and None"
    )


def _decoded(tree: Any, archive: Any) -> Any:
    if not isinstance(tree, list):
        return tree
    kind, content = tree
    if kind in ("array", "scalar"):
        return archive[content] if kind == "array" else archive[content][()]
    if kind == "dict":
        return {key: _decoded(item, archive) for key, item in content}
    return (tuple if kind == "tuple" else list)(_decoded(item, archive) for item in content)
