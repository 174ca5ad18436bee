"""A trained model in one file: its weights, and the configuration to build it again."""

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

from tinygrad_edu.engine import Array
from tinygrad_edu.nn import Module

_STATE = "state/"
_CONFIG = "config"


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
    path = Path(path)
    entries = {_STATE + name: array for name, array in model.state_dict().items()}
    entries[_CONFIG] = np.array(json.dumps(dict(config or {})))
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
    except (EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(
            f"{path} is damaged or was not written by save_model ({type(error).__name__}: {error})"
        ) from error
    return SavedModel(state, config)
